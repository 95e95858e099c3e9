"""Files that are made when they are asked for."""

import tempfile
from collections.abc import Callable
from typing import BinaryIO, cast

from flask import send_file
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.web.context import get_engine

#: A file is kept in memory up to so many bytes, and on the disk from there on.
_IN_MEMORY = 1_000_000


def download(write: Callable[[BinaryIO], None], mimetype: str, name: str, end: str) -> Response:
    """What ``write`` writes, as a file called after ``name`` and the day.

    All of it is written first: so whoever downloads it gets all of it, or a sentence.
    """
    folder = get_engine().config.instance_path
    spooled = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=folder)  # noqa: SIM115 - sent later
    file = cast(BinaryIO, spooled)
    write(file)
    file.seek(0)
    response = send_file(
        file,
        mimetype=mimetype,
        as_attachment=True,
        download_name=f"{name}-{clock.now():%Y-%m-%d}.{end}",
        conditional=False,
        etag=False,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
