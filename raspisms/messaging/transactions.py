"""The only way to write: one durable transaction at a time, and faults of the disk in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from raspisms import sqlite
from raspisms.extensions import db
from raspisms.messaging.machine import storage_fault

_WRITING = "raspisms_writing"
_WROTE = "raspisms_wrote"


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
        session.info[_WROTE] = True
    except (DBAPIError, MemoryError) as error:
        session.rollback()
        fault = storage_fault(error)
        if fault is None:
            raise
        raise fault from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_WRITING] = False


def has_written() -> bool:
    """Whether something was committed in this application context."""
    return bool(db.session().info.get(_WROTE))


def guard_session() -> None:
    """Refuse, as a programming error, any write outside of ``writing``."""

    def refuse(session: Session, _context: Any, _instances: Any) -> None:
        if not session.info.get(_WRITING):
            raise RuntimeError("a write outside of messaging.transactions.writing")

    event.listen(db.session, "before_flush", refuse)
