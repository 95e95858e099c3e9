"""What was read of a date, and the moment that it means.

The order of the steps is that of PHP's library (timelib): what is missing is taken from now;
then come the first or last day of a month, the weekday, the relative months and days, with
overflow (a 31st of February is the 3rd of March), the working days, the zone, and at last the
hours, minutes and seconds, which are true ones since PHP 8.1, whatever the clocks did.
"""

from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from enum import Enum

SUNDAY = 0
THIS_WEEK = 2
"""How a weekday is sought: 0 after today, 1 from today on, 2 within the week, from Monday."""


class Edge(Enum):
    """The day of the month that ``first day of`` and ``last day of`` mean."""

    FIRST = "first"
    LAST = "last"


@dataclass
class Steps:
    """How far from there."""

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    microseconds: int = 0

    def reversed(self) -> "Steps":
        return Steps(**{each.name: -getattr(self, each.name) for each in fields(self)})

    def elapsed(self) -> timedelta:
        return timedelta(
            hours=self.hours,
            minutes=self.minutes,
            seconds=self.seconds,
            microseconds=self.microseconds,
        )


@dataclass
class Parts:
    """What a text says of a date; None where it says nothing."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    microsecond: int | None = None
    zone: tzinfo | None = None
    has_date: bool = False
    times: int = 0
    zones: int = 0
    steps: Steps = field(default_factory=Steps)
    weekday: int | None = None
    weekday_sought: int = 0
    of_month: Edge | None = None
    """Whether the weekday is counted from the first of the month, or is the last of it."""
    edge: Edge | None = None
    working_days: int | None = None

    def forget_time(self) -> None:
        """Midnight, until a time is named."""
        self.times = 0
        self.hour = self.minute = self.second = self.microsecond = 0


def moment(parts: Parts, now: datetime) -> datetime:
    """The moment that is meant, aware, in the zone that was named or else in that of ``now``.

    Raises ValueError outside of the years 1 to 9999.
    """
    zone = parts.zone or now.tzinfo
    if zone is None:
        raise ValueError("now has no time zone")
    try:
        return _moment(parts, now.astimezone(zone), zone)
    except OverflowError:
        raise ValueError("outside of the calendar") from None


@dataclass
class _Wall:
    """A date that may overflow, until it is settled."""

    year: int
    month: int
    day: int

    def settle(self) -> None:
        years, month = divmod(self.month - 1, 12)
        settled = date(self.year + years, month + 1, 1) + timedelta(days=self.day - 1)
        self.year, self.month, self.day = settled.year, settled.month, settled.day

    def date(self) -> date:
        return date(self.year, self.month, self.day)

    def weekday(self) -> int:
        return self.date().isoweekday() % 7


def _moment(parts: Parts, now: datetime, zone: tzinfo) -> datetime:
    wall = _Wall(
        now.year if parts.year is None else parts.year,
        now.month if parts.month is None else parts.month,
        now.day if parts.day is None else parts.day,
    )
    time = _time(parts, now)
    months = parts.steps.months
    if parts.of_month is not None:
        wall.day = 1
        wall.month += months + (parts.of_month is Edge.LAST)
        months = 0
    _to_edge(wall, parts.edge)
    # 24:00 is the next day's midnight, before any step is taken.
    wall.day += time.days
    wall.settle()
    if parts.weekday is not None:
        _seek_weekday(wall, parts.weekday, parts)
        wall.settle()
    wall.year += parts.steps.years
    wall.month += months
    wall.day += parts.steps.days
    _to_edge(wall, parts.edge)
    wall.settle()
    if parts.working_days is not None:
        wall.day += _working_days(parts.working_days, wall.weekday())
        wall.settle()
    # By way of UTC, so that a time which spring skips moves forward by the gap.
    midnight = datetime.combine(wall.date(), clock_time(), tzinfo=zone)
    instant = (midnight + timedelta(seconds=time.seconds)).replace(fold=0).astimezone(UTC)
    instant += timedelta(microseconds=time.microseconds) + parts.steps.elapsed()
    return instant.astimezone(zone)


def _time(parts: Parts, now: datetime) -> timedelta:
    """Since midnight; a date without a time means midnight."""
    if parts.has_date and not parts.times:
        return timedelta()
    named = (parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second)
    microsecond = now.microsecond if all(each is None for each in named) else 0
    return timedelta(
        hours=now.hour if parts.hour is None else parts.hour,
        minutes=now.minute if parts.minute is None else parts.minute,
        seconds=now.second if parts.second is None else parts.second,
        microseconds=microsecond if parts.microsecond is None else parts.microsecond,
    )


def _to_edge(wall: _Wall, edge: Edge | None) -> None:
    if edge is Edge.FIRST:
        wall.day = 1
    elif edge is Edge.LAST:
        wall.day = 0
        wall.month += 1


def _seek_weekday(wall: _Wall, wanted: int, parts: Parts) -> None:
    today = wall.weekday()
    if parts.weekday_sought == THIS_WEEK:
        # Weeks begin on Monday: the Sunday of a week is its seventh day.
        wall.day += (wanted or 7) - (today or 7)
        return
    if wanted < 0:
        wall.day -= 7 - (abs(wanted) - today)
        return
    ahead = wanted - today
    back = parts.steps.days < 0
    if (back and ahead < 0) or (not back and ahead <= -parts.weekday_sought):
        ahead += 7
    wall.day += ahead


def _working_days(count: int, today: int) -> int:
    """How many days away the working day is that is so many working days from a weekday."""
    if count < 0:
        # The same the other way round: Saturday and Sunday change places.
        return -_working_days(-count, 6 - today)
    saturday = 6
    weeks, rest = divmod(count, 5)
    days = weeks * 7 + rest
    if count == 0:
        return {saturday: 2, SUNDAY: 1}.get(today, 0)
    if rest == 0:
        return days - {SUNDAY: 2, saturday: 1}.get(today, 0)
    if today == saturday:
        return days + 1
    return days + (2 if today + rest > 5 else 0)
