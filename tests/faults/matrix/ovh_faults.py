"""Which of the simulator's faults meets which operation: by the module that the fault is in."""

from collections.abc import Collection
from types import ModuleType

from raspisms.simulator import (
    faults,
    faults_answers,
    faults_callbacks,
    faults_connection,
    faults_inbox,
    faults_network,
    faults_refusals,
    faults_reports,
)
from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.faults import FAULTS
from raspisms.simulator.match import NOTHING, Match
from tests.faults.matrix.operations import Operation
from tests.faults.matrix.ovh_receipts import RECEIPTS

_CALLED_BACK = (Operation.CALLBACK_ONE, Operation.CALLBACK)
_SENDING = (Operation.SEND_ONE, Operation.SEND_BATCH, *_CALLED_BACK)
_ASKING = (Operation.FIND, Operation.POLL, Operation.LOOK_UP, Operation.LIST, Operation.CHECK)
_ALL = frozenset(Operation) - {Operation.SEND_ALIKE, Operation.CALLBACK}
#: The operations that a fault of a module can meet; of those of the inbox each says so itself.
_MET_BY: dict[ModuleType, Collection[Operation]] = {
    faults_answers: _ALL,
    faults_callbacks: _CALLED_BACK,
    faults_connection: _ALL,
    faults_network: _ALL,
    faults_refusals: _ALL,
    faults_reports: _SENDING,
}
#: Faults at the same time, which are worse than each alone.
COMBINATIONS: dict[str, Collection[Operation]] = {
    "cut_after_acceptance+tags_dropped": (*_SENDING, Operation.SEND_ALIKE),
    "cut_after_acceptance+some_invalid": _SENDING,
    "cut_after_acceptance+some_invalid+tags_dropped": _SENDING,
    "cut_in_answer+callbacks_before_answer": _CALLED_BACK,
    "cut_in_answer+callbacks_before_answer+tags_dropped": _CALLED_BACK,
    "fewer_ids+callbacks_before_answer": _CALLED_BACK,
}
#: The calls that an operation makes. Asking may make any.
CALLS: dict[Operation, str] = {
    Operation.CLOCK: "GET /auth/time",
    Operation.SEND_ONE: "POST */jobs",
    Operation.SEND_BATCH: "POST */jobs",
    Operation.SEND_ALIKE: "POST */jobs",
    Operation.CALLBACK_ONE: "POST */jobs",
    Operation.CALLBACK: "POST */jobs",
    Operation.FIND: "GET *",
    Operation.POLL: "GET *",
    Operation.LOOK_UP: "GET *",
    Operation.LIST: "GET */incoming",
    Operation.FETCH: "GET */incoming/*",
    Operation.CHECK: "GET *",
}


def names_in(fault: str) -> tuple[str, ...]:
    """The simulator's faults that act together under the name of a row."""
    return () if fault in RECEIPTS else tuple(fault.split("+"))


def operations_of(fault: str) -> Collection[Operation]:
    """Fails with what is to be added for a fault of a new module."""
    if fault in RECEIPTS:
        return (Operation.POLL, Operation.CALLBACK_ONE)
    if fault in COMBINATIONS:
        return COMBINATIONS[fault]
    kind = FAULTS[fault]
    if kind.__module__ == faults_inbox.__name__:
        return _by_its_calls(kind)
    known = {module.__name__: operations for module, operations in _MET_BY.items()}
    assert kind.__module__ in known, (
        f"The fault matrix does not know which operations {fault} can meet. Add {kind.__module__} "
        "to _MET_BY in tests/faults/matrix/ovh_faults.py."
    )
    return known[kind.__module__]


def told(fault: str) -> str:
    """What a fault is, in one line of Markdown."""
    if fault in RECEIPTS:
        receipt, ptt = RECEIPTS[fault].told
        return (
            f"The network gives the reason (PTT) {ptt} with the delivery receipt (DLR) {receipt}."
        )
    if fault in COMBINATIONS:
        return "At the same time: " + ", ".join(f"`{name}`" for name in names_in(fault)) + "."
    return faults.told(fault)


def is_of_clock(kind: type[HappyOvh]) -> bool:
    return kind.concerns == Match.parse(CALLS[Operation.CLOCK])


def _by_its_calls(kind: type[HappyOvh]) -> Collection[Operation]:
    if kind.concerns is NOTHING:
        return (Operation.LIST,)
    if is_of_clock(kind):
        return (Operation.CLOCK, *_ASKING)
    return [one for one, calls in CALLS.items() if Match.parse(calls) == kind.concerns]
