"""The inbox: what came in is stored before the provider is told that it may forget it."""

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.answers import Inbound
from raspisms.adapters.base import Adapter, Capability
from raspisms.adapters.errors import AdapterError, Misconfigured, UnreadableMessage
from raspisms.messaging import attention, joining, opt_out_replies, phone_faults, push, times
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, Phone
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.sms.content import printable
from raspisms.sms.lifecycle import Status
from raspisms.sms.numbers import parse_sender
from raspisms.sms.segments import measure

log = logging.getLogger(__name__)

#: Usually only what came in since the last listing is listed; the overlap is for messages that the
#: provider shows late.
_OVERLAP = timedelta(days=2)
#: SQLite takes so many values in one question.
_MOST_IDS = 500


def receiving_phones() -> list[int]:
    """The phones whose inbox is to be polled."""
    return [
        phone.id
        for phone in reading().scalars(phones.working())
        if Capability.RECEIVE in registry.abilities(phone.adapter, phone.settings)
    ]


def poll(engine: Engine, phone_id: int) -> None:
    """Fetch and store what came in on one phone."""
    phone = reading().get(Phone, phone_id)
    if phone is None or phone.removed_at is not None or phone.paused:
        return
    adapter = engine.adapter(phone)
    reading().rollback()  # no transaction is open while the provider is asked
    try:
        listed = adapter.list_inbox(_since(engine, phone_id))
        listed_at = engine.time.now()
        taken = True
        for provider_uid in _unknown(phone_id, list(listed)):
            if engine.stopping.is_set():
                return
            taken &= _take(engine, adapter, phone_id, provider_uid)
        if taken and engine.time.difference() is not None:  # else the time may be any
            engine.inbox_listed[phone_id] = listed_at
        engine.last_worked.note(phone_id, phone_faults.RECEIVE)
        times.note(phone_id, engine.time.difference())
    except Misconfigured as fault:
        _note(phone_id, fault)
        phone_faults.keep(phone_id, phone_faults.RECEIVE, fault)
    except AdapterError as error:
        log.info("The inbox of phone %s could not be read: %s", phone_id, error)
        phone_faults.keep(phone_id, phone_faults.RECEIVE, error)


def _since(engine: Engine, phone_id: int) -> datetime | None:
    """From when to list: all of it at the first time in this process, to miss nothing.

    Not by the newest known message: the provider may have called with that one, while older ones
    were never told.
    """
    listed_at = engine.inbox_listed.get(phone_id)
    return listed_at - _OVERLAP if listed_at else None


def _unknown(phone_id: int, listed: list[str]) -> list[str]:
    """Those of the listed ids that are not stored yet, in the provider's order."""
    known: set[str | None] = set()
    for start in range(0, len(listed), _MOST_IDS):
        portion = listed[start : start + _MOST_IDS]
        known.update(reading().scalars(messages.known_uids(phone_id, messages.IN, portion)))
    reading().rollback()
    return [uid for uid in dict.fromkeys(listed) if uid not in known]


def _take(engine: Engine, adapter: Adapter, phone_id: int, provider_uid: str) -> bool:
    """Fetch one message, store it, then let the provider forget it; False if it is set aside."""
    service = adapter.service_key(adapter.settings)
    if engine.is_set_aside(phone_id, provider_uid):
        return False
    try:
        inbound = adapter.fetch(provider_uid)
    except UnreadableMessage as error:
        engine.set_aside(phone_id, provider_uid)
        log.warning("Phone %s: %s", phone_id, error)
        phone_faults.keep(phone_id, phone_faults.RECEIVE, error)
        return False
    if inbound is not None:
        store(engine, phone_id, service, inbound)
        adapter.acknowledge(provider_uid)
    return True


def store(engine: Engine, phone_id: int, service: str, inbound: Inbound) -> None:
    """Store a message that came in, in a transaction of its own."""
    message = received(engine, phone_id, service, inbound)
    with writing() as session:
        keep(session, engine, message)


def received(engine: Engine, phone_id: int, service: str, inbound: Inbound) -> Message:
    """A message that came in, not stored yet."""
    now = clock.now()
    body = printable(inbound.text)
    return Message(
        phone_id=phone_id,
        direction=messages.IN,
        peer=parse_sender(inbound.sender, engine.config.country),
        body=body,
        segments=measure(body).segments,
        status=Status.RECEIVED,
        service=service,
        provider_uid=inbound.provider_uid,
        attempts=0,
        asked=0,
        created_at=now,
        sent_at=_instant(inbound.sent_at, engine.time.now()),
        final_at=now,
    )


def keep(session: Session, engine: Engine, message: Message) -> None:
    """Store what came in, once, however often and in whichever way it is told."""
    same = select(Message.id).where(
        Message.phone_id == message.phone_id,
        Message.direction == messages.IN,
        Message.provider_uid == message.provider_uid,
    )
    if session.scalar(same) is None:
        joining.put(session, message)
        push.queue(session, message, engine.time.now())
        opt_out_replies.heard(session, engine, message)


def _instant(told: datetime | None, true_now: datetime) -> datetime:
    """When it was sent, as told; now where that is nothing, or no time that can be kept."""
    try:
        return told.astimezone(UTC) if told else true_now
    except OverflowError:
        return true_now


def _note(phone_id: int, fault: Misconfigured) -> None:
    log.warning("The provider refuses phone %s: %s", phone_id, fault)
    phone = reading().get_one(Phone, phone_id)
    if phone.problem == fault.code:
        return  # known already: nothing is written while nothing changes
    with writing() as session:
        attention.note_fault(session.get_one(Phone, phone_id), fault, clock.now())
