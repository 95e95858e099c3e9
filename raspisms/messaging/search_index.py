"""The index of messages: which hold given words, of given phones, people and months.

It is SQLite's FTS5 over the table of messages, without a copy of the texts; triggers keep it true.
Beside the words it holds where a message belongs (``place``), so that what a member may not see,
other people's and other months' messages are passed over within the index. What is asked for comes
newest first and is found while it is read: frequent words cost no more than rare ones.

``place`` is made of three tokens, each begun by a private sign of Unicode that no word has: way and
phone, conversation, month. A text may contain such signs; whatever decides who sees what is asked
of the message itself once more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    column,
    func,
    literal_column,
    select,
    table,
)

from raspisms.messaging import full_text
from raspisms.messaging.search_words import Words
from raspisms.messaging.transactions import reading
from raspisms.models import Message
from raspisms.models import message as messages

#: The private signs of the triggers: a way, a conversation; months count from the first.
_WAY = {messages.OUT: chr(63489), messages.IN: chr(63490)}
_CONVERSATION, _MONTH, _MONTHS = chr(63492), 57344, 4096
#: The newest that begin alike are read before the rest is gathered, in these portions.
_PORTIONS = (400, 800)
#: Fewer than one in so many of them: then it is rare, and little is to be gathered.
_RARE = 10

#: When a message went or came, or is to go.
shown_at = func.coalesce(Message.sent_at, Message.due_at, Message.created_at)

_search = table("message_search", column("rowid"))
_rowid: ColumnElement[int] = _search.c.rowid


@dataclass(frozen=True)
class Range:
    """Messages older than ``below`` and newer than ``above``, by their numbers."""

    below: int | None = None
    above: int | None = None


class Index:
    """The messages that hold ``words`` in some ``places``, for which ``conditions`` are true."""

    def __init__(
        self, words: Words, places: Sequence[str], conditions: Sequence[ColumnElement[bool]]
    ) -> None:
        self._words = words
        self._exact = full_text.all_of([full_text.expression(words, "body"), *places])
        self._rough = full_text.all_of([full_text.rough_expression(words, "body"), *places])
        self._conditions = conditions

    def newest(self, within: Range, limit: int) -> list[int]:
        """The numbers of the newest that match, newest first."""
        found: list[int] = []
        if not full_text.is_rough_enough(self._words):
            for portion in _PORTIONS:
                near = self._texts(within, portion)
                some = full_text.matching(near, self._words)
                found += some
                if len(near) < portion or len(found) >= limit:
                    return found[:limit]
                within = Range(min(near), within.above)
                if len(some) * _RARE < portion:
                    break
        rest = self._query(self._exact, within).limit(limit - len(found))
        return [*found, *reading().scalars(rest)]

    def nth(self, count: int, below: int | None) -> int | None:
        """The number of the message before which ``count`` newer ones hold the words."""
        query = _matching(self._exact, Range(below)).offset(count).limit(1)
        return reading().scalar(query)

    def _texts(self, within: Range, limit: int) -> dict[int, str]:
        """The newest that may match, newest first."""
        query = self._query(self._rough, within).with_only_columns(Message.id, Message.body)
        return {row.id: row.body for row in reading().execute(query.limit(limit))}

    def _query(self, expression: str, within: Range) -> Select[int]:
        return (
            _matching(expression, within)
            .join(Message, Message.id == _rowid)
            .where(Message.deleted_at.is_(None), *self._conditions)
        )


def of_phones(phone_ids: Iterable[int], direction: str | None) -> str:
    """Where messages of some phones are, of one way or of both."""
    ways = [_WAY[direction]] if direction else list(_WAY.values())
    return full_text.any_of([f"{way}{phone}" for phone in phone_ids for way in ways], "place")


def of_conversations(conversation_ids: Iterable[int]) -> str:
    return full_text.any_of([f"{_CONVERSATION}{one}" for one in conversation_ids], "place")


def of_months(first: datetime, last: datetime) -> str:
    """Where messages are that are shown between two instants, both aware."""
    months = range(_month(first), _month(last) + 1)
    return full_text.any_of([chr(_MONTH + month % _MONTHS) for month in months], "place")


def _month(at: datetime) -> int:
    at = at.astimezone(UTC)
    return 12 * at.year + at.month


def _matching(expression: str, within: Range) -> Select[int]:
    query = select(_rowid).where(
        literal_column("message_search").op("MATCH")(expression),
    )
    if within.below is not None:
        query = query.where(_rowid < within.below)
    if within.above is not None:
        query = query.where(_rowid > within.above)
    return query.order_by(_rowid.desc())
