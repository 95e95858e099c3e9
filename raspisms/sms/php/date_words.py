"""The English words of PHP's dates (php.net, “Supported Date and Time Formats”)."""

from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
"""In PHP's order: Sunday is 0."""

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

MONTH_NUMBERS = (
    {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
    | {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
    | {name.lower(): number for number, name in enumerate(ROMAN, start=1)}
    | {"sept": 9}
)
WEEKDAY_NUMBERS = (
    {name.lower(): number for number, name in enumerate(WEEKDAYS)}
    | {f"{name.lower()}s": number for number, name in enumerate(WEEKDAYS)}
    | {name[:3].lower(): number for number, name in enumerate(WEEKDAYS)}
)

ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eight": 8,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
}
NEIGHBOURS = {"next": 1, "last": -1, "previous": -1, "this": 0}

_SINGLE_UNITS = {
    "msec": ("microseconds", 1000),
    "millisecond": ("microseconds", 1000),
    "µsec": ("microseconds", 1),
    "usec": ("microseconds", 1),
    "microsecond": ("microseconds", 1),
    "sec": ("seconds", 1),
    "second": ("seconds", 1),
    "min": ("minutes", 1),
    "minute": ("minutes", 1),
    "hour": ("hours", 1),
    "day": ("days", 1),
    "week": ("days", 7),
    "fortnight": ("days", 14),
    "forthnight": ("days", 14),
    "month": ("months", 1),
    "year": ("years", 1),
}
UNITS = (
    _SINGLE_UNITS
    | {f"{name}s": unit for name, unit in _SINGLE_UNITS.items()}
    | {"ms": ("microseconds", 1000), "µs": ("microseconds", 1)}
)
"""What a unit adds to: a field of ``Steps`` and how many of it."""

WORKING_DAYS = ("weekday", "weekdays")

_ABBREVIATIONS = {
    "wet": 0,
    "west": 1,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "akdt": -8,
    "hst": -10,
}


def zone_named(name: str) -> tzinfo:
    """The time zone of an abbreviation (``CET``, ``Z``), or of a name (``Europe/Paris``).

    Raises ValueError where PHP knows none, and for the rarer ones of its abbreviations.
    """
    if name.lower() in ("z", "utc", "gmt"):
        return UTC
    if name.lower() in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[name.lower()]), name.upper())
    if "/" not in name:
        raise ValueError(f"no time zone {name!r}")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f"no time zone {name!r}") from None


def zone_of_offset(sign: str, hours: str, minutes: str) -> timezone:
    """The time zone of ``+02:00``, from its parts; raises ValueError beyond a day."""
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if sign == "-" else ahead)
