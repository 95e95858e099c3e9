"""One fault through all operations that it can meet: a row of the page for each."""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass

from raspisms.adapters.base import Adapter
from tests.faults.matrix.asking import Find, LookUp, Poll
from tests.faults.matrix.drill import Drill
from tests.faults.matrix.provider import Provider
from tests.faults.matrix.receiving import Check, Fetch, List
from tests.faults.matrix.sending import (
    AskForTheTime,
    Callback,
    CallbackForOne,
    SendAlike,
    SendBatch,
    SendOne,
)
from tests.faults.matrix.stage import Stage

#: In the order of the page.
DRILLS: tuple[type[Drill], ...] = (
    AskForTheTime,
    SendOne,
    SendBatch,
    SendAlike,
    Find,
    Poll,
    CallbackForOne,
    Callback,
    LookUp,
    List,
    Fetch,
    Check,
)


@dataclass(frozen=True)
class Row:
    """What an operation came to under a fault."""

    adapter: str
    fault: str
    operation: str
    at_once: str
    in_the_end: str
    sentences: tuple[str, ...]


class Broken(AssertionError):
    """What must not be, of each cell in which there is something."""


def drills_of(kind: type[Adapter], provider: type[Provider], fault: str) -> list[type[Drill]]:
    """What of all that an adapter does a fault can meet. Fails for a fault that meets nothing."""
    concerned = provider.concerns(fault)
    found = [drill for drill in DRILLS if drill.operation in concerned and drill.suits(kind)]
    assert found, (
        f"No operation of the fault matrix meets {fault}. Say which does in {provider.__module__}, "
        "or write a drill for it and name it in DRILLS (tests/faults/matrix/cells.py)."
    )
    return found


def run(stage: Stage, fault: str) -> list[Row]:
    """Run a fault through everything that it can meet. Raises Broken with all that it found."""
    rows: list[Row] = []
    problems: list[str] = []
    with stage.home.app.app_context():
        for kind in drills_of(stage.kind, type(stage.provider), fault):
            drill = kind(stage, fault)
            try:
                rows.append(_row(drill))
                found = [*drill.problems(), *_general_problems(drill)]
            except Exception:
                found = [traceback.format_exc()]
            stage.tidy()
            problems += [f"{fault} × {drill.operation}: {words}" for words in found]
    if problems:
        raise Broken("\n".join(["", *problems]))
    return rows


def _row(drill: Drill) -> Row:
    drill.stage.begin()
    first = drill.run()
    drill.stage.go_on()
    last = drill.see()
    return Row(
        drill.stage.kind.uid,
        drill.fault,
        drill.operation,
        first.state,
        f"{last.state}: a person decides" if drill.asks_a_person() else last.state,
        tuple(dict.fromkeys([*first.sentences, *last.sentences])),
    )


def _general_problems(drill: Drill) -> Iterator[str]:
    """What must not be, whatever was done."""
    stage = drill.stage
    if not drill.was_met:
        yield "the fault stood in nobody's way"
    yield from stage.open_ends()
    yield from (f"a fault of the program: {words}" for words in stage.errors)
    yield from stage.provider.problems()
