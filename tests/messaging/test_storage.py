"""Writing: durable, one at a time, and with words when the machine cannot."""

import sqlite3
import threading
from pathlib import Path

import pytest

from raspisms import clock, create_app, sqlite
from raspisms.extensions import db
from raspisms.messaging import contacts
from raspisms.messaging.machine import StorageError
from raspisms.messaging.transactions import writing
from raspisms.models import Contact
from tests.disk import damage, left_as_by_a_power_cut, small_disk
from tests.household import Household


@pytest.fixture
def home(household: Household) -> Household:
    return household


def test_each_connection_is_durable(tmp_path: Path) -> None:
    """Of the application as people start it: that of the other tests does not wait for the disk."""
    with create_app({"RASPISMS_INSTANCE_PATH": tmp_path}).app_context():
        pragmas = {
            name: db.session.execute(db.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        db.session.remove()
        db.engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_files_are_for_their_owner_only(home: Household) -> None:
    for path in home.folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_write_outside_of_a_writing_transaction_is_a_fault_of_the_program(
    home: Household,
) -> None:
    with home.app.app_context():
        db.session.add(Contact(name="x", name_key="x", number="+1"))
        with pytest.raises(RuntimeError, match="outside"):
            db.session.flush()
        db.session.rollback()


def test_a_transaction_within_a_transaction_is_a_fault_of_the_program(home: Household) -> None:
    with home.app.app_context(), writing():
        inner = writing()
        with pytest.raises(RuntimeError, match="already"):
            inner.__enter__()


def test_a_fault_in_the_middle_leaves_nothing(home: Household) -> None:
    with home.app.app_context():
        with pytest.raises(ValueError, match="stop"):
            _add_and_stop()
        assert contacts.find_by_number("+1") is None


def _add_and_stop() -> None:
    now = clock.now()
    with writing() as session:
        session.add(Contact(name="x", name_key="x", number="+1", created_at=now, updated_at=now))
        session.flush()
        raise ValueError("stop")


def test_writers_wait_for_each_other_and_none_is_lost(home: Household) -> None:
    def add(start: int) -> None:
        with home.app.app_context():
            for n in range(start, start + 25):
                contacts.add(home.engine, f"Contact {n}", f"+33639980{n:03}")

    threads = [threading.Thread(target=add, args=(start,)) for start in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with home.app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Contact)) == 100


def test_a_database_that_stays_locked_is_said_in_words(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(home.folder / sqlite.DATABASE)
    other.execute("BEGIN IMMEDIATE")
    with home.app.app_context():
        db.session.execute(db.text("PRAGMA busy_timeout = 50"))
        with pytest.raises(StorageError, match="locked"):
            contacts.add(home.engine, "Ana", "+33639980001")
        other.rollback()
        other.close()
        contacts.add(home.engine, "Ana", "+33639980001")


def test_a_full_disk_is_said_in_words_and_what_was_there_stays(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "1536k") as disk:
        home = Household(disk.folder / "instance")
        with home.app.app_context():
            contacts.add(home.engine, "Ana", "+33639980001")
            disk.fill()
            with pytest.raises(StorageError, match="The disk is full"):
                _add_many(home)
            disk.free()
            contacts.add(home.engine, "Zoé", "+33639980002")
            assert contacts.find_by_number("+33639980001") is not None
        home.close()


def test_a_disk_that_could_only_be_read_is_written_to_again_once_it_can_be(tmp_path: Path) -> None:
    """A connection that was opened meanwhile can only read for ever: none is kept."""
    with small_disk(tmp_path / "small", "2m") as disk:
        home = Household(disk.folder / "instance")
        with home.app.app_context():
            contacts.add(home.engine, "Ana", "+33639980001")
            with left_as_by_a_power_cut(home.folder / sqlite.DATABASE):
                home.close()
            disk.make("ro")
            with db.engine.connect(), db.engine.connect():
                assert contacts.find_by_number("+33639980001") is not None
            with pytest.raises(StorageError, match="can only be read"):
                contacts.add(home.engine, "Zoé", "+33639980002")
            disk.make("rw")
            contacts.add(home.engine, "Zoé", "+33639980002")
        home.close()


def test_damage_that_is_met_while_writing_keeps_nobody_from_writing(
    home: Household, tmp_path: Path
) -> None:
    with home.app.app_context():
        contacts.add(home.engine, "Ana", "+33639980001")
        home.close()
        damage(home.folder / sqlite.DATABASE, "contact")
        with pytest.raises(StorageError, match="damaged") as kept, writing() as session:
            session.execute(db.text("UPDATE contact SET name = 'x'"))
        other = sqlite3.connect(home.folder / sqlite.DATABASE, timeout=0)
        other.execute("BEGIN IMMEDIATE")
        other.close()
        assert "Restore a backup" in str(kept.value)


def _add_many(home: Household) -> None:
    for n in range(400):
        contacts.add(home.engine, f"Contact {n}", f"+336399{n:05}")


def test_a_copy_is_whole_private_and_appears_at_once(home: Household, tmp_path: Path) -> None:
    with home.app.app_context():
        contacts.add(home.engine, "Ana", "+33639980001")
    target = tmp_path / "copy.sqlite3"
    sqlite.copy(home.folder / sqlite.DATABASE, target)
    assert target.stat().st_mode & 0o077 == 0
    connection = sqlite3.connect(target)
    assert connection.execute("SELECT name FROM contact").fetchall() == [("Ana",)]
    connection.close()
    assert not list(tmp_path.glob(".*partial"))
