"""The only way to write: one durable transaction at a time, and faults of the disk in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from raspisms import sqlite
from raspisms.errors import RaspismsError, Text, say
from raspisms.extensions import db

_WRITING = "raspisms_writing"


class StorageError(RaspismsError):
    """The database could not be written; nothing of the transaction was kept."""


def reading() -> Session:
    """The session of this application context, for queries."""
    return db.session()


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction that holds the write lock from its start; committed durably when it ends.

    What was read before is read anew, so that a decision is made on what is true now. Raises
    StorageError when the machine cannot store: the transaction has then left no trace.
    """
    session = db.session()
    if session.info.get(_WRITING) or session.new or session.dirty or session.deleted:
        raise RuntimeError("a transaction that writes is already under way")
    session.rollback()
    session.info[_WRITING] = True
    try:
        session.connection(execution_options=sqlite.WRITING)
        yield session
        session.commit()
    except DBAPIError as error:
        session.rollback()
        fault = storage_fault(error.orig)
        if fault is None:
            raise
        raise fault from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_WRITING] = False


def guard_session() -> None:
    """Refuse, as a programming error, any write outside of ``writing``."""

    def refuse(session: Session, _context: Any, _instances: Any) -> None:
        if not session.info.get(_WRITING):
            raise RuntimeError("a write outside of messaging.transactions.writing")

    event.listen(db.session, "before_flush", refuse)


_FAULTS: dict[int, Text] = {
    sqlite3.SQLITE_BUSY: say("Another program keeps the database locked."),
    sqlite3.SQLITE_LOCKED: say("Another program keeps the database locked."),
    sqlite3.SQLITE_FULL: say("The disk is full."),
    sqlite3.SQLITE_READONLY: say("The disk can only be read."),
    sqlite3.SQLITE_IOERR: say("The disk did not answer."),
    sqlite3.SQLITE_CANTOPEN: say("The database file cannot be opened."),
    sqlite3.SQLITE_CORRUPT: say("The database file is damaged."),
    sqlite3.SQLITE_NOTADB: say("The database file is damaged."),
    sqlite3.SQLITE_NOMEM: say("The machine is short of memory."),
}

_ADVICE: dict[int, Text] = {
    sqlite3.SQLITE_BUSY: say("Nothing was saved. Try again in a moment."),
    sqlite3.SQLITE_LOCKED: say("Nothing was saved. Try again in a moment."),
    sqlite3.SQLITE_FULL: say("Nothing was saved. Free some space, then try again."),
    sqlite3.SQLITE_CORRUPT: say("Nothing was saved. Restore a backup: raspisms restore FILE."),
    sqlite3.SQLITE_NOTADB: say("Nothing was saved. Restore a backup: raspisms restore FILE."),
}


def storage_fault(fault: BaseException | None) -> StorageError | None:
    """A fault of the disk or the database file in words; None for a fault of the program."""
    # The primary result code is the low byte (https://www.sqlite.org/rescode.html).
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    if code not in _FAULTS:
        return None
    advice = _ADVICE.get(code, say("Nothing was saved. Check the disk or the SD card."))
    return StorageError(_FAULTS[code], advice)
