"""Plans in words: their state, when they go, and what is coming day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask_babel import gettext

from raspisms import clock
from raspisms.errors import RaspismsError, Text, say
from raspisms.messaging import plan_times
from raspisms.messaging.coming import Coming
from raspisms.messaging.engine import Engine
from raspisms.models import Plan
from raspisms.web.i18n import day_in_words, reader_zone
from raspisms.web.labels import Label

_GOES_ON = Label(say("To come"), "info", "clock")
_PAUSED = Label(say("Paused"), "waiting", "pause")
_ENDED = Label(say("Ended"), "off", "cross")
_DONE = Label(say("Finished"), "ok", "check")
_WRONG = Label(say("Needs you"), "error", "alert")


@dataclass(frozen=True)
class Line:
    """A plan, its state, and when it goes."""

    plan: Plan
    label: Label
    when: Text


def line(plan: Plan) -> Line:
    return Line(plan, _label(plan), _when(plan))


def by_day(found: Sequence[Coming], zone: ZoneInfo) -> list[tuple[date, list[Coming]]]:
    """What is coming, by days of a clock."""
    days = groupby(found, key=lambda one: one.at.astimezone(zone).date())
    return [(day, list(those)) for day, those in days]


def coming_day(day: date | datetime) -> str:
    """A day that is to come, as a person says it; of an instant on the reader's clock."""
    zone = reader_zone()
    if isinstance(day, datetime):
        day = day.astimezone(zone).date()
    today = clock.now().astimezone(zone).date()
    if 0 <= (day - today).days <= 1:
        return gettext("Tomorrow") if day > today else gettext("Today")
    pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
    words = day_in_words(day, pattern)
    return words[:1].upper() + words[1:]


def hour(at: datetime) -> str:
    return f"{at.astimezone(reader_zone()):%H:%M}"


def next_dates(engine: Engine, plan: Plan, most: int) -> list[datetime]:
    try:
        return list(plan_times.runs(engine, plan, clock.now(), most)) if plan.next_at else []
    except RaspismsError:
        return []


def _label(plan: Plan) -> Label:
    if plan.ended_at:
        return _ENDED
    if plan.problem:
        return _WRONG
    if plan.paused_at:
        return _PAUSED
    return _GOES_ON if plan.next_at else _DONE


def _when(plan: Plan) -> Text:
    try:
        return plan_times.schedule_of(plan).sentence()
    except RaspismsError as problem:
        return problem.message
