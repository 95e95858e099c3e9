"""Quiet hours: when no campaign leaves, by the household's clock.

Written are the hours in which messages may leave, for each day of the week, since that is what
people and providers say: "Monday to Saturday from 8 to 20". All the rest of the week is quiet.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from raspisms.errors import Invalid, Text, say
from raspisms.sms.localtime import to_utc

#: As they are written in settings and files, Monday first.
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: As people may type them: English and French, short and long.
_NAMES = (
    (*DAYS,),
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
)
_PLACES = {name: place for names in _NAMES for place, name in enumerate(names)}
LONGEST = 1000
#: What stands for hours that are not quiet at all.
ALWAYS = "always"

_MOST_SPANS = 6
_HOLIDAYS, _NOTHING = "holidays", "none"
_SAY_HOLIDAYS = {_HOLIDAYS, "fériés", "feries"}
_SAY_NOTHING = {_NOTHING, "aucune", "aucun"}
_SPAN = re.compile(r"(\d{1,2})[:hH](\d\d)?\s*(?:-|–|—)\s*(\d{1,2})[:hH](\d\d)?")
_MINUTES = 24 * 60
#: Some day of the coming years has an hour that is not quiet; else none ever has.
_FARTHEST_DAYS = 800


def no_holidays(_day: date) -> bool:
    return False


@dataclass(frozen=True)
class Span:
    """Minutes after midnight between which messages may leave: from ``start``, before ``end``."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True)
class QuietHours:
    """For each day of the week, Monday first, when messages may leave.

    ``holidays``: whether public holidays are quiet too, all day.
    """

    days: tuple[tuple[Span, ...], ...]
    holidays: bool = False

    @property
    def are_none(self) -> bool:
        """Whether no hour is quiet."""
        return not self.holidays and all(spans == _ALL_DAY for spans in self.days)

    def until(
        self,
        instant: datetime,
        zone: ZoneInfo,
        is_holiday: Callable[[date], bool] = no_holidays,
    ) -> datetime | None:
        """The end, aware in UTC, of the quiet hours in which an instant lies; None where it is in
        none.

        A wall-clock time that the spring change skips moves forward by the gap; of one that the
        autumn change repeats the first counts.
        """
        if self.are_none:
            return None
        today = instant.astimezone(zone).date()
        for ahead in range(_FARTHEST_DAYS):
            day = today + timedelta(days=ahead)
            for start, end in self._open(day, zone, is_holiday):
                if start <= instant < end:
                    return None
                if instant < start:
                    return start
        # Only holidays without an end come here: the next look finds others, or the same.
        return instant.astimezone(UTC) + timedelta(days=_FARTHEST_DAYS)

    def _open(
        self, day: date, zone: ZoneInfo, is_holiday: Callable[[date], bool]
    ) -> Iterable[tuple[datetime, datetime]]:
        if self.holidays and is_holiday(day):
            return
        for span in self.days[day.weekday()]:
            start, end = _instant(day, span.start, zone), _instant(day, span.end, zone)
            if start < end:  # the spring change may have eaten it
                yield start, end

    def write(self) -> str:
        """As ``read`` takes it; ``always`` for none."""
        if self.are_none:
            return ALWAYS
        parts = [f"{name} {_written(spans)}" for name, spans in zip(DAYS, self.days, strict=True)]
        return "; ".join([*parts, f"{_HOLIDAYS} {_NOTHING}"] if self.holidays else parts)

    def as_kept(self) -> dict[str, Any]:
        """As a campaign keeps it."""
        return {"hours": self.write()}

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> "QuietHours | None":
        """What a campaign kept; None where those of the household hold."""
        return read(str(kept["hours"])) if kept else None


_ALL_DAY = (Span(0, _MINUTES),)
NEVER_QUIET = QuietHours((_ALL_DAY,) * 7)
#: In which OVH lets advertising go: Monday to Saturday from 8 to 20, no Sundays, no public holidays
#: (OVH guide "Send SMS with the OVH API in Java"; OVH's FAQ on SMS). It defers the rest by itself.
MARKETING = QuietHours((*((Span(8 * 60, 20 * 60),) for _ in range(6)), ()), holidays=True)
#: Each day from 8 to 21.
NIGHTS = QuietHours(((Span(8 * 60, 21 * 60),),) * 7)

#: Ready choices, by the name that forms give them.
READY: Mapping[str, tuple[QuietHours, Text]] = {
    "nights": (NIGHTS, say("At night: messages leave each day from 8:00 to 21:00")),
    "marketing": (
        MARKETING,
        say("As for advertising in France: Monday to Saturday from 8:00 to 20:00, no holidays"),
    ),
}


@lru_cache(maxsize=500)
def read(text: str) -> QuietHours:
    """What ``write`` wrote: ``mon 08:00-12:00, 14:00-20:00; … sun none; holidays none``.

    Days may stand as ``mon-fri``, and be French (``lun-ven``, ``dim aucune``); a day that is not
    named is not quiet. Raises Invalid (without a field).
    """
    text = text.strip()
    if not text or text.casefold() == ALWAYS:
        return NEVER_QUIET
    if len(text) > LONGEST:
        raise _unreadable(text)
    days: list[tuple[Span, ...]] = [_ALL_DAY] * 7
    holidays = False
    for part in filter(None, (one.strip() for one in text.split(";"))):
        name, hours = [*part.split(maxsplit=1), ""][:2]
        if name.casefold() in _SAY_HOLIDAYS and hours.casefold() in _SAY_NOTHING:
            holidays = True
            continue
        for day in _days(name, part):
            days[day] = read_day(hours)
    return checked(tuple(days), holidays=holidays)


def read_day(text: str) -> tuple[Span, ...]:
    """The hours of one day: ``08:00-12:00, 14:00-20:00``; ``none`` or nothing for a quiet day.

    Raises Invalid (without a field).
    """
    text = text.strip()
    if not text or text.casefold() in _SAY_NOTHING:
        return ()
    spans = sorted((_span(part) for part in text.split(",")), key=lambda span: span.start)
    if len(spans) > _MOST_SPANS or any(one.end > two.start for one, two in pairwise(spans)):
        raise _unreadable(text)
    return tuple(spans)


def checked(days: tuple[tuple[Span, ...], ...], *, holidays: bool) -> QuietHours:
    """Quiet hours that leave some time. Raises Invalid (without a field) where they leave none."""
    if not any(days):
        raise Invalid(
            say("So nothing could ever leave."),
            say("Give at least one day some hours, for example 08:00-20:00."),
        )
    return QuietHours(days, holidays)


def written_day(spans: tuple[Span, ...]) -> str:
    """The hours of one day as ``read_day`` takes them; empty for a quiet day."""
    return ", ".join(map(str, spans))


def _written(spans: tuple[Span, ...]) -> str:
    return written_day(spans) or _NOTHING


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise _unreadable(text)
    start, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    if not 0 <= start < end <= _MINUTES:
        raise _unreadable(text)
    return Span(start, end)


def _minutes(hours: str, minutes: str | None) -> int:
    past = int(minutes or 0)
    return int(hours) * 60 + past if past < 60 else -1


def _days(name: str, part: str) -> range:
    first, _, last = name.casefold().partition("-")
    start, end = _PLACES.get(first), _PLACES.get(last or first)
    if start is None or end is None or end < start:
        raise _unreadable(part)
    return range(start, end + 1)


def _unreadable(text: str) -> Invalid:
    shown = text if len(text) <= 60 else f"{text[:59]}…"
    return Invalid(
        say("“%(text)s” are no hours of a day.", text=shown),
        say("Write them as 08:00-20:00, several with commas between them, up to 24:00."),
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    if minutes == _MINUTES:
        day, minutes = day + timedelta(days=1), 0
    return to_utc(datetime.combine(day, time(minutes // 60, minutes % 60)), zone)
