"""Which faults are in force."""

import threading
from dataclasses import dataclass

from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.combined import combine, separate
from raspisms.simulator.match import NOTHING, Match
from raspisms.simulator.timetable import Timetable


@dataclass(eq=False)
class Armed:
    """A fault, the calls it concerns and how many of them are still to come (None: all).

    ``spared`` calls are still to go well before.
    """

    behaviour: HappyOvh
    match: Match
    left: int | None
    spared: int = 0

    def __str__(self) -> str:
        if self.match is NOTHING:
            return self.behaviour.name
        after = f" after {self.spared}" if self.spared else ""
        times = "" if self.left is None else f" ×{self.left}"
        return f"{self.behaviour.name}: {self.match}{after}{times}"

    def meets(self, method: str, path: str) -> bool:
        """Whether it concerns this call. One that it spares leaves one fewer to be spared."""
        if not self.match.fits(method, path):
            return False
        if self.spared > 0:
            self.spared -= 1
            return False
        return True


class InForce:
    """Thread-safe. Faults for one call act together.

    Where two of them override the same step, the one chosen last wins, and the other waits.
    """

    def __init__(self, happy: HappyOvh, endings: Timetable) -> None:
        self._lock = threading.Lock()
        self._happy = happy
        self._endings = endings
        self._armed: list[Armed] = []

    def arm(self, behaviour: HappyOvh, match: Match | None, count: int | None, after: int) -> None:
        """:raise ValueError: when calls are chosen for a fault that concerns none."""
        if behaviour.concerns is NOTHING and (match or count or after):
            raise ValueError(f"{behaviour.name} is not about calls: no match, count or after")
        armed = Armed(behaviour, match or behaviour.concerns, count, after)
        with self._lock:
            behaviour.begin()
            self._armed.insert(0, armed)
        if behaviour.lasts:
            self._endings.after(behaviour.lasts, lambda: self._end_late(armed))

    def pick(self, method: str, path: str) -> HappyOvh:
        """The behaviour for this call, which uses up one of its times."""
        chosen: list[HappyOvh] = []
        with self._lock:
            for armed in [one for one in self._armed if one.meets(method, path)]:
                if separate(armed.behaviour, chosen):
                    chosen.append(armed.behaviour)
                    self._use(armed)
        return combine(chosen) if chosen else self._happy

    def now(self) -> HappyOvh:
        """The behaviour for what begins with no call, such as an answer; it uses up nothing."""
        chosen: list[HappyOvh] = []
        with self._lock:
            for armed in self._armed:
                if separate(armed.behaviour, chosen):
                    chosen.append(armed.behaviour)
        return combine(chosen) if chosen else self._happy

    def _use(self, armed: Armed) -> None:
        if armed.left is not None:
            armed.left -= 1
            if armed.left <= 0:
                self._end(armed)

    def _end(self, armed: Armed) -> None:
        self._armed.remove(armed)
        armed.behaviour.end()

    def _end_late(self, armed: Armed) -> None:
        """It may have been cleared before its time was over."""
        with self._lock:
            if armed in self._armed:
                self._end(armed)

    def described(self) -> list[str]:
        with self._lock:
            return [str(armed) for armed in self._armed]

    def clear(self) -> None:
        with self._lock:
            while self._armed:
                self._end(self._armed[0])
