"""Rows by the hundred thousand, as the engine leaves them in the database of a household."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from raspisms import sqlite

Row = Mapping[str, object]

#: Long enough ago that the provider is asked about them only every five minutes.
_SENT = timedelta(hours=12)


def ago(passed: timedelta) -> str:
    """An instant as the database keeps it. Negative for one to come."""
    return (datetime.now(UTC) - passed).replace(tzinfo=None).isoformat(" ", "microseconds")


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Put rows into a table; all have the columns of the first."""
    every = iter(rows)
    first = next(every, None)
    if first is None:
        return
    values = ", ".join(f":{column}" for column in first)
    # Tables and columns are named by the benchmarks themselves.
    statement = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({values})"
    connection.executemany(statement, chain([first], every))


@contextmanager
def adding(path: Path) -> Iterator["Rows"]:
    """What adds rows to the database of a folder with one phone: all at the end, or none."""
    with closing(sqlite3.connect(path / sqlite.DATABASE)) as connection, connection:
        yield Rows(connection)


class Rows:
    """Adds messages of the only phone; each group is to people of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        query = "SELECT id, service FROM phone"
        self.phone, self.service = connection.execute(query).fetchone()

    def sent(self, count: int) -> list[str]:
        """Messages that were sent and await their receipt; their ids at the provider."""
        at = ago(_SENT)
        uids = self._uids(count)
        state = {"status": "sent", "attempts": 1, "service": self.service, "credits": 1}
        self._add([state | {"provider_uid": uid, "created_at": at, "sent_at": at} for uid in uids])
        return uids

    def batches(self, calls: int, size: int) -> list[str]:
        """The same, sent in calls to ``size`` each: no id is mapped to a message."""
        at = ago(_SENT)
        uids = self._uids(calls * size)
        tags = [f"rsbatch{number // size:08}" for number in range(calls * size)]
        state = {"status": "sent", "attempts": 1, "service": self.service, "credits": 1}
        self._add([state | {"call_tag": tag, "created_at": at, "sent_at": at} for tag in tags])
        unmapped = {"service": self.service, "phone_id": self.phone, "sent_at": at, "state": ""}
        insert(
            self.connection,
            "unmapped_id",
            (
                unmapped | {"provider_uid": uid, "call_tag": tag, "reason": "", "is_open": 1}
                for uid, tag in zip(uids, tags, strict=True)
            ),
        )
        return uids

    def pending(self, texts: Iterable[str]) -> None:
        """Messages that are due."""
        at = ago(timedelta(0))
        state = {"status": "pending", "attempts": 0, "due_at": at, "attempt_at": at}
        self._add([state | {"body": text, "created_at": at} for text in texts])

    def doubtful(self, tag: str, size: int) -> None:
        """Messages of one call that had no clear end."""
        at = ago(timedelta(minutes=5))
        state = {"status": "uncertain", "attempts": 1, "service": self.service, "call_tag": tag}
        times = {"created_at": at, "claimed_at": at, "ask_at": at}
        self._add([state | times for _ in range(size)])

    def _uids(self, count: int) -> list[str]:
        (known,) = self.connection.execute("SELECT count(*) FROM message").fetchone()
        return [str(400_000_000 + known + number) for number in range(count)]

    def _add(self, messages: list[dict[str, object]]) -> None:
        """One conversation for each message."""
        first = self.next_id("conversation"), self.next_id("message")
        people = [
            {"phone_id": self.phone, "peer": f"+336{first[0] + number:08}"}
            for number in range(len(messages))
        ]
        insert(
            self.connection,
            "conversation",
            (
                who | {"id": first[0] + number, "last_message_id": first[1] + number}
                for number, who in enumerate(people)
            ),
        )
        shared = {"direction": "out", "body": "Bonjour", "segments": 1, "asked": 0}
        insert(
            self.connection,
            "message",
            (
                shared
                | who
                | {"id": first[1] + number, "conversation_id": first[0] + number}
                | message
                for number, (who, message) in enumerate(zip(people, messages, strict=True))
            ),
        )

    def next_id(self, table: str) -> int:
        """What the next row of a table is counted as."""
        query = f"SELECT coalesce(max(id), 0) + 1 FROM {table}"
        return int(self.connection.execute(query).fetchone()[0])
