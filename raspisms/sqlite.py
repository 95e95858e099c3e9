"""What only SQLite can do: pragmas, kinds of transaction, copies of a live file.

Everything else speaks SQLAlchemy, so that another database can take its place by
replacing this module. Facts: https://www.sqlite.org/pragma.html, /wal.html, /lang_vacuum.html.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

#: The database file in the instance folder.
DATABASE = "raspisms.sqlite3"
BUSY_TIMEOUT_SECONDS = 10

#: Execution options for a connection whose transaction will write: it takes the
#: write lock at BEGIN, where waiting is possible. Taking it later, in a transaction
#: that has already read, fails at once when another process has written meanwhile.
WRITING = {"sqlite_begin": "BEGIN IMMEDIATE"}

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a commit has reached the disk before it returns
    "foreign_keys = ON",
    f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
)


def url(path: Path) -> URL:
    """The SQLAlchemy address of a database file."""
    return URL.create("sqlite", database=str(path))


def prepare(engine: Engine) -> None:
    """Make each connection of ``engine`` durable, and each of its transactions explicit.

    None outlives a fault of its file: one opened while the disk could only be read can only read
    for ever, and so can those opened beside it; one that met damage, or an answer that did not
    come, may go on with what it remembers.
    """
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    event.listen(engine, "handle_error", _on_error)


def _on_connect(dbapi_connection: Any, _record: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by its own rules: _on_begin does.
    dbapi_connection.isolation_level = None
    for pragma in _PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


_OF_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def _on_error(context: ExceptionContext) -> None:
    """Have the pool open its connections anew after a fault of their file."""
    code = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
    if code not in _OF_THE_FILE:
        return
    context.is_disconnect = True
    if context.engine is not None:
        context.engine.dispose()  # those that nobody uses now know the same of the file
    # A connection that is closed while a statement of it is not goes on living, with its lock and
    # with what it knows of the file (https://www.sqlite.org/c3ref/close.html); the traceback of the
    # error holds the cursor for longer than that.
    with contextlib.suppress(sqlite3.Error):
        if context.execution_context is not None:
            context.execution_context.cursor.close()
        if context.connection is not None and not context.connection.invalidated:
            context.connection.connection.rollback()


def try_to_write(path: Path) -> None:
    """Write something that changes nothing, durably. Raises sqlite3.Error where that fails.

    The log of what was written is taken into the file first, which may free all that is missing.
    """
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", timeout=1, isolation_level=None, uri=True
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def copy(source: Path, target: Path) -> None:
    """Copy the database ``source``, live or not, to ``target`` as one consistent, compact file.

    The copy appears under its name only when it is whole and on the disk.

    Raises sqlite3.Error when ``source`` cannot be read, OSError when ``target`` cannot be written.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    # Made beforehand, so that what is copied is never readable by others; VACUUM INTO takes an
    # empty file.
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        connection = sqlite3.connect(
            f"{source.resolve().as_uri()}?mode=rw", timeout=BUSY_TIMEOUT_SECONDS, uri=True
        )
        try:
            connection.execute("VACUUM INTO ?", (str(partial),))
        finally:
            connection.close()
        put_in_place(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def put_in_place(partial: Path, target: Path) -> None:
    """Give ``partial`` the name ``target``: a power cut leaves the old file or the new one."""
    sync(partial)
    partial.replace(target)
    sync(target.parent)


def open_private(path: Path) -> IO[str]:
    """Open a file to lock it, made for its owner only."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "r+")


def sync(path: Path) -> None:
    """Have the disk hold what was written to a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def much_memory(connection: Connection) -> Iterator[None]:
    """Let a transaction that writes a lot keep its pages in memory, of which it takes 32 MB then.

    Else it writes each of them again and again, and holds the lock for twice as long.
    """
    connection.exec_driver_sql("PRAGMA cache_size = -32000")
    try:
        yield
    finally:
        with contextlib.suppress(DBAPIError, sqlite3.Error):
            connection.exec_driver_sql("PRAGMA cache_size = -2000")


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection, of any process, has committed.

    It reads shared memory only, so asking often costs nothing on the disk.
    """
    return int(connection.execute("PRAGMA data_version").fetchone()[0])
