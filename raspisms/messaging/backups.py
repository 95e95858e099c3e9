"""Copies of the database that a person asks for, and going back to one.

What was sent after a copy was made stands in it as waiting. Going back must not send it a second
time: such messages are put on hold, for a person to say.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, delete, update

from raspisms import clock, migrations, sqlite
from raspisms.errors import Conflict, Invalid, NotFound, say
from raspisms.messaging import retention
from raspisms.messaging.machine import StorageError, storage_fault
from raspisms.models import HouseholdSetting, LoginSession, Message, OneTimeLink
from raspisms.sms.lifecycle import Event, Status, next_status

#: Where backups are kept, in the instance folder.
FOLDER = "backups"
#: How long to wait for a lock on a database that nobody should be using.
_PATIENCE_SECONDS = 2
#: Ends of the names of files that belong to a database.
BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Restored:
    """``kept``: where the replaced database is now. ``held``: messages that wait for a word."""

    kept: Path | None
    held: int


def back_up(instance: Path, target: Path, *, overwrite: bool = False) -> None:
    """Copy the database of ``instance`` to the new file ``target``, mode 600, while it is in use.

    Raises NotFound, Conflict or StorageError in words; an older file ``target`` is then as it was.
    """
    database = instance / sqlite.DATABASE
    if not database.exists():
        raise NotFound(
            say("There is no database in %(path)s yet.", path=instance),
            say("Start RaspiSMS once, or name its folder with RASPISMS_INSTANCE_PATH."),
        )
    _check_target(database, target, overwrite=overwrite)
    with _told_about(target):
        sqlite.copy(database, target)


def _check_target(database: Path, target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise Conflict(say("%(path)s is a folder.", path=target), say("Name a file in it."))
    if not target.exists():
        return
    if target.samefile(database):
        raise Conflict(say("That is the database itself."), say("Name another file."))
    if not overwrite:
        raise Conflict(
            say("%(path)s is there already.", path=target),
            say("Name another file, or replace this one with --force."),
        )


def restore(instance: Path, source: Path) -> Restored:
    """Put the backup ``source`` in the place of the database of ``instance``.

    The database that it replaces is kept in backups/. A power cut at any moment leaves the old one
    or the new one. Raises in words where ``source`` is no sound backup of this version or an older
    one, and Conflict where the database is in use; it is as it was then. The caller sees to it that
    nothing begins to use it meanwhile.
    """
    _check_source(source)
    database, fresh = instance / sqlite.DATABASE, instance / f".{sqlite.DATABASE}.restoring"
    with _told_about(instance), _removed_at_the_end(fresh):
        sqlite.copy(source, fresh)
        migrations.upgrade(fresh, instance / FOLDER)
        held = _make_safe(fresh)
        _make_one_file(fresh)
        kept = _set_aside(database)
        sqlite.put_in_place(fresh, database)
    return Restored(kept, held)


def _check_source(source: Path) -> None:
    try:
        with source.open("rb") as file:
            is_database = file.read(16) == b"SQLite format 3\0"
    except OSError as error:
        raise NotFound(
            say("%(path)s cannot be read: %(cause)s.", path=source, cause=error.strerror),
            say("Check the path, and that you may read the file."),
        ) from error
    if not is_database:
        raise _not_a_backup(source)
    try:
        with closing(_connect(source)) as connection:
            _check_sound(connection, source)
            _check_version(connection, source)
    except sqlite3.DatabaseError as error:
        raise _damaged(source) from error


def _check_sound(connection: sqlite3.Connection, source: Path) -> None:
    if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise _damaged(source)


def _check_version(connection: sqlite3.Connection, source: Path) -> None:
    if not connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    ).fetchone():
        raise _not_a_backup(source)
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise _not_a_backup(source)
    if row[0] not in migrations.revisions():
        raise Invalid(
            say("%(path)s was made by a newer version of RaspiSMS.", path=source),
            say("Install that version, then restore again."),
        )


def in_use() -> Conflict:
    return Conflict(
        say("RaspiSMS is running on this database."),
        say("Stop it, restore, then start it again."),
    )


def _not_a_backup(source: Path) -> Invalid:
    return Invalid(
        say("%(path)s is no backup of RaspiSMS.", path=source),
        say("Choose a file made by: raspisms backup FILE"),
    )


def _damaged(source: Path) -> Invalid:
    return Invalid(
        say("%(path)s is damaged.", path=source), say("Choose another backup; nothing was changed.")
    )


def _make_safe(database: Path) -> int:
    """Undo what time may have overtaken since the copy was made; how many messages are on hold."""
    engine = create_engine(sqlite.url(database))
    sqlite.prepare(engine)
    try:
        with engine.connect().execution_options(**sqlite.WRITING) as connection, connection.begin():
            _close_doors(connection)
            _keep_texts_for_now(connection)
            return _hold_what_may_have_gone(connection)
    finally:
        engine.dispose()


def _close_doors(connection: Connection) -> None:
    """End all logins and one-time links: some may have been ended, or used, since."""
    connection.execute(delete(LoginSession))
    connection.execute(delete(OneTimeLink))


def _keep_texts_for_now(connection: Connection) -> None:
    """Whoever goes back to a backup may want its texts: that they go is announced anew."""
    connection.execute(delete(HouseholdSetting).where(HouseholdSetting.name == retention.ROW))


def _hold_what_may_have_gone(connection: Connection) -> int:
    """How many messages are put on hold: those due by now, and those of which it was not known.

    What was in doubt when the copy was made may have been sent since under another mark, by which
    it would not be found.
    """
    due = (Message.due_at <= clock.now()) | Message.scheduled.is_(False)
    doubtful = Message.status.in_((Status.SENDING, Status.UNCERTAIN))
    return connection.execute(
        update(Message)
        .where((Message.status == Status.PENDING) & due | doubtful)
        .values(status=next_status(Status.PENDING, Event.HOLD), reason="restored", ask_at=None)
    ).rowcount


def _make_one_file(database: Path) -> None:
    """Take the write-ahead log into the file. Raises Conflict where another program has it open."""
    try:
        with closing(_connect(database)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        raise in_use() from error


def _set_aside(database: Path) -> Path | None:
    """Keep a copy of ``database`` in backups/, and leave nothing beside it that is not in it."""
    if not database.exists():
        _remove(database, *BESIDE)
        return None
    folder = database.with_name(FOLDER)
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / f"{clock.now():%Y%m%dT%H%M%S.%fZ}-before-restore.sqlite3"
    try:
        _make_one_file(database)
        sqlite.copy(database, kept)
    except sqlite3.DatabaseError as error:
        if _code(error) not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        _keep_damaged(database, kept)
    _remove(database, *BESIDE)
    sqlite.sync(database.parent)
    return kept


def _keep_damaged(database: Path, kept: Path) -> None:
    """As it is, with what stands beside it, for whoever wants to rescue something from it."""
    for end in ("", *BESIDE):
        with suppress(FileNotFoundError):
            os.link(f"{database}{end}", f"{kept}{end}")


def _connect(database: Path) -> sqlite3.Connection:
    address = f"{database.resolve().as_uri()}?mode=rw"
    return sqlite3.connect(address, timeout=_PATIENCE_SECONDS, uri=True)


def _code(error: sqlite3.Error) -> int:
    """The primary result code (https://www.sqlite.org/rescode.html)."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def _removed_at_the_end(path: Path) -> Iterator[None]:
    """No trace of ``path``, neither of an earlier try nor of this one."""
    _remove(path, "", *BESIDE)
    try:
        yield
    finally:
        _remove(path, "", *BESIDE)


def _remove(path: Path, *ends: str) -> None:
    for end in ends:
        Path(f"{path}{end}").unlink(missing_ok=True)


@contextmanager
def _told_about(place: Path) -> Iterator[None]:
    """Faults of the disk as StorageError."""
    try:
        yield
    except sqlite3.Error as error:
        raise storage_fault(error) or error from error
    except OSError as error:
        raise StorageError(
            say("%(path)s cannot be written: %(cause)s.", path=place, cause=error.strerror),
            say("Check the path, the free space and the rights there."),
        ) from error
