"""Filters and functions for numbers."""

import functools
import math
import secrets
from collections.abc import Callable

from raspisms.errors import say
from raspisms.sms.php import comparison
from raspisms.sms.templating import printf, rounding, sequences, values
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.registry import offered
from raspisms.sms.templating.run import Run

#: What PHP's mt_rand gives at most.
_GREATEST_RANDOM = 2**31 - 1


def abs_(run: Run, value: object) -> int | float:
    return abs(run.number(value))


def format_(run: Run, value: object, *arguments: object) -> str:
    """PHP's sprintf."""
    return printf.formatted(run, run.text(value), arguments)


def number_format(
    run: Run,
    value: object,
    decimal: object = 0,
    decimal_point: object = ".",
    thousand_sep: object = ",",
) -> str:
    """With so many digits after the point, and something between groups of three."""
    number = run.number(value)
    if not math.isfinite(number):
        return run.text(number)
    return rounding.grouped(
        number,
        run.integer(decimal),
        "." if decimal_point is None else run.text(decimal_point),
        "," if thousand_sep is None else run.text(thousand_sep),
    )


def round_(run: Run, value: object, precision: object = 0, method: object = "common") -> float:
    """To so many digits; ``common`` is half away from zero, then there are ceil and floor."""
    number = run.number(value)
    if not rounding.is_method(method):
        raise Trouble(say("“round” knows the methods common, ceil and floor."))
    if not math.isfinite(number):
        return number
    return float(rounding.rounded(number, run.integer(precision), str(method))) + 0.0


def max_(run: Run, _: object, *given: object) -> object:
    """The greatest by PHP's comparison: of a list, or of all that is given."""
    return _chosen(run, given, comparison.less)


def min_(run: Run, _: object, *given: object) -> object:
    """The least by PHP's comparison: of a list, or of all that is given."""
    return _chosen(run, given, lambda chosen, other: comparison.less(other, chosen))


def random(run: Run, _: object, values_: object = None, max_: object = None) -> object:
    """An entry of a list, a character of a text, a number from 0 (or between two numbers)."""
    if isinstance(values_, list | dict):
        members = values.members(values_)
        if not members:
            raise Trouble(say("Nothing can be chosen from an empty list."))
        return secrets.choice(members)
    if isinstance(values_, str):
        return secrets.choice(values_) if values_ else ""
    given = _GREATEST_RANDOM if values_ is None else run.integer(values_)
    low, high = (0, given) if max_ is None else (given, run.integer(max_))
    low, high = sorted((low, high))
    return low + secrets.randbelow(high - low + 1)


def range_(run: Run, _: object, low: object, high: object, step: object = 1) -> list[object]:
    """Numbers or letters from one to the other."""
    return sequences.sequence(run, low, high, step)


def _chosen(
    run: Run, given: tuple[object, ...], is_better: Callable[[object, object], bool]
) -> object:
    choices = values.members(given[0]) if len(given) == 1 else list(given)
    if not choices:
        raise Trouble(say("“max” and “min” need something to choose from."))
    run.look_through(choices)
    return functools.reduce(
        lambda chosen, other: other if is_better(chosen, other) else chosen, choices
    )


FILTERS = offered((abs_, format_, number_format, round_), own=2)
FUNCTIONS = offered((max_, min_, random, range_), own=2)
