"""Limits of phones: what left of a phone since when, how many may go now, and when the next may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, func, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, PhoneLimit
from raspisms.models import message as messages
from raspisms.sms import limits
from raspisms.sms.lifecycle import Status
from raspisms.sms.limits import Limit

#: Why a message waits, as a code of ``sms.reasons``.
REASON = "phone_limit"
#: Messages whose time is written in one statement.
_PORTION = 500


def of_phone(phone_id: int) -> list[PhoneLimit]:
    """The limits of a phone, as they were added."""
    query = select(PhoneLimit).where(PhoneLimit.phone_id == phone_id).order_by(PhoneLimit.id)
    return list(reading().scalars(query))


def values_of(phone_id: int) -> list[Limit]:
    query = select(PhoneLimit.volume, PhoneLimit.startpoint).where(PhoneLimit.phone_id == phone_id)
    return [Limit(volume, startpoint) for volume, startpoint in reading().execute(query)]


def room(engine: Engine, phone_id: int) -> int | None:
    """How many messages may leave a phone now; None where it has no limit."""
    now, zone = engine.time.now(), engine.config.timezone
    return min(
        (
            max(0, one.volume - _count(phone_id, one.since(now, zone)))
            for one in values_of(phone_id)
        ),
        default=None,
    )


@dataclass(frozen=True)
class Standing:
    """A limit by its id, and how many messages it lets leave now."""

    id: int
    limit: Limit
    left: int


def standings(engine: Engine, phone_id: int) -> list[Standing]:
    """How far each limit of a phone is used, as they were added."""
    now, zone = engine.time.now(), engine.config.timezone
    rows = [(one.id, Limit(one.volume, one.startpoint)) for one in of_phone(phone_id)]
    return [
        Standing(row_id, one, max(0, one.volume - _count(phone_id, one.since(now, zone))))
        for row_id, one in rows
    ]


@dataclass(frozen=True)
class Reached:
    """A limit that lets nothing leave now, and until when; None for as long as it is there."""

    limit: Limit
    until: datetime | None


def reached(engine: Engine, phone_id: int) -> Reached | None:
    """The limit for which a phone waits, if it does: of several the one that holds the longest."""
    full = [one.limit for one in standings(engine, phone_id) if not one.left]
    if not full:
        return None
    now, zone = engine.time.now(), engine.config.timezone
    left = _left(
        phone_id, min(one.since(now, zone) for one in full), max(one.volume for one in full)
    )
    ends = [(one, one.until(left, now, zone)) for one in full]
    endless = [one for one, end in ends if end is None]
    if endless:
        return Reached(endless[0], None)
    limit, end = max(ends, key=lambda one: one[1] or now)
    return Reached(limit, end - (now - clock.now()) if end else None)


def coming(engine: Engine, phone_id: int) -> list[tuple[datetime, int]] | None:
    """When how many may leave a phone, from now on, in true time; None where it has no limit.

    As far as worked out in one go; nothing where nothing can ever go.
    """
    known = values_of(phone_id)
    if not known:
        return None
    now, zone = engine.time.now(), engine.config.timezone
    return list(limits.coming(known, left(engine, phone_id, known), now, zone))


def left(engine: Engine, phone_id: int, known: Sequence[Limit]) -> Sequence[datetime]:
    """When those messages left a phone that count for ``known`` limits of it, the oldest first."""
    if not known:
        return ()
    now, zone = engine.time.now(), engine.config.timezone
    since = min(one.since(now, zone) for one in known)
    return _left(phone_id, since, max(one.volume for one in known))


def postpone(engine: Engine, phone_id: int, now: datetime) -> None:
    """Let all that is due on a phone wait until the phone may send again, one after the other.

    Each gets the time at which it should find room, so that few are looked at in vain; what is
    further away than was worked out is looked at again. Where nothing can ever go, it waits until
    the limits are changed.
    """
    times = coming(engine, phone_id) or []
    reading().rollback()
    off = engine.time.now() - clock.now()
    due = (Message.phone_id == phone_id, messages.PENDING, Message.attempt_at <= now)
    with writing() as session:
        first = (
            select(Message.id)
            .where(*due)
            .order_by(Message.attempt_at, Message.id)
            .limit(sum(count for _, count in times))
        )
        ids = list(session.scalars(first)) if times else []
        last = times[-1][0] - off if times else None
        _wait_until(session, last, *due)
        for at, count in times:
            mine, ids = ids[:count], ids[count:]
            for start in range(0, len(mine), _PORTION):
                portion = mine[start : start + _PORTION]
                _wait_until(session, at - off, Message.id.in_(portion), messages.PENDING)


def look_again(session: Session, *which: ColumnElement[bool]) -> None:
    """Let waiting messages be looked at now: what keeps them back may have changed."""
    now = clock.now()
    session.execute(
        update(Message)
        .where(*which, messages.PENDING)
        .values(attempt_at=now, due_at=now)
        .execution_options(synchronize_session=False)
    )


def _wait_until(
    session: Session, at: datetime | None, *which: ColumnElement[bool] | TextClause
) -> None:
    due = {} if at is None else {"due_at": at}
    session.execute(
        update(Message)
        .where(*which)
        .values(attempt_at=at, reason=REASON, reason_detail=None, **due)
        .execution_options(synchronize_session=False)
    )


def _left(phone_id: int, since: datetime, most: int) -> Sequence[datetime]:
    """When the last messages left, the oldest of them first."""
    query = (
        select(Message.claimed_at)
        .where(*_has_left(phone_id, since))
        .order_by(Message.claimed_at.desc())
        .limit(most)
    )
    return sorted(at for at in reading().scalars(query) if at is not None)


def _count(phone_id: int, since: datetime) -> int:
    return reading().scalar(select(func.count()).where(*_has_left(phone_id, since))) or 0


def _has_left(phone_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    # One that waits again surely did not arrive: it would count against itself.
    return (
        Message.phone_id == phone_id,
        Message.claimed_at.is_not(None),
        Message.claimed_at >= since,
        Message.status != Status.PENDING,
    )
