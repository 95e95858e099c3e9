"""Values as PHP 8 converts them: to text, to yes or no, to a number.

RaspiSMS's rules and texts were run by PHP, so what their users wrote counts on its conversions.
A value is None, bool, int, float, str, list, dict (an array with keys) or datetime (an object).
The rules are those of the PHP manual, "Type juggling", "Numeric strings" and "Comparison".
"""

import math
import re
from functools import lru_cache

#: The integers of PHP on a machine of 64 bits; beyond them it calculates with floats.
LEAST_INT = -(2**63)
GREATEST_INT = 2**63 - 1

#: Significant digits of a float in a text (PHP's setting ``precision``).
_PRECISION = 14
#: Characters of texts whose numbers are remembered.
_SHORT = 40
_BLANKS = " \t\n\r\v\f"
_LEADING_NUMBER = re.compile(
    rf"[{_BLANKS}]*(?P<number>[+-]?(?:[0-9]+(?P<dot>\.[0-9]*)?|(?P<bare>\.[0-9]+))"
    rf"(?P<exponent>[eE][+-]?[0-9]+)?)(?P<rest>[{_BLANKS}]*)"
)


class Unconvertible(ValueError):
    """PHP has no such conversion: it stops with an error."""


def truth(value: object) -> bool:
    """Whether a value counts as true: all but null, false, 0, "", "0" and the empty array do."""
    return value != "0" if isinstance(value, str) and value else bool(value)


def text(value: object) -> str:
    """A value within a text. A date raises Unconvertible, as an object without a text does."""
    match value:
        case str():
            return value
        case None | False:
            return ""
        case True:
            return "1"
        case int() if LEAST_INT <= value <= GREATEST_INT:
            return str(value)
        case int() | float():
            return _float_text(float(bounded(value)))
        case list() | dict():
            return "Array"
        case _:
            raise Unconvertible("An object has no text.")


def numeric(written: str) -> int | float | None:
    """The number that a text is, with blanks around it or without; None if it is none."""
    # What many people's data repeat is short; long texts would fill the memory.
    return _short(written) if len(written) <= _SHORT else _numeric(written)


def leading_number(written: str) -> int | float | None:
    """The number with which a text begins, as in "12 apples"; None if it begins with none."""
    found = _LEADING_NUMBER.match(written)
    return None if found is None else _number(found)


def number(value: object) -> int | float:
    """A value to calculate with. Raises Unconvertible for arrays, objects and other texts."""
    match value:
        case bool() | None:
            return int(bool(value))
        case int() | float():
            return value
        case str() if (found := leading_number(value)) is not None:
            return found
        case _:
            raise Unconvertible("There is no number in it.")


def integer(value: object) -> int:
    """PHP's intval: the part before the point; what is no number is 0, a full array 1.

    A text beyond the range becomes the end of the range, a float is taken modulo 2 ** 64.
    """
    match value:
        case None | bool() | int():
            return fitting(value or 0)
        case float():
            return _whole(value)
        case str():
            found = leading_number(value) or 0
            if isinstance(found, int):
                return found
            return _whole(max(float(LEAST_INT), found)) if found < GREATEST_INT else GREATEST_INT
        case list() | dict():
            return int(bool(value))
        case _:
            return 1


def bounded(value: int | float) -> int | float:
    """The result of a calculation: an integer too great for PHP is a float there."""
    if isinstance(value, float) or LEAST_INT <= value <= GREATEST_INT:
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def fitting(value: int) -> int:
    """An integer as PHP keeps it, modulo 2 ** 64."""
    return (value - LEAST_INT) % 2**64 + LEAST_INT


def array_key(key: object) -> int | str:
    """The key under which an array keeps a value: "7" is 7. Raises Unconvertible."""
    match key:
        case str():
            if re.fullmatch(r"0|-?[1-9][0-9]{0,18}", key):
                whole = int(key)
                return whole if LEAST_INT <= whole <= GREATEST_INT else key
            return key
        case None:
            return ""
        case bool() | int() | float():
            return integer(key)
        case _:
            raise Unconvertible("Such a value cannot be a key.")


def _numeric(written: str) -> int | float | None:
    found = _LEADING_NUMBER.match(written)
    return None if found is None or found.end() != len(written) else _number(found)


_short = lru_cache(maxsize=4096)(_numeric)


def _number(found: re.Match[str]) -> int | float:
    written = found["number"]
    if found["dot"] is None and found["bare"] is None and found["exponent"] is None:
        digits = written.lstrip("+-").lstrip("0")
        # More digits than this are out of range anyway, and slow to read.
        if len(digits) < 20:
            whole = int(digits or "0") * (-1 if written[0] == "-" else 1)
            if LEAST_INT <= whole <= GREATEST_INT:
                return whole
    return float(written)


def _whole(value: float) -> int:
    return fitting(int(value)) if math.isfinite(value) else 0


def _float_text(value: float) -> str:
    if not math.isfinite(value):
        return "NAN" if math.isnan(value) else ("INF" if value > 0 else "-INF")
    mantissa, is_scientific, power = f"{value:.{_PRECISION}g}".partition("e")
    if not is_scientific:
        return mantissa
    return f"{mantissa}{'' if '.' in mantissa else '.0'}E{int(power):+d}"
