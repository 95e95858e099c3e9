"""Which faults are in force when the simulator starts as a program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from raspisms.simulator.faults import FAULTS
from raspisms.simulator.match import NOTHING, Match

if TYPE_CHECKING:
    from raspisms.simulator.simulator import Simulator


@dataclass(frozen=True)
class Choice:
    """Faults by name. ``match``, ``count`` and ``after`` are for those that concern calls.

    Each option is for those that have it.
    """

    names: tuple[str, ...] = ()
    match: str | None = None
    count: int | None = None
    after: int = 0
    options: Mapping[str, float] = field(default_factory=dict)

    def check(self) -> None:
        """:raise ValueError: in words, for what is not known or would change nothing."""
        for name in self.names:
            if name not in FAULTS:
                raise ValueError(f"There is no fault {name}; --list-faults tells all of them.")
        if self._narrows and not any(map(_is_about_calls, self.names)):
            raise ValueError("--match, --count and --after need a fault that is about calls.")
        for option in self.options:
            if not any(option in FAULTS[name].options for name in self.names):
                raise ValueError(f"None of the faults has an option {option}.")
        if self.match is not None:
            Match.parse(self.match)

    @property
    def _narrows(self) -> bool:
        return bool(self.match is not None or self.count or self.after)

    def arm(self, simulator: "Simulator") -> None:
        """:raise ValueError: as ``check()``."""
        self.check()
        for name in self.names:
            simulator.fault(name, **self._arguments(name))

    def _arguments(self, name: str) -> dict[str, Any]:
        """What of all this is for one fault."""
        known = FAULTS[name].options
        arguments: dict[str, Any] = {k: v for k, v in self.options.items() if k in known}
        if _is_about_calls(name):
            arguments |= {"match": self.match, "count": self.count, "after": self.after}
        return arguments


def _is_about_calls(name: str) -> bool:
    return FAULTS[name].concerns is not NOTHING


NONE = Choice()
