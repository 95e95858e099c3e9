"""What a household had before groups and opt-outs stays, and is found as before."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from raspisms import migrations

NOW = "2026-06-01 10:00:00"
CONTACTS = (
    (3, "Zoé Müller", "zoe muller", "+33639980003", "{}"),
    (7, "Ana", "ana", "+33639980007", '{"team": "U13"}'),
)
#: Campaigns, and how many messages of each are there; one of them was deleted.
CAMPAIGNS = {1: 1, 2: 3, 3: 2, 4: 0}
TEXT = "Rendez-vous à l’étang"


@pytest.fixture
def at_0006(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of the release before: a phone, contacts, campaigns to one and to several."""
    path, steps = tmp_path / "raspisms.sqlite3", migrations._ladder()
    with monkeypatch.context() as patched:
        before = [step for step in steps if step.revision <= "0006"]
        patched.setattr(migrations, "_ladder", lambda: before)
        migrations.upgrade(path, tmp_path / "backups")
    with closing(sqlite3.connect(path)) as connection, connection:
        _insert(connection, "phone", id=1, name="Maison", adapter="test", settings="{}")
        for row_id, name, key, number, data in CONTACTS:
            known = {"id": row_id, "name": name, "name_key": key, "number": number, "data": data}
            _insert(connection, "contact", **known)
        for campaign, count in CAMPAIGNS.items():
            _insert(connection, "campaign", id=campaign, phone_id=1, body=TEXT)
            for n in range(count):
                _message(connection, campaign, n)
    return path


def _message(connection: sqlite3.Connection, campaign: int, n: int) -> None:
    talk = campaign * 10 + n
    _insert(connection, "conversation", id=talk, phone_id=1, peer=f"+336399801{talk}")
    _insert(
        connection,
        "message",
        **{"id": talk, "conversation_id": talk, "phone_id": 1, "peer": f"+336399801{talk}"},
        **{"campaign_id": campaign, "direction": "out", "body": "" if talk == 31 else TEXT},
        **{"status": "pending" if talk in (10, 20) else "delivered"},
        **{"deleted_at": NOW if talk == 31 else None},
    )


def _insert(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """A row of which only what matters is given; what else must not be empty is 0 or NOW."""
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    for _, name, kind, needed, default, _ in columns:
        if needed and default is None and name not in values:
            values[name] = NOW if kind == "DATETIME" else 0
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


def _whole(connection: sqlite3.Connection, table: str) -> list[dict[str, object]]:
    connection.row_factory = sqlite3.Row
    return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY id")]


def test_all_that_was_there_stays_and_who_was_written_to_alone_is_known(
    at_0006: Path, tmp_path: Path
) -> None:
    tables = ("phone", "contact", "conversation", "campaign", "message")
    with closing(sqlite3.connect(at_0006)) as connection:
        before = {table: _whole(connection, table) for table in tables}
    migrations.upgrade(at_0006, tmp_path / "backups")
    with closing(sqlite3.connect(at_0006)) as connection:
        for table, rows in before.items():
            after = _whole(connection, table)
            assert [row | old for row, old in zip(after, rows, strict=True)] == after
        (notes,) = {row["notes"] for row in _whole(connection, "contact")}
        campaigns = {row["id"]: bool(row["direct"]) for row in _whole(connection, "campaign")}
        assert notes == ""
        waits = "SELECT id FROM message WHERE status = 'pending' AND direct"
        first = [row["id"] for row in connection.execute(waits)]
        assert first == [10], "it goes before the campaigns"
        assert campaigns == {1: True, 2: False, 3: False, 4: True}
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize(
    ("index", "words", "found"),
    [
        ("contact_search", "muller", [3]),
        ("contact_search", "ana", [7]),
        ("contact_number_search", "998000", [3, 7]),
        ("message_search", "etang", [10, 20, 21, 22, 30]),
    ],
)
def test_everything_is_found_afterwards(
    at_0006: Path, tmp_path: Path, index: str, words: str, found: list[int]
) -> None:
    migrations.upgrade(at_0006, tmp_path / "backups")
    sql = f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY rowid"
    with closing(sqlite3.connect(at_0006)) as connection, connection:
        assert [row for (row,) in connection.execute(sql, (words,))] == found
        # What becomes of a contact is told to the indexes from now on.
        connection.execute("UPDATE contact SET number = '+33612345678' WHERE id = 7")
        connection.execute("DELETE FROM contact WHERE id = 3")
        numbers = "SELECT rowid FROM contact_number_search WHERE contact_number_search MATCH ?"
        assert connection.execute(numbers, ("234567",)).fetchall() == [(7,)]
        assert connection.execute(numbers, ("998000",)).fetchall() == []


def test_what_was_written_to_several_is_counted(at_0006: Path, tmp_path: Path) -> None:
    migrations.upgrade(at_0006, tmp_path / "backups")
    with closing(sqlite3.connect(at_0006)) as connection:
        query = "SELECT campaign_id, status, reason, taken, credits, messages FROM campaign_count"
        counts = connection.execute(query).fetchall()
    assert counts == [
        (2, "delivered", "", 0, -1.0, 2),
        (2, "pending", "", 0, -1.0, 1),
        (3, "delivered", "", 0, -1.0, 2),
    ]


@pytest.mark.parametrize("status", ["pending", "held", "sending", "uncertain"])
def test_a_word_to_one_person_that_may_yet_leave_is_known(
    at_0006: Path, tmp_path: Path, status: str
) -> None:
    with closing(sqlite3.connect(at_0006)) as connection, connection:
        connection.execute("UPDATE message SET status = ?", (status,))
    migrations.upgrade(at_0006, tmp_path / "backups")
    with closing(sqlite3.connect(at_0006)) as connection:
        direct = connection.execute("SELECT id FROM message WHERE direct").fetchall()
    assert direct == [(10,)]
