"""One cell of a table as people and spreadsheets write it."""

import re
from typing import Final

from raspisms.sms.accents import composed
from raspisms.sms.content import is_control
from raspisms.sms.files.formulas import plain

_AS_TEXT: Final = re.compile(r'="((?:[^"]|"")*)"')
_DATE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_NUMBER: Final = re.compile(r"[+(]?[\d\s.()/\-\u2010-\u2015]{6,30}")
_EXPONENT: Final = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.I)


def plain_cell(cell: str) -> str:
    """What a cell says: without the apostrophe that keeps it from being a formula, or without the
    formula that keeps a spreadsheet from counting with it (``="06"``).
    """
    whole = plain(cell)
    if whole is not cell:
        return whole
    as_text = _AS_TEXT.fullmatch(cell.strip()) if "=" in cell else None
    return as_text[1].replace('""', '"') if as_text else cell


def is_like_number(cell: str) -> bool:
    """Whether it may be a phone number, also one that a spreadsheet has spoilt; dates are none."""
    cell = plain_cell(cell).strip(" '")
    if _EXPONENT.fullmatch(cell):
        return True
    if _DATE.fullmatch(cell) or not _NUMBER.fullmatch(cell):
        return False
    return 6 <= sum(sign.isdecimal() for sign in cell) <= 15


def text(value: str) -> str:
    """A value as it is kept: composed letters, one kind of line end, no control characters."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if not value.isprintable():
        value = "".join(sign for sign in value if not is_control(sign))
    return composed(value.strip())
