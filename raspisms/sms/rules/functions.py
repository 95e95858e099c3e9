"""The functions of rules, as RaspiSMS offered them, and ``decimal``, which is ours.

Lengths and places are counted in characters: RaspiSMS took PHP's functions for texts of several
bytes a character (mb_strlen, mb_substr).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from raspisms.errors import say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.php import dates, letters
from raspisms.sms.php.conversion import bounded, integer, number, text, truth
from raspisms.sms.rules.errors import RuleFailure

#: Characters of a text that is read as a date.
_LONGEST_DATE = 200
#: A number as people and spreadsheets write it, without its spaces.
_DECIMAL = re.compile(r"[+-]?[0-9]{1,300}([.,][0-9]{1,300})?")


@dataclass(frozen=True)
class Function:
    """What it does with its values at this moment, how many they are, and how it is written."""

    run: Callable[[Sequence[object], datetime], object]
    least: int
    most: int
    usage: str


def _exists(values: Sequence[object], now: datetime) -> bool:
    return values[0] is not None


def _lower(values: Sequence[object], now: datetime) -> str:
    return _text(values[0]).lower()


def _upper(values: Sequence[object], now: datetime) -> str:
    return _text(values[0]).upper()


def _substr(values: Sequence[object], now: datetime) -> str:
    """Negative places are counted from the end, a negative length leaves so many out there."""
    whole = _text(values[0])
    start = integer(values[1])
    start = max(0, len(whole) + start) if start < 0 else start
    if len(values) < 3 or values[2] is None:
        return whole[start:]
    length = integer(values[2])
    end = start + length if length >= 0 else len(whole) + length
    return whole[start : max(start, end)]


def _strlen(values: Sequence[object], now: datetime) -> int:
    return len(_text(values[0]))


def _abs(values: Sequence[object], now: datetime) -> int | float:
    return bounded(abs(number(values[0])))


def _date(values: Sequence[object], now: datetime) -> datetime:
    """An absent date is no date: PHP took it for today, and so each birthday for today's."""
    if not values:
        return now
    if isinstance(values[0], datetime):
        return values[0]
    written = _date_text(values[0])
    try:
        return _parsed(written, now)
    except (ValueError, OverflowError):
        raise _no_date(written) from None


def _date_from_format(values: Sequence[object], now: datetime) -> datetime:
    written = _date_text(values[1])
    try:
        read = letters.read(_text(values[0]), written, now)
    except (ValueError, OverflowError):
        read = None
    if read is None:
        raise _no_date(written)
    return read


def _intval(values: Sequence[object], now: datetime) -> int:
    return integer(values[0])


def _boolval(values: Sequence[object], now: datetime) -> bool:
    return truth(values[0])


def _decimal(values: Sequence[object], now: datetime) -> int | float | None:
    """A number with its comma or point, also with spaces between its digits; else null.

    To PHP a number with a comma is a text, which it compares letter by letter.
    """
    if isinstance(values[0], int | float) and not isinstance(values[0], bool):
        return values[0]
    written = "".join(_text(values[0]).split())
    if not _DECIMAL.fullmatch(written):
        return None
    return number(written.replace(",", "."))


def _count(values: Sequence[object], now: datetime) -> int:
    if isinstance(values[0], list | dict):
        return len(values[0])
    raise RuleFailure(
        say("count counts the values of a list, and this is none."),
        say("Use strlen for the length of a text."),
    )


def _is_birthday(values: Sequence[object], now: datetime) -> bool:
    """The same day and month as today; who is born on 29 February has a birthday in leap years."""
    born = values[0]
    if born is None or isinstance(born, bool):
        return False
    if not isinstance(born, datetime):
        raise RuleFailure(
            say("is_birthday wants a date, and this is none."),
            say("Write is_birthday(date(contact.birthdate))."),
        )
    return (born.month, born.day) == (now.month, now.day)


def _constant(values: Sequence[object], now: datetime) -> None:
    """PHP would tell its constants, passwords among them."""
    return


def _text(value: object) -> str:
    if isinstance(value, list | dict):
        raise RuleFailure(
            say("There is a list where a text belongs."), say("Take one of its values.")
        )
    return text(value)


def _date_text(value: object) -> str:
    written = _text(value).strip()
    if not written:
        raise RuleFailure(
            say("There is no date to read."),
            say("Ask first whether it is there: exists(contact.key) && …"),
        )
    if len(written) > _LONGEST_DATE:
        raise _no_date(written)
    return written


def _no_date(written: str) -> RuleFailure:
    return RuleFailure(
        say("“%(text)s” cannot be read as a date.", text=excerpt(written)),
        say('Write it like 1990-10-22, or tell how it is written: date_from_format("d/m/Y", …).'),
    )


#: A rule asks for the same few dates for each of many people.
_parsed = lru_cache(maxsize=4096)(dates.parse)

FUNCTIONS = {
    "exists": Function(_exists, 1, 1, "exists(contact.key)"),
    "lower": Function(_lower, 1, 1, "lower(text)"),
    "upper": Function(_upper, 1, 1, "upper(text)"),
    "substr": Function(_substr, 2, 3, "substr(text, start, length)"),
    "strlen": Function(_strlen, 1, 1, "strlen(text)"),
    "abs": Function(_abs, 1, 1, "abs(number)"),
    "date": Function(_date, 0, 1, 'date("1990-10-22")'),
    "date_from_format": Function(
        _date_from_format, 2, 2, 'date_from_format("d/m/Y", contact.birthdate)'
    ),
    "intval": Function(_intval, 1, 1, "intval(text)"),
    "decimal": Function(_decimal, 1, 1, "decimal(contact.amount)"),
    "boolval": Function(_boolval, 1, 1, "boolval(value)"),
    "count": Function(_count, 1, 1, "count(list)"),
    "is_birthday": Function(_is_birthday, 1, 1, "is_birthday(date(contact.birthdate))"),
    "constant": Function(_constant, 1, 2, 'constant("NAME")'),
}
