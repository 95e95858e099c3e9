"""What is wrong with a plan, kept as sentences that each reader gets in their own language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from raspisms.errors import InvalidForm, RaspismsError, Text, say

_TRIED_AGAIN = "tried_again"


@dataclass(frozen=True)
class Trouble:
    """What happened at the run of ``run_at``, what to do, and whether it went to some.

    ``tried_again``: nobody has to make it, since it is tried until it succeeds.
    """

    message: Text
    hint: Text | None
    run_at: datetime
    was_sent: bool
    tried_again: bool = False


def of_error(error: RaspismsError, run_at: datetime) -> dict[str, Any]:
    """What kept a run from being made."""
    first = error.problems[0] if isinstance(error, InvalidForm) and error.problems else error
    return kept(first.message, first.hint, run_at, was_sent=False)


def fault() -> RaspismsError:
    """What is told where the program itself is at fault."""
    return RaspismsError(
        say("RaspiSMS itself has a fault that keeps the run from being made."),
        say(
            "It is tried again twice a minute. If it lasts, the program's log says more, and "
            "“raspisms doctor” how the machine is."
        ),
    )


def of_fault(run_at: datetime) -> dict[str, Any]:
    """What keeps a run from being made that is tried again until it succeeds."""
    return of_error(fault(), run_at) | {_TRIED_AGAIN: True}


def is_tried_again(problem: Mapping[str, Any] | None) -> bool:
    """Whether what was kept is of a run that is tried until it succeeds."""
    return bool(problem and problem.get(_TRIED_AGAIN))


def kept(message: Text, hint: Text | None, run_at: datetime, *, was_sent: bool) -> dict[str, Any]:
    """As ``Plan.problem`` has it."""
    return {
        "message": _kept(message),
        "hint": _kept(hint) if hint else None,
        "run_at": run_at.isoformat(),
        "was_sent": was_sent,
    }


def told(problem: Mapping[str, Any] | None) -> Trouble | None:
    """What was kept; None where nothing is wrong."""
    if not problem:
        return None
    hint = problem.get("hint")
    return Trouble(
        _text(problem["message"]),
        _text(hint) if hint else None,
        datetime.fromisoformat(problem["run_at"]),
        bool(problem.get("was_sent")),
        is_tried_again(problem),
    )


def _kept(text: Text) -> dict[str, Any]:
    params = {name: _param(value) for name, value in text.params.items()}
    return {"msgid": text.msgid, "params": params}


def _param(value: object) -> object:
    if isinstance(value, Text):
        return _kept(value)
    return value if isinstance(value, int | float | str) else str(value)


def _text(kept: Mapping[str, Any]) -> Text:
    params = {
        name: _text(value) if isinstance(value, dict) else value
        for name, value in kept["params"].items()
    }
    return Text(kept["msgid"], params)
