"""Rules for people who do not write rules: fields, comparisons and values.

``write`` makes a rule of conditions, which RaspiSMS too would understand, and ``read`` finds the
conditions of a rule again. A rule that means anything else gives None, and is left as text.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from raspisms.errors import Invalid, Text, say
from raspisms.sms.php import dates
from raspisms.sms.php.conversion import text, truth
from raspisms.sms.rules.errors import RuleError
from raspisms.sms.rules.nodes import Array, Binary, Call, Constant, Item, Logic, Name, Node, Unary
from raspisms.sms.rules.parser import tree
from raspisms.sms.rules.patterns import LONGEST_PATTERN, literal, plain
from raspisms.sms.rules.values import quoted

#: Fields that every contact has; the others are "contact." and a key of the contact's data.
FIELDS = {
    "contact_metas.name": say("Name"),
    "contact_metas.number": say("Number"),
    "contact_metas.created_at": say("Added on"),
    "contact_metas.updated_at": say("Changed on"),
}
_DATA = "contact."
_TIMES = {"contact_metas.created_at", "contact_metas.updated_at"}

_SIMPLE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_MOST_DIGITS = 14
_IS_NUMBER = '"/^[+-]?[0-9]+([.][0-9]+)?$/"'
_IS_DAY_FIRST = '"#^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$#"'
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


@dataclass(frozen=True)
class Condition:
    """A field compared with a value.

    The field is one of FIELDS or "contact." and a key; the comparison one of COMPARISONS. The
    value is a text, a number, a date ("1990-10-22", or "-18 years" as PHP reads it), or for
    "one_of" one text a line.
    """

    field: str
    comparison: str
    value: str = ""


@dataclass(frozen=True)
class Conditions:
    """Conditions, and conditions of conditions: all hold (``every``), or any of them.

    What has one part only is that part, whether all or any of it is asked for.
    """

    every: bool
    parts: "tuple[Condition | Conditions, ...]"

    def __post_init__(self) -> None:
        parts: list[Condition | Conditions] = []
        for part in self.parts:
            if isinstance(part, Condition) or len(part.parts) > 1:
                parts.append(part)
            else:
                parts.extend(part.parts)
        every = self.every
        if len(parts) == 1:
            (only,) = parts
            every = only.every if isinstance(only, Conditions) else True
            parts = [*only.parts] if isinstance(only, Conditions) else parts
        object.__setattr__(self, "every", every)
        object.__setattr__(self, "parts", tuple(parts))


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


def write(conditions: Condition | Conditions) -> str:
    """The rule that says it. Raises Invalid for a value, field or nesting that cannot be."""
    if isinstance(conditions, Condition):
        return _written(conditions)
    return _joined(conditions, is_nested=False)


def read(rule: str) -> Conditions | None:
    """The conditions of a rule; None if there are none that mean exactly the same."""
    try:
        return _conditions(tree(rule), may_nest=True)
    except RuleError:
        return None


def _joined(conditions: Conditions, is_nested: bool) -> str:
    if not conditions.parts:
        raise Invalid(say("There is no condition."), say("Add a condition."))
    written = []
    for part in conditions.parts:
        if isinstance(part, Condition):
            written.append(_written(part))
        elif is_nested:
            raise Invalid(
                say("There are conditions within conditions within conditions."),
                say("Make two groups of them."),
            )
        else:
            written.append(_joined(part, is_nested=True))
    if len(written) == 1:
        return written[0]
    return (" && " if conditions.every else " || ").join(f"({one})" for one in written)


def _written(condition: Condition) -> str:
    if condition.comparison not in COMPARISONS:
        raise Invalid(
            say("There is no comparison like this."), say("Choose a comparison."), "comparison"
        )
    return COMPARISONS[condition.comparison].write(_expression(condition.field), condition.value)


def _expression(field: str) -> str:
    """The field as a rule has it. Raises Invalid."""
    if field in FIELDS:
        return field
    key = field.removeprefix(_DATA)
    if not field.startswith(_DATA) or not key:
        raise Invalid(say("There is no field like this."), say("Choose a field."), "field")
    return field if _SIMPLE_KEY.fullmatch(key) else f"contact[{quoted(key)}]"


def _field(node: Node) -> str | None:
    """The field that a part of a rule is."""
    if not isinstance(node, Item) or not isinstance(node.of, Name):
        return None
    if not isinstance(node.key, Constant) or not isinstance(node.key.value, str):
        return None
    field = f"{node.of.name}.{node.key.value}"
    is_known = field in FIELDS or (field.startswith(_DATA) and field != _DATA)
    return field if is_known else None


def _conditions(node: Node, may_nest: bool) -> Conditions | None:
    if condition := _condition(node):
        return Conditions(True, (condition,))
    if not isinstance(node, Logic) or not may_nest:
        return None
    return _group(node, may_nest=True)


def _group(node: Logic, may_nest: bool) -> Conditions | None:
    parts: list[Condition | Conditions] = []
    for operand in node.operands:
        part: Condition | Conditions | None = _condition(operand)
        if part is None and isinstance(operand, Logic) and may_nest:
            part = _group(operand, may_nest=False)
        if part is None:
            return None
        parts.append(part)
    return Conditions(node.operator == "and", tuple(parts))


def _condition(node: Node) -> Condition | None:
    """The condition that means exactly this part of a rule."""
    field = _first_field(node)
    if field is None:
        return None
    last = _last(node)
    for code, comparison in COMPARISONS.items():
        value = comparison.values(last)
        if value is None:
            continue
        condition = Condition(field, code, value)
        try:
            if tree(_written(condition)) == node:
                return condition
        except (Invalid, RecursionError):
            continue
    return _shorter(node, field)


def _shorter(node: Node, field: str) -> Condition | None:
    """An equality that needs no guard, since null is not equal to it, or that has a number."""
    is_guarded = isinstance(node, Logic)
    if isinstance(node, Logic) and node.operator == "and" and len(node.operands) == 2:
        guard, node = node.operands
        is_guard = isinstance(guard, Call) and guard.function == "exists"
        if not is_guard or _field(guard.parts[0]) != field:
            return None
    if not isinstance(node, Binary) or _field(node.left) != field:
        return None
    code = {"==": "is", "!=": None if is_guarded else "is_not"}.get(node.operator)
    known = node.right.value if isinstance(node.right, Constant) else None
    is_value = isinstance(known, str | int | float) and not isinstance(known, bool)
    if code is None or not is_value or not truth(known) or len(text(known)) > _MOST_DIGITS * 10:
        return None
    if isinstance(known, float) and float(text(known)) != known:
        return None
    return Condition(field, code, text(known))


def _first_field(node: Node) -> str | None:
    if (field := _field(node)) is not None:
        return field
    return next((field for part in node.parts if (field := _first_field(part)) is not None), None)


def _last(node: Node) -> Node:
    """What stands last in a condition: the value compared with."""
    while True:
        match node:
            case Logic():
                node = node.operands[-1]
            case Binary():
                node = node.right
            case Call(function="date", arguments=(Constant(),)):
                node = node.arguments[0]
            case _:
                return node


def _no_value(node: Node) -> str:
    return ""


def _text_value(node: Node) -> str | None:
    is_text = isinstance(node, Constant) and isinstance(node.value, str)
    return str(node.value) if isinstance(node, Constant) and is_text else None


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
        return f"exists({field}) && {field} matches {_IS_NUMBER} && {field} {operator} {number}"

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
    lines: Sequence[str] = value.split("\n")
    return f"exists({field}) && {field} in [{', '.join(map(quoted, lines))}]"


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
