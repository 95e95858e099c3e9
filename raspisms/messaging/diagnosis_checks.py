"""Asking a phone's provider about all that the phone needs, now."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.base import Capability
from raspisms.adapters.errors import AdapterError
from raspisms.messaging import (
    accounts,
    callback_evidence,
    inbox,
    phone_faults,
    phones,
    self_call,
    times,
)
from raspisms.messaging.checked import Checked
from raspisms.messaging.engine import Engine
from raspisms.messaging.phones import Saved
from raspisms.messaging.transactions import reading
from raspisms.messaging.true_time import TrueTime

_T = TypeVar("_T")

log = logging.getLogger(__name__)


def check_now(engine: Engine, phone_id: int, root: str) -> Saved:
    """Ask about clock, settings, keys, account and inbox, and try our own address under ``root``.

    What it finds is remembered for ``diagnosis``. Raises NotFound for a removed phone. A provider
    that does not answer is asked nothing more.
    """
    phone = phones.one(phone_id)
    able = registry.abilities(phone.adapter, phone.settings)
    tells = bool(able & {Capability.CREDIT, Capability.SET_CALLBACKS})
    _ask(phone_id, phone_faults.CHECK, partial(_learn_time, engine, phone_id))
    saved = phones.check_again(engine, phone_id)
    checked = Checked(clock.now(), saved.phone.version)
    if saved.phone.problem != "unreachable":
        if tells:
            inspect = engine.adapter(saved.phone).inspect
            checked = replace(checked, inspection=_ask(phone_id, phone_faults.CHECK, inspect))
            _ask(phone_id, phone_faults.CALLBACKS, partial(accounts.refresh, engine, phone_id))
        if Capability.RECEIVE in able:
            inbox.poll(engine, phone_id)
    engine.checks[phone_id] = replace(checked, own_call=_call_ourselves(engine, phone_id, root))
    return saved


def _ask(phone_id: int, part: str, ask: Callable[[], _T]) -> _T | None:
    """What ``ask`` gives; None where it does not work, which is kept as the last fault."""
    reading().rollback()  # no transaction is open while the provider is asked
    try:
        return ask()
    except AdapterError as error:
        log.info("Phone %s, %s: %s", phone_id, part, error)
        phone_faults.keep(phone_id, part, error)
        return None


def _learn_time(engine: Engine, phone_id: int) -> None:
    """Ask the provider's clock, whatever is known of it."""
    phone = phones.one(phone_id)
    kind = registry.get(phone.adapter)
    near = engine.surroundings(kind.account_key(phone.settings))
    adapter = kind(phone.settings, replace(near, time=TrueTime()))
    reading().rollback()
    difference = adapter.clock_difference()
    if difference is not None:
        engine.time.learn(difference)
        times.note(phone_id, difference)


def _call_ourselves(engine: Engine, phone_id: int, root: str) -> str | None:
    """What came of calling our own address; None where it could tell nothing more."""
    evidence = callback_evidence.of(phones.one(phone_id), root)
    reading().rollback()
    if not evidence.worth_a_call:
        return None
    return self_call.attempt(engine.outbound, evidence.root or root)
