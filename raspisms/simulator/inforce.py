"""Which faults are in force."""

import threading
from dataclasses import dataclass

from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.match import Match


@dataclass
class Armed:
    """A fault, the calls it concerns and how many of them are still to come (None: all)."""

    behaviour: HappyOvh
    match: Match
    left: int | None

    def __str__(self) -> str:
        times = "" if self.left is None else f" ×{self.left}"
        return f"{self.behaviour.name}: {self.match}{times}"


class InForce:
    """Thread-safe. Of several faults for one call, the one chosen last wins."""

    def __init__(self, happy: HappyOvh) -> None:
        self._lock = threading.Lock()
        self._happy = happy
        self._armed: list[Armed] = []

    def arm(self, behaviour: HappyOvh, match: Match | None, count: int | None) -> None:
        with self._lock:
            self._armed.insert(0, Armed(behaviour, match or behaviour.concerns, count))

    def pick(self, method: str, path: str) -> HappyOvh:
        """The behaviour for this call, which uses up one of its times."""
        with self._lock:
            for armed in self._armed:
                if armed.match.fits(method, path):
                    self._use(armed)
                    return armed.behaviour
            return self._happy

    def _use(self, armed: Armed) -> None:
        if armed.left is not None:
            armed.left -= 1
            if armed.left <= 0:
                self._armed.remove(armed)

    def described(self) -> list[str]:
        with self._lock:
            return [str(armed) for armed in self._armed]

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()
