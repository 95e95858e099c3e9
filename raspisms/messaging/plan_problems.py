"""What is wrong with a plan, kept as sentences that each reader gets in their own language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from raspisms.errors import InvalidForm, RaspismsError, Text


@dataclass(frozen=True)
class Trouble:
    """What happened at the run of ``run_at``, what to do, and whether it went to some."""

    message: Text
    hint: Text | None
    run_at: datetime
    was_sent: bool


def of_error(error: RaspismsError, run_at: datetime) -> dict[str, Any]:
    """What kept a run from being made."""
    first = error.problems[0] if isinstance(error, InvalidForm) and error.problems else error
    return kept(first.message, first.hint, run_at, was_sent=False)


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
