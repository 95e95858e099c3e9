"""What the operators of rules make of values, as PHP does, within the bounds of a rule.

``part`` is the part of the rule, for the sentence about what cannot be. All raise RuleFailure.
"""

import operator
from collections.abc import Callable, Iterable

from raspisms.errors import say
from raspisms.sms.php import arithmetic, comparison
from raspisms.sms.php.conversion import Unconvertible, text
from raspisms.sms.php.patterns import Pattern, SlowPattern
from raspisms.sms.php.sequences import TooMany, sequence
from raspisms.sms.rules.about import About
from raspisms.sms.rules.errors import TooSlow, wrong_kind

#: Characters of a text that a rule makes, and values of a range.
LONGEST_TEXT = 100_000
MOST_VALUES = 10_000

#: They raise TooLong.
COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "==": comparison.loose_equal,
    "!=": lambda left, right: not comparison.loose_equal(left, right),
    "===": comparison.identical,
    "!==": lambda left, right: not comparison.identical(left, right),
    "<": comparison.less,
    "<=": comparison.less_or_equal,
    ">": lambda left, right: comparison.less(right, left),
    ">=": lambda left, right: comparison.less_or_equal(right, left),
}
#: They raise ZeroDivisionError.
CALCULATIONS: dict[str, Callable[[int | float, int | float], int | float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": arithmetic.quotient,
    "%": arithmetic.remainder,
    "**": arithmetic.power,
}


def plain(value: object, part: str) -> str:
    """A value within a text."""
    if isinstance(value, list | dict):
        raise wrong_kind(part)
    try:
        return text(value)
    except Unconvertible:
        raise wrong_kind(part) from None


def matched(value: object, known: Pattern, about: About, part: str) -> int:
    """1 or 0, as preg_match answers."""
    try:
        return int(known.matches(plain(value, part), about.seconds_left()))
    except SlowPattern as slow:
        raise TooSlow(slow.message, slow.hint) from None


def joined(left: object, right: object, about: About, part: str) -> str:
    """Both as one text."""
    both = plain(left, part) + plain(right, part)
    if len(both) > LONGEST_TEXT:
        raise TooSlow(
            say("“%(part)s” makes a text that is too long.", part=part),
            say("A text can have %(most)s characters.", most=LONGEST_TEXT),
        )
    about.spend(1 + (len(both) >> 6))
    return both


def spread(left: object, right: object, about: About, part: str) -> list[object]:
    """All numbers, or letters, from one to the other."""
    try:
        values = sequence(left, right, most=MOST_VALUES)
    except TooMany:
        raise TooSlow(
            say("“%(part)s” has too many values.", part=part),
            say(
                "A range can have %(most)s values; compare with < and > instead.", most=MOST_VALUES
            ),
        ) from None
    except Unconvertible:
        raise wrong_kind(part) from None
    about.spend(len(values))
    return values


def is_among(value: object, members: Iterable[object], about: About) -> bool:
    """Whether a value is one of these by loose comparison."""
    is_array = isinstance(value, list | dict)
    for member in members:
        if is_array:
            about.seconds_left()
        if comparison.loose_equal(value, member):
            return True
    return False
