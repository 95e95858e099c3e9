"""Receipts: stored first, then applied; the same one twice, or in any order, changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters.answers import ReceiptNews
from raspisms.messaging import mapping
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, Receipt, message_receipts
from raspisms.models import message as messages
from raspisms.models import receipt as stored
from raspisms.sms import lifecycle
from raspisms.sms.lifecycle import Event, ReceiptState, Status

CALLBACK, POLL = "callback", "poll"
#: A receipt whose message never turned up is forgotten after this.
_LONGEST_WAIT = timedelta(days=30)

#: The provider's id, what was said, why: the same said again is no second receipt.
_Key = tuple[str, str, str]
#: Row of ``message_receipts.SENT_AS``: id, provider_uid, status.
_Sent = Row[int, str | None, str]


def take(service: str, news: Iterable[ReceiptNews], source: str) -> None:
    """Store receipts of one service and apply them, in one durable transaction."""
    with writing() as session:
        store_and_apply(session.connection(), [Told(service, tuple(news), source)])


class Told(NamedTuple):
    """What one call or one asking said."""

    service: str
    news: tuple[ReceiptNews, ...]
    source: str


def store_and_apply(connection: Connection, batch: Sequence[Told]) -> None:
    """Store receipts and apply them, within the transaction of ``connection``.

    With few statements for the whole batch, and no objects: this is the busiest path.
    """
    for service in dict.fromkeys(told.service for told in batch):
        _of_one_service(connection, service, [told for told in batch if told.service == service])


def apply_early(session: Session, message: Message) -> None:
    """Apply the receipts that came before it was known which message they are about."""
    if message.service is None or message.provider_uid is None:
        return
    session.flush()
    connection = session.connection()
    connection.execute(
        stored.ASSIGN,
        {"of_service": message.service, "of_uid": message.provider_uid, "message": message.id},
    )
    about = message.service, [message.provider_uid]
    _apply(connection, _rows(connection, *about), _said(connection, *about))
    session.expire(message)


def _of_one_service(connection: Connection, service: str, batch: Sequence[Told]) -> None:
    now = clock.now()
    uids = list(dict.fromkeys(one.provider_uid for told in batch for one in told.news))
    placed = _place(connection, service, batch)
    said = _said(connection, service, uids)
    sent = _rows(connection, service, uids)
    messages_of = {row.provider_uid: row.id for row in sent}
    new: dict[_Key, dict[str, Any]] = {}
    for told in batch:
        for one in told.news:
            key = one.provider_uid, one.state, one.reason
            if key not in said and key not in new:
                new[key] = _row(told, one, now, messages_of.get(one.provider_uid))
    if new:
        connection.execute(stored.STORE, list(new.values()))
        mapping.take_in(connection, service, [uid for uid in uids if uid not in messages_of])
    if new or placed:
        _apply(connection, sent, said | dict.fromkeys(new, now))
    for tag in placed:
        mapping.settle(connection, tag)


def _place(connection: Connection, service: str, batch: Sequence[Told]) -> set[str]:
    """Give ids to the messages to whom the provider says that they belong; the calls of these."""
    named = {one.provider_uid: one.receiver for told in batch for one in told.news if one.receiver}
    tags = (mapping.place(connection, service, uid, to) for uid, to in named.items())
    return {tag for tag in tags if tag is not None}


def _apply(connection: Connection, sent: Sequence[_Sent], said: Mapping[_Key, datetime]) -> None:
    """Make each message's status what all its receipts say together."""
    changes = [change for row in sent if (change := _change(row, said))]
    if changes:
        connection.execute(message_receipts.CLOSE, changes)


def _rows(connection: Connection, service: str, uids: list[str]) -> Sequence[_Sent]:
    return connection.execute(message_receipts.SENT_AS, {"service": service, "uids": uids}).all()


def _said(connection: Connection, service: str, uids: list[str]) -> dict[_Key, datetime]:
    rows = connection.execute(stored.ABOUT, {"service": service, "uids": uids})
    return {(row.provider_uid, row.state, row.reason): row.received_at for row in rows}


def _row(told: Told, one: ReceiptNews, now: datetime, message_id: int | None) -> dict[str, Any]:
    return {
        "service": told.service,
        "provider_uid": one.provider_uid,
        "state": one.state,
        "reason": one.reason,
        "source": told.source,
        "raw": one.raw,
        "received_at": now,
        "message_id": message_id,
    }


def _change(message: _Sent, said: Mapping[_Key, datetime]) -> dict[str, Any] | None:
    """What all its receipts make of a message; None where that is nothing new."""
    mine = {key: at for key, at in said.items() if key[0] == message.provider_uid}
    event = lifecycle.event_of_receipts(ReceiptState(state) for _, state, _ in mine)
    if event is None or not lifecycle.allows(Status(message.status), event):
        return None
    failed = event is Event.RECEIPT_FAILED
    deciding = ReceiptState.FAILED if failed else ReceiptState.DELIVERED
    reasons = [(reason, at) for (_, state, reason), at in mine.items() if state == deciding]
    return {
        "message": message.id,
        "new_status": lifecycle.next_status(Status(message.status), event),
        "why": next((reason for reason, _ in reasons if reason), "undelivered") if failed else None,
        "at": reasons[0][1],
    }


def expire(now: datetime) -> None:
    """Close what was sent so long ago that no receipt will come; forget receipts of nobody."""
    is_over = _is_over(now)
    old = select(Message.id).where(messages.SENT, is_over).limit(1)
    lost = Receipt.message_id.is_(None) & (Receipt.received_at < now - _LONGEST_WAIT)
    session = reading()
    if session.scalar(old) is None and session.scalar(select(Receipt.id).where(lost)) is None:
        return
    with writing() as session:
        session.execute(
            update(Message)
            .where(messages.SENT, is_over)
            .values(
                status=lifecycle.next_status(Status.SENT, Event.NO_RECEIPT),
                reason="no_receipt",
                final_at=now,
            )
        )
        session.execute(delete(Receipt).where(lost))
        mapping.forget_before(session, now - _LONGEST_WAIT)


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Whether a message's time to be delivered is past, and that of its receipt too."""
    given = select(Message.validity).where(messages.SENT, Message.validity.is_not(None)).distinct()
    own = [
        and_(Message.validity == minutes, Message.sent_at < _sent_until(now, minutes))
        for minutes in reading().scalars(given)
    ]
    return or_(and_(Message.validity.is_(None), Message.sent_at < _sent_until(now, None)), *own)


def _sent_until(now: datetime, minutes: int | None) -> datetime:
    return now - lifecycle.validity_of(minutes) - lifecycle.RECEIPT_GRACE
