"""Accounts stay when their logins get rows of their own."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from raspisms import migrations

NOW = "2026-06-01 10:00:00"


@pytest.fixture
def at_0003(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of the release before, with an account and a link that logs it in."""
    path, steps = tmp_path / "raspisms.sqlite3", migrations._ladder()
    with monkeypatch.context() as patched:
        before = [step for step in steps if step.revision <= "0003"]
        patched.setattr(migrations, "_ladder", lambda: before)
        migrations.upgrade(path, tmp_path / "backups")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO member (id, name, name_key, password_hash, is_admin, session_key,"
            " language, created_at) VALUES (7, 'Léa', 'léa', 'scrypt:…', 1, 'key', 'fr', ?)",
            (NOW,),
        )
        connection.execute("INSERT INTO one_time_link VALUES ('hash', 'login', 7, ?)", (NOW,))
    return path


def test_an_account_keeps_its_password_and_all_that_is_its_own(
    at_0003: Path, tmp_path: Path
) -> None:
    migrations.upgrade(at_0003, tmp_path / "backups")
    with closing(sqlite3.connect(at_0003)) as connection:
        account = connection.execute(
            "SELECT id, name, name_key, password_hash, is_admin, language, disabled_at FROM member"
        )
        assert account.fetchall() == [(7, "Léa", "léa", "scrypt:…", 1, "fr", None)]
        links = connection.execute("SELECT token_hash, member_id, data FROM one_time_link")
        assert links.fetchall() == [("hash", 7, "{}")]
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM member WHERE id = 7")
        assert connection.execute("SELECT count(*) FROM one_time_link").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="session_key"):
            connection.execute("SELECT session_key FROM member")
