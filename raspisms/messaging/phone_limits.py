"""Limits of phones: what left of a phone since when, how many may go now, and when the next may."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Function, TextClause, func, literal, or_, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, PhoneLimit
from raspisms.models import message as messages
from raspisms.models.base import UtcDateTime
from raspisms.sms import limits
from raspisms.sms.lifecycle import Status
from raspisms.sms.limits import Limit

#: Why a message waits, as a code of ``sms.reasons``.
REASON = "phone_limit"
#: Messages whose time is written in one statement.
_PORTION = 500
#: An instant as it is stored, in SQLite's words.
_INSTANT = "%Y-%m-%d %H:%M:%f000"
#: An instant and how many messages may leave then.
_Time = tuple[datetime, int]


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


def postpone(
    engine: Engine, phone_id: int, now: datetime, others: Mapping[int, Sequence[int]]
) -> None:
    """Let all that is due on a phone wait until a phone may send it, one after the other.

    ``others`` are the phones, by campaign, that can send it as well. Each message gets the time at
    which it should find room, so that few are looked at in vain; what is further away than was
    worked out is looked at again. Where nothing can ever go, it waits until the limits are changed.
    """
    wanted = {phone_id, *(one for ids in others.values() for one in ids)}
    known = {one: _to_come(engine, one) for one in wanted}
    reading().rollback()
    due = (Message.phone_id == phone_id, messages.PENDING, Message.attempt_at <= now)
    with writing() as session:
        for campaign_id, ids in others.items():
            times = _soonest([known[one] for one in (phone_id, *ids)])
            _give_times(session, times, now, *due, Message.campaign_id == campaign_id)
        _give_times(session, known[phone_id], now, *due)


def _to_come(engine: Engine, phone_id: int) -> list[_Time]:
    """When how many may leave a phone that can send none now, by this machine's clock."""
    off = engine.time.now() - clock.now()
    now = clock.now()
    return [(at - off, count) for at, count in coming(engine, phone_id) or () if at - off > now]


def _soonest(times: Iterable[list[_Time]]) -> list[_Time]:
    """When how many may leave one or another of some phones, as far as it is known of each."""
    known = [one for one in times if one]
    end = min((one[-1][0] for one in known), default=None)
    return sorted(one for each in known for one in each if end is not None and one[0] <= end)


def _give_times(
    session: Session,
    times: Sequence[_Time],
    now: datetime,
    *which: ColumnElement[bool] | TextClause,
) -> None:
    """Let messages wait: the first of them until the first time, and so on."""
    first = (
        select(Message.id)
        .where(*which)
        .order_by(Message.direct.desc(), Message.attempt_at, Message.id)
        .limit(sum(count for _, count in times))
    )
    ids = list(session.scalars(first)) if times else []
    _wait_until(session, times[-1][0] if times else None, now, *which)
    for at, count in times[:-1]:
        mine, ids = ids[:count], ids[count:]
        for start in range(0, len(mine), _PORTION):
            portion = mine[start : start + _PORTION]
            _wait_until(session, at, times[-1][0], Message.id.in_(portion), messages.PENDING)


def postponed(by: timedelta) -> Function[Any]:
    """When a message is due that has to wait by our own rules for so long, however late it is.

    The wait makes it no later; but what could not be sent for other causes stays as late as it was.
    """
    due_at = func.coalesce(Message.due_at, Message.created_at)
    return func.strftime(_INSTANT, due_at, f"{by.total_seconds():+.6f} seconds")


def due_again(now: datetime) -> Function[Any]:
    """When a message is due that waited by our own rules until now: as late as before."""
    late = func.julianday(Message.attempt_at) - func.julianday(Message.due_at)
    seconds = func.printf("%+.3f seconds", func.coalesce(late, 0.0) * -86400.0)
    return func.strftime(_INSTANT, literal(now, UtcDateTime), seconds)


def look_again(session: Session, *which: ColumnElement[bool]) -> None:
    """Let messages that wait by our own rules be looked at now: these may have changed."""
    now = clock.now()
    waits = or_(Message.attempt_at > now, Message.attempt_at.is_(None))
    session.execute(
        update(Message)
        .where(*which, messages.PENDING, waits)
        .values(attempt_at=now, due_at=due_again(now))
        .execution_options(synchronize_session=False)
    )


def _wait_until(
    session: Session, at: datetime | None, since: datetime, *which: ColumnElement[bool] | TextClause
) -> None:
    due = {} if at is None else {"due_at": postponed(at - since)}
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
