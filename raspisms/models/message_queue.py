"""Messages that have to go, and calls whose end is in doubt: what sending asks of the table."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, Select, bindparam, cast, func, select, text

from raspisms.models.message import PENDING, SENDING, UNCERTAIN, Message

_message = Message.__table__
# Written out for the planner, as those of ``message``.
_DIRECT = text("message.direct")


class DueRow(NamedTuple):
    """What has to be known of a message to choose it for a call."""

    id: int
    peer: str
    body: str
    flash: bool
    validity: int | None
    batch_limit: int | None
    due_at: datetime | None
    created_at: datetime
    direct: bool


_DUE_COLUMNS = (
    Message.id,
    Message.peer,
    Message.body,
    Message.flash,
    Message.validity,
    Message.batch_limit,
    Message.due_at,
    Message.created_at,
    Message.direct,
)


def due(
    phone_id: int, now: datetime, limit: int, *, scheduled_too: bool = True, direct: bool = False
) -> Select[*tuple[Any, ...]]:
    """Pending messages of a phone whose time has come, the longest waiting first, as DueRow.

    ``direct``: only the words to one person.
    """
    query = select(*_DUE_COLUMNS).where(
        Message.phone_id == phone_id,
        PENDING,
        Message.attempt_at <= now,
    )
    if not scheduled_too:
        query = query.where(Message.scheduled.is_(False))
    if direct:
        query = query.where(_DIRECT)
    return query.order_by(Message.attempt_at, Message.id).limit(limit)


def due_ids(phone_id: int, now: datetime) -> Select[int]:
    """The same, all of them, where not even the texts may be readable."""
    return select(Message.id).where(
        Message.phone_id == phone_id, PENDING, Message.attempt_at <= now
    )


def row(message_id: int) -> Select[*tuple[Any, ...]]:
    """One message as DueRow."""
    return select(*_DUE_COLUMNS).where(Message.id == message_id)


def next_attempt(phone_id: int, *, scheduled_too: bool = True) -> Select[datetime | None]:
    """When the next pending message of a phone wants to go."""
    query = select(func.min(Message.attempt_at)).where(Message.phone_id == phone_id, PENDING)
    return query if scheduled_too else query.where(Message.scheduled.is_(False))


def queued(phone_ids: Iterable[int], now: datetime) -> Select[int, int, int]:
    """For each of some phones: how many messages are due, and how many different texts."""
    return (
        select(
            Message.phone_id,
            func.count().label("messages"),
            func.count(Message.body.distinct()).label("texts"),
        )
        .where(Message.phone_id.in_(list(phone_ids)), PENDING, Message.attempt_at <= now)
        .group_by(Message.phone_id)
    )


def claimed() -> Select[int]:
    """The ids of the messages that are claimed."""
    return select(Message.id).where(SENDING)


def calls_to_ask(phone_id: int, now: datetime, limit: int) -> Select[str | None]:
    """The marks of the calls of a phone about which the provider should be asked now."""
    first = func.min(Message.ask_at)
    return (
        select(Message.call_tag)
        .where(Message.phone_id == phone_id, UNCERTAIN, Message.ask_at <= now)
        .group_by(Message.call_tag)
        .order_by(first)
        .limit(limit)
    )


def in_doubt(phone_id: int, tag: str) -> Select[Message]:
    """The uncertain messages of one call that are to be asked about."""
    return (
        select(Message)
        .where(
            Message.phone_id == phone_id,
            UNCERTAIN,
            Message.call_tag == tag,
            Message.ask_at.is_not(None),
        )
        .order_by(Message.id)
    )


def next_asking(phone_id: int) -> Select[datetime | None]:
    return select(func.min(Message.ask_at)).where(Message.phone_id == phone_id, UNCERTAIN)


#: The bytes of the texts of the message ``message``, also where they are no text any more.
RAW_TEXTS = select(
    cast(_message.c.body, LargeBinary).label("body"),
    cast(_message.c.peer, LargeBinary).label("peer"),
).where(_message.c.id == bindparam("message"))
