"""Whose birthday a day is, by what an address book has of their birth.

Who was born on 29 February has their birthday on 28 February in other years.
"""

import re
from calendar import isleap
from datetime import date

#: ``1990-10-22`` and ``19901022``, and as address cards write a birth without a year: ``--10-22``
#: (RFC 6350, section 4.3.1). A time of day may follow.
_YEAR_FIRST = re.compile(r"(\d{4}-|\d{4}(?=\d{4})|--)(\d\d)-?(\d\d)(?:[T ].*)?", re.ASCII)
#: ``22/10/1990``, ``22.10.1990``, ``22-10-1990``, ``22/10``: day first, as in Europe.
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{4}|\d\d))?\.?", re.ASCII)
_LEAP_DAY = (2, 29)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def born_on(value: str) -> tuple[int, int] | None:
    """The month and day that a value says; None where it says none that there is."""
    value = value.strip()
    if match := _YEAR_FIRST.fullmatch(value):
        month, day = int(match[2]), int(match[3])
    elif match := _DAY_FIRST.fullmatch(value):
        day, month = int(match[1]), int(match[2])
    else:
        return None
    return (month, day) if 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] else None


def is_birthday(value: str, today: date) -> bool:
    """Whether a value of somebody's data says that their birthday is on this day."""
    return born_on(value) in celebrated(today)


def celebrated(today: date) -> set[tuple[int, int] | None]:
    """The days of birth (month, day) that have their birthday on a day."""
    days: set[tuple[int, int] | None] = {(today.month, today.day)}
    if (today.month, today.day) == (2, 28) and not isleap(today.year):
        days.add(_LEAP_DAY)
    return days
