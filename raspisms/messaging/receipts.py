"""Receipts: stored first, then applied; the same one twice, or in any order, changes nothing."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.base import AdapterError, Capability, ReceiptNews
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, Phone, Receipt
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.models import receipt as stored
from raspisms.sms import lifecycle
from raspisms.sms.lifecycle import Event, ReceiptState, Status

log = logging.getLogger(__name__)

CALLBACK, POLL = "callback", "poll"
#: A receipt whose message never turned up is forgotten after this.
_LONGEST_WAIT = timedelta(days=30)


def take(service: str, news: Iterable[ReceiptNews], source: str) -> None:
    """Store receipts of one service and apply them, in one durable transaction."""
    now = clock.now()
    with writing() as session:
        for one in news:
            _store(session, service, one, source, now)
            message = _message_of(session, service, one.provider_uid)
            if message is not None:
                apply_to(session, message)


def phone_of_token(token: str) -> Phone | None:
    """The phone whose callback address has this token, removed ones included.

    The address that a provider calls may be that of a phone since removed, while another phone of
    the same service goes on.
    """
    return reading().scalars(phones.by_token(token)).one_or_none()


def apply_to(session: Session, message: Message) -> None:
    """Make a message's status what all its receipts say together."""
    if message.service is None or message.provider_uid is None:
        return
    known = list(session.scalars(stored.about(message.service, message.provider_uid)))
    for receipt in known:
        receipt.message_id = message.id
    event = lifecycle.event_of_receipts(ReceiptState(receipt.state) for receipt in known)
    if event is None or not lifecycle.allows(Status(message.status), event):
        return
    message.status = lifecycle.next_status(Status(message.status), event)
    deciding = [r for r in known if r.state == _state_of(event)]
    failed = event is Event.RECEIPT_FAILED
    message.reason = (
        next((r.reason for r in deciding if r.reason), "undelivered") if failed else None
    )
    message.reason_detail = None
    message.final_at = deciding[0].received_at


def poll(engine: Engine, phone_id: int) -> None:
    """Ask the provider what became of the messages of one phone, in bulk."""
    phone = reading().get(Phone, phone_id)
    if phone is None or phone.removed_at is not None:
        return
    waiting = list(reading().scalars(messages.awaiting_receipt(phone_id)))
    wanted = {m.provider_uid for m in waiting if m.provider_uid is not None}
    if not wanted:
        return
    since = min(m.sent_at for m in waiting if m.sent_at is not None)
    service = phone.service
    adapter = engine.adapter(phone)
    reading().rollback()  # no transaction is open while the provider is asked
    try:
        news = adapter.poll_receipts(since, wanted)
    except AdapterError as error:
        log.info("Receipts of phone %s could not be asked for: %s", phone_id, error)
        return
    if news:
        take(service, news, POLL)


def pollable(now: datetime) -> list[tuple[int, timedelta]]:
    """The phones with messages to be asked about, with the pause between two askings."""
    rows = []
    for phone in reading().scalars(phones.present()):
        if Capability.POLL_RECEIPTS not in registry.get(phone.adapter).capabilities:
            continue
        _, youngest = reading().execute(messages.sent_range(phone.id)).one()
        if youngest is not None:
            rows.append((phone.id, lifecycle.receipt_pause(now - youngest)))
    return rows


def expire(now: datetime) -> None:
    """Close what was sent so long ago that no receipt will come; forget receipts of nobody."""
    limit = now - lifecycle.VALIDITY - lifecycle.RECEIPT_GRACE
    old = select(Message.id).where(messages.SENT, Message.sent_at < limit).limit(1)
    lost = Receipt.message_id.is_(None) & (Receipt.received_at < now - _LONGEST_WAIT)
    session = reading()
    if session.scalar(old) is None and session.scalar(select(Receipt.id).where(lost)) is None:
        return
    with writing() as session:
        session.execute(
            update(Message)
            .where(messages.SENT, Message.sent_at < limit)
            .values(
                status=lifecycle.next_status(Status.SENT, Event.NO_RECEIPT),
                reason="no_receipt",
                final_at=now,
            )
        )
        session.execute(delete(Receipt).where(lost))


def _store(session: Session, service: str, news: ReceiptNews, source: str, now: datetime) -> None:
    same = stored.about(service, news.provider_uid).where(
        Receipt.state == news.state, Receipt.reason == news.reason
    )
    if session.scalars(same).first() is None:
        session.add(
            Receipt(
                service=service,
                provider_uid=news.provider_uid,
                state=news.state,
                reason=news.reason,
                source=source,
                raw=news.raw,
                received_at=now,
            )
        )
        session.flush()


def _message_of(session: Session, service: str, provider_uid: str) -> Message | None:
    return session.scalars(messages.sent_as(service, provider_uid)).first()


def _state_of(event: Event) -> ReceiptState:
    return ReceiptState.DELIVERED if event is Event.RECEIPT_DELIVERED else ReceiptState.FAILED
