"""Twig's operators, calculating and comparing as PHP 8 does."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

from raspisms.errors import say
from raspisms.sms.php import arithmetic, comparison, conversion
from raspisms.sms.templating import patterns, sequences, tree, values
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.limits import LONGEST_OUTPUT
from raspisms.sms.templating.run import Run, too_long

Number = int | float
_Result = TypeVar("_Result")


def concatenation(run: Run, first: object, *others: object) -> object:
    """All parts as one text."""
    parts = [run.text(first), *(run.text(other) for other in others)]
    length = sum(map(len, parts))
    if length > LONGEST_OUTPUT:
        raise too_long()
    run.step(1 + length // 16)
    return "".join(parts)


def add(run: Run, a: object, b: object) -> object:
    if isinstance(a, list | dict) and isinstance(b, list | dict):
        # PHP's union of arrays: of the second one, what the first one lacks.
        first = dict(values.entries(a))
        rest = [(key, value) for key, value in values.entries(b) if key not in first]
        return run.kept(values.array([*first.items(), *rest]))
    return _calculated(run, a, b, lambda x, y: x + y)


def subtract(run: Run, a: object, b: object) -> object:
    return _calculated(run, a, b, lambda x, y: x - y)


def multiply(run: Run, a: object, b: object) -> object:
    return _calculated(run, a, b, lambda x, y: x * y)


def divide(run: Run, a: object, b: object) -> object:
    return _calculated(run, a, b, arithmetic.quotient)


def divide_down(run: Run, a: object, b: object) -> object:
    """``//``: the quotient rounded down."""
    quotient = _calculated(run, a, b, arithmetic.quotient)
    return quotient if isinstance(quotient, int) else _whole(math.floor, quotient)


def remainder(run: Run, a: object, b: object) -> object:
    return _calculated(run, a, b, arithmetic.remainder)


def power(run: Run, a: object, b: object) -> object:
    return _calculated(run, a, b, arithmetic.power)


def negative(run: Run, a: object) -> object:
    return subtract(run, 0, a) if not isinstance(a, float) else -a


def positive(run: Run, a: object) -> object:
    run.step()
    return run.number(a)


def exclusive_or(run: Run, a: object, b: object) -> bool:
    run.step()
    return conversion.truth(a) != conversion.truth(b)


def equal(run: Run, a: object, b: object) -> bool:
    return _compared(run, a, b, comparison.loose_equal)


def unequal(run: Run, a: object, b: object) -> bool:
    return not equal(run, a, b)


def less(run: Run, a: object, b: object) -> bool:
    return _compared(run, a, b, comparison.less)


def less_or_equal(run: Run, a: object, b: object) -> bool:
    return _compared(run, a, b, comparison.less_or_equal)


def greater(run: Run, a: object, b: object) -> bool:
    return less(run, b, a)


def greater_or_equal(run: Run, a: object, b: object) -> bool:
    return less_or_equal(run, b, a)


def compare(run: Run, a: object, b: object) -> int:
    return _compared(run, a, b, comparison.loose_compare)


def identical(run: Run, a: object, b: object) -> bool:
    return _compared(run, a, b, comparison.identical)


def not_identical(run: Run, a: object, b: object) -> bool:
    return not identical(run, a, b)


def contained(run: Run, a: object, b: object) -> bool:
    """``a in b``: a part of a text, or one of a list's values by loose comparison."""
    run.handle(b)
    if isinstance(b, list | dict):
        return any(equal(run, a, one) for one in values.members(b))
    if not isinstance(b, str) or not isinstance(a, str | int | float) or isinstance(a, bool):
        return False
    return run.text(a) in b


def starts_with(run: Run, a: object, b: object) -> bool:
    run.handle(a)
    return isinstance(a, str) and isinstance(b, str) and a.startswith(b)


def ends_with(run: Run, a: object, b: object) -> bool:
    run.handle(a)
    return isinstance(a, str) and isinstance(b, str) and a.endswith(b)


def matches(run: Run, a: object, b: object) -> bool:
    """Whether a regular expression, with its delimiters, is found in a text."""
    run.handle(a)
    run.look_at_clock()
    return patterns.found(run.text(b), run.text(a))


def between(run: Run, a: object, b: object) -> object:
    """``a..b``: all numbers, or letters, from one to the other."""
    run.step()
    return run.kept(sequences.sequence(run, a, b, 1))


def _calculated(
    run: Run, a: object, b: object, calculate: Callable[[Number, Number], Number]
) -> object:
    run.step()
    try:
        return conversion.bounded(calculate(run.number(a), run.number(b)))
    except ZeroDivisionError as error:
        raise by_zero() from error


def _whole(rounding: Callable[[float], int], number: object) -> int:
    if not isinstance(number, float) or not math.isfinite(number):
        return 0
    return conversion.fitting(rounding(number))


def _compared(run: Run, a: object, b: object, how: Callable[[object, object], _Result]) -> _Result:
    run.handle(a)
    run.look_through(a)
    run.look_through(b)
    return how(a, b)


def by_zero() -> Trouble:
    return Trouble(say("Nothing can be divided by zero."))


OPERATORS: dict[str, Callable[..., Any]] = {
    tree.CONCAT: concatenation,
    tree.NEGATIVE: negative,
    tree.POSITIVE: positive,
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "//": divide_down,
    "%": remainder,
    "**": power,
    "..": between,
    "xor": exclusive_or,
    "==": equal,
    "!=": unequal,
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
    "<=>": compare,
    "===": identical,
    "!==": not_identical,
    "in": contained,
    "starts with": starts_with,
    "ends with": ends_with,
    "matches": matches,
}
