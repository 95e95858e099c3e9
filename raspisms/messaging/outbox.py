"""The outbox: claims what is due, hands it to the provider, records what came of it.

The order is what keeps the promise that no message is lost and none is sent twice: the claim is
committed before any byte leaves, no transaction is open during the call, and a claim whose outcome
was not recorded counts as uncertain, never as unsent.
"""

import logging
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters.base import (
    Accepted,
    Adapter,
    AdapterError,
    Batch,
    NotSent,
    Outcome,
    Purpose,
    Refused,
    Throttled,
    Uncertain,
)
from raspisms.messaging import attention, receipts
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, Phone
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.sms import lifecycle
from raspisms.sms.lifecycle import Event, Status

log = logging.getLogger(__name__)

#: How many messages are looked at in one go; the rest comes right after.
_PORTION = 50


@dataclass(frozen=True)
class _Claim:
    """A message as it was when it was claimed."""

    message_id: int
    receiver: str
    text: str
    tag: str


def recover(engine: Engine) -> None:
    """Claims without an outcome, of a process that died or a record that failed, are uncertain."""
    lost = [
        message.id
        for message in reading().scalars(messages.claimed())
        if message.id not in engine.in_flight
    ]
    now = clock.now()
    for message_id in lost:
        with writing() as session:
            message = session.get_one(Message, message_id)
            if message.status == Status.SENDING and message_id not in engine.in_flight:
                _doubt(engine, message, now, "stopped_while_sending", "")


def hold_overdue(engine: Engine) -> None:
    """At start: what should have gone long ago waits for a person's word."""
    now = clock.now()
    with writing() as session:
        session.execute(
            update(Message)
            .where(messages.PENDING, Message.due_at < now - engine.hold_after)
            .values(status=lifecycle.next_status(Status.PENDING, Event.HOLD), reason="overdue")
        )


def phones_with_work(engine: Engine, now: datetime) -> tuple[list[int], datetime | None]:
    """The phones that have something to send now, and when the next one will."""
    ready, later = [], []
    for phone in reading().scalars(phones.working()):
        wanted = reading().scalar(messages.next_attempt(phone.id))
        if wanted is None:
            continue
        wanted = max(wanted, now + engine.rest_left(phone)) if engine.rests(phone) else wanted
        if wanted <= now:
            ready.append(phone.id)
        else:
            later.append(wanted)
    return ready, min(later, default=None)


def send_due(engine: Engine, phone_id: int) -> None:
    """Send what is due on one phone, one message after the other, until there is nothing left.

    It stops early when the provider cannot take more now; the phone then rests.
    """
    while True:
        phone = reading().get(Phone, phone_id)
        if phone is None or phone.removed_at is not None or phone.paused or engine.rests(phone):
            return
        due = [m.id for m in reading().scalars(messages.due(phone_id, clock.now(), _PORTION))]
        if not due:
            return
        for message_id in due:
            if engine.stopping.is_set() or not _send_one(engine, phone_id, message_id):
                return


def _send_one(engine: Engine, phone_id: int, message_id: int) -> bool:
    """Whether the phone can go on with the next message."""
    phone = reading().get_one(Phone, phone_id)
    if engine.rests(phone):
        return False
    adapter, bucket, service = engine.adapter(phone), engine.bucket(phone), phone.service
    reading().rollback()  # no transaction is open while the provider is asked
    try:
        # What may have to wait, waits before the claim.
        adapter.prepare_to_send()
        bucket.take(Purpose.SEND)
    except Throttled as error:
        engine.rest(reading().get_one(Phone, phone_id), error.retry_after, failed=False)
        return False
    except AdapterError as error:
        _postpone_unclaimed(engine, message_id, NotSent("unreachable", str(error.message)))
        return False
    with _flying(engine, message_id):
        claim = _claim(engine, message_id, service)
        if claim is not None:
            _record(engine, claim.message_id, _hand_over(adapter, claim))
    return True


@contextmanager
def _flying(engine: Engine, message_id: int) -> Iterator[None]:
    engine.in_flight.add(message_id)
    try:
        yield
    finally:
        engine.in_flight.discard(message_id)


def _claim(engine: Engine, message_id: int, service: str) -> _Claim | None:
    """Take a message for sending, durably; None when it is no more to be sent."""
    tag = f"rs{secrets.token_hex(9)}"
    now = clock.now()
    with writing() as session:
        if _hold_if_overdue(engine, session.get_one(Message, message_id), now):
            return None
        claimed = session.execute(
            update(Message)
            .where(
                Message.id == message_id,
                Message.status == Status.PENDING,
                Message.attempt_at <= now,
                Message.phone_id.in_(phones.working().with_only_columns(Phone.id).order_by(None)),
            )
            .values(
                status=lifecycle.next_status(Status.PENDING, Event.CLAIM),
                claimed_at=now,
                claimed_by=engine.process,
                call_tag=tag,
                service=service,
                attempts=Message.attempts + 1,
                absent_at=None,
                asked=0,
            )
        )
        if claimed.rowcount != 1:  # type: ignore[attr-defined]
            return None
        message = session.get_one(Message, message_id)
        return _Claim(message.id, message.peer, message.body, tag)


def _hold_if_overdue(engine: Engine, message: Message, now: datetime) -> bool:
    """Also while running: the phone was paused for long, or the clock was set forward."""
    due_at = message.due_at or message.created_at
    if message.status != Status.PENDING or not lifecycle.is_overdue(due_at, now, engine.hold_after):
        return False
    message.status = lifecycle.next_status(Status.PENDING, Event.HOLD)
    message.reason = message.reason or "overdue"
    return True


def _hand_over(adapter: Adapter, claim: _Claim) -> Outcome:
    batch = Batch(claim.text, (claim.receiver,), claim.tag, lifecycle.VALIDITY)
    try:
        outcomes = adapter.send(batch)
    except Exception as error:
        # A fault of the adapter's own code. The call may have been made, so the message counts as
        # uncertain; the others go on.
        log.exception("The adapter failed on message %s", claim.message_id)
        return Uncertain(repr(error))
    return outcomes.get(claim.receiver, Uncertain("the adapter said nothing of this one"))


def _record(engine: Engine, message_id: int, outcome: Outcome) -> None:
    """Store what came of a call. Until this is committed, the message counts as uncertain."""
    now = clock.now()
    with writing() as session:
        message = session.get_one(Message, message_id)
        if message.status != Status.SENDING:
            return
        _apply(engine, session, message, outcome, now)
        phone = session.get_one(Phone, message.phone_id)
        attention.note_outcome(phone, outcome, now)


def _apply(
    engine: Engine, session: Session, message: Message, outcome: Outcome, now: datetime
) -> None:
    match outcome:
        case Accepted(provider_uid, credit):
            accept(session, message, provider_uid, credit, Event.ACCEPTED, now)
            engine.worked(message.phone_id)
        case Refused(code, detail):
            message.status = lifecycle.next_status(Status.SENDING, Event.REFUSED)
            message.reason, message.reason_detail = code, detail[:500]
            message.final_at = now
            engine.worked(message.phone_id)
        case NotSent():
            message.status = lifecycle.next_status(Status.SENDING, Event.NOT_SENT)
            _postpone(engine, session, message, outcome, now)
        case Uncertain(detail):
            _doubt(engine, message, now, "no_answer", detail)


def accept(
    session: Session,
    message: Message,
    provider_uid: str,
    credit: float | None,
    event: Event,
    now: datetime,
) -> None:
    """The provider has the message. Receipts that came before this was known are applied."""
    message.status = lifecycle.next_status(Status(message.status), event)
    message.provider_uid, message.credits = provider_uid, credit
    message.reason = message.reason_detail = message.ask_at = None
    message.sent_at = now if event is Event.ACCEPTED else message.claimed_at
    receipts.apply_early(session, message)


def _doubt(engine: Engine, message: Message, now: datetime, reason: str, detail: str) -> None:
    message.status = lifecycle.next_status(Status(message.status), Event.UNCLEAR)
    message.reason, message.reason_detail = reason, detail[:500] or None
    message.ask_at = now + engine.ask_after
    message.asked, message.absent_at = 0, None


def _postpone_unclaimed(engine: Engine, message_id: int, outcome: NotSent) -> None:
    """The call could not even be prepared: the message was not claimed, and tries again later."""
    now = clock.now()
    with writing() as session:
        message = session.get_one(Message, message_id)
        if message.status != Status.PENDING:
            return
        message.attempts += 1
        _postpone(engine, session, message, outcome, now)
        attention.note_outcome(session.get_one(Phone, message.phone_id), outcome, now)


def _postpone(
    engine: Engine, session: Session, message: Message, outcome: NotSent, now: datetime
) -> None:
    """Try again later.

    Mostly what stands in the way is not the message: the whole phone rests then, and its messages
    keep their order. Else only this one waits, and the others go on.
    """
    phone = session.get_one(Phone, message.phone_id)
    message.reason, message.reason_detail = outcome.code, outcome.detail[:500] or None
    of_phone = attention.concerns_phone(outcome)
    decision = lifecycle.after_not_sent(
        attempts=engine.failed(phone) if of_phone else message.attempts,
        due_at=message.due_at or message.created_at,
        now=now,
        hold_after=engine.hold_after,
        retry_after=outcome.retry_after,
        jitter=random.random(),  # noqa: S311 - spreads retries, protects nothing
    )
    if isinstance(decision, lifecycle.Hold):
        message.status = lifecycle.next_status(Status.PENDING, Event.HOLD)
    elif of_phone:
        engine.rest(phone, decision.at - now)
    else:
        message.attempt_at = decision.at
