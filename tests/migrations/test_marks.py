"""What was read and what was not stays so when marks take the place of how far one had read."""

import sqlite3
from pathlib import Path

import pytest

from raspisms import migrations

NOW = "2026-06-01 10:00:00"
#: The id of a message, of its conversation, and whether it came in or went out.
_MESSAGES = ((1, 1, "in"), (2, 1, "in"), (3, 1, "in"), (4, 1, "out"), (5, 2, "in"))


def _insert(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """A row of which only what matters is given; what else must not be empty is 0."""
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    for _, name, kind, needed, default, _ in columns:
        if needed and default is None and name not in values:
            values[name] = NOW if kind == "DATETIME" else f"{name} {values.get('id')}"
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


@pytest.fixture
def at_0003(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of the release before, with an administrator, two members and two phones."""
    path, steps = tmp_path / "raspisms.sqlite3", migrations._ladder()
    with monkeypatch.context() as patched:
        before = [step for step in steps if step.revision <= "0003"]
        patched.setattr(migrations, "_ladder", lambda: before)
        migrations.upgrade(path, tmp_path / "backups")
    with sqlite3.connect(path) as connection:
        for member, is_admin in ((1, 1), (2, 0), (3, 0)):
            _insert(connection, "member", id=member, is_admin=is_admin)
        for phone in (1, 2):
            numbers = {"paused": 0, "check_attempts": 0, "version": 1}
            _insert(connection, "phone", id=phone, settings="{}", **numbers)
        for member in (2, 3):
            _insert(connection, "phone_access", member_id=member, phone_id=1)
        _insert(connection, "conversation", id=1, phone_id=1, last_message_id=4, last_inbound_id=3)
        _insert(connection, "conversation", id=2, phone_id=2, last_message_id=5, last_inbound_id=5)
        for message, talk, direction in _MESSAGES:
            values = {"direction": direction, "segments": 1, "attempts": 0, "asked": 0}
            of = {"conversation_id": talk, "phone_id": talk, "status": "received"}
            _insert(connection, "message", id=message, **of, **values)
        _insert(connection, "read_mark", member_id=1, conversation_id=1, message_id=3)
        _insert(connection, "read_mark", member_id=2, conversation_id=1, message_id=1)
    connection.close()
    return path


def test_what_was_not_read_stays_unread_for_those_who_may_see_it(
    at_0003: Path, tmp_path: Path
) -> None:
    migrations.upgrade(at_0003, tmp_path / "backups")
    connection = sqlite3.connect(at_0003)
    marks = connection.execute(
        "SELECT member_id, conversation_id, unread_from, muted FROM conversation_mark ORDER BY 1, 2"
    ).fetchall()
    tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'read_mark'")
    assert tables.fetchall() == []
    connection.close()
    # The administrator has read the first, and never opened the second. A member had read one
    # message, the other none; the second conversation is of a phone that neither has.
    assert marks == [(1, 2, 5, 0), (2, 1, 2, 0), (3, 1, 1, 0)]
