"""Rules for people who do not write rules: conditions made into a rule and found in one again.

``write`` makes a rule of conditions, which RaspiSMS too would understand but for numbers that are
less or greater, and ``read`` finds the conditions of a rule again. A rule that means anything else
gives None, and is left as text.
"""

import re

from raspisms.errors import Invalid, say
from raspisms.sms.php.conversion import text, truth
from raspisms.sms.rules.comparisons import COMPARISONS
from raspisms.sms.rules.conditions import DATA, FIELDS, Condition, Conditions
from raspisms.sms.rules.errors import RuleError
from raspisms.sms.rules.nodes import Binary, Call, Constant, Item, Logic, Name, Node
from raspisms.sms.rules.parser import tree
from raspisms.sms.rules.values import quoted

_SIMPLE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


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
    key = field.removeprefix(DATA)
    if not field.startswith(DATA) or not key:
        raise Invalid(say("There is no field like this."), say("Choose a field."), "field")
    return field if _SIMPLE_KEY.fullmatch(key) else f"contact[{quoted(key)}]"


def _field(node: Node) -> str | None:
    """The field that a part of a rule is."""
    if not isinstance(node, Item) or not isinstance(node.of, Name):
        return None
    if not isinstance(node.key, Constant) or not isinstance(node.key.value, str):
        return None
    field = f"{node.of.name}.{node.key.value}"
    is_known = field in FIELDS or (field.startswith(DATA) and field != DATA)
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
    if code is None or not is_value or not truth(known):
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
