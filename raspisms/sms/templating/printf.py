"""PHP's sprintf: ``%s``, ``%05.2f``, ``%'*10s``, ``%2$d``."""

import math
import re

from raspisms.errors import say
from raspisms.sms.php import conversion
from raspisms.sms.templating import limits, rounding
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.run import Run, too_long

_PLACE = re.compile(
    r"%(?:(?P<percent>%)|(?:(?P<number>[0-9]{1,3})\$)?(?P<flags>(?:[-+ 0]|'.)*)"
    r"(?P<width>[0-9]{1,5})?(?:\.(?P<precision>[0-9]{1,3}))?(?P<letter>[bcdeEfFgGosuxX]))",
    re.DOTALL,
)


def formatted(run: Run, pattern: str, arguments: tuple[object, ...]) -> str:
    """The pattern with its places filled in. Raises Trouble if there are too few arguments."""
    parts: list[str] = []
    room = limits.LONGEST_OUTPUT
    used = position = 0
    while (start := pattern.find("%", position)) >= 0:
        place = _PLACE.match(pattern, start)
        if place is None:
            raise Trouble(say("“%(place)s” is no place for a value.", place=pattern[start:][:10]))
        parts.append(pattern[position:start])
        position = place.end()
        if place["percent"]:
            parts.append("%")
            continue
        if place["number"] is None:
            used += 1
        number = int(place["number"] or used)
        if not 0 < number <= len(arguments):
            raise Trouble(say("“format” has fewer values than places."))
        parts.append(_filled(run, place, arguments[number - 1]))
        room -= len(parts[-1])
        if room < 0:
            raise too_long()
    return "".join((*parts, pattern[position:]))


def _filled(run: Run, place: re.Match[str], value: object) -> str:
    flags = place["flags"]
    padding = " "
    for flag in re.findall(r"'.|0| ", flags, re.DOTALL):
        padding = flag[-1]
    plain = re.sub(r"'.", "", flags, flags=re.DOTALL)
    written = _written(run, place["letter"], place["precision"], value)
    if "+" in plain and place["letter"] in "deEfFgG" and not written.startswith("-"):
        written = f"+{written}"
    width = int(place["width"] or 0)
    if width > limits.LONGEST_OUTPUT:
        raise too_long()
    if "-" in plain:
        return written.ljust(width, padding)
    if padding == "0" and written[:1] in ("-", "+") and place["letter"] != "s":
        return written[0] + written[1:].rjust(width - 1, padding)
    return written.rjust(width, padding)


def _written(run: Run, letter: str, precision: str | None, value: object) -> str:
    digits = 6 if precision is None else min(int(precision), 53)
    match letter:
        case "s":
            text = run.text(value)
            return text if precision is None else text[: int(precision)]
        case "d":
            return str(_integer(value))
        case "u":
            return str(_integer(value) % 2**64)
        case "c":
            return chr(_integer(value) % 256)
        case "b" | "o" | "x" | "X":
            return format(_integer(value) % 2**64, letter)
    number = _float(value)
    if not math.isfinite(number):
        return conversion.text(number)
    match letter:
        case "f" | "F":
            return (
                rounding.grouped(number, digits, ".", "")
                if digits <= 20
                else f"{number:.{digits}f}"
            )
        case "e" | "E":
            mantissa, power = f"{number:.{digits}{letter}}".split(letter)
            return f"{mantissa}{letter}{int(power):+d}"
    return f"{number:.{max(1, digits)}{letter}}"


def _integer(value: object) -> int:
    return conversion.integer(value)


def _float(value: object) -> float:
    try:
        return float(conversion.number(value))
    except conversion.Unconvertible:
        # PHP's floatval: what does not begin with a number is 0, an array that is not empty 1.
        return 0.0 if isinstance(value, str) else float(bool(value))
