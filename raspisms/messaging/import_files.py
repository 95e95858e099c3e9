"""Where the files of imports lie until they are imported: in the instance folder, for its owner."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from raspisms import sqlite
from raspisms.errors import TooLarge, say
from raspisms.messaging.machine import storage_fault
from raspisms.sms.files.limits import MOST_BYTES

FOLDER = "imports"


def path(instance: Path, import_id: int) -> Path:
    return instance / FOLDER / str(import_id)


def being_uploaded(instance: Path) -> IO[bytes]:
    """A file without a name, on the disk of the others, which is gone when it is closed.

    Raises StorageError.
    """
    try:
        return tempfile.TemporaryFile(dir=_folder(instance))
    except OSError as error:
        raise storage_fault(error) or error from error


def keep(instance: Path, import_id: int, stream: IO[bytes]) -> int:
    """Store what a stream has under the number of an import; its size in bytes.

    Raises StorageError where there is no room.
    """
    target = path(instance, import_id)
    partial = target.with_name(f".{import_id}.partial")
    _folder(instance)
    try:
        with open(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
            size = file.tell()
        sqlite.put_in_place(partial, target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise storage_fault(error) or error from error
    return size


def size_of(stream: IO[bytes]) -> int:
    """The bytes of a stream, which is left at its beginning. Raises TooLarge (file)."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > MOST_BYTES:
        raise too_large()
    return size


def too_large() -> TooLarge:
    return TooLarge(
        say("This file has more than %(most)d MB.", most=MOST_BYTES // 1_000_000),
        say("Import it in several parts."),
        field="file",
    )


def forget(instance: Path, import_id: int) -> None:
    path(instance, import_id).unlink(missing_ok=True)


def stored(instance: Path) -> dict[Path, str]:
    """All files, also those that a power cut has left half stored; of each the import's number."""
    place = instance / FOLDER
    files = list(place.iterdir()) if place.is_dir() else []
    return {file: file.name.removeprefix(".").removesuffix(".partial") for file in files}


def forget_all_but(kept: Iterable[int], files: Mapping[Path, str]) -> None:
    """Delete those of ``files`` whose import there is not any more."""
    names = {str(one) for one in kept}
    for file, name in files.items():
        if name not in names:
            file.unlink(missing_ok=True)


def _folder(instance: Path) -> Path:
    place = instance / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    return place
