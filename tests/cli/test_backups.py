"""``raspisms backup`` and ``raspisms restore``: nothing lost, nothing sent twice."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from raspisms import sqlite
from raspisms.errors import Conflict, RaspismsError
from raspisms.extensions import db
from raspisms.messaging import backups
from raspisms.scheduling import SchedulerLock
from tests.cli.program import Program
from tests.household import Household

Spoil = Callable[[Path], object]


def texts(database: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT body, status FROM message ORDER BY id").fetchall()


def test_a_backup_brings_everything_back_and_sends_nothing_a_second_time(
    program: Program, household: Household, tmp_path: Path
) -> None:
    with household.app.app_context():
        household.write(1, "Avant")
        household.write(1, "Plus tard", at=_next_year())
    file = tmp_path / "copy.sqlite3"
    program.done("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600
    with household.app.app_context():
        household.write(1, "Après")
    household.close()

    answer = program.done("restore", file)
    database = household.folder / sqlite.DATABASE
    assert texts(database) == [("Avant", "held"), ("Plus tard", "pending")]
    assert "since the backup: 1." in answer.err
    (kept,) = (household.folder / "backups").iterdir()
    assert str(kept) in answer.out
    assert [body for body, _ in texts(kept)] == ["Avant", "Plus tard", "Après"]
    assert (kept.stat().st_mode & 0o777, database.stat().st_mode & 0o777) == (0o600, 0o600)
    assert [one["name"] for one in program.here("user", "list", "--json").lines] == ["Ana"]


def test_what_was_in_doubt_in_a_backup_waits_for_a_person_too(
    program: Program, household: Household, tmp_path: Path
) -> None:
    with household.app.app_context():
        for status in ("sending", "uncertain"):
            message_id = household.write(1, status)
            db.session.execute(
                db.text("UPDATE message SET status = :status WHERE id = :id"),
                {"status": status, "id": message_id},
            )
        db.session.commit()
    file = tmp_path / "copy.sqlite3"
    program.done_here("backup", file)
    household.close()
    program.done_here("restore", file)
    statuses = texts(household.folder / sqlite.DATABASE)
    assert statuses == [("sending", "held"), ("uncertain", "held")]


def _next_year() -> str:
    from raspisms import clock

    return f"{clock.now().year + 1}-01-02 18:00"


def test_a_backup_that_is_there_is_replaced_only_when_told(
    program: Program, tmp_path: Path
) -> None:
    file = tmp_path / "copy.sqlite3"
    file.write_text("precious")
    assert "--force" in program.refused("backup", file)
    assert file.read_text() == "precious"
    program.done_here("backup", file, "--force")
    assert texts(file) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.sqlite3", "instance"]


def test_a_backup_that_cannot_be_made_is_told(program: Program, tmp_path: Path) -> None:
    assert "is a folder" in program.refused("backup", tmp_path)
    assert "No such file or directory" in program.refused("backup", tmp_path / "none" / "copy")
    itself = program.instance / sqlite.DATABASE
    assert "the database itself" in program.refused("backup", itself, "--force")


def test_there_is_nothing_to_back_up_before_the_first_start(new: Program, tmp_path: Path) -> None:
    assert "no database in" in new.refused("backup", tmp_path / "copy")
    assert not new.instance.exists()


def test_a_backup_can_be_restored_on_a_new_machine(
    program: Program, household: Household, tmp_path: Path
) -> None:
    backups.back_up(household.folder, tmp_path / "copy")
    other = Program(tmp_path / "elsewhere")
    other.done_here("restore", tmp_path / "copy")
    assert [one["name"] for one in other.here("phone", "list", "--json").lines] == ["Essai"]


def test_nothing_is_restored_while_the_jobs_are_running(
    program: Program, household: Household, tmp_path: Path
) -> None:
    backups.back_up(household.folder, tmp_path / "copy")
    lock = SchedulerLock(household.folder)
    assert lock.acquire()
    assert "is running" in program.refused("restore", tmp_path / "copy")
    lock.release()


def test_nothing_is_restored_while_pages_have_the_database_open(
    program: Program, household: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "_PATIENCE_SECONDS", 0.1)
    backups.back_up(household.folder, tmp_path / "copy")
    with household.app.app_context():
        household.write(1, "Après")
        with pytest.raises(Conflict, match="is running"):
            backups.restore(household.folder, tmp_path / "copy")
        assert not list(household.folder.glob(".*restoring*"))
    assert texts(household.folder / sqlite.DATABASE) == [("Après", "pending")]


def _other_program(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE recipe (id)")


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:40960] = bytes(reversed(content[4096:40960]))
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (Path.unlink, "No such file"),
        (lambda file: file.write_bytes(b""), "no backup of RaspiSMS"),
        (lambda file: file.write_text("a text, " * 99), "no backup of RaspiSMS"),
        (lambda file: file.write_bytes(file.read_bytes()[:9000]), "damaged"),
        (_damaged, "damaged"),
        (_other_program, "no backup of RaspiSMS"),
        (_newer, "newer version"),
    ],
)
def test_what_is_no_sound_backup_changes_nothing(
    household: Household, tmp_path: Path, spoil: Spoil, complaint: str
) -> None:
    file = tmp_path / "copy"
    household.close()
    backups.back_up(household.folder, file)
    spoil(file)
    before = (household.folder / sqlite.DATABASE).read_bytes()
    with pytest.raises(RaspismsError, match=complaint):
        backups.restore(household.folder, file)
    assert (household.folder / sqlite.DATABASE).read_bytes() == before
    assert not list(household.folder.glob(".*restoring*"))


def test_a_database_of_a_newer_version_is_refused_in_words(program: Program) -> None:
    _newer(program.instance / sqlite.DATABASE)
    assert "newer version of RaspiSMS (step 9999)" in program.refused("messages")


@pytest.mark.parametrize(
    "spoil", [_damaged, lambda file: file.write_text("burnt"), lambda file: file.write_bytes(b"")]
)
def test_a_damaged_database_is_kept_and_replaced(
    household: Household, tmp_path: Path, spoil: Spoil
) -> None:
    household.close()
    backups.back_up(household.folder, tmp_path / "copy")
    database = household.folder / sqlite.DATABASE
    spoil(database)
    broken = database.read_bytes()
    restored = backups.restore(household.folder, tmp_path / "copy")
    assert texts(database) == []
    assert restored.kept is not None
    assert restored.kept.exists()
    if broken:
        assert restored.kept.read_bytes()[4096:] == broken[4096:]


def test_what_stands_beside_an_older_database_is_not_read_into_the_new_one(
    household: Household, tmp_path: Path
) -> None:
    """A write-ahead log left by a power cut belongs to the file that it stood beside."""
    database = household.folder / sqlite.DATABASE
    backups.back_up(household.folder, tmp_path / "copy")
    with household.app.app_context():
        household.write(1, "Après")
        log = Path(f"{database}-wal").read_bytes()
        older = database.read_bytes()
    household.close()
    database.write_bytes(older)
    Path(f"{database}-wal").write_bytes(log)
    restored = backups.restore(household.folder, tmp_path / "copy")
    assert texts(database) == []
    assert restored.kept is not None
    assert texts(restored.kept) == [("Après", "pending")]


def test_the_remains_of_a_restore_that_was_cut_short_are_no_hindrance(
    household: Household, tmp_path: Path
) -> None:
    household.close()
    backups.back_up(household.folder, tmp_path / "copy")
    for end in ("", "-wal", "-shm"):
        (household.folder / f".{sqlite.DATABASE}.restoring{end}").write_text("half")
    backups.restore(household.folder, tmp_path / "copy")
    assert not list(household.folder.glob(".*restoring*"))
