"""What is counted of campaigns is what their messages are, whatever happened to these."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raspisms import migrations

AT, LATER = "2026-06-01 10:00:00", "2026-06-02 10:00:00"
#: The last campaign is from one person to another.
CAMPAIGNS, DIRECT = (1, 2, 3), 3
VALUES = {
    "campaign_id": st.sampled_from([None, *CAMPAIGNS]),
    "status": st.sampled_from(["pending", "sent", "failed"]),
    "reason": st.sampled_from([None, "absent"]),
    "sent_at": st.sampled_from([None, AT, LATER]),
    "segments": st.integers(1, 3),
    "credits": st.sampled_from([None, 0.0, 0.1, 0.7]),
    "body": st.just("Bonjour"),
}
ROW = st.fixed_dictionaries(VALUES)
#: Which messages it is about: all whose number leaves a rest when it is divided.
SOME = st.tuples(st.integers(1, 3), st.integers(0, 2))
ACT = st.one_of(
    st.tuples(st.just("insert"), st.just((1, 0)), ROW),
    st.tuples(st.just("update"), SOME, st.fixed_dictionaries({}, optional=VALUES)),
    st.tuples(st.just("delete"), SOME, st.just({})),
)
KEPT = """
    SELECT campaign_id, status, reason, taken, segments, credits, messages
    FROM campaign_count WHERE messages <> 0
"""
LEDGER = """
    SELECT campaign_id, status, coalesce(reason, ''), sent_at IS NOT NULL, segments,
        coalesce(credits, -1), count(*)
    FROM message JOIN campaign ON campaign.id = campaign_id WHERE NOT campaign.direct
    GROUP BY 1, 2, 3, 4, 5, 6
"""
#: Messages that were taken later than it is kept.
TOO_EARLY = """
    SELECT id FROM message JOIN campaign_count AS kept USING (campaign_id, status, segments)
    WHERE kept.taken AND kept.reason = coalesce(message.reason, '')
        AND kept.credits = coalesce(message.credits, -1) AND message.sent_at > kept.sent_until
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """One of the newest schema, with campaigns and without a message."""
    folder = tmp_path_factory.mktemp("counts")
    migrations.upgrade(folder / "database", folder / "backups")
    with closing(sqlite3.connect(folder / "database")) as connection:
        for one in CAMPAIGNS:
            connection.execute(
                "INSERT INTO campaign (id, phone_id, body, direct, due_at, created_at)"
                " VALUES (?, 1, 'Bonjour', ?, ?, ?)",
                (one, one == DIRECT, AT, AT),
            )
        connection.commit()
        yield connection


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACT, max_size=25))
def test_the_counts_are_those_of_the_messages(
    database: sqlite3.Connection, acts: list[tuple[str, tuple[int, int], dict[str, object]]]
) -> None:
    try:
        for act, some, row in acts:
            do(database, act, some, row)
            kept, ledger = (sorted(database.execute(query)) for query in (KEPT, LEDGER))
            assert kept == ledger
            assert database.execute(TOO_EARLY).fetchall() == []
    finally:
        database.rollback()


def do(
    database: sqlite3.Connection, act: str, some: tuple[int, int], row: dict[str, object]
) -> None:
    which = f"WHERE id % {some[0]} = {some[1]}"
    match act:
        case "insert":
            names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            database.execute(
                "INSERT INTO message (conversation_id, phone_id, direction, peer, attempts, asked,"
                f" created_at, {names})"
                f" VALUES (1, 1, 'out', '+33639980000', 0, 0, '{AT}', {marks})",
                row,
            )
        case "update" if row:
            values = ", ".join(f"{name} = :{name}" for name in row)
            database.execute(f"UPDATE message SET {values} {which}", row)
        case "delete":
            database.execute(f"DELETE FROM message {which}")
