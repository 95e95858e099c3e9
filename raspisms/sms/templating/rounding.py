"""Numbers rounded and written with digits, as PHP does it: half away from zero."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

#: Digits after the point, or zeros before it, beyond which rounding changes nothing.
MOST_DIGITS = 20

_METHODS = {"common": ROUND_HALF_UP, "ceil": ROUND_CEILING, "floor": ROUND_FLOOR}
#: Enough for the greatest float with all of its digits.
_CONTEXT = Context(prec=400)


def is_method(method: object) -> bool:
    return isinstance(method, str) and method in _METHODS


def rounded(number: int | float, digits: int, method: str = "common") -> Decimal:
    """A finite number with so many digits after the point; below 0, zeros before it.

    A float is taken as it is written, so that 1.005 becomes 1.01 as in PHP, and not as the
    nearest binary fraction.
    """
    digits = max(-MOST_DIGITS, min(MOST_DIGITS, digits))
    value = Decimal(repr(number))
    return value.quantize(Decimal(1).scaleb(-digits), rounding=_METHODS[method], context=_CONTEXT)


def grouped(number: int | float, digits: int, point: str, thousands: str) -> str:
    """A finite number with its digits in groups of three; what rounds to 0 has no sign."""
    value = rounded(number, max(0, digits))
    whole, _, fraction = f"{abs(value):f}".partition(".")
    groups = []
    while whole:
        whole, group = whole[:-3], whole[-3:]
        groups.append(group)
    sign = "-" if value < 0 else ""
    return f"{sign}{thousands.join(reversed(groups))}{point if fraction else ''}{fraction}"
