"""Bringing a database file to this version's schema, at start, by the program itself.

Each Alembic step runs in one real transaction: Alembic takes SQLite's DDL for
not transactional (``SQLiteImpl.transactional_ddl``) and would leave half a step after a
power cut, so the steps are driven from here. It is loaded only where there is a step to take: with
what it knows of other databases it is a tenth of what a start costs.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from raspisms import clock, sqlite
from raspisms.errors import Unusable, say
from raspisms.messaging.machine import storage_fault
from raspisms.paths import PACKAGE

if TYPE_CHECKING:
    from alembic.script import Script

_VERSION_TABLE = "alembic_version"


def upgrade(database: Path, backups: Path) -> None:
    """Bring ``database`` to the newest schema, after a copy of it into ``backups``.

    A file that is already there is only looked at. Raises Unusable, with the file untouched, when
    it belongs to a newer version or to another program, or is no database.
    """
    with _only_one(database.with_name("migrate.lock")):
        # Made here, so that nobody else can read it (what SQLite adds beside it is made alike).
        database.touch(mode=0o600)
        engine = create_engine(sqlite.url(database))
        sqlite.prepare(engine)
        try:
            with engine.connect().execution_options(**sqlite.WRITING) as connection:
                steps = _steps_ahead(connection, database)
                if steps and steps[0].down_revision is not None:
                    _back_up(database, backups, before=steps[0].revision)
                for step in steps:
                    _climb(connection, step)
        except DatabaseError as error:
            raise _unusable(error, database) from error
        finally:
            engine.dispose()


def revisions() -> list[str]:
    """What all steps are called, as their files are, oldest first."""
    steps = (PACKAGE / "migrations" / "versions").glob("step_*.py")
    return sorted(step.stem.removeprefix("step_") for step in steps)


def _unusable(error: DatabaseError, database: Path) -> Unusable:
    fault = storage_fault(error)
    return Unusable(
        say(
            "The database %(path)s cannot be used: %(fault)s.",
            path=database,
            fault=str(error.orig),
        ),
        fault.remedy
        if fault
        else say("Check the disk, or restore a backup: raspisms restore FILE."),
    )


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with sqlite.open_private(lock) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _steps_ahead(connection: Connection, database: Path) -> list["Script"]:
    """The steps that ``database`` has not taken, in order."""
    current = _current(connection, database)
    if current == revisions()[-1]:
        return []
    ladder = _ladder()
    if current is None:
        return ladder
    known = [step.revision for step in ladder]
    if current not in known:
        raise Unusable(
            say(
                "The database %(path)s was made by a newer version of RaspiSMS (step %(step)s).",
                path=database,
                step=current,
            ),
            say("Install that version again, or restore a backup made by this one."),
        )
    return ladder[known.index(current) + 1 :]


def _ladder() -> list["Script"]:
    """All steps, oldest first."""
    from alembic.script import ScriptDirectory

    return list(reversed(list(ScriptDirectory(str(PACKAGE / "migrations")).walk_revisions())))


def _current(connection: Connection, database: Path) -> str | None:
    tables = inspect(connection).get_table_names()
    if tables and _VERSION_TABLE not in tables:
        raise Unusable(
            say("The file %(path)s is a database of another program.", path=database),
            say("Move it away, or choose another folder with RASPISMS_INSTANCE_PATH."),
        )
    if not tables:
        connection.rollback()
        return None
    current: str | None = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608
    connection.rollback()
    return current


def _back_up(database: Path, backups: Path, before: str) -> None:
    backups.mkdir(mode=0o700, exist_ok=True)
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    sqlite.copy(database, backups / f"{stamp}-before-{before}.sqlite3")


def _climb(connection: Connection, step: "Script") -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    # Tables are rebuilt by copy and rename, which foreign keys would take for deletion. The pragma
    # does nothing inside a transaction (https://www.sqlite.org/foreignkeys.html), hence before it.
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - tells mypy what sqlite is
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            with Operations.context(MigrationContext.configure(connection)):
                step.module.upgrade()
            _note(connection, step)
            if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                raise Unusable(
                    say(
                        "The database was not changed: step %(step)s leaves rows without owner.",
                        step=step.revision,
                    ),
                    say("Restore a backup, and report the fault."),
                )
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _note(connection: Connection, step: "Script") -> None:
    connection.execute(
        text(
            f"CREATE TABLE IF NOT EXISTS {_VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, "
            f"CONSTRAINT {_VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text(f"DELETE FROM {_VERSION_TABLE}"))  # noqa: S608
    connection.execute(
        text(f"INSERT INTO {_VERSION_TABLE} VALUES (:revision)"),  # noqa: S608
        {"revision": step.revision},
    )
