"""Several faults in one call."""

from collections.abc import Iterable, Sequence
from functools import cache
from inspect import isfunction

from raspisms.simulator.behaviour import HappyOvh

Kind = type[HappyOvh]
STEPS = {name: step for name, step in vars(HappyOvh).items() if isfunction(step)}


def changed(kind: Kind) -> frozenset[str]:
    """What a fault has to itself: the steps that it overrides, and its options.

    Where all is to be well whatever was chosen before, no step is free for another fault.
    """
    if kind is HappyOvh:
        return frozenset(STEPS)
    steps = {name for name, step in STEPS.items() if getattr(kind, name) is not step}
    return frozenset(steps | kind.options.keys())


def separate(one: HappyOvh, others: Iterable[HappyOvh]) -> bool:
    """Whether ``one`` has nothing in common with the others, so that all can act in one call."""
    return all(changed(type(one)).isdisjoint(changed(type(other))) for other in others)


def combine(behaviours: Sequence[HappyOvh]) -> HappyOvh:
    """One behaviour that misbehaves as all of these do; they are separate."""
    if len(behaviours) == 1:
        return behaviours[0]
    chosen = {name: value for one in behaviours for name, value in one.chosen.items()}
    return _subclass(tuple(type(one) for one in behaviours))(behaviours[0].world, **chosen)


@cache
def _subclass(kinds: tuple[Kind, ...]) -> Kind:
    name = "+".join(kind.name for kind in kinds)
    options = {name: value for kind in kinds for name, value in kind.options.items()}
    return type("Combined", kinds, {"name": name, "options": options})
