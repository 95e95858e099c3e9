"""The wall-clock times that a rule names, found by dateutil."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from raspisms.sms.recurrence.rules import DAILY, WEEKDAYS, WEEKLY, YEARLY, Rule

if TYPE_CHECKING:
    from dateutil.rrule import rrule

#: A rule that names no day within so long ends: longer than from one leap year to the next, even
#: where a century has none, and short enough to look through.
FARTHEST_LOOK = timedelta(days=12 * 366)
_PERIODS = {DAILY: timedelta(days=1), WEEKLY: timedelta(days=7)}
_MONTHS_OF_A_YEAR = 12


def walls(rule: Rule, first: datetime, since: datetime) -> Iterator[datetime]:
    """The times of a rule at or after ``since`` in their order, naive; none is before ``first``.

    It ends where the rule does, and FARTHEST_LOOK after ``since`` and ``first``.
    """
    end = _end(rule, max(first, since))
    if end < first:
        return
    rule = _spelt_out(rule, first)
    times: Iterator[datetime] = iter(_times(rule, _nearer(rule, first, since), end))
    if rule.frequency == DAILY:
        times = (wall for wall in times if _fits(rule, wall))
    for wall in islice(times, rule.count):
        if wall >= since:
            yield wall


def _end(rule: Rule, since: datetime) -> datetime:
    farthest = since + FARTHEST_LOOK
    if rule.until is None:
        return farthest
    return min(farthest, datetime.combine(rule.until, time(23, 59, 59)))


def _spelt_out(rule: Rule, first: datetime) -> Rule:
    """A rule that takes its day from the beginning (RFC 5545, section 3.3.10) with that day in it,
    so that it means the same from a later time on.
    """
    if rule.frequency in _PERIODS or rule.days or rule.month_days:
        return rule
    months = (first.month,) if rule.frequency == YEARLY else ()
    return replace(rule, months=rule.months or months, month_days=(first.day,))


def _nearer(rule: Rule, first: datetime, since: datetime) -> datetime:
    """``first``, or a later time from which the rule goes on in the same way.

    Years need not be gone through to find the next. A rule that counts its runs has to.
    """
    if rule.count is not None or since <= first:
        return first
    period = _PERIODS.get(rule.frequency)
    if period is None:
        return _months_later(rule, first, since)
    turns = (since - first) // (period * rule.every)
    return first + max(turns - 1, 0) * period * rule.every


def _months_later(rule: Rule, first: datetime, since: datetime) -> datetime:
    each = rule.every * (_MONTHS_OF_A_YEAR if rule.frequency == YEARLY else 1)
    passed = (since.year - first.year) * _MONTHS_OF_A_YEAR + since.month - first.month
    turns = passed // each - 1
    if turns < 1:
        return first
    years, month = divmod(first.month - 1 + turns * each, _MONTHS_OF_A_YEAR)
    return first.replace(year=first.year + years, month=month + 1, day=1)


def _fits(rule: Rule, wall: datetime) -> bool:
    """Whether a rule for days takes this one: dateutil would take long to pass over the others."""
    last = monthrange(wall.year, wall.month)[1]
    return (
        (not rule.months or wall.month in rule.months)
        and (not rule.days or (wall.weekday(), 0) in rule.days)
        and (not rule.month_days or not {wall.day, wall.day - last - 1}.isdisjoint(rule.month_days))
    )


def _times(rule: Rule, first: datetime, end: datetime) -> "rrule":
    # Imported when it is first wanted: it takes time to load on a small machine.
    from dateutil import rrule as by_dateutil

    weekdays = [getattr(by_dateutil, name) for name in WEEKDAYS]
    is_daily = rule.frequency == DAILY
    days = [] if is_daily else [weekdays[day](nth or None) for day, nth in rule.days]
    return by_dateutil.rrule(
        getattr(by_dateutil, rule.frequency),
        dtstart=first,
        interval=rule.every,
        wkst=weekdays[rule.week_start],
        until=end,
        bysetpos=rule.positions or None,
        bymonth=None if is_daily else rule.months or None,
        bymonthday=None if is_daily else rule.month_days or None,
        byweekday=days or None,
        byhour=rule.hours or None,
    )
