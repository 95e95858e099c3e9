"""Calculating as PHP 8 does it, with the numbers that ``conversion.number`` gives.

What comes out may be an integer beyond PHP's: ``conversion.bounded`` makes a float of it.
"""

import math

from raspisms.sms.php.conversion import integer


def quotient(dividend: int | float, divisor: int | float) -> int | float:
    """PHP's ``/``: of whole numbers a whole one where it is. Raises ZeroDivisionError."""
    if isinstance(dividend, int) and isinstance(divisor, int) and dividend % divisor == 0:
        return dividend // divisor
    return dividend / divisor


def remainder(dividend: int | float, divisor: int | float) -> int:
    """PHP's ``%``: of whole numbers, with the sign of the first. Raises ZeroDivisionError."""
    whole, by = integer(dividend), integer(divisor)
    rest = abs(whole) % abs(by)
    return -rest if whole < 0 else rest


def power(base: int | float, exponent: int | float) -> int | float:
    """PHP's ``**``: what is too great is infinite, a broken power of a negative number is NAN."""
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if abs(base) <= 1 and exponent:
            exponent = 2 - exponent % 2
        if exponent < 64:
            return int(base**exponent)
    try:
        return math.pow(base, exponent)
    except OverflowError:
        is_odd = isinstance(exponent, int) and exponent % 2 == 1
        return -math.inf if base < 0 and is_odd else math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan
