"""What years of use leave behind: conversations that are over, with all that is kept of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from benchmarks.rows import Row, Rows, ago, insert
from benchmarks.texts import texts

#: Messages of one conversation: the provider took all of them, and each has come to its end.
PER_CONVERSATION = 20
#: The first conversation has one in so many of all messages.
LONG_ONE = 20
#: Every fourth came in, also the newest.
_INBOUND_EVERY = 4
#: The last but one of each conversation went out in calls to so many, with no id of its own.
_PER_CALL = 100
_FAILED_EVERY = 33
#: The newest are days old: nothing is due, awaited or in doubt.
_AGE, _NEWEST = timedelta(days=60), timedelta(days=5)
_UNREAD = 20


def add(rows: Rows, count: int) -> None:
    """Add ``count`` messages, a multiple of PER_CONVERSATION, mostly delivered ones."""
    past = _Past(rows, count)
    with without_indexes(rows.connection):
        insert(rows.connection, "conversation", past.conversations())
        insert(rows.connection, "message", past.messages())
        insert(rows.connection, "receipt", past.receipts())
        insert(rows.connection, "unmapped_id", past.unmapped())
        insert(rows.connection, "conversation_mark", past.marks())


class _Past:
    """The rows. The messages of all conversations alternate, as they do in life."""

    def __init__(self, rows: Rows, count: int) -> None:
        self._rows = rows
        #: Of each turn: all conversations have one message in it, and the long one the rest.
        self._messages = count // PER_CONVERSATION
        self._size = self._messages - self._messages // LONG_ONE
        self._conversation, self._message = rows.next_id("conversation"), rows.next_id("message")
        self._times = [
            ago(_NEWEST + (_AGE / PER_CONVERSATION) * (PER_CONVERSATION - 1 - turn))
            for turn in range(PER_CONVERSATION)
        ]

    def conversations(self) -> Iterator[Row]:
        for which in range(self._size):
            yield {
                "id": self._conversation + which,
                "phone_id": self._rows.phone,
                "peer": _peer(which),
                "last_message_id": self._newest(which),
                "last_inbound_id": self._newest(which),
            }

    def marks(self) -> Iterator[Row]:
        """The only member has read all but some."""
        for which in range(self._size):
            is_unread = which >= self._size - _UNREAD
            yield {
                "member_id": 1,
                "conversation_id": self._conversation + which,
                "unread_from": self._newest(which) if is_unread else None,
                "muted": 0,
            }

    def messages(self) -> Iterator[Row]:
        every = texts(self._messages * PER_CONVERSATION)
        for (turn, which, number), text in zip(self._each(), every, strict=True):
            at = self._times[turn]
            yield {
                "id": self._message + number,
                "conversation_id": self._conversation + which,
                "phone_id": self._rows.phone,
                "direction": "in" if _came_in(turn) else "out",
                "peer": _peer(which),
                "body": text,
                "segments": 1,
                "asked": 0,
                "service": self._rows.service,
                "created_at": at,
                "sent_at": at,
                **self._course(turn, number, at),
            }

    def receipts(self) -> Iterator[Row]:
        """One for each message that went out."""
        for turn, _, number in self._each():
            if _came_in(turn):
                continue
            has_failed = _has_failed(turn, number)
            yield {
                "service": self._rows.service,
                "provider_uid": _uid(number),
                "state": "failed" if has_failed else "delivered",
                "reason": "undelivered" if has_failed else "",
                "source": "callback",
                "raw": "ptt=4&date=2026-01-02+10%3A20%3A30&description=1",
                "received_at": self._times[turn],
                "message_id": None if _is_of_batch(turn) else self._message + number,
            }

    def unmapped(self) -> Iterator[Row]:
        for turn, _, number in self._each():
            if _is_of_batch(turn):
                yield {
                    "service": self._rows.service,
                    "provider_uid": _uid(number),
                    "phone_id": self._rows.phone,
                    "call_tag": _tag(turn, number),
                    "sent_at": self._times[turn],
                    "state": "delivered",
                    "reason": "",
                    "said_at": self._times[turn],
                    "is_open": 0,
                }

    def _each(self) -> Iterator[tuple[int, int, int]]:
        """Turn, conversation and number of each message, from the oldest to the newest."""
        for turn in range(PER_CONVERSATION):
            for place in range(self._messages):
                which = place if place < self._size else 0
                yield turn, which, turn * self._messages + place

    def _newest(self, which: int) -> int:
        """The number of the newest message of a conversation."""
        place = which or self._messages - 1
        return self._message + (PER_CONVERSATION - 1) * self._messages + place

    def _course(self, turn: int, number: int, at: str) -> Row:
        """What became of a message."""
        went_out = not _came_in(turn)
        has_failed = _has_failed(turn, number)
        status = ("failed" if has_failed else "delivered") if went_out else "received"
        return {
            "status": status,
            "reason": "undelivered" if has_failed else None,
            "attempts": 1 if went_out else 0,
            "claimed_at": at if went_out else None,
            "call_tag": _tag(turn, number) if went_out else None,
            "provider_uid": None if _is_of_batch(turn) else _uid(number),
            "credits": 1 if went_out else None,
            "final_at": at,
        }


def _peer(which: int) -> str:
    return f"+337{which:08}"


def _uid(number: int) -> str:
    return str(100_000_000 + number)


def _tag(turn: int, number: int) -> str:
    return f"rs{number // _PER_CALL if _is_of_batch(turn) else number:018x}"


def _came_in(turn: int) -> bool:
    return turn % _INBOUND_EVERY == _INBOUND_EVERY - 1


def _is_of_batch(turn: int) -> bool:
    return turn == PER_CONVERSATION - 2


def _has_failed(turn: int, number: int) -> bool:
    out = not _came_in(turn) and not _is_of_batch(turn)
    return out and number % _FAILED_EVERY == 0


@contextmanager
def without_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """Make the indexes anew afterwards, which is quicker than to keep them up to date.

    What is counted of campaigns is no index: it is kept while the rows are put in.
    """
    query = (
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
        " AND sql IS NOT NULL AND name NOT LIKE 'campaign_count_%'"
    )
    every = connection.execute(query).fetchall()
    for kind, name, _ in every:
        connection.execute(f"DROP {kind} {name}")
    yield
    for _, _, statement in every:
        connection.execute(statement)
    connection.execute("INSERT INTO message_search (message_search) VALUES ('rebuild')")
