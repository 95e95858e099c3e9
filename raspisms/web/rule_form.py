"""The form of a smart group: its rule as conditions to fill in or as text, and between both.

Nothing of it needs JavaScript: each button sends the form, which is shown again as it is then.
Conditions stand in blocks: the first has those of the rule itself, each other one is one condition
among them. Blocks and rows are numbered from 0 in the names of the form.
"""

from dataclasses import dataclass, replace

from flask import request

from raspisms.errors import Invalid, InvalidForm, Text, say
from raspisms.sms import rules
from raspisms.sms.rules import builder
from raspisms.sms.rules.comparisons import COMPARISONS
from raspisms.sms.rules.conditions import FIELDS, Condition, Conditions

MOST_BLOCKS = 10
MOST_ROWS = 30
BUILDER, TEXT = "builder", "text"
_NOT_SHOWN = say(
    "These conditions cannot be filled in here: the rule says more than they can. It stays as text."
)


@dataclass(frozen=True)
class Block:
    """Conditions of which all (``every``) or any must hold."""

    every: bool = True
    rows: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class RuleForm:
    """What the form shows; ``note`` is something to tell, ``fresh`` the row that was just added."""

    name: str = ""
    mode: str = BUILDER
    rule: str = ""
    blocks: tuple[Block, ...] = (Block(rows=(Condition("", "is"),)),)
    note: Text | None = None
    fresh: str = ""

    def fields(self, keys: list[str]) -> list[tuple[str, Text | str]]:
        """The fields to choose from: those of every contact, known keys, and what is chosen."""
        chosen = {row.field for block in self.blocks for row in block.rows} - {""}
        data = sorted({f"contact.{key}" for key in keys} | (chosen - FIELDS.keys()))
        return [*FIELDS.items(), *((field, field.removeprefix("contact.")) for field in data)]


def of_rule(name: str, rule: str) -> RuleForm:
    """The form of a stored rule: conditions where they can say it, else its text."""
    blocks = _blocks(rule)
    if blocks is None:
        return RuleForm(name, TEXT, rule, note=_NOT_SHOWN)
    return RuleForm(name, BUILDER, rule, blocks)


def typed() -> RuleForm:
    """What was sent."""
    form = request.form
    blocks = tuple(
        Block(form.get(f"every-{block}") != "any", _typed_rows(block))
        for block in range(MOST_BLOCKS)
        if f"every-{block}" in form
    )
    mode = TEXT if form.get("mode") == TEXT else BUILDER
    rule = form.get("rule", "").replace("\r\n", "\n").strip()
    found = RuleForm(form.get("name", ""), mode, rule)
    return replace(found, blocks=blocks) if blocks else found


def _typed_rows(block: int) -> tuple[Condition, ...]:
    form = request.form
    return tuple(
        Condition(
            form[f"field-{block}-{row}"],
            form.get(f"comparison-{block}-{row}", ""),
            form.get(f"value-{block}-{row}", "").replace("\r\n", "\n"),
        )
        for row in range(MOST_ROWS)
        if f"field-{block}-{row}" in form
    )


def written(form: RuleForm) -> str:
    """The rule that the form says. Raises InvalidForm with a problem for each row at fault."""
    if form.mode == TEXT:
        return form.rule
    problems: list[Invalid] = []
    parts: list[Condition | Conditions] = []
    for place, block in enumerate(form.blocks):
        rows = [
            (name, row)
            for name, row in ((f"{place}-{n}", row) for n, row in enumerate(block.rows))
            if row.field or row.value.strip()
        ]
        problems.extend(problem for name, row in rows if (problem := _problem(name, row)))
        conditions = Conditions(block.every, tuple(row for _, row in rows))
        parts.extend(conditions.parts if place == 0 else [conditions] if rows else [])
    if problems:
        raise InvalidForm(problems)
    every = form.blocks[0].every
    return builder.write(Conditions(every, tuple(parts)))


def _problem(name: str, row: Condition) -> Invalid | None:
    """What is wrong with a row, beside the box at fault."""
    comparison = COMPARISONS.get(row.comparison)
    if row.field and comparison and comparison.needs_value and not row.value.strip():
        return Invalid(
            say("The value is missing."),
            say("Type it, or choose “is not filled in” as the comparison."),
            f"value-{name}",
        )
    try:
        builder.write(row)
    except Invalid as problem:
        return Invalid(problem.message, problem.hint, f"{problem.field or 'value'}-{name}")
    return None


def acted(form: RuleForm, act: str) -> RuleForm:
    """The form after a button that only changes it. Raises Invalid where that cannot be."""
    if act == "as-text":
        return replace(form, mode=TEXT, rule="" if _is_empty(form) else written(form))
    if act == "as-conditions":
        return _as_conditions(form)
    name, *places = act.split("-")
    numbers = [int(place) for place in places if place.isdecimal() and len(place) < 4]
    match name, numbers:
        case "row", [block] if block < len(form.blocks):
            return _with_row(form, block)
        case "drop", [block, row] if block < len(form.blocks):
            return _without_row(form, block, row)
        case "block", [] if len(form.blocks) < MOST_BLOCKS:
            fresh = f"{len(form.blocks)}-0"
            return replace(
                form, blocks=(*form.blocks, _empty(not form.blocks[0].every)), fresh=fresh
            )
    return form


def _is_empty(form: RuleForm) -> bool:
    return not any(row.field or row.value.strip() for block in form.blocks for row in block.rows)


def _as_conditions(form: RuleForm) -> RuleForm:
    if not form.rule:
        return RuleForm(form.name)
    rules.parse(form.rule)  # says what is wrong
    blocks = _blocks(form.rule)
    if blocks is None:
        return replace(form, note=_NOT_SHOWN)
    return replace(form, mode=BUILDER, blocks=blocks)


def _blocks(rule: str) -> tuple[Block, ...] | None:
    """The blocks of a rule; None where conditions, or so many as fit, cannot say it."""
    conditions = builder.read(rule)
    if conditions is None:
        return None
    own = tuple(part for part in conditions.parts if isinstance(part, Condition))
    blocks = [Block(conditions.every, own or (Condition("", "is"),))]
    for part in conditions.parts:
        if isinstance(part, Conditions):
            rows = tuple(row for row in part.parts if isinstance(row, Condition))
            blocks.append(Block(part.every, rows))
    if len(blocks) > MOST_BLOCKS or any(len(block.rows) > MOST_ROWS for block in blocks):
        return None
    return tuple(blocks)


def _with_row(form: RuleForm, place: int) -> RuleForm:
    block = form.blocks[place]
    if len(block.rows) >= MOST_ROWS:
        return form
    fresh = f"{place}-{len(block.rows)}"
    changed = replace(block, rows=(*block.rows, Condition("", "is")))
    return replace(form, blocks=_put(form.blocks, place, changed), fresh=fresh)


def _without_row(form: RuleForm, place: int, row: int) -> RuleForm:
    """Without a row; a block goes with its last row, but for the first one."""
    block = form.blocks[place]
    rows = tuple(one for number, one in enumerate(block.rows) if number != row)
    if not rows and place > 0:
        blocks = tuple(one for number, one in enumerate(form.blocks) if number != place)
        return replace(form, blocks=blocks)
    changed = replace(block, rows=rows) if rows else _empty(block.every)
    return replace(form, blocks=_put(form.blocks, place, changed))


def _put(blocks: tuple[Block, ...], place: int, block: Block) -> tuple[Block, ...]:
    return (*blocks[:place], block, *blocks[place + 1 :])


def _empty(every: bool) -> Block:
    return Block(every, (Condition("", "is"),))


def comparisons() -> list[tuple[str, Text]]:
    return [(code, comparison.label) for code, comparison in COMPARISONS.items()]


@dataclass(frozen=True)
class Place:
    """Where in a rule something is wrong: its line and column from 1, and the line with a caret."""

    line: int
    column: int
    shown: str


#: Characters shown before and after the caret.
_AROUND = 40


def place_of(rule: str, position: int) -> Place:
    position = min(max(position, 0), len(rule))
    before = rule[:position].split("\n")
    text = before[-1] + rule[position:].split("\n")[0]
    column = len(before[-1])
    start = max(column - _AROUND, 0)
    cut = text[start : column + _AROUND]
    visible = "".join(sign if sign.isprintable() else " " for sign in cut)
    return Place(len(before), column + 1, f"{visible}\n{' ' * (column - start)}^")
