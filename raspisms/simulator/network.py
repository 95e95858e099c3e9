"""How clients reach the simulator, which faults of the network change as a whole."""

import threading
from collections.abc import Callable
from enum import Enum


class Access(Enum):
    """What meets a client that wants to connect."""

    OPEN = "its connection is taken in"
    UNNAMED = "the address that it was given names a host that does not exist"
    REFUSED = "nobody listens"
    UNTAKEN = "the queue of connections is full, and nobody takes any"


def _nobody(access: Access) -> None:
    """There is no door yet, or none any more."""


class Network:
    """Thread-safe. Of several faults of the network, the one that began last wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[object, Access] = {}
        self._move: Callable[[Access], None] = _nobody

    def attach(self, move: Callable[[Access], None]) -> None:
        """What moves the door; called when something changes, never twice at the same time."""
        with self._lock:
            self._move = move

    def detach(self) -> None:
        """Leave the door as it is from now on."""
        self.attach(_nobody)

    @property
    def named(self) -> bool:
        """Whether the API's address is one that can be found."""
        with self._lock:
            return self._access() is not Access.UNNAMED

    def begin(self, fault: object, access: Access) -> None:
        with self._lock:
            self._faults[fault] = access
            self._move(self._access())

    def end(self, fault: object) -> None:
        with self._lock:
            self._faults.pop(fault, None)
            self._move(self._access())

    def _access(self) -> Access:
        return next(reversed(self._faults.values()), Access.OPEN)
