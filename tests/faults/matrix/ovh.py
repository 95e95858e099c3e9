"""OVH, as the simulator plays it: every fault that it knows, reasons of receipts, combinations."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from raspisms.adapters.base import Adapter
from raspisms.adapters.ovh import client
from raspisms.simulator import Simulator, account
from raspisms.simulator.faults import FAULTS
from raspisms.simulator.match import NOTHING, SENDING
from raspisms.simulator.messages import Message
from tests.faults.matrix.ends import Fate
from tests.faults.matrix.operations import Lasting, Operation
from tests.faults.matrix.ovh_faults import (
    CALLS,
    COMBINATIONS,
    is_of_clock,
    names_in,
    operations_of,
    told,
)
from tests.faults.matrix.ovh_receipts import ABSENT, ARRIVES, RECEIPTS, SILENT, end_of
from tests.faults.matrix.provider import CameIn, Place, Provider, Taken
from tests.household import settings_for

#: What a person enters, by the names of the fields: for the phone, and for one of another account.
KNOWN = {
    "number": (account.NUMBER, account.THIRD_NUMBER),
    "service_name": (account.SERVICE, account.SECOND_SERVICE),
    "app_key": (account.APPLICATION_KEY,) * 2,
    "app_secret": (account.APPLICATION_SECRET,) * 2,
    "consumer_key": (account.CONSUMER_KEY,) * 2,
}
#: One fails and of one nothing is ever heard, so that a status on the wrong person shows.
MIXED = (ARRIVES, ARRIVES, ABSENT, ARRIVES, SILENT)
#: Seconds to connect and to wait where the fault is that it takes too long; how long that is.
IMPATIENT, TOO_LONG = (0.1, 0.15), 0.25
#: Sizes matter little.
OPTIONS = {"delay": TOO_LONG, "entries": 12.0}


def values_for(kind: type[Adapter], which: int) -> dict[str, str]:
    """What must be filled in, as ``Provider.values`` says; what may stay empty does."""
    fields = [field.name for field in kind.fields if field.required]
    unknown = [name for name in fields if name not in KNOWN]
    assert not unknown, (
        f"The adapter {kind.uid} has fields of which the fault matrix knows no value: "
        f"{', '.join(unknown)}. Add what the simulator takes for them to KNOWN in "
        "tests/faults/matrix/ovh.py."
    )
    return {name: KNOWN[name][which] for name in fields}


class Ovh(Provider):
    """A simulator of its own."""

    faults = (*(name for name in FAULTS if name != "happy"), *COMBINATIONS, *RECEIPTS)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._simulator = Simulator(delivery_delay=0.01, pickup_delay=0.0)
        self._to = ""
        self._laid = ""
        self._calls_before = 0

    @contextmanager
    def running(self) -> Iterator[Self]:
        with self._simulator:
            yield self

    @property
    def settings(self) -> Mapping[str, object]:
        return settings_for(self._simulator)

    @classmethod
    def plays_for(cls, kind: type[Adapter]) -> bool:
        return kind.__module__.startswith("raspisms.adapters.ovh.")

    def values(self, kind: type[Adapter], which: int) -> dict[str, str]:
        return values_for(kind, which)

    @classmethod
    def concerns(cls, fault: str) -> Collection[Operation]:
        return operations_of(fault)

    @classmethod
    def told(cls, fault: str) -> str:
        return told(fault)

    def fates(self, fault: str) -> Sequence[Fate]:
        return (RECEIPTS[fault], ARRIVES, ARRIVES) if fault in RECEIPTS else MIXED

    def counts(self, fault: str) -> bool:
        names = names_in(fault)
        return bool(names) and all(FAULTS[name].concerns is not NOTHING for name in names)

    def is_of_clock(self, fault: str) -> bool:
        return fault in FAULTS and is_of_clock(FAULTS[fault])

    def begin(self, settings: Mapping[str, Any]) -> None:
        self._simulator.clear()
        service = self._simulator.account.service(settings["service_name"])
        self._to = settings.get("number", service.short_number)

    def call_back(self, addresses: Sequence[tuple[Mapping[str, Any], str]]) -> None:
        for settings, address in addresses:
            self._simulator.set_callback(settings["service_name"], address)

    def promise(self, receiver: str, fate: Fate) -> None:
        if fate is SILENT:
            self._simulator.outcome(receiver, "silent")
        else:
            receipt, ptt = fate.told
            self._simulator.outcome(receiver, "delivered", receipt=receipt, ptt=ptt)

    def come_in(self, sender: str, text: str) -> None:
        self._simulator.answer(sender, self._to, text)

    @contextmanager
    def lay(self, fault: str, place: Place) -> Iterator[None]:
        self._laid, self._calls_before = fault, len(self._simulator.ledger.calls)
        for name in names_in(fault):
            self._simulator.fault(name, **self._how(name, place))
        try:
            with _patience(IMPATIENT if self._takes_long(fault) else client.TIMEOUT):
                yield
        finally:
            self._simulator.clear_faults()

    def _how(self, name: str, place: Place) -> dict[str, Any]:
        kind = FAULTS[name]
        how: dict[str, Any] = {key: OPTIONS[key] for key in kind.options if key in OPTIONS}
        if kind.concerns is NOTHING:
            return how
        calls = CALLS[place.operation] if kind.concerns is SENDING else kind.concerns
        how["match"] = f"GET */incoming/{place.about}" if place.about else calls
        how["count"] = None if place.lasting is Lasting.TWICE else 1
        return how | {"after": place.spared}

    def _takes_long(self, fault: str) -> bool:
        names = names_in(fault)
        return "connect_timeout" in names or any("delay" in FAULTS[name].options for name in names)

    def was_met(self) -> bool:
        ledger = self._simulator.ledger
        calls = ledger.calls[self._calls_before :]
        if self._laid in RECEIPTS:
            wanted = RECEIPTS[self._laid].told
            return any((one.receipt, one.ptt) == wanted for one in self._messages())
        if self.counts(self._laid):
            return any(call.fault != "happy" for call in calls)
        return not calls or bool(ledger.incoming)

    def surroundings(self) -> Mapping[str, object]:
        return {"ovh_api_url": self._simulator.url}

    def settle(self) -> None:
        self._simulator.settle()
        until = time.monotonic() + 5
        while any(call.status is None and not call.end for call in self._simulator.ledger.calls):
            assert time.monotonic() < until, "a call is still under way at the simulator"
            time.sleep(0.005)
        self._simulator.settle()

    def _messages(self) -> list[Message]:
        return list(self._simulator.world.messages.values())

    def taken(self, text: str) -> list[Taken]:
        return [
            Taken(str(one.id), one.receiver, end_of(one))
            for one in self._messages()
            if one.text == text
        ]

    def came_in(self) -> list[CameIn]:
        return [
            CameIn(str(one.id), one.sender, one.text)
            for one in self._simulator.ledger.incoming
            if one.number == self._to
        ]

    def problems(self) -> list[str]:
        return [
            f"a callback was answered by {call.status}: {call.result}"
            for call in self._simulator.ledger.callbacks
            if call.status != 200
        ]


@contextmanager
def _patience(seconds: tuple[float, float]) -> Iterator[None]:
    """How long the adapter waits for OVH."""
    before = client.TIMEOUT
    client.TIMEOUT = seconds
    try:
        yield
    finally:
        client.TIMEOUT = before
