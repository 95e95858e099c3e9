"""Numbers or letters from one to another, as PHP's range gives them."""

import math

from raspisms.sms.php.conversion import leading_number, number, numeric


class TooMany(ValueError):
    """A range of more values than it may have."""


class Endless(TooMany):
    """A range from or to what is no finite number."""


def sequence(first: object, last: object, step: int | float = 1, *, most: int) -> list[object]:
    """Both ends included where the step leads there; downwards if the second one is less.

    Texts that are no numbers count as their first letter if both ends are such. Where an end or
    the step, which is above 0, is no whole number, all values are floats. Raises TooMany, and
    Unconvertible for arrays and dates.
    """
    if _is_letter(first) and _is_letter(last):
        codes = _numbers(ord(str(first)[0]), ord(str(last)[0]), max(1, int(step)), most)
        return [chr(int(code)) for code in codes]
    return [*_numbers(_end(first), _end(last), step, most)]


def _is_letter(value: object) -> bool:
    return isinstance(value, str) and value != "" and numeric(value) is None


def _end(value: object) -> int | float:
    """A letter beside a number counts as 0."""
    end = (leading_number(value) or 0) if isinstance(value, str) else number(value)
    if not math.isfinite(end):
        raise Endless("A range needs an end.")
    return end


def _numbers(
    low: int | float, high: int | float, step: int | float, most: int
) -> list[int | float]:
    distance = abs(high - low) / step
    if distance >= most:
        raise TooMany("There are too many values.")
    # As many as there would be if 0.1 were a tenth.
    count = int(distance + 1e-9) + 1
    if isinstance(step, float) and step.is_integer():
        step = int(step)
    towards = step if high >= low else -step
    if isinstance(low, int) and isinstance(high, int) and isinstance(towards, int):
        return [*range(low, low + count * towards, towards)]
    return [float(low) + place * towards for place in range(count)]
