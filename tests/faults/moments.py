"""A process that dies in the middle of what it writes, at one moment after the other."""

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from raspisms.extensions import db
from raspisms.messaging import signals
from tests.household import Household

Act = Callable[[Household], object]


def killed_at(household: Household, act: Act, moment: int) -> bool:
    """Act in a process that dies at a moment, counted from 1: before a statement of the transaction
    that writes, before its commit, or once a campaign is told to be committed.

    False where it came to its end before.
    """
    child = os.fork()
    if child == 0:
        try:
            _act_until(household, act, moment)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _act_until(household: Household, act: Act, moment: int) -> None:
    passed = 0

    def pass_one(*given: Any, **_: Any) -> None:
        nonlocal passed
        is_reading = len(given) > 2 and not passed and given[2] != "BEGIN IMMEDIATE"
        passed += not is_reading
        if passed == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    with household.app.app_context():
        db.engine.dispose(close=False)
        event.listen(db.engine, "before_cursor_execute", pass_one)
        event.listen(db.engine, "commit", pass_one)
        signals.committed.connect(pass_one)
        act(household)
