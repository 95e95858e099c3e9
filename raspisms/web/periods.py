"""Times past that statistics are about, cut into days or months on the reader's clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask_babel import get_locale, gettext

from raspisms import clock
from raspisms.sms.localtime import start_of
from raspisms.web.i18n import day_in_words

_DAYS = {"week": 7, "month": 30}
_YEAR, _MONTHS = "year", 12
_USUAL = "month"


@dataclass(frozen=True)
class Period:
    """``firsts`` are the first days of its spans, and of the one after it."""

    name: str
    firsts: list[date]
    zone: ZoneInfo

    @property
    def has_months(self) -> bool:
        """Whether its spans are months, not days."""
        return self.name == _YEAR

    @property
    def bounds(self) -> list[datetime]:
        """When each span begins, and when the last one ends."""
        return [start_of(day, self.zone) for day in self.firsts]

    def words(self) -> list[str]:
        """What each span is called."""
        days = self.firsts[:-1]
        if self.has_months:
            return [str(format_skeleton("yMMMM", day, locale=get_locale())) for day in days]
        return [day_in_words(day, "EEE d MMM") for day in days]


def choices() -> list[tuple[str, str]]:
    return [
        ("week", gettext("The last 7 days")),
        ("month", gettext("The last 30 days")),
        (_YEAR, gettext("The last 12 months")),
    ]


def read(typed: str, zone: ZoneInfo) -> Period:
    """The period of an address, which ends with today; a month for anything else."""
    today = clock.now().astimezone(zone).date()
    if typed == _YEAR:
        month = today.year * 12 + today.month - 1
        months = range(month - _MONTHS + 1, month + 2)
        return Period(typed, [date(one // 12, one % 12 + 1, 1) for one in months], zone)
    name = typed if typed in _DAYS else _USUAL
    count = _DAYS[name]
    first = today - timedelta(days=count - 1)
    return Period(name, [first + timedelta(days=n) for n in range(count + 1)], zone)
