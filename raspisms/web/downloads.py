"""Files that are made while somebody waits for them."""

import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from raspisms.web.context import get_engine

#: A file is kept in memory up to so many bytes, and on the disk from there on.
_IN_MEMORY = 1_000_000


def whole(pieces: Iterator[str]) -> BinaryIO:
    """The whole file: so whoever downloads it gets all of it, or a sentence."""
    folder = get_engine().config.instance_path
    written = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=folder)  # noqa: SIM115 - sent later
    for piece in pieces:
        written.write(piece.encode())
    written.seek(0)
    return written  # type: ignore[return-value]
