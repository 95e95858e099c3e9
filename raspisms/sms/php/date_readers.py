"""What each form of a date means: it is taken into the parts of a moment.

A reader takes what its form found into the parts; it raises ValueError where it cannot be.
"""

import re
from datetime import date, tzinfo

from raspisms.sms.php.date_parts import THIS_WEEK, Edge, Parts
from raspisms.sms.php.date_words import (
    MONTH_NUMBERS,
    NEIGHBOURS,
    ORDINALS,
    UNITS,
    WEEKDAY_NUMBERS,
    WORKING_DAYS,
    zone_named,
    zone_of_offset,
)


def _group(found: re.Match[str], name: str) -> str | None:
    return found.groupdict().get(name)


def of_nothing(found: re.Match[str], parts: Parts) -> None:
    pass


def of_yesterday(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()
    parts.steps.days = -1


def of_tomorrow(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()
    parts.steps.days = 1


def of_midnight(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()


def of_noon(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()
    parts.times = 1
    parts.hour = 12


def of_timestamp(found: re.Match[str], parts: Parts) -> None:
    _take_zone(zone_named("UTC"), parts)
    parts.forget_time()
    parts.has_date = False
    parts.year, parts.month, parts.day = 1970, 1, 1
    parts.steps.seconds += int(found["stamp"])
    fraction = _microseconds(found["f"] or "")
    parts.steps.microseconds += -fraction if found["stamp"].startswith("-") else fraction


def of_edge(found: re.Match[str], parts: Parts) -> None:
    parts.edge = Edge(found["edge"].lower())


def of_quarter(found: re.Match[str], parts: Parts) -> None:
    """A quarter past (``back of 7pm``) or a quarter to."""
    parts.forget_time()
    parts.times = 1
    back = found["where"].lower() == "back"
    parts.hour = _of_twelve(int(found["h"]), found["ap"]) - (not back)
    parts.minute = 15 if back else 45


def of_weekday_of_month(found: re.Match[str], parts: Parts) -> None:
    which = found["which"].lower()
    amount = {**ORDINALS, **NEIGHBOURS}[which]
    parts.forget_time()
    parts.of_month = Edge.FIRST if amount > 0 else Edge.LAST
    parts.weekday = WEEKDAY_NUMBERS[found["weekday"].lower()]
    parts.weekday_sought = int(amount > 0 or which == "this")
    parts.steps.days += (amount - 1 if amount > 0 else amount) * 7


def of_time(found: re.Match[str], parts: Parts) -> None:
    if parts.times:
        raise ValueError("two times")
    parts.times = 1
    parts.hour = _of_twelve(int(found["h"]), _group(found, "ap"))
    parts.minute = int(_group(found, "i") or 0)
    parts.second = int(_group(found, "s") or 0)
    parts.microsecond = _microseconds(_group(found, "f") or "")


def _of_twelve(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half in "Pp" else 0)


def _microseconds(fraction: str) -> int:
    return int(fraction[:6].ljust(6, "0"))


def of_time_or_year(found: re.Match[str], parts: Parts) -> None:
    """Four digits are a time, and after a time a year."""
    if parts.times > 1:
        raise ValueError("two times")
    if parts.times == 0:
        parts.hour, parts.minute, parts.second = int(found["h"]), int(found["i"]), 0
    else:
        parts.year = int(found[0].lstrip("tT"))
    parts.times += 1


def of_date(found: re.Match[str], parts: Parts) -> None:
    if parts.has_date:
        raise ValueError("two dates")
    parts.has_date = True
    year = _group(found, "y")
    if year is not None:
        parts.year = _full_year(year)
    if number := _group(found, "m"):
        parts.month = int(number)
    elif name := _group(found, "month"):
        parts.month = MONTH_NUMBERS[name.lower()]
    if day := _group(found, "d"):
        parts.day = int(day)
    elif day_of_year := _group(found, "doy"):
        parts.month, parts.day = 1, int(day_of_year)
    elif year is not None:
        parts.day = 1


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) >= 4 or year >= 100:
        return year
    return year + (2000 if year < 70 else 1900)


def of_date_and_time(found: re.Match[str], parts: Parts) -> None:
    of_date(found, parts)
    of_time(found, parts)
    if _group(found, "sign") or _group(found, "zone"):
        of_zone(found, parts)


def of_iso_week(found: re.Match[str], parts: Parts) -> None:
    if parts.has_date:
        raise ValueError("two dates")
    parts.has_date = True
    parts.year, parts.month, parts.day = int(found["y"]), 1, 4
    # The week of 4 January is the first; its Monday is the first day.
    weekday_of_fourth = date(int(found["y"]), 1, 4).isoweekday()
    weekday = int(found["iso"] or 1)
    parts.steps.days += (int(found["week"]) - 1) * 7 + weekday - weekday_of_fourth


def of_year(found: re.Match[str], parts: Parts) -> None:
    parts.year = int(found["y"])


def of_ago(found: re.Match[str], parts: Parts) -> None:
    parts.steps = parts.steps.reversed()
    if parts.weekday is not None:
        parts.weekday = -parts.weekday or -7
    if parts.working_days is not None:
        parts.working_days = -parts.working_days


def of_weekday(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()
    # PHP takes “weekday” alone for a Monday: the number of that unit is 1.
    parts.weekday = WEEKDAY_NUMBERS.get(found["unit"].lower(), 1)
    if parts.weekday_sought != THIS_WEEK:
        parts.weekday_sought = 1


def of_neighbouring_week(found: re.Match[str], parts: Parts) -> None:
    """``last week``: the day of that week which is named besides, or else its Monday."""
    parts.steps.days += 7 * NEIGHBOURS[found["which"].lower()]
    parts.weekday_sought = THIS_WEEK
    if parts.weekday is None:
        parts.weekday = 1


def of_which_unit(found: re.Match[str], parts: Parts) -> None:
    which = found["which"].lower()
    amount = {**ORDINALS, **NEIGHBOURS}[which]
    _step(amount, found["unit"].lower(), int(which == "this"), parts, keep_time=False)


def of_steps(found: re.Match[str], parts: Parts) -> None:
    amount = int(found["count"]) * (-1 if found["signs"].count("-") % 2 else 1)
    _step(amount, found["unit"].lower(), 1, parts, keep_time=True)


def _step(amount: int, unit: str, sought: int, parts: Parts, *, keep_time: bool) -> None:
    if unit in UNITS:
        name, times = UNITS[unit]
        setattr(parts.steps, name, getattr(parts.steps, name) + amount * times)
        return
    if not keep_time:
        parts.forget_time()
    if unit in WORKING_DAYS:
        parts.working_days = amount
        return
    parts.steps.days += (amount - 1 if amount > 0 else amount) * 7
    parts.weekday = WEEKDAY_NUMBERS[unit]
    parts.weekday_sought = sought


def of_zone(found: re.Match[str], parts: Parts) -> None:
    if sign := _group(found, "sign"):
        _take_zone(zone_of_offset(sign, found["oh"], found["oi"] or ""), parts)
    else:
        _take_zone(zone_named(found["zone"].strip("()")), parts)


def _take_zone(zone: tzinfo, parts: Parts) -> None:
    """The first counts; PHP warns of a second, and refuses a third."""
    parts.zones += 1
    if parts.zones > 2:
        raise ValueError("three time zones")
    if parts.zones == 1:
        parts.zone = zone
