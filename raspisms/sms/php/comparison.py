"""Comparison as PHP 8 does it: loose (``==``, ``<``, ``<=>``) and strict (``===``).

After the tables of the PHP manual, "Comparison operators" and "Type comparison tables", with
PHP 8's way between numbers and texts: a text that is no number is compared as text.
"""

import math
from collections.abc import Iterable
from datetime import datetime

from raspisms.sms.php.conversion import Unconvertible, array_key, bounded, numeric, text, truth

__all__ = [
    "TooLong",
    "Unconvertible",
    "identical",
    "less",
    "less_or_equal",
    "loose_compare",
    "loose_equal",
    "text",
    "truth",
]

#: How many values of arrays one comparison looks at, and how deeply they may be nested.
_MOST_VALUES = 50_000
_DEEPEST = 50


class TooLong(ValueError):
    """Arrays of so many values, or nested so deeply, are not compared."""


def loose_equal(a: object, b: object) -> bool:
    """PHP's ``a == b``. Raises TooLong."""
    if type(a) is str and type(b) is str and a == b:
        return True
    return loose_compare(a, b) == 0


def less(a: object, b: object) -> bool:
    """PHP's ``a < b``; its ``a > b`` is ``less(b, a)``. Raises TooLong."""
    return loose_compare(a, b) < 0


def less_or_equal(a: object, b: object) -> bool:
    """PHP's ``a <= b``; its ``a >= b`` is ``less_or_equal(b, a)``. Raises TooLong."""
    return loose_compare(a, b) <= 0


def loose_compare(a: object, b: object) -> int:
    """PHP's ``a <=> b``: -1, 0 or 1. What cannot be compared gives 1. Raises TooLong."""
    return _compare(a, b, _Bounds())


def identical(a: object, b: object) -> bool:
    """PHP's ``a === b``: the same kind and value; arrays in the same order. Raises TooLong."""
    return _identical(a, b, _Bounds())


class _Bounds:
    """Counts what one comparison has looked at."""

    def __init__(self) -> None:
        self._left = _MOST_VALUES
        self._depth = 0

    def enter(self, values: int) -> None:
        self._left -= values
        self._depth += 1
        if self._left < 0 or self._depth > _DEEPEST:
            raise TooLong("Too much to compare.")

    def leave(self) -> None:
        self._depth -= 1


def _compare(a: object, b: object, bounds: _Bounds) -> int:
    if isinstance(a, str) and isinstance(b, str):
        return _texts(a, b)
    if isinstance(a, datetime) or isinstance(b, datetime):
        return _objects(a, b)
    if a is None and isinstance(b, str):
        return -1 if b else 0
    if b is None and isinstance(a, str):
        return 1 if a else 0
    if a is None or b is None or isinstance(a, bool) or isinstance(b, bool):
        return _order(truth(a), truth(b))
    if isinstance(a, list | dict) or isinstance(b, list | dict):
        return _arrays(a, b, bounds)
    if isinstance(a, str):
        return -_number_and_text(b, a)
    if isinstance(b, str):
        return _number_and_text(a, b)
    return _numbers(a, b)


def _texts(a: str, b: str) -> int:
    """Two texts are compared as numbers if both are some, but for what no float tells apart."""
    first, second = numeric(a), numeric(b)
    if first is None or second is None:
        return _order(a, b)
    beyond, also_beyond = _beyond(first, a), _beyond(second, b)
    if beyond and also_beyond and first == second:
        return _order(a, b)
    if isinstance(first, int) and also_beyond:
        return -also_beyond
    if isinstance(second, int) and beyond:
        return beyond
    return _numbers(first, second)


def _beyond(number: int | float, written: str) -> int:
    """1 or -1 for a text that is too great or too small for an integer or a float, else 0."""
    if isinstance(number, int):
        return 0
    is_beyond = math.isinf(number) or not set(written) & set(".eE")
    return 0 if not is_beyond else (1 if number > 0 else -1)


def _number_and_text(a: object, b: str) -> int:
    number = numeric(b)
    return _order(text(a), b) if number is None else _numbers(a, number)


def _numbers(a: object, b: object) -> int:
    """Of an integer and a float the integer becomes a float; NAN is greater than anything."""
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(bounded(a)), float(bounded(b))  # type: ignore[arg-type]
    return _order(a, b)


def _order(a: object, b: object) -> int:
    return 0 if a == b else (-1 if a < b else 1)  # type: ignore[operator]


def _objects(a: object, b: object) -> int:
    """Two dates by their moments; a date counts as true, as the number 1, and above all else."""
    if isinstance(a, datetime) and isinstance(b, datetime):
        return _order(a, b)
    if isinstance(a, bool) or isinstance(b, bool):
        return _order(truth(a), truth(b))
    if isinstance(a, datetime):
        return _numbers(1, b) if isinstance(b, int | float) else 1
    return _numbers(a, 1) if isinstance(a, int | float) else -1


def _arrays(a: object, b: object, bounds: _Bounds) -> int:
    """The one with more values is greater; else value by value, if they have the same keys."""
    if not isinstance(a, list | dict):
        return -1
    if not isinstance(b, list | dict):
        return 1
    if len(a) != len(b):
        return _order(len(a), len(b))
    bounds.enter(len(a))
    others = dict(_items(b))
    for key, value in _items(a):
        if key not in others:
            return 1
        if order := _compare(value, others[key], bounds):
            return order
    bounds.leave()
    return 0


def _identical(a: object, b: object, bounds: _Bounds) -> bool:
    if isinstance(a, list | dict) and isinstance(b, list | dict):
        if len(a) != len(b):
            return False
        bounds.enter(len(a))
        pairs = zip(_items(a), _items(b), strict=True)
        same = all(one[0] == two[0] and _identical(one[1], two[1], bounds) for one, two in pairs)
        bounds.leave()
        return same
    if isinstance(a, datetime):
        return a is b  # two objects are never the same one
    return type(a) is type(b) and a == b


def _items(array: list[object] | dict[object, object]) -> Iterable[tuple[object, object]]:
    if isinstance(array, list):
        return enumerate(array)
    return ((array_key(key), value) for key, value in array.items())
