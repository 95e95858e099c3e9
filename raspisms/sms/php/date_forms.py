"""The forms of a date that PHP knows (php.net, “Supported Date and Time Formats”).

Of the forms that fit at a place of the text, the longest counts; of two as long, the one that
stands first here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from raspisms.sms.php import date_readers as readers
from raspisms.sms.php.date_parts import Parts
from raspisms.sms.php.date_words import (
    MONTHS,
    NEIGHBOURS,
    ORDINALS,
    ROMAN,
    UNITS,
    WEEKDAY_NUMBERS,
    WORKING_DAYS,
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
        Form(_compiled("(?i:yesterday)"), readers.of_yesterday),
        Form(_compiled("(?i:now)"), readers.of_nothing),
        Form(_compiled("(?i:noon)"), readers.of_noon),
        Form(_compiled("(?i:midnight|today)"), readers.of_midnight),
        Form(_compiled("(?i:tomorrow)"), readers.of_tomorrow),
        Form(_compiled(r"@(?P<stamp>-?[0-9]{1,18})(?:\.(?P<f>[0-9]{0,6}))?"), readers.of_timestamp),
        Form(_compiled("(?i:(?P<edge>first|last) day of)"), readers.of_edge),
        Form(
            _compiled(r"(?i:(?P<where>back|front) of )<hour24>(?:(?:<blank>)?<meridian>)?"),
            readers.of_quarter,
        ),
        Form(_compiled("<which><blank><weekday><blank>(?i:of)"), readers.of_weekday_of_month),
        *(Form(_compiled(form), readers.of_time) for form in _CLOCK.values()),
        Form(_compiled(_TOGETHER), readers.of_time_or_year),
        Form(_compiled(_TOGETHER_WITH_SECONDS), readers.of_time),
        *(Form(_compiled(form), readers.of_date) for form in _DATES.values()),
        *(Form(_compiled(form), readers.of_date_and_time) for form in _MOMENTS.values()),
        Form(_compiled("<year4>-?W<week>(?:-?(?P<iso>[0-7]))?"), readers.of_iso_week),
        Form(_compiled("<year4>"), readers.of_year),
        Form(_compiled("(?i:ago)"), readers.of_ago),
        Form(_compiled("<dayword>"), readers.of_weekday),
        Form(_compiled("<neighbour><blank>(?P<unit>(?i:week))"), readers.of_neighbouring_week),
        Form(_compiled("<which><blank><unit>"), readers.of_which_unit),
        Form(_compiled("<offset>|<zone>"), readers.of_zone),
        Form(
            _compiled(r"(?P<signs>[+-]*)[ \t]*(?P<count>[0-9]{1,13})(?:<blank>)?<unit>"),
            readers.of_steps,
        ),
        Form(_compiled(r"[ .,\t\n\u00a0\u202f]+"), readers.of_nothing),
    ]


def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"(?<!\?P)<([a-z0-9]+)>", lambda piece: _PIECES[piece[1]], form))
