"""What becomes of stored times when this machine's clock is set, or is wrong.

Waiting is measured from when it began. When the clock is set, the ends of waits that were written
down move with it; times that a person chose stay as they are.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from raspisms import clock
from raspisms.messaging import attention, phone_limits
from raspisms.messaging.engine import Engine
from raspisms.messaging.gates import OWN_RULES
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Message, Phone
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.models.base import UtcDateTime
from raspisms.sms.lifecycle import LONGEST_RETRY, next_asking

log = logging.getLogger(__name__)

_Wait = tuple[InstrumentedAttribute[datetime | None], ColumnElement[bool]]
_AT_ONCE = and_(messages.PENDING, Message.scheduled.is_(False))
#: What is not bound to a time that a person chose: the column with the end of the wait, and whose.
_ATTEMPTS: _Wait = Message.attempt_at, _AT_ONCE
_PAUSES: tuple[_Wait, ...] = (
    (Message.ask_at, and_(messages.UNCERTAIN, Message.ask_at.is_not(None))),
    (Phone.check_at, Phone.check_at.is_not(None)),
)

#: What left later than that left by a clock that was wrong.
_FUTURE = timedelta(days=1)
#: No wait of the program's own is longer than the longest of these.
_LONGEST_WAIT = max(LONGEST_RETRY, next_asking(timedelta(0), 12)) + timedelta(minutes=5)


def catch_up(engine: Engine) -> bool:
    """Move the ends of waits by as much as the clock was set since the last look; whether it was.

    A message that was to go at once is not late because the clock went forward.
    """
    with engine.time.jump() as by:
        if by is None:
            return False
        log.warning("The clock was set by %.0f seconds; waits move with it", by.total_seconds())
        _move_ends(by, written_since=engine.started_at)
        if not engine.time.is_learnt:
            _move_leavings(by, written_since=engine.started_at)
        engine.started_at += by
    return True


def _move_ends(by: timedelta, written_since: datetime) -> None:
    due = Message.due_at, and_(_AT_ONCE, Message.created_at >= written_since)
    now = clock.now()
    with writing() as session:
        _look_again(session, now)
        for wait in (_ATTEMPTS, due, *_PAUSES):
            is_pause = any(wait is one for one in _PAUSES)
            for row_id, end in _ends(session, wait):
                _set_end(session, wait, row_id, _moved(end, by, now, is_pause=is_pause))


def _look_again(session: Session, now: datetime) -> None:
    """What waits by our own rules, as quiet hours, waits by the new clock: it is looked at anew.

    At once, or at the time that a person chose, where that is still to come.
    """
    chosen = select(Campaign.due_at).where(
        Campaign.id == Message.campaign_id, Message.scheduled, Campaign.due_at > now
    )
    at = chosen.scalar_subquery()
    session.execute(
        update(Message)
        .where(messages.PENDING, Message.reason.in_(OWN_RULES), Message.attempt_at > now)
        .values(
            attempt_at=func.coalesce(at, literal(now, UtcDateTime)),
            due_at=func.coalesce(at, phone_limits.due_again(now)),
        )
        .execution_options(synchronize_session=False)
    )


def _move_leavings(by: timedelta, written_since: datetime) -> None:
    """Limits count by the time since something left, which no setting of the clock makes longer.

    Where the provider tells the time, that was written down, and is right as it is.
    """
    moved = func.strftime(
        "%Y-%m-%d %H:%M:%f000", Message.claimed_at, f"{by.total_seconds():+.3f} seconds"
    )
    with writing() as session:
        session.execute(_of_leavings(written_since).values(claimed_at=moved))


def _of_leavings(since: datetime) -> Update:
    return (
        update(Message)
        .where(
            Message.phone_id.in_(select(Phone.id)),
            Message.claimed_at.is_not(None),
            Message.claimed_at >= since,
        )
        .execution_options(synchronize_session=False)
    )


def mend() -> None:
    """At start: no wait ends later than the longest there is, whatever the clock was before, and
    nothing left in days to come, which no limit would forget.
    """
    now = clock.now()
    in_future = and_(Message.claimed_at.is_not(None), Message.claimed_at > now + _FUTURE)
    of_phones = Message.phone_id.in_(select(Phone.id))
    if reading().scalar(select(Message.id).where(of_phones, in_future).limit(1)) is not None:
        with writing() as session:
            session.execute(_of_leavings(now + _FUTURE).values(claimed_at=now))
    by_rules = and_(messages.PENDING, Message.reason.in_(OWN_RULES))
    if reading().scalar(select(Message.id).where(by_rules).limit(1)) is not None:
        with writing() as session:
            _look_again(session, now)
    far = [
        (wait, row_id)
        for wait in (_ATTEMPTS, *_PAUSES)
        for row_id, end in _ends(reading(), wait)
        if end > now + _LONGEST_WAIT
    ]
    reading().rollback()
    if far:
        with writing() as session:
            for wait, row_id in far:
                _set_end(session, wait, row_id, now)


def note(phone_id: int, difference: timedelta | None) -> None:
    """Keep on a phone that the clock is too far off, or that it is not any more."""
    phone = reading().get(Phone, phone_id)
    wanted = attention.clock_off(difference)
    if phone is not None and phone.clock_off != wanted:
        with writing() as session:
            session.get_one(Phone, phone_id).clock_off = wanted
    else:
        reading().rollback()


def worst_difference() -> timedelta | None:
    """By how much this machine's clock is behind (or, negative, ahead); None where it is right."""
    off = reading().scalars(
        phones.present().with_only_columns(Phone.clock_off).where(Phone.clock_off.is_not(None))
    )
    known = [timedelta(seconds=seconds) for seconds in off if seconds is not None]
    return max(known, key=abs, default=None)


def _moved(end: datetime, by: timedelta, now: datetime, *, is_pause: bool) -> datetime:
    """The end of a wait by the clock as it is now.

    What was written between the setting of the clock and this moment is by the new clock already: a
    pause that ends far ahead, or what is due and would not be any more. Where both readings make
    sense, a pause is rather made longer, and what is due stays due.
    """
    moved = end + by
    if by < timedelta(0):
        return end if end <= now else moved
    if end <= now and not is_pause:
        return min(moved, now)
    return end if moved > now + _LONGEST_WAIT else moved


def _ends(session: Session, wait: _Wait) -> list[tuple[int, datetime]]:
    column, condition = wait
    rows = session.execute(select(column.class_.id, column).where(condition)).all()
    return [(row_id, end) for row_id, end in rows if end is not None]


def _set_end(session: Session, wait: _Wait, row_id: int, end: datetime) -> None:
    column, _ = wait
    session.execute(
        update(column.class_)
        .where(column.class_.id == row_id)
        .values({column: end})
        .execution_options(synchronize_session=False)
    )
