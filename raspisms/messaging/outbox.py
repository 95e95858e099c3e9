"""The outbox: claims what is due, hands it to the provider, records what came of it.

The order is what keeps the promise that no message is lost and none is sent twice: the claim is
committed before any byte leaves, no transaction is open during the call, and a claim whose outcome
was not recorded counts as uncertain, never as unsent.
"""

import logging
import time
from contextlib import ExitStack
from datetime import datetime, timedelta

from raspisms import clock
from raspisms.adapters.answers import Batch, NotSent, SendReport, Uncertain
from raspisms.adapters.base import Adapter, Purpose
from raspisms.adapters.errors import AdapterError, Misconfigured, Throttled
from raspisms.messaging import attention, claims, outcomes, phone_faults, phone_sets, times
from raspisms.messaging.claims import Claim
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, Phone, message_queue
from raspisms.models import phone as phones
from raspisms.sms import lifecycle
from raspisms.sms.lifecycle import Status

log = logging.getLogger(__name__)

#: Longer than a call takes: who waits so long for a place is woken when there is one.
_PATIENCE_SECONDS = 30.0
_LANDING_SECONDS = 1.0
#: While the clock is wrong, scheduled messages are looked at again after this.
_CLOCK_PAUSE = timedelta(minutes=1)


def recover(engine: Engine) -> None:
    """Claims without an outcome, of a process that died or a record that failed, are uncertain."""
    lost = [one for one in reading().scalars(message_queue.claimed()) if one not in engine.flights]
    reading().rollback()
    if not lost:
        return
    with writing() as session:
        for message_id in lost:
            message = session.get_one(Message, message_id)
            if message.status == Status.SENDING and message_id not in engine.flights:
                outcomes.doubt(engine, message, "stopped_while_sending", "")


def phones_with_work(engine: Engine, now: datetime) -> tuple[list[int], datetime | None]:
    """The phones that have something to send now, and when the next one will."""
    if quiet := engine.quiet_start.left():
        return [], now + quiet
    ready, later = [], []
    scheduled_too = not engine.time.is_wrong
    for phone in reading().scalars(phones.working()):
        wanted = reading().scalar(message_queue.next_attempt(phone.id, scheduled_too=scheduled_too))
        if wanted is None:
            continue
        wanted = max(wanted, now + engine.rest_left(phone)) if engine.rests(phone) else wanted
        if wanted <= now:
            ready.append(phone.id)
        else:
            later.append(wanted)
    if not scheduled_too:
        later.append(now + _CLOCK_PAUSE)
    return ready, min(later, default=None)


def lanes_wanted(engine: Engine, phone_id: int, now: datetime) -> int:
    """How many threads can send for one phone at once: one for each message, up to the bound."""
    phone = reading().get_one(Phone, phone_id)
    most = engine.slots(phone).limit
    return len(reading().scalars(message_queue.due_ids(phone_id, now).limit(most)).all())


def send_due(engine: Engine, phone_id: int) -> None:
    """Send what is due on one phone, one call after the other, until there is nothing left.

    Several threads may do so for one phone at once. It stops early when the provider cannot take
    more now; the phone then rests. In the quiet time after a start nothing is sent.
    """
    times.catch_up(engine)
    while not engine.stopping.is_set() and not engine.quiet_start.left():
        if not _send_next(engine, phone_id):
            return


def _send_next(engine: Engine, phone_id: int) -> bool:
    """Make one call. Whether the phone can go on with the next."""
    phone = reading().get(Phone, phone_id)
    if phone is None or phone.removed_at is not None or phone.paused or engine.rests(phone):
        return False
    adapter, slots = engine.adapter(phone), engine.slots(phone)
    reading().rollback()  # no transaction is open while the provider is asked
    # What may have to wait, waits before the claim.
    if not _is_reachable(engine, phone_id, adapter) or not slots.enter(_PATIENCE_SECONDS):
        return False
    try:
        with ExitStack() as flight:
            claim = _claim(engine, phone_id, flight)
            if claim is not None:
                began = time.monotonic()
                report, fault = _hand_over(adapter, claim)
                slots.note(time.monotonic() - began, answered=not _is_unanswered(report))
                outcomes.record(engine, claim, report, fault=fault)
    finally:
        slots.leave()
    if claim is None:
        # What is due may be to someone to whom something is under way: it goes right after.
        engine.flights.wait_for_landing(phone_id, _LANDING_SECONDS)
    return claim is not None


def _is_reachable(engine: Engine, phone_id: int, adapter: Adapter) -> bool:
    """Ask the provider's clock where it is not known: nothing is claimed for a call in vain."""
    try:
        difference = adapter.clock_difference()
    except Throttled as error:
        _rest(engine, phone_id, error.retry_after)
        return False
    except Misconfigured as error:
        _postpone_unclaimed(
            engine, phone_id, NotSent(error.code, str(error.message)), error.query_id
        )
        return False
    except AdapterError as error:
        _postpone_unclaimed(
            engine, phone_id, NotSent("unreachable", str(error.message)), error.query_id
        )
        return False
    times.note(phone_id, difference)
    return True


def _claim(engine: Engine, phone_id: int, flight: ExitStack) -> Claim | None:
    """The next call of a phone, claimed; None where nothing is due or nothing may go now."""
    with engine.claiming(phone_id):
        phone = reading().get_one(Phone, phone_id)
        batch = [] if engine.rests(phone) else claims.choose(engine, phone)
        if not batch:
            return None
        try:
            engine.bucket(phone).take(Purpose.SEND)
        except Throttled as error:
            engine.rest(phone, error.retry_after, failed=False)
            return None
        flight.enter_context(engine.flights.carrying(phone_id, {row.id: row.peer for row in batch}))
        return claims.claim(engine, phone, batch)


def _hand_over(adapter: Adapter, claim: Claim) -> tuple[SendReport, bool]:
    """Make the call; with it, whether our own code failed while it was made."""
    validity = lifecycle.validity_of(claim.validity)
    batch = Batch(claim.text, tuple(claim.ids), claim.tag, validity, claim.flash)
    try:
        return adapter.send(batch), False
    except Exception as error:
        # A fault of the adapter's own code. The call may have been made, so the messages count as
        # uncertain; the others go on.
        log.exception("The adapter failed on call %s", claim.tag)
        return SendReport.of_all(batch, Uncertain(repr(error))), True


def _is_unanswered(report: SendReport) -> bool:
    return all(isinstance(outcome, Uncertain) for outcome in report.outcomes.values())


def _rest(engine: Engine, phone_id: int, pause: timedelta) -> None:
    engine.rest(reading().get_one(Phone, phone_id), pause, failed=False)
    reading().rollback()


def _postpone_unclaimed(engine: Engine, phone_id: int, outcome: NotSent, query_id: str) -> None:
    """A call could not even be prepared: nothing was claimed, and the phone tries again later."""
    now = clock.now()
    with engine.claiming(phone_id):
        batch = claims.choose(engine, reading().get_one(Phone, phone_id))
        with writing() as session:
            phone = session.get_one(Phone, phone_id)
            attempts, pause = engine.failed(phone), lifecycle.FIRST_RETRY
            for row in batch:
                message = session.get_one(Message, row.id)
                if message.status == Status.PENDING:
                    at = outcomes.postpone(engine, message, outcome, attempts, now)
                    pause = at - now if at is not None else pause
            attention.note_outcomes(phone, [outcome], now)
            phone_sets.note_outcomes(engine, session, phone, [outcome])
            phone_faults.note_outcomes(session, phone_id, [outcome], query_id)
        engine.rest(reading().get_one(Phone, phone_id), pause)
