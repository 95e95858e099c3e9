"""How the fields of conditions can be compared: what rule that is, and what value a rule has.

A condition that needs something to be there asks first whether it is: RaspiSMS's rules had to.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from raspisms.errors import Invalid, Text, say
from raspisms.sms.php import dates
from raspisms.sms.php.conversion import text
from raspisms.sms.php.patterns import LONGEST_PATTERN, literal, plain
from raspisms.sms.rules.nodes import Array, Constant, Node, Unary
from raspisms.sms.rules.values import quoted

_TIMES = {"contact_metas.created_at", "contact_metas.updated_at"}
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_MOST_DIGITS = 14
_IS_DAY_FIRST = '"#^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$#"'
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


@dataclass(frozen=True)
class Comparison:
    """How a field can be compared.

    ``write`` makes the rule of an expression for the field and the value; ``values`` finds the
    value in the last part of such a rule, if that can be one.
    """

    label: Text
    needs_value: bool
    write: Callable[[str, str], str]
    values: Callable[[Node], str | None]


def _no_value(node: Node) -> str:
    return ""


def _text_value(node: Node) -> str | None:
    return node.value if isinstance(node, Constant) and isinstance(node.value, str) else None


def _number_value(node: Node) -> str | None:
    if isinstance(node, Unary) and node.operator == "-":
        of = _number_value(node.of)
        return None if of is None else f"-{of}"
    if not isinstance(node, Constant) or isinstance(node.value, bool | str | None):
        return None
    return text(node.value)


def _lines_value(node: Node) -> str | None:
    if not isinstance(node, Array) or not node.items:
        return None
    values = [_text_value(value) for key, value in node.items if key is None]
    known = [value for value in values if value is not None and "\n" not in value]
    return "\n".join(known) if len(known) == len(node.items) else None


def _pattern_value(before: str, after: str) -> Callable[[Node], str | None]:
    def value(node: Node) -> str | None:
        written = _text_value(node)
        if written is None or not written.startswith(before) or not written.endswith(after):
            return None
        return plain(written[len(before) : len(written) - len(after)])

    return value


def _pattern(before: str, after: str) -> Callable[[str, str], str]:
    def written(field: str, value: str) -> str:
        if not value:
            raise Invalid(say("There is no text to look for."), say("Enter a text."), "value")
        escaped = literal(value)
        if len(escaped) > LONGEST_PATTERN - 2:
            raise Invalid(
                say("The text to look for is too long."),
                say("It can have about %(most)s characters.", most=LONGEST_PATTERN // 2),
                "value",
            )
        return f"exists({field}) && {field} matches {quoted(before + escaped + after)}"

    return written


def _ordered(operator: str) -> Callable[[str, str], str]:
    """A text that is no number is neither less nor greater than one."""

    def written(field: str, value: str) -> str:
        known = value.strip().replace(",", ".")
        if not _NUMBER.fullmatch(known) or sum(map(str.isdigit, known)) > _MOST_DIGITS:
            raise Invalid(
                say("“%(value)s” is no number.", value=value),
                say("Enter a number, such as 18 or 1.5."),
                "value",
            )
        number = known.removeprefix("+")
        return f"decimal({field}) !== null && decimal({field}) {operator} {number}"

    return written


def _dated(operator: str) -> Callable[[str, str], str]:
    def written(field: str, value: str) -> str:
        day = quoted(_day(value))
        return f'exists({field}) && {field} != "" && {_moment(field)} {operator} date({day})'

    return written


def _birthday(field: str, value: str) -> str:
    return f'exists({field}) && {field} != "" && is_birthday({_moment(field)})'


def _moment(field: str) -> str:
    """The date that a field has: 22/10/1990 with its day first, which PHP reads otherwise."""
    if field in _TIMES:
        return f"date({field})"
    day_first = f'date_from_format("!d/m/Y", {field})'
    return f"({field} matches {_IS_DAY_FIRST} ? {day_first} : date({field}))"


def _day(value: str) -> str:
    """A date to compare with, as PHP reads it. Raises Invalid."""
    known = value.strip()
    try:
        if found := _DAY_FIRST.fullmatch(known):
            known = date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        if not known:
            raise ValueError
        dates.parse(known, datetime(2000, 1, 1, tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Invalid(
            say("“%(value)s” is no date.", value=value),
            say("Enter a date like 1990-10-22, or “-18 years” for 18 years ago."),
            "value",
        ) from None
    return known


def _is_not(field: str, value: str) -> str:
    """The opposite of "is", hence also true where there is nothing, which PHP takes for ""."""
    return f"{field} != {quoted(value)}" if value else f'!exists({field}) || {field} != ""'


def _one_of(field: str, value: str) -> str:
    values = ", ".join(map(quoted, value.split("\n")))
    return f"exists({field}) && {field} in [{values}]"


COMPARISONS = {
    "is": Comparison(
        say("is"),
        True,
        lambda field, value: f"exists({field}) && {field} == {quoted(value)}",
        _text_value,
    ),
    "is_not": Comparison(say("is not"), True, _is_not, _text_value),
    "contains": Comparison(say("contains"), True, _pattern("/", "/iu"), _pattern_value("/", "/iu")),
    "begins": Comparison(
        say("begins with"), True, _pattern("/^", "/iu"), _pattern_value("/^", "/iu")
    ),
    "ends": Comparison(
        say("ends with"), True, _pattern("/", "$/iuD"), _pattern_value("/", "$/iuD")
    ),
    "one_of": Comparison(say("is one of (one a line)"), True, _one_of, _lines_value),
    "set": Comparison(
        say("is filled in"),
        False,
        lambda field, value: f'exists({field}) && {field} != ""',
        _no_value,
    ),
    "not_set": Comparison(
        say("is not filled in"),
        False,
        lambda field, value: f'!exists({field}) || {field} == ""',
        _no_value,
    ),
    "less": Comparison(say("is less than"), True, _ordered("<"), _number_value),
    "greater": Comparison(say("is greater than"), True, _ordered(">"), _number_value),
    "before": Comparison(say("is before (date)"), True, _dated("<"), _text_value),
    "from": Comparison(say("is on or after (date)"), True, _dated(">="), _text_value),
    "birthday": Comparison(say("is a birthday today"), False, _birthday, _no_value),
}
