"""What keeps due messages back though the provider could take them: a pause, quiet hours, a pace,
the limits of a phone. Nothing fails by a gate: what is kept back waits, and says until when.

Asked for each call, before the claim, of the messages chosen for it. Where nothing keeps anything
back it costs two small queries and writes nothing.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from raspisms import clock
from raspisms.messaging import phone_limits, phone_sets, public_holidays, signals
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Message, Phone
from raspisms.models import message as messages
from raspisms.models.message_queue import DueRow
from raspisms.sms import quiet_hours
from raspisms.sms.quiet_hours import QuietHours

#: Why a message waits, as codes of ``sms.reasons``.
QUIET, PACE = "quiet_hours", "pace"
#: The codes of all that only waits by our own rules: it is looked at again when the clock is set.
OWN_RULES = frozenset({QUIET, PACE, phone_limits.REASON})

#: A pace is not kept to the second: from three quarters to five quarters of it.
_LEAST_OF_PACE, _SPREAD_OF_PACE = 0.75, 0.5
_SHORTEST_WAIT = timedelta(seconds=1)
#: Clocks are never wholly alike: by so little nothing is told to leave a minute before the end.
_NO_DIFFERENCE = timedelta(seconds=2)
_PORTION = 500


@dataclass(frozen=True)
class _Gated:
    """What a campaign wants kept."""

    id: int
    direct: bool
    quiet: dict[str, Any] | None
    pace: float | None


def keep_back(engine: Engine, phone: Phone, rows: Sequence[DueRow]) -> bool:
    """Postpone, or move to another phone, what must not leave now of the messages chosen for a
    call. Whether there was any: then the next call has to be chosen anew.
    """
    if not rows:
        return False
    now = clock.now()
    ids = [row.id for row in rows]
    campaigns = _campaigns(ids)
    free = phone_limits.room(engine, phone.id)
    is_aside = phone.aside_at is not None
    reading().rollback()
    if _keep_quiet(engine, phone, campaigns, now):
        return True
    if is_aside and phone_sets.give_away(engine, phone.id, now):
        return True
    if free == 0:
        others = phone_sets.of_due(phone.id, now)
        if not phone_sets.share(engine, phone.id, others, now):
            phone_limits.postpone(engine, phone.id, now, others)
        return True
    return any(_keep_pace(engine, phone, ids, one, now) for one in campaigns if one.pace)


def room(engine: Engine, phone: Phone, count: int) -> int:
    """How many of ``count`` messages may leave a phone now, in one call."""
    if phone.aside_at is not None:
        count = min(count, 1)  # one is enough to find out whether it works again
    free = phone_limits.room(engine, phone.id)
    return count if free is None else min(count, free)


def quiet_until(engine: Engine, campaign: Campaign | None, at: datetime) -> datetime | None:
    """Until when a campaign waits that would leave at an instant; None where it would not.

    Without a campaign: those that have no hours of their own.
    """
    hours = _hours(engine, campaign.direct, campaign.quiet) if campaign else _of_all(engine)
    return _until(engine, hours, at) if hours else None


def look_again_at_hours() -> None:
    """Let what waits for the end of quiet hours, or for a limit, be looked at now: the hours, or
    the clock by which days begin, may be others.
    """
    waits = Message.reason.in_((QUIET, phone_limits.REASON))
    with writing() as session:
        phone_limits.look_again(session, Message.phone_id.in_(select(Phone.id)), waits)
    signals.committed.send()


def _campaigns(ids: Sequence[int]) -> list[_Gated]:
    of = select(Message.campaign_id).where(Message.id.in_(ids))
    query = select(Campaign.id, Campaign.direct, Campaign.quiet, Campaign.pace)
    return [_Gated(*row) for row in reading().execute(query.where(Campaign.id.in_(of)))]


def _keep_quiet(engine: Engine, phone: Phone, campaigns: Sequence[_Gated], now: datetime) -> bool:
    """Let what is due in quiet hours wait until they end; whether there was any."""
    present = engine.time.now()
    ends: dict[datetime, list[int]] = defaultdict(list)
    for one in campaigns:
        hours = _hours(engine, one.direct, one.quiet)
        until = _until(engine, hours, present) if hours else None
        if until is not None:
            ends[until].append(one.id)
    for until, quiet in ends.items():
        ahead = present - now
        early = timedelta(0) if timedelta(0) <= ahead < _NO_DIFFERENCE else ahead
        at = max(until - early, now + _SHORTEST_WAIT)
        with writing() as session:
            session.execute(
                update(Message)
                .where(
                    Message.phone_id == phone.id,
                    messages.PENDING,
                    Message.attempt_at <= now,
                    Message.campaign_id.in_(quiet),
                )
                .values(
                    attempt_at=at,
                    due_at=phone_limits.postponed(at - now),
                    reason=QUIET,
                    reason_detail=None,
                )
                .execution_options(synchronize_session=False)
            )
    return bool(ends)


def _hours(engine: Engine, direct: bool, kept: dict[str, Any] | None) -> QuietHours | None:
    """The hours that a campaign keeps: its own, else the household's; to one person none."""
    own = QuietHours.of(kept)
    if own is not None:
        return own
    return _of_all(engine) if not direct or engine.config.quiet_hours_for == "all" else None


def _of_all(engine: Engine) -> QuietHours | None:
    hours = quiet_hours.read(engine.config.quiet_hours)
    return None if hours.are_none else hours


def _until(engine: Engine, hours: QuietHours, at: datetime) -> datetime | None:
    country = engine.config.country
    known = hours.holidays and public_holidays.is_known(country)
    holidays = public_holidays.of(country) if known else quiet_hours.no_holidays
    return hours.until(at, engine.config.timezone, holidays)


def _keep_pace(
    engine: Engine, phone: Phone, ids: Sequence[int], campaign: _Gated, now: datetime
) -> bool:
    """Spread what is due of a campaign with a pace, but for one where that may go now."""
    pace = campaign.pace or 0.0
    due = (
        Message.phone_id == phone.id,
        messages.PENDING,
        Message.attempt_at <= now,
        Message.campaign_id == campaign.id,
    )
    present = engine.time.now()
    least = timedelta(seconds=pace * _LEAST_OF_PACE)
    recent = select(func.max(Message.claimed_at)).where(
        Message.phone_id.in_(select(Phone.id)),
        # What left "later" left by a clock that was wrong.
        Message.claimed_at.between(present - least, present + least),
        Message.claimed_at.is_not(None),
        Message.campaign_id == campaign.id,
    )
    last = reading().scalar(recent)
    query = select(Message.id, Message.due_at).where(*due)
    rows = reading().execute(query.order_by(Message.attempt_at, Message.id)).all()
    waiting = dict(rows)
    reading().rollback()
    # The first of those that were chosen may go; where something just left, none of them.
    mine = set(ids)
    first = next((one for one in waiting if one in mine), None)
    if first is None:
        return False
    later = [one for one in waiting.items() if last is not None or one[0] != first]
    if not later:
        return False
    begin = now if last is None else min(last - (present - now), now)
    _spread(later, begin, pace, now)
    return True


def _spread(
    waiting: Sequence[tuple[int, datetime | None]], begin: datetime, pace: float, now: datetime
) -> None:
    """One after the other, each a pace after the one before, give or take a quarter.

    What is late already, for other causes, stays as late.
    """
    times = []
    for place, (message_id, due_at) in enumerate(waiting):
        within = _LEAST_OF_PACE + _SPREAD_OF_PACE * random.random()  # noqa: S311 - no secret
        at = max(begin + timedelta(seconds=pace * (place + within)), now + _SHORTEST_WAIT)
        due_at = at - (now - (due_at or now))
        times.append({"id": message_id, "attempt_at": at, "due_at": due_at, "reason": PACE})
    for start in range(0, len(times), _PORTION):
        with writing() as session:
            session.execute(update(Message), times[start : start + _PORTION])
