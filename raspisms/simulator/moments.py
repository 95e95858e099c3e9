"""Named instants at which a test may stop the simulator's side of a call and look around.

With a call stopped at a moment, the product can be killed there, to the instant.
"""

import itertools
import threading

from raspisms.simulator.match import ANYTHING, SENDING, Match

# In the order in which a call, then its callback, goes through them.
OF_CALLS = ("request_read", "accepted", "answer_half_written", "answer_written")
OF_CALLBACKS = ("callback_about_to_go", "callback_answered")
MOMENTS = OF_CALLS + OF_CALLBACKS
OUTCOMES = ("go on", "cut")


class Cut(ConnectionError):
    """The connection ends here, without another byte."""


class Hold:
    """Stops the next ``count`` matching calls (or callbacks) at a moment until released."""

    def __init__(self, hold_id: int, moment: str, match: Match, count: int) -> None:
        self.id = hold_id
        self.moment = moment
        self.match = match
        self._left = count
        self._changed = threading.Condition()
        self._reached = 0
        self._outcome = ""

    @property
    def reached(self) -> int:
        """How many calls have come to this moment."""
        with self._changed:
            return self._reached

    def wait(self, timeout: float = 10.0, reached: int = 1) -> None:
        """Return once ``reached`` calls stand (or have stood) at the moment.

        :raise TimeoutError: when that takes longer than ``timeout`` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._reached >= reached, timeout):
                raise TimeoutError(f"{self._reached} of {reached} calls reached {self.moment}")

    def release(self, outcome: str = "go on") -> None:
        """Let every call that stands here ``go on``, or ``cut`` its connection; stop no more.

        :raise ValueError: for another outcome.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome!r} is none of {', '.join(OUTCOMES)}")
        with self._changed:
            self._outcome = self._outcome or outcome
            self._changed.notify_all()

    def stop_here(self, method: str, path: str) -> None:
        """Called by the server at the moment.

        :raise Cut: when released with ``cut``.
        """
        with self._changed:
            if self._outcome or not self._left or not self.match.fits(method, path):
                return
            self._left -= 1
            self._reached += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._outcome)
            outcome: str = self._outcome
        if outcome == "cut":
            raise Cut(self.moment)


class Moments:
    """All holds in force. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._holds: dict[int, Hold] = {}

    def hold(self, moment: str, match: Match | None = None, count: int = 1) -> Hold:
        """:raise ValueError: when there is no such moment."""
        if moment not in MOMENTS:
            raise ValueError(f"{moment!r} is none of {', '.join(MOMENTS)}")
        usual = SENDING if moment in OF_CALLS else ANYTHING
        with self._lock:
            hold = Hold(next(self._ids), moment, match or usual, count)
            self._holds[hold.id] = hold
            return hold

    def get(self, hold_id: int) -> Hold:
        """:raise KeyError: when there is no such hold."""
        with self._lock:
            return self._holds[hold_id]

    def reach(self, moment: str, method: str, path: str) -> None:
        """A call or a callback has come to a moment; returns when it may go on.

        :raise Cut: when it may not.
        """
        with self._lock:
            holds = [hold for hold in self._holds.values() if hold.moment == moment]
        for hold in holds:
            hold.stop_here(method, path)

    def clear(self, outcome: str = "go on") -> None:
        """Release everything."""
        with self._lock:
            holds = list(self._holds.values())
            self._holds.clear()
        for hold in holds:
            hold.release(outcome)
