"""PHP's letters for dates (php.net, “DateTimeInterface::format” and “createFromFormat”)."""

from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from raspisms.sms.php.date_words import MONTHS, WEEKDAYS
from raspisms.sms.php.letters_reading import read

__all__ = ["read", "show"]


def show(moment: datetime, letters: str) -> str:
    """A date, aware, as PHP's ``date`` writes it; names are English.

    What is no letter of PHP's stays as written, and so does a letter after a backslash.
    """
    written = []
    characters = iter(letters)
    for letter in characters:
        if letter == "\\":
            written.append(next(characters, "\\"))
        elif letter in _LETTERS:
            written.append(_LETTERS[letter](moment))
        else:
            written.append(letter)
    return "".join(written)


def _ordinal_suffix(moment: datetime) -> str:
    if moment.day in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(moment.day % 10, "th")


def _beat(moment: datetime) -> str:
    """Swatch time: a thousandth of a day, by the clock of Biel (UTC+1)."""
    biel = moment.astimezone(UTC) + timedelta(hours=1)
    seconds = biel.hour * 3600 + biel.minute * 60 + biel.second
    return f"{seconds * 10 // 864:03}"


def _offset(moment: datetime, between: str = "") -> str:
    minutes = _offset_seconds(moment) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{between}{rest:02}"


def _offset_seconds(moment: datetime) -> int:
    return int((moment.utcoffset() or timedelta()).total_seconds())


def _zone_name(moment: datetime) -> str:
    if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key:
        return moment.tzinfo.key
    return "UTC" if moment.tzinfo is UTC else _offset(moment, ":")


def _zone_abbreviation(moment: datetime) -> str:
    name = moment.tzname() or ""
    return name if name.isalpha() else _offset(moment, ":")


def _timestamp(moment: datetime) -> int:
    # In whole seconds downwards, as PHP does before 1970.
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


_LETTERS: dict[str, Callable[[datetime], str]] = {
    "d": lambda at: f"{at.day:02}",
    "D": lambda at: WEEKDAYS[at.isoweekday() % 7][:3],
    "j": lambda at: str(at.day),
    "l": lambda at: WEEKDAYS[at.isoweekday() % 7],
    "N": lambda at: str(at.isoweekday()),
    "S": _ordinal_suffix,
    "w": lambda at: str(at.isoweekday() % 7),
    "z": lambda at: str(at.timetuple().tm_yday - 1),
    "W": lambda at: f"{at.isocalendar().week:02}",
    "F": lambda at: MONTHS[at.month - 1],
    "m": lambda at: f"{at.month:02}",
    "M": lambda at: MONTHS[at.month - 1][:3],
    "n": lambda at: str(at.month),
    "t": lambda at: str(monthrange(at.year, at.month)[1]),
    "L": lambda at: str(int(isleap(at.year))),
    "o": lambda at: str(at.isocalendar().year),
    "Y": lambda at: f"{at.year:04}",
    "y": lambda at: f"{at.year % 100:02}",
    "a": lambda at: "am" if at.hour < 12 else "pm",
    "A": lambda at: "AM" if at.hour < 12 else "PM",
    "B": _beat,
    "g": lambda at: str(at.hour % 12 or 12),
    "G": lambda at: str(at.hour),
    "h": lambda at: f"{at.hour % 12 or 12:02}",
    "H": lambda at: f"{at.hour:02}",
    "i": lambda at: f"{at.minute:02}",
    "s": lambda at: f"{at.second:02}",
    "u": lambda at: f"{at.microsecond:06}",
    "v": lambda at: f"{at.microsecond // 1000:03}",
    "e": _zone_name,
    "I": lambda at: str(int(bool(at.dst()))),
    "O": _offset,
    "P": lambda at: _offset(at, ":"),
    "p": lambda at: "Z" if _offset_seconds(at) == 0 else _offset(at, ":"),
    "T": _zone_abbreviation,
    "Z": lambda at: str(_offset_seconds(at)),
    "c": lambda at: show(at, "Y-m-d\\TH:i:sP"),
    "r": lambda at: show(at, "D, d M Y H:i:s O"),
    "U": lambda at: str(_timestamp(at)),
}
