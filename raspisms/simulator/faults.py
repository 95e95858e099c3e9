"""Every way in which it can go wrong: one subclass of HappyOvh each, found by its name."""

from raspisms.simulator import (
    faults_answers,
    faults_callbacks,
    faults_connection,
    faults_inbox,
    faults_refusals,
    faults_reports,
)
from raspisms.simulator.behaviour import HappyOvh

MODULES = (
    faults_answers,
    faults_callbacks,
    faults_connection,
    faults_inbox,
    faults_refusals,
    faults_reports,
)


def _all(kind: type[HappyOvh]) -> list[type[HappyOvh]]:
    return [kind, *(one for child in kind.__subclasses__() for one in _all(child))]


FAULTS: dict[str, type[HappyOvh]] = {
    fault.name: fault for fault in _all(HappyOvh) if "name" in vars(fault)
}
