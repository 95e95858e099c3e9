"""Bringing a database file to the newest schema, and refusing what is not ours."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from raspisms import migrations, sqlite
from raspisms.errors import Unusable
from raspisms.models import Base


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "raspisms.sqlite3"
    migrations.upgrade(path, tmp_path / "backups")
    return path


def _query(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_the_steps_lead_to_the_models(database: Path) -> None:
    engine = sa.create_engine(sqlite.url(database))
    with engine.connect() as connection:
        not_compared = _index_tables(connection)
        context = MigrationContext.configure(
            connection, opts={"include_object": lambda _object, name, *_: name not in not_compared}
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []
    assert not_compared.isdisjoint(Base.metadata.tables)


def _index_tables(connection: sa.Connection) -> set[str]:
    """The full-text indexes, which no model describes, and what SQLite keeps of them."""
    query = "SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')"
    return set(connection.scalars(sa.text(query)))


def test_partial_indexes_are_the_same_in_steps_and_models(database: Path, tmp_path: Path) -> None:
    fresh = sa.create_engine(sqlite.url(tmp_path / "fresh.sqlite3"))
    Base.metadata.create_all(fresh)
    fresh.dispose()
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL ORDER BY name"
    assert _query(database, sql) == _query(tmp_path / "fresh.sqlite3", sql)


def test_the_steps_are_called_as_their_files() -> None:
    assert migrations.revisions() == [step.revision for step in migrations._ladder()]


def test_what_takes_the_steps_is_loaded_only_where_there_are_some(
    database: Path,
) -> None:
    """It takes a tenth of the time of a start."""
    code = (
        "import sys; from raspisms import create_app; "
        f"create_app({{'RASPISMS_INSTANCE_PATH': {str(database.parent)!r}}}); "
        "print(*sys.modules)"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "raspisms.migrations" in loaded
    assert "alembic" not in loaded


def test_a_second_start_changes_nothing_and_backs_nothing_up(
    database: Path, tmp_path: Path
) -> None:
    before = database.read_bytes()
    migrations.upgrade(database, tmp_path / "backups")
    assert database.read_bytes() == before
    assert not (tmp_path / "backups").exists()


def test_a_newer_file_is_refused_untouched_and_in_words(database: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = database.read_bytes()
    with pytest.raises(Unusable, match="newer version"):
        migrations.upgrade(database, tmp_path / "backups")
    assert database.read_bytes() == before


def test_another_program_s_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    with pytest.raises(Unusable, match="another program"):
        migrations.upgrade(path, tmp_path / "backups")
    assert _query(path, "SELECT name FROM sqlite_master") == [("recipes",)]


def test_what_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "raspisms.sqlite3"
    path.write_text("Ceci n'est pas une base de données. " * 100)
    with pytest.raises(Unusable, match="not a database"):
        migrations.upgrade(path, tmp_path / "backups")


class TestStep:
    """A step ahead of the ladder, made up for the test."""

    @pytest.fixture
    def ahead(self, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
        real = migrations._ladder()
        step = SimpleNamespace(
            revision="9001", down_revision=real[-1].revision, module=SimpleNamespace()
        )
        monkeypatch.setattr(migrations, "_ladder", lambda: [*real, step])
        monkeypatch.setattr(
            migrations, "revisions", lambda: [one.revision for one in real] + ["9001"]
        )
        return step

    def test_it_is_taken_after_a_backup(
        self, database: Path, tmp_path: Path, ahead: SimpleNamespace
    ) -> None:
        ahead.module.upgrade = lambda: op.add_column("phone", sa.Column("colour", sa.String()))
        migrations.upgrade(database, tmp_path / "backups")
        assert _query(database, "SELECT version_num FROM alembic_version") == [("9001",)]
        assert "colour" in str(_query(database, "PRAGMA table_info(phone)"))
        (backup,) = (tmp_path / "backups").iterdir()
        assert _query(backup, "SELECT version_num FROM alembic_version") == [(ahead.down_revision,)]
        assert backup.stat().st_mode & 0o077 == 0

    def test_a_fault_in_the_middle_leaves_the_old_schema(
        self, database: Path, tmp_path: Path, ahead: SimpleNamespace
    ) -> None:
        def half_way() -> None:
            op.add_column("phone", sa.Column("colour", sa.String()))
            raise OSError("the power went")

        ahead.module.upgrade = half_way
        with pytest.raises(OSError, match="power"):
            migrations.upgrade(database, tmp_path / "backups")
        assert _query(database, "SELECT version_num FROM alembic_version") == [
            (ahead.down_revision,)
        ]
        assert "colour" not in str(_query(database, "PRAGMA table_info(phone)"))

    def test_rows_without_owner_are_not_left_behind(
        self, database: Path, tmp_path: Path, ahead: SimpleNamespace
    ) -> None:
        ahead.module.upgrade = lambda: op.execute(
            "INSERT INTO phone_access (member_id, phone_id) VALUES (7, 7)"
        )
        with pytest.raises(Unusable, match="without owner"):
            migrations.upgrade(database, tmp_path / "backups")
        assert _query(database, "SELECT * FROM phone_access") == []
