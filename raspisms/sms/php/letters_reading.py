"""Dates in a given form, as PHP's ``DateTime::createFromFormat`` reads them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from raspisms.sms.php.date_parts import Parts, moment
from raspisms.sms.php.date_words import (
    MONTH_NUMBERS,
    WEEKDAY_NUMBERS,
    zone_named,
    zone_of_offset,
)

_SEPARATORS = ";:/.,-()"
_LONGEST = 500


def read(letters: str, text: str, now: datetime) -> datetime | None:
    """The moment that a text in the form of PHP's letters means; None where it is not in it.

    What the letters do not name is taken from ``now`` (aware), unless ``!`` or ``|`` reset it;
    where a part of the time is named, the rest of the time is 0. Days overflow: a 31st of
    February is the 3rd of March, or the 2nd.
    """
    if max(len(letters), len(text)) > _LONGEST:
        return None
    reading = _Reading(text)
    try:
        _follow(letters, reading)
        return moment(reading.finished(), now)
    except ValueError:
        return None


class _Reading:
    """How far the text was read, and what it said."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.parts = Parts()
        self.day_of_year: int | None = None
        self.more_may_follow = False

    def take(self, pattern: str) -> str:
        """The next characters; raises ValueError where they are others."""
        found = re.compile(pattern, re.ASCII).match(self.text, self.place)
        if found is None:
            raise ValueError(f"at {self.place}: not as the format has it")
        self.place = found.end()
        return found[0]

    def number(self, digits: str) -> int:
        return int(self.take(f"[0-9]{{{digits}}}"))

    def word(self, numbers: dict[str, int]) -> int:
        word = self.take("[A-Za-z]+").lower()
        if word not in numbers:
            raise ValueError(f"no name: {word!r}")
        return numbers[word]

    def finished(self) -> Parts:
        parts = self.parts
        if self.place < len(self.text) and not self.more_may_follow:
            raise ValueError("more than the format has")
        if self.day_of_year is not None:
            if parts.year is None:
                raise ValueError("a day of the year without the year")
            parts.month, parts.day = 1, self.day_of_year + 1
        time = (parts.hour, parts.minute, parts.second, parts.microsecond)
        if any(each is not None for each in time):
            parts.hour, parts.minute, parts.second, parts.microsecond = (each or 0 for each in time)
        return parts


def _follow(letters: str, reading: _Reading) -> None:
    place = 0
    while place < len(letters) and reading.place < len(reading.text):
        letter = letters[place]
        if letter == "\\":
            place += 1
            reading.take(re.escape(letters[place : place + 1]) or r"\\")
        elif letter in _LETTERS:
            _LETTERS[letter](reading)
        else:
            reading.take(re.escape(letter))
        place += 1
    for rest in letters[place:]:
        if rest not in "!|+":
            raise ValueError("less than the format has")
        _LETTERS[rest](reading)


def _weekday(reading: _Reading) -> None:
    reading.parts.weekday = reading.word(WEEKDAY_NUMBERS)
    reading.parts.weekday_sought = 1


def _day(reading: _Reading) -> None:
    reading.parts.day = reading.number("1,2")


def _day_of_year(reading: _Reading) -> None:
    reading.day_of_year = reading.number("1,3")


def _month(reading: _Reading) -> None:
    reading.parts.month = reading.number("1,2")


def _month_name(reading: _Reading) -> None:
    reading.parts.month = reading.word(MONTH_NUMBERS)


def _year(reading: _Reading) -> None:
    reading.parts.year = reading.number("1,4")


def _short_year(reading: _Reading) -> None:
    year = reading.number("2")
    reading.parts.year = year + (2000 if year < 70 else 1900)


def _hour(reading: _Reading) -> None:
    reading.parts.hour = reading.number("1,2")


def _hour_of_twelve(reading: _Reading) -> None:
    hour = reading.number("1,2")
    if not 1 <= hour <= 12:
        raise ValueError("an hour of twelve is at most 12")
    reading.parts.hour = hour


def _half_of_day(reading: _Reading) -> None:
    half = reading.take(r"[AaPp](?:\.[Mm]\.|[Mm])")
    if reading.parts.hour is None:
        raise ValueError("am or pm before the hour")
    reading.parts.hour = reading.parts.hour % 12 + (12 if half[0] in "Pp" else 0)


def _minute(reading: _Reading) -> None:
    reading.parts.minute = _sixtieth(reading)


def _second(reading: _Reading) -> None:
    reading.parts.second = _sixtieth(reading)


def _sixtieth(reading: _Reading) -> int:
    number = reading.number("2")
    if number > 59:
        raise ValueError("at most 59")
    return number


def _microsecond(reading: _Reading) -> None:
    reading.parts.microsecond = int(reading.take("[0-9]{1,6}").ljust(6, "0"))


def _millisecond(reading: _Reading) -> None:
    reading.parts.microsecond = int(reading.take("[0-9]{1,3}").ljust(3, "0")) * 1000


def _timestamp(reading: _Reading) -> None:
    seconds = int(reading.take("[+-]?[0-9]{1,18}"))
    _reset(reading)
    reading.parts.steps.seconds += seconds
    reading.parts.zone = UTC


def _zone(reading: _Reading) -> None:
    named = reading.take(
        r"\(?(?:(?:GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|[A-Za-z]+(?:[_/-][A-Za-z]+)*)\)?"
    )
    named = named.strip("()")
    offset = re.fullmatch(r"(?:GMT)?([+-])([0-9]{1,2}):?([0-9]{2})?", named)
    reading.parts.zone = (
        zone_of_offset(offset[1], offset[2], offset[3] or "") if offset else zone_named(named)
    )


def _reset(reading: _Reading) -> None:
    parts = reading.parts
    parts.year, parts.month, parts.day = 1970, 1, 1
    parts.hour = parts.minute = parts.second = parts.microsecond = 0
    parts.zone = None
    reading.day_of_year = None


def _reset_unset(reading: _Reading) -> None:
    parts = reading.parts
    for name, value in (("year", 1970), ("month", 1), ("day", 1)):
        if getattr(parts, name) is None:
            setattr(parts, name, value)
    for name in ("hour", "minute", "second", "microsecond"):
        if getattr(parts, name) is None:
            setattr(parts, name, 0)


def _let_more_follow(reading: _Reading) -> None:
    reading.more_may_follow = True


def _taking(pattern: str) -> Callable[[_Reading], None]:
    def take(reading: _Reading) -> None:
        reading.take(pattern)

    return take


_LETTERS: dict[str, Callable[[_Reading], None]] = {
    "D": _weekday,
    "l": _weekday,
    "d": _day,
    "j": _day,
    "S": _taking("(?i:st|nd|rd|th)"),
    "z": _day_of_year,
    "m": _month,
    "n": _month,
    "M": _month_name,
    "F": _month_name,
    "y": _short_year,
    "Y": _year,
    "g": _hour_of_twelve,
    "h": _hour_of_twelve,
    "G": _hour,
    "H": _hour,
    "a": _half_of_day,
    "A": _half_of_day,
    "i": _minute,
    "s": _second,
    "u": _microsecond,
    "v": _millisecond,
    "U": _timestamp,
    "e": _zone,
    "O": _zone,
    "P": _zone,
    "p": _zone,
    "T": _zone,
    " ": _taking(r"[ \t]*"),
    "#": _taking(f"[{re.escape(_SEPARATORS)}]"),
    "?": _taking("(?s:.)"),
    "*": _taking(r"[^ \t.,:;/0-9-]*"),
    "!": _reset,
    "|": _reset_unset,
    "+": _let_more_follow,
}
