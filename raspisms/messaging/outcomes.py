"""What came of a call, stored: until this is committed, its messages count as uncertain."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters.answers import Accepted, NotSent, Outcome, Refused, SendReport, Uncertain
from raspisms.messaging import attention, mapping, phone_faults, phone_sets, receipts
from raspisms.messaging.claims import Claim
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import writing
from raspisms.models import Message, Phone
from raspisms.sms import lifecycle
from raspisms.sms.lifecycle import Event, Status

#: A provider that gives no clear answer is given no more for a moment, and this long at most.
_LONGEST_REST_IN_DOUBT = timedelta(minutes=1)


def record(engine: Engine, claim: Claim, report: SendReport, *, fault: bool = False) -> None:
    """Store what came of a call. ``fault`` is one of our own code, met while the call was made."""
    with writing() as session:
        mine = session.scalars(
            select(Message).where(Message.call_tag == claim.tag, Message.status == Status.SENDING)
        ).all()
        recording = _Recording(engine, session, claim, fault=fault)
        told = _checked(mine, report)
        for message in mine:
            recording.apply(message, told.outcomes[message.peer])
        accepted = [one for one in mine if one.status == Status.SENT and one.provider_uid is None]
        mapping.keep(session, accepted, told.unmapped)
        phone = session.get_one(Phone, claim.phone_id)
        attention.note_outcomes(phone, told.outcomes.values(), recording.now)
        phone_sets.note_outcomes(engine, session, phone, told.outcomes.values())
        phone_faults.note_outcomes(session, phone.id, told.outcomes.values())
    recording.rest()


_UNNAMED = Uncertain("the adapter said nothing of this one")
_UNSURE = Uncertain("the provider's ids do not belong to these messages alone")


def _checked(mine: Sequence[Message], report: SendReport) -> SendReport:
    """The report, as far as its ids can be right: one for each message, and for no other of ours.

    A status would else be pinned on the wrong person.
    """
    outcomes = {one.peer: report.outcomes.get(one.peer, _UNNAMED) for one in mine}
    own = [one.provider_uid for one in outcomes.values() if isinstance(one, Accepted)]
    given = [uid for uid in own if uid is not None]
    every = [*given, *report.unmapped]
    taken = mapping.known(mine[0].service or "", every) if mine else set()
    if len(set(every)) != len(every) or own.count(None) != len(report.unmapped):
        taken = set(every)
    unsure = {
        peer: _UNSURE
        for peer, one in outcomes.items()
        if isinstance(one, Accepted)
        and (one.provider_uid in taken or (one.provider_uid is None and taken))
    }
    return SendReport(outcomes | unsure, () if taken else report.unmapped)


class _Recording:
    """One report being applied, message by message."""

    def __init__(self, engine: Engine, session: Session, claim: Claim, *, fault: bool) -> None:
        self.now = clock.now()
        self._engine = engine
        self._session = session
        self._claim = claim
        self._fault = fault
        self._pause: timedelta | None = None
        self._taken = False

    def apply(self, message: Message, outcome: Outcome) -> None:
        match outcome:
            case Accepted(provider_uid, credit):
                accept(self._engine, self._session, message, provider_uid, credit, Event.ACCEPTED)
                self._taken = True
            case Refused(whole_call=True) if len(self._claim.ids) > 1:
                # One of them may be the cause; the others must not fail with it.
                message.status = lifecycle.next_status(Status.SENDING, Event.NOT_SENT)
                message.batch_limit = lifecycle.smaller_batch(len(self._claim.ids))
                message.attempts -= 1
            case Refused(code, detail):
                message.status = lifecycle.next_status(Status.SENDING, Event.REFUSED)
                message.reason, message.reason_detail = code, detail[:500] or None
                message.final_at = self.now
                self._taken = True
            case NotSent():
                message.status = lifecycle.next_status(Status.SENDING, Event.NOT_SENT)
                self._postpone(message, outcome)
            case Uncertain(detail):
                doubt(self._engine, message, "no_answer", detail)
                self._pause = min(self._backoff(), _LONGEST_REST_IN_DOUBT)
                if self._fault:
                    message.batch_limit = lifecycle.smaller_batch(len(self._claim.ids))

    def rest(self) -> None:
        """Let the phone rest, or let it go on, once what came of the call is stored."""
        if self._taken:
            self._engine.worked(self._claim.phone_id)
        elif self._pause is not None:
            self._engine.rest(self._phone(), self._pause)

    def _phone(self) -> Phone:
        return self._session.get_one(Phone, self._claim.phone_id)

    def _backoff(self) -> timedelta:
        return lifecycle.backoff(self._engine.failed(self._phone()), random.random())  # noqa: S311

    def _postpone(self, message: Message, outcome: NotSent) -> None:
        of_phone = attention.concerns_phone(outcome)
        attempts = self._engine.failed(self._phone()) if of_phone else message.attempts
        decision = postpone(self._engine, message, outcome, attempts, self.now)
        if decision is not None and of_phone:
            self._pause = decision - self.now
        elif decision is not None:
            message.attempt_at = decision


def postpone(
    engine: Engine, message: Message, outcome: NotSent, attempts: int, now: datetime
) -> datetime | None:
    """Note on a pending message why it did not go, and say when to try again; None for on hold."""
    message.reason, message.reason_detail = outcome.code, outcome.detail[:500] or None
    decision = lifecycle.after_not_sent(
        attempts=attempts,
        due_at=message.due_at or message.created_at,
        now=now,
        hold_after=engine.hold_after,
        retry_after=outcome.retry_after,
        jitter=random.random(),  # noqa: S311 - spreads retries, protects nothing
    )
    if isinstance(decision, lifecycle.Hold):
        message.status = lifecycle.next_status(Status.PENDING, Event.HOLD)
        return None
    return decision.at


def accept(
    engine: Engine,
    session: Session,
    message: Message,
    provider_uid: str | None,
    credit: float | None,
    event: Event,
) -> None:
    """The provider has the message. Receipts that came before this was known are applied."""
    message.status = lifecycle.next_status(Status(message.status), event)
    message.provider_uid, message.credits = provider_uid, credit
    message.reason = message.reason_detail = message.ask_at = None
    message.sent_at = engine.time.now() if event is Event.ACCEPTED else message.claimed_at
    if provider_uid is not None:
        receipts.apply_early(session, message)


def doubt(engine: Engine, message: Message, reason: str, detail: str) -> None:
    """Nobody knows whether the provider has the message: it is asked after a while."""
    message.status = lifecycle.next_status(Status(message.status), Event.UNCLEAR)
    message.reason, message.reason_detail = reason, detail[:500] or None
    message.ask_at = clock.now() + engine.ask_after
    message.asked, message.absent_at = 0, None
