"""docs/faults.md: what the matrix finds, written for people, and read again by the tests."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from raspisms.adapters import registry
from tests.faults.matrix.cells import DRILLS, Row
from tests.faults.matrix.operations import Lasting
from tests.faults.matrix.providers import provider_of

PAGE = Path(__file__).resolve().parents[3] / "docs" / "faults.md"

#: Adapter, fault and operation.
Key = tuple[str, str, str]
#: The cells of a row: at once, in the end, what a person reads.
Cells = tuple[str, str, str]

_LASTING = {
    Lasting.ONCE: "the first call",
    Lasting.TWICE: "every call while it is tried twice",
    Lasting.EACH: "each of its calls in turn",
}
_INTRODUCTION = """\
# Faults, and what becomes of messages

Every adapter, at each thing that it does, under each fault of its provider: what a message \
becomes at once, what it becomes when the fault is over and the engine has gone on until nothing \
moves any more, and what a person reads about it meanwhile and in the end.

This page is written by the tests that try it, and they fail where it is not what they find:

```sh
.venv/bin/python -m tests.faults.matrix > docs/faults.md
```

A row stands here only if no message was lost or doubled, none has a status that the provider and \
the network do not bear out, none is left without a next step, each has words that a person can \
read, and the phone says that all is well again. How an adapter is run through this is in \
[adapters.md](adapters.md). The faults of OVH are those of the simulator, and can be tried by hand \
([development.md](development.md#faults)).

Messages of a batch have fates of their own: with OVH three arrive, one fails because its \
recipient's phone is off, and of one nothing is ever heard. "As the network said" means that each \
ended by its own, the last one without a receipt.

| Operation | What it is | The fault meets |
| --- | --- | --- |
"""
_HEAD = """\
| Operation | At once | In the end | What a person reads |
| --- | --- | --- | --- |
"""


def cells_of(row: Row) -> Cells:
    return row.at_once, row.in_the_end, " / ".join(row.sentences)


def written(rows: Iterable[Row]) -> Iterator[str]:
    """The page, in pieces. ``rows`` come in the order of the page."""
    yield _INTRODUCTION
    for drill in DRILLS:
        yield f"| {drill.operation} | {drill.told()} | {_LASTING[drill.lasting]} |\n"
    for uid, of_adapter in groupby(rows, key=lambda row: row.adapter):
        yield f"\n## {registry.get(uid).name}: `{uid}`\n"
        for fault, of_fault in groupby(of_adapter, key=lambda row: row.fault):
            yield f"\n### `{fault}`\n\n{provider_of(registry.get(uid)).told(fault)}\n\n{_HEAD}"
            yield from (f"| {' | '.join((row.operation, *cells_of(row)))} |\n" for row in of_fault)


def read(text: str) -> dict[Key, Cells]:
    """The rows of a page."""
    found: dict[Key, Cells] = {}
    adapter = fault = ""
    for line in text.splitlines():
        if heading := re.fullmatch(r"## .*: `(\w+)`", line):
            adapter = heading[1]
        elif heading := re.fullmatch(r"### `([\w+]+)`", line):
            fault = heading[1]
        elif adapter and line.startswith("| ") and not line.startswith("| Operation |"):
            operation, *cells = line.removeprefix("| ").removesuffix(" |").split(" | ")
            if operation != "---":
                at_once, in_the_end, sentences = cells
                found[adapter, fault, operation] = (at_once, in_the_end, sentences)
    return found
