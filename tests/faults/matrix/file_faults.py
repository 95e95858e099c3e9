"""What can become of a file, one function each: it is so within the block."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.faults.matrix.operations import Operation

#: Not even root can make a file there.
_NOBODY_WRITES = Path("/proc")
_ODD_LINE = b'["no", "message"]\n'
_HALVES = b'{"from": "+33639980998", "te', b'xt": "Halved"}\n'


@contextmanager
def folder_not_writable(file: Path) -> Iterator[None]:
    """Nothing can be written in its folder."""
    with _away(file.parent):
        file.parent.symlink_to(_NOBODY_WRITES, target_is_directory=True)
        try:
            yield
        finally:
            file.parent.unlink()


@contextmanager
def half_a_line(file: Path) -> Iterator[None]:
    """It ends in the middle of a line: someone is still writing, or lost power over it."""
    _append(file, _HALVES[0])
    yield
    if file.read_bytes().endswith(_HALVES[0]):
        _append(file, _HALVES[1])


@contextmanager
def line_of_another_shape(file: Path) -> Iterator[None]:
    """One of its lines is JSON, but no message."""
    _append(file, _ODD_LINE)
    yield
    # The places of the other lines are their ids: they stay.
    blank = b" " * (len(_ODD_LINE) - 1) + b"\n"
    file.write_bytes(file.read_bytes().replace(_ODD_LINE, blank))


@contextmanager
def file_is_a_folder(file: Path) -> Iterator[None]:
    """A folder has its name."""
    with _away(file):
        file.mkdir()
        try:
            yield
        finally:
            file.rmdir()


@contextmanager
def file_away(file: Path) -> Iterator[None]:
    """It is not there for a while, as on a disk that is not mounted."""
    with _away(file):
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


@contextmanager
def file_deleted(file: Path) -> Iterator[None]:
    """Somebody has tidied up, and it begins anew."""
    file.unlink()
    yield


def _append(file: Path, content: bytes) -> None:
    with file.open("ab") as end:
        end.write(content)


@contextmanager
def _away(path: Path) -> Iterator[None]:
    kept = path.with_name(f"{path.name}.kept")
    path.rename(kept)
    try:
        yield
    finally:
        kept.rename(path)


_WRITING = (Operation.SEND_ONE, Operation.SEND_BATCH)
_READING = (Operation.FIND, Operation.POLL, Operation.LIST, Operation.CHECK)

#: Each with the operations that it can meet.
FAULTS: dict[str, tuple[Callable[[Path], AbstractContextManager[None]], Collection[Operation]]] = {
    "folder_not_writable": (folder_not_writable, (*_WRITING, *_READING)),
    "half_a_line": (half_a_line, (*_WRITING, *_READING)),
    "line_of_another_shape": (line_of_another_shape, (*_WRITING, *_READING)),
    "file_is_a_folder": (file_is_a_folder, (*_WRITING, *_READING)),
    "file_away": (file_away, _READING),
    "file_deleted": (file_deleted, _WRITING),
}
