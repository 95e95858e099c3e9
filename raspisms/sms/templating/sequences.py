"""Numbers or letters from one to another, as PHP's range gives them."""

import math

from raspisms.errors import say
from raspisms.sms.php import conversion
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.limits import MOST_ENTRIES
from raspisms.sms.templating.run import Run, too_many


def sequence(run: Run, low: object, high: object, step: object) -> list[object]:
    """Both ends included where the step leads there; downwards if the second one is less."""
    distance = abs(run.number(step))
    if distance == 0 or not math.isfinite(distance):
        raise Trouble(say("The step of a range cannot be %(step)s.", step=run.text(step)))
    if _is_letter(low) and _is_letter(high):
        codes = _numbers(ord(str(low)[0]), ord(str(high)[0]), max(1, int(distance)))
        return [chr(int(code)) for code in codes]
    return list(_numbers(_end(run, low), _end(run, high), distance))


def _is_letter(value: object) -> bool:
    return isinstance(value, str) and value != "" and conversion.numeric(value) is None


def _end(run: Run, value: object) -> int | float:
    """A letter beside a number counts as 0."""
    if isinstance(value, str) and conversion.leading_number(value) is None:
        return 0
    number = run.number(value)
    if not math.isfinite(number):
        raise Trouble(say("A range needs an end."))
    return number


def _numbers(low: int | float, high: int | float, step: int | float) -> list[int | float]:
    distance = abs(high - low) / step
    if distance >= MOST_ENTRIES:
        raise too_many()
    count = int(distance + 1e-9) + 1
    if isinstance(step, float) and step == int(step):
        step = int(step)
    direction = step if high >= low else -step
    return [low + position * direction for position in range(count)]
