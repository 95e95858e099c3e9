"""A month as a calendar shows it."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale

from raspisms.sms.localtime import start_of

_FIRST_YEAR, _LAST_YEAR = 2000, 2199


@dataclass(frozen=True)
class Month:
    """The month that begins on a day."""

    first: date

    @staticmethod
    def read(typed: str, today: date) -> "Month":
        """The month of an address, as 2026-12; that of today for anything else."""
        if re.fullmatch(r"\d{4}-\d\d", typed, re.ASCII):
            year, month = map(int, typed.split("-"))
            if _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12:
                return Month(date(year, month, 1))
        return Month(today.replace(day=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def title(self) -> str:
        words: str = format_date(self.first, "LLLL y", locale=get_locale())
        return words[:1].upper() + words[1:]

    @property
    def weeks(self) -> list[list[date]]:
        """Its days by weeks from Monday to Sunday, those of the months beside it too."""
        return calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)

    @property
    def weekdays(self) -> list[str]:
        monday = self.weeks[0][0]
        days = (monday + timedelta(days=n) for n in range(7))
        return [format_date(day, "EEEE", locale=get_locale()) for day in days]

    @property
    def previous(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def following(self) -> "Month":
        return Month((self.first + timedelta(days=31)).replace(day=1))

    def has(self, day: date) -> bool:
        return (day.year, day.month) == (self.first.year, self.first.month)

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins, and when the next one does, on a clock."""
        ends = (self.first, self.following.first)
        begin, end = (start_of(day, zone) for day in ends)
        return begin, end
