"""When plans run: on the household's clock, and each time once, whatever the clocks do."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from raspisms.messaging import public_holidays
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Plan
from raspisms.models import plan as plans
from raspisms.sms.localtime import to_utc
from raspisms.sms.recurrence import Schedule

#: Beside a schedule: the zone on whose clock the next run was found.
_ZONE = "zone"


def kept(schedule: Schedule, zone: ZoneInfo) -> dict[str, Any]:
    """A schedule as ``Plan`` keeps it."""
    return {**schedule.as_kept(), _ZONE: zone.key}


def schedule_of(plan: Plan) -> Schedule:
    """When a plan runs. Raises Invalid for what cannot be read."""
    return Schedule.of(plan.schedule)


def after(engine: Engine, schedule: Schedule, instant: datetime) -> datetime | None:
    """The first time after an instant, on the household's clock; None where there is none."""
    return schedule.after(instant, engine.config.timezone, public_holidays.for_schedule(schedule))


def runs(engine: Engine, plan: Plan, since: datetime, most: int) -> Iterator[datetime]:
    """The times at or after ``since`` at which a plan will run as it is now, ``most`` of them."""
    return islice(_runs(engine, plan, since), most)


def _runs(engine: Engine, plan: Plan, since: datetime) -> Iterator[datetime]:
    at, schedule = plan.next_at, schedule_of(plan)
    if at is not None and at < since:
        at = after(engine, schedule, since - datetime.resolution)
    while at is not None:
        yield at
        at = after(engine, schedule, at)


def mend(engine: Engine, now: datetime) -> None:
    """Find the next times anew of plans whose last run lies ahead because the clock was wrong, and
    of those for which another zone was in force.
    """
    zone = engine.config.timezone
    is_elsewhere = Plan.schedule[_ZONE].as_string().is_distinct_from(zone.key)
    which = select(Plan.id).where(plans.LIVE, or_(Plan.last_at > now, is_elsewhere))
    odd = list(reading().scalars(which))
    reading().rollback()
    if odd:
        with writing() as session:
            for plan in session.scalars(select(Plan).where(Plan.id.in_(odd))):
                _mend(engine, plan, now)


def _mend(engine: Engine, plan: Plan, now: datetime) -> None:
    zone = engine.config.timezone
    since = plan.created_at
    if plan.last_at is not None:
        plan.last_at = min(plan.last_at, now)
        since = _on_this_clock(plan, plan.last_at, zone)
    if plan.next_at is not None:
        plan.next_at = after(engine, schedule_of(plan), since)
    plan.schedule = {**plan.schedule, _ZONE: zone.key}


def _on_this_clock(plan: Plan, last_at: datetime, zone: ZoneInfo) -> datetime:
    """Up to when nothing is run again: today's run stays today's when the household moves west."""
    before = plan.schedule.get(_ZONE, zone.key)
    wall = last_at.astimezone(ZoneInfo(before)).replace(tzinfo=None)
    return max(last_at, to_utc(wall, zone))
