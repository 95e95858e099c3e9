"""Phone numbers as files have them: also without the 0 that a spreadsheet takes for nothing."""

import re
from typing import Final, NamedTuple

from raspisms.errors import Invalid, say
from raspisms.sms.numbers import parse_recipient

#: What a spreadsheet makes of a long number (``3,36123E+10``), of which digits are lost, and what
#: other programs do (``33639980001.0``).
_MANGLED: Final = re.compile(r"\d+([.,]\d+)?E\+?\d+|\d{7,}[.,]0", re.I)
#: A French number that has lost its first digit.
_WITHOUT_ZERO: Final = re.compile(r"[1-9]\d{8}")
_FRENCH: Final = frozenset({"FR", "GP", "GF", "MQ", "RE", "YT", "BL", "MF"})
_PARTING: Final = re.compile(r"[\s.\-\u2010-\u2015\u00a0]")


class Read(NamedTuple):
    """A number as it is kept, and whether a 0 was put in front of it."""

    number: str
    is_completed: bool = False


class Mangled(Invalid):
    """Digits of the number are lost: it cannot be guessed."""


class WithoutZero(Invalid):
    """The number lacks its first digit, and nobody wants it completed."""


def is_mangled(written: str) -> bool:
    """Whether a spreadsheet took a number for an amount, so that digits of it are lost."""
    return _MANGLED.fullmatch(written.strip()) is not None


def read(written: str, country: str, *, add_zero: bool) -> Read:
    """A number of a file, in the form in which numbers are kept.

    Raises Invalid as ``parse_recipient`` does, Mangled, and WithoutZero.
    """
    written = written.strip().strip("'’").strip()
    if is_mangled(written):
        raise Mangled(
            say("“%(number)s” is what a spreadsheet made of a number.", number=written[:40]),
            say("Format the column as text there, type the number again, and save as CSV."),
        )
    digits = _PARTING.sub("", written)
    if country in _FRENCH and _WITHOUT_ZERO.fullmatch(digits):
        if not add_zero:
            raise WithoutZero(
                say("“%(number)s” lacks the 0 at its beginning.", number=written[:40]),
                say("Have the 0 added, or correct the file."),
            )
        return Read(parse_recipient(f"0{digits}", country), is_completed=True)
    return Read(parse_recipient(written, country))
