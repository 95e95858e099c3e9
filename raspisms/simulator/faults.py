"""Every way in which it can go wrong: one subclass of HappyOvh each, found by its name."""

from raspisms.simulator import (
    faults_answers,
    faults_callbacks,
    faults_connection,
    faults_inbox,
    faults_network,
    faults_refusals,
    faults_reports,
)
from raspisms.simulator.behaviour import HappyOvh

MODULES = (
    faults_answers,
    faults_callbacks,
    faults_connection,
    faults_inbox,
    faults_network,
    faults_refusals,
    faults_reports,
)


def _all(kind: type[HappyOvh]) -> list[type[HappyOvh]]:
    return [kind, *(one for child in kind.__subclasses__() for one in _all(child))]


FAULTS: dict[str, type[HappyOvh]] = {
    fault.name: fault for fault in _all(HappyOvh) if "name" in vars(fault)
}


def told(name: str) -> str:
    """What a fault does, in one line, with its options."""
    fault = FAULTS[name]
    options = ", ".join(f"{option}={value:g}" for option, value in fault.options.items())
    line = (fault.__doc__ or "").partition("\n")[0].replace("``", "")
    return f"{line} ({options})" if options else line
