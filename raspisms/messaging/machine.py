"""Faults of the machine (its disk, its memory, the database file) in words."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

from raspisms.errors import RaspismsError, Text, say


class StorageError(RaspismsError):
    """The machine could not store, and nothing of the transaction was kept; or it could not read.

    ``remedy`` says what puts the machine right; ``hint``, for whoever was saving something, also
    that nothing was saved.
    """

    def __init__(self, message: Text, hint: Text, remedy: Text | None = None) -> None:
        super().__init__(message, hint)
        self.remedy = remedy or hint


def storage_fault(error: BaseException | None) -> StorageError | None:
    """A fault of the machine in words; None for a fault of the program."""
    if isinstance(error, StorageError):
        return error
    words = _WORDS.get(_code(_inner(error)))
    return StorageError(*words) if words else None


def without_trace(fault: StorageError) -> StorageError:
    """The same words, to be kept: a traceback would keep all that it passed through, such as a
    connection that holds the lock.
    """
    return StorageError(fault.message, fault.hint or fault.remedy, fault.remedy)


def in_detail(error: BaseException) -> str:
    """What the machine itself said, for the log; not the statement, whose values are secrets."""
    inner = _inner(error.__cause__ if isinstance(error, StorageError) else error)
    return f"{getattr(inner, 'sqlite_errorname', type(inner).__name__)}: {inner}"


#: What happened, what to do for whoever was saving something, and what puts the machine right.
_Words = tuple[Text, Text, Text]

_LOCKED: _Words = (
    say("Another program keeps the database locked."),
    say("Nothing was saved. Try again in a moment."),
    say("If it lasts, find that program and end it."),
)
_FULL: _Words = (
    say("The disk is full."),
    say("Nothing was saved. Free some space, then try again."),
    say("Free some space on the disk."),
)
_DAMAGED: _Words = (
    say("The database file is damaged."),
    say("Nothing was saved. Restore a backup: raspisms restore FILE."),
    say("Check the disk or the SD card, and restore a backup: raspisms restore FILE."),
)
_SHORT_OF_MEMORY: _Words = (
    say("The machine is short of memory."),
    say("Nothing was saved. Try again in a moment."),
    say("End programs that are not needed, or start the machine anew."),
)
_CHECK_THE_DISK = (
    say("Nothing was saved. Check the disk or the SD card."),
    say("Check the disk or the SD card."),
)

_WORDS: dict[int, _Words] = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: (say("The disk can only be read."), *_CHECK_THE_DISK),
    sqlite3.SQLITE_IOERR: (say("The disk did not answer."), *_CHECK_THE_DISK),
    sqlite3.SQLITE_CANTOPEN: (say("The database file cannot be opened."), *_CHECK_THE_DISK),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_NOMEM: _SHORT_OF_MEMORY,
}
#: The same for what the system says of files that are not the database's.
_SAME_AS: dict[int | None, int] = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EDQUOT: sqlite3.SQLITE_FULL,
    errno.EROFS: sqlite3.SQLITE_READONLY,
    errno.EIO: sqlite3.SQLITE_IOERR,
    errno.ENOMEM: sqlite3.SQLITE_NOMEM,
}


def _code(error: BaseException | None) -> int:
    """The primary result code of SQLite (https://www.sqlite.org/rescode.html); 0 for none."""
    match error:
        case sqlite3.Error():
            code: int = getattr(error, "sqlite_errorcode", 0)
            # The database's shared memory lies in a file, which a full disk keeps from growing.
            return sqlite3.SQLITE_FULL if code == sqlite3.SQLITE_IOERR_SHMSIZE else code & 0xFF
        case MemoryError():
            return sqlite3.SQLITE_NOMEM
        case OSError():
            return _SAME_AS.get(error.errno, 0)
        case RuntimeError() if str(error) == "can't start new thread":
            return sqlite3.SQLITE_NOMEM
    return 0


def _inner(error: BaseException | None) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error
