"""The forms of a date that PHP knows (php.net, “Supported Date and Time Formats”).

Of the forms that fit at a place of the text, the longest counts; of two as long, the one that
stands first here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache

from raspisms.sms.php.date_parts import THIS_WEEK, Edge, Parts
from raspisms.sms.php.date_words import (
    MONTH_NUMBERS,
    MONTHS,
    NEIGHBOURS,
    ORDINALS,
    ROMAN,
    UNITS,
    WEEKDAY_NUMBERS,
    WORKING_DAYS,
    zone_named,
    zone_of_offset,
)

Reader = Callable[[re.Match[str], Parts], None]
"""Takes what a form found into the parts; raises ValueError where it cannot be."""


@dataclass(frozen=True)
class Form:
    pattern: re.Pattern[str]
    read: Reader


def _one_of(words: Iterable[str]) -> str:
    """Any of the words, the longest first, in either case."""
    return f"(?i:{'|'.join(sorted(words, key=len, reverse=True))})"


_PIECES = {
    "blank": r"[ \t]+",
    "hour24": r"(?P<h>2[0-4]|[01]?[0-9])",
    "hour24lz": r"(?P<h>2[0-4]|[01][0-9])",
    "hour12": r"(?P<h>1[0-2]|0?[1-9])",
    "minute": r"(?P<i>[0-5]?[0-9])",
    "minutelz": r"(?P<i>[0-5][0-9])",
    "second": r"(?P<s>60|[0-5]?[0-9])",
    "secondlz": r"(?P<s>60|[0-5][0-9])",
    "fraction": r"\.(?P<f>[0-9]+)",
    "meridian": r"(?P<ap>[AaPp])\.?[Mm]\.?(?:[ \t]|\Z)",
    "zone": r"(?P<zone>[A-Z][a-z]+(?:[_/-][A-Za-z]+)+|\(?[A-Za-z]{1,6}\)?)",
    "offset": r"(?:GMT)?(?P<sign>[+-])(?P<oh>2[0-4]|[01]?[0-9]):?(?P<oi>[0-5]?[0-9])?",
    "month": r"(?P<m>1[0-2]|0?[0-9])",
    "monthlz": r"(?P<m>1[0-2]|0[0-9])",
    "day": r"(?P<d>3[01]|[0-2]?[0-9])(?:st|nd|rd|th)?",
    "daylz": r"(?P<d>3[01]|[0-2][0-9])",
    "year": r"(?P<y>[0-9]{1,4})",
    "year2": r"(?P<y>[0-9]{2})",
    "year4": r"(?P<y>[0-9]{4})",
    "monthabbr": f"(?P<month>{_one_of([*(name[:3] for name in MONTHS), 'sept'])})",
    "monthname": f"(?P<month>{_one_of([*MONTHS, *(name[:3] for name in MONTHS), 'sept'])})",
    "monthtext": "(?P<month>"
    + _one_of([*MONTHS, *(name[:3] for name in MONTHS), "sept"])
    + f"|{'|'.join(sorted(ROMAN, key=len, reverse=True))})",
    "doy": r"(?P<doy>00[1-9]|0[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])",
    "week": r"(?P<week>0[1-9]|[1-4][0-9]|5[0-3])",
    "between": r"[ \t.-]*",
    "after": r"[,.stndrh\t ]+",
    "weekday": f"(?P<weekday>{_one_of([*WEEKDAY_NUMBERS])})",
    "dayword": f"(?P<unit>{_one_of([*WEEKDAY_NUMBERS, *WORKING_DAYS])})",
    "which": f"(?P<which>{_one_of([*ORDINALS, *NEIGHBOURS])})",
    "neighbour": f"(?P<which>{_one_of([*NEIGHBOURS])})",
    "unit": f"(?P<unit>{_one_of([*UNITS, *WEEKDAY_NUMBERS, *WORKING_DAYS])})",
}

# Each form is written with the pieces above, between angle brackets.
_CLOCK = {
    "time of twelve hours": r"<hour12>(?:[:.]<minutelz>(?:[:.]<secondlz>)?)?(?:<blank>)?<meridian>",
    "of a SQL server": r"<hour12>:<minutelz>:<secondlz>[:.](?P<f>[0-9]+)<meridian>",
    "an hour after T": r"(?i:t)<hour24>",
    "time": r"(?i:t)?<hour24>[:.]<minute>(?:[:.]<second>(?:<fraction>)?)?",
}
_TOGETHER = r"(?i:t)?<hour24lz><minutelz>"
_TOGETHER_WITH_SECONDS = r"(?i:t)?<hour24lz><minutelz><secondlz>"
_DATES = {
    "American": r"<month>/<day>(?:/<year>)?",
    "ISO": r"(?P<y>\+?[0-9]{4})-<monthlz>-<daylz>",
    "with slashes": r"<year4>/<month>/<day>/?",
    "ISO of two digits": r"<year2>-<monthlz>-<daylz>",
    "GNU, a month": r"<year4>-<month>",
    "GNU": r"<year>-<month>-<day>",
    "day first, with a name": r"<day><between><monthtext><between><year>",
    "day first, four digits": r"<day>[.\t-]<month>[.-]<year4>",
    "day first, two digits": r"<day>[.\t]<month>\.<year2>",
    "a month with its year": r"<monthtext><between><year4>",
    "a year with its month": r"<year4><between><monthtext>",
    "month first, with a name": r"<monthtext><between><day>(?:<after><year>|<after>|\Z)",
    "day and month": r"<day><between><monthtext>",
    "together": r"<year4><monthlz><daylz>",
    "day of the year": r"<year4>\.?<doy>",
    "month, day, year": r"<monthabbr>-<daylz>-<year>",
    "year, month, day": r"<year>-<monthabbr>-<daylz>",
    "a month": r"<monthname>",
}
_MOMENTS = {
    "XML-RPC": r"<year4><monthlz><daylz>T<hour24>:<minutelz>:<secondlz>",
    "XML-RPC, together": r"<year4><monthlz><daylz>(?i:t)<hour24><minutelz><secondlz>",
    "SOAP": r"<year4>-<monthlz>-<daylz>T<hour24lz>:<minutelz>:<secondlz><fraction>(?:<offset>)?",
    "WDDX": r"<year4>-<month>-<day>T<hour24>:<minute>:<second>",
    "EXIF": r"<year4>:<monthlz>:<daylz> <hour24lz>:<minutelz>:<secondlz>",
    "log": r"<day>/<monthabbr>/<year4>:<hour24lz>:<minutelz>:<secondlz><blank><offset>",
    "month, day, time of twelve hours": (
        r"<monthtext><between><day><after>"
        r"<hour12>[:.]<minutelz>(?:[:.]<secondlz>)?(?:<blank>)?<meridian>"
    ),
    "month, day, time": (
        r"<monthtext><between><day><after>"
        r"(?i:t)?<hour24>[:.]<minute>(?:[:.]<second>(?:<blank>)?(?:<offset>|<zone>)?)?"
    ),
}


def longest(text: str, place: int) -> tuple[re.Match[str], Form] | None:
    """The form that fits at a place of a text, and what it found."""
    best: tuple[re.Match[str], Form] | None = None
    for form in all_forms():
        found = form.pattern.match(text, place)
        if found and found.end() > place and (best is None or found.end() > best[0].end()):
            best = found, form
    return best


@lru_cache(maxsize=1)
def all_forms() -> list[Form]:
    """Compiled when the first date is read."""
    return [
        Form(_compiled("(?i:yesterday)"), _yesterday),
        Form(_compiled("(?i:now)"), _nothing),
        Form(_compiled("(?i:noon)"), _noon),
        Form(_compiled("(?i:midnight|today)"), _midnight),
        Form(_compiled("(?i:tomorrow)"), _tomorrow),
        Form(_compiled(r"@(?P<stamp>-?[0-9]{1,18})(?:\.(?P<f>[0-9]{0,6}))?"), _timestamp),
        Form(_compiled("(?i:(?P<edge>first|last) day of)"), _edge),
        Form(
            _compiled(r"(?i:(?P<where>back|front) of )<hour24>(?:(?:<blank>)?<meridian>)?"),
            _quarter,
        ),
        Form(_compiled("<which><blank><weekday><blank>(?i:of)"), _weekday_of_month),
        *(Form(_compiled(form), _time) for form in _CLOCK.values()),
        Form(_compiled(_TOGETHER), _time_or_year),
        Form(_compiled(_TOGETHER_WITH_SECONDS), _time),
        *(Form(_compiled(form), _date) for form in _DATES.values()),
        *(Form(_compiled(form), _date_and_time) for form in _MOMENTS.values()),
        Form(_compiled("<year4>-?W<week>(?:-?(?P<iso>[0-7]))?"), _iso_week),
        Form(_compiled("<year4>"), _year),
        Form(_compiled("(?i:ago)"), _ago),
        Form(_compiled("<dayword>"), _weekday),
        Form(_compiled("<neighbour><blank>(?P<unit>(?i:week))"), _neighbouring_week),
        Form(_compiled("<which><blank><unit>"), _which_unit),
        Form(_compiled("<offset>|<zone>"), _zone),
        Form(_compiled(r"(?P<signs>[+-]*)[ \t]*(?P<count>[0-9]{1,13})(?:<blank>)?<unit>"), _steps),
        Form(_compiled(r"[ .,\t\n\u00a0\u202f]+"), _nothing),
    ]


def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"(?<!\?P)<([a-z0-9]+)>", lambda piece: _PIECES[piece[1]], form))


def _group(found: re.Match[str], name: str) -> str | None:
    return found.groupdict().get(name)


def _nothing(found: re.Match[str], parts: Parts) -> None:
    pass


def _yesterday(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()
    parts.steps.days = -1


def _tomorrow(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()
    parts.steps.days = 1


def _midnight(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()


def _noon(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()
    parts.times = 1
    parts.hour = 12


def _timestamp(found: re.Match[str], parts: Parts) -> None:
    _take_zone(zone_named("UTC"), parts)
    parts.forget_time()
    parts.has_date = False
    parts.year, parts.month, parts.day = 1970, 1, 1
    parts.steps.seconds += int(found["stamp"])
    fraction = _microseconds(found["f"] or "")
    parts.steps.microseconds += -fraction if found["stamp"].startswith("-") else fraction


def _edge(found: re.Match[str], parts: Parts) -> None:
    parts.edge = Edge(found["edge"].lower())


def _quarter(found: re.Match[str], parts: Parts) -> None:
    """A quarter past (``back of 7pm``) or a quarter to."""
    parts.forget_time()
    parts.times = 1
    back = found["where"].lower() == "back"
    parts.hour = _of_twelve(int(found["h"]), found["ap"]) - (not back)
    parts.minute = 15 if back else 45


def _weekday_of_month(found: re.Match[str], parts: Parts) -> None:
    which = found["which"].lower()
    amount = {**ORDINALS, **NEIGHBOURS}[which]
    parts.forget_time()
    parts.of_month = Edge.FIRST if amount > 0 else Edge.LAST
    parts.weekday = WEEKDAY_NUMBERS[found["weekday"].lower()]
    parts.weekday_sought = int(amount > 0 or which == "this")
    parts.steps.days += (amount - 1 if amount > 0 else amount) * 7


def _time(found: re.Match[str], parts: Parts) -> None:
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


def _time_or_year(found: re.Match[str], parts: Parts) -> None:
    """Four digits are a time, and after a time a year."""
    if parts.times > 1:
        raise ValueError("two times")
    if parts.times == 0:
        parts.hour, parts.minute, parts.second = int(found["h"]), int(found["i"]), 0
    else:
        parts.year = int(found[0].lstrip("tT"))
    parts.times += 1


def _date(found: re.Match[str], parts: Parts) -> None:
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


def _date_and_time(found: re.Match[str], parts: Parts) -> None:
    _date(found, parts)
    _time(found, parts)
    if _group(found, "sign") or _group(found, "zone"):
        _zone(found, parts)


def _iso_week(found: re.Match[str], parts: Parts) -> None:
    if parts.has_date:
        raise ValueError("two dates")
    parts.has_date = True
    parts.year, parts.month, parts.day = int(found["y"]), 1, 4
    # The week of 4 January is the first; its Monday is the first day.
    weekday_of_fourth = date(int(found["y"]), 1, 4).isoweekday()
    weekday = int(found["iso"] or 1)
    parts.steps.days += (int(found["week"]) - 1) * 7 + weekday - weekday_of_fourth


def _year(found: re.Match[str], parts: Parts) -> None:
    parts.year = int(found["y"])


def _ago(found: re.Match[str], parts: Parts) -> None:
    parts.steps = parts.steps.reversed()
    if parts.weekday is not None:
        parts.weekday = -parts.weekday or -7
    if parts.working_days is not None:
        parts.working_days = -parts.working_days


def _weekday(found: re.Match[str], parts: Parts) -> None:
    parts.forget_time()
    # PHP takes “weekday” alone for a Monday: the number of that unit is 1.
    parts.weekday = WEEKDAY_NUMBERS.get(found["unit"].lower(), 1)
    if parts.weekday_sought != THIS_WEEK:
        parts.weekday_sought = 1


def _neighbouring_week(found: re.Match[str], parts: Parts) -> None:
    """``last week``: the day of that week which is named besides, or else its Monday."""
    parts.steps.days += 7 * NEIGHBOURS[found["which"].lower()]
    parts.weekday_sought = THIS_WEEK
    if parts.weekday is None:
        parts.weekday = 1


def _which_unit(found: re.Match[str], parts: Parts) -> None:
    which = found["which"].lower()
    amount = {**ORDINALS, **NEIGHBOURS}[which]
    _step(amount, found["unit"].lower(), int(which == "this"), parts, keep_time=False)


def _steps(found: re.Match[str], parts: Parts) -> None:
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


def _zone(found: re.Match[str], parts: Parts) -> None:
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
