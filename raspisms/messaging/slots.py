"""How many calls of one set of credentials send at the same time: fewer while the provider is slow.

Who waits for a place is served in the order of coming, so that a phone with much to send does not
keep another one of the same credentials waiting.
"""

import threading
import time
from collections import deque

#: A call that takes longer than this is slow: OVH answers within a second when all is well.
SLOW_SECONDS = 5.0


class Slots:
    """Places for ``most`` calls. Safe to use from many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(most)
        self._taken = 0
        self._closed = False
        self._queue: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        """How many calls may be under way now."""
        return int(self._limit)

    def enter(self, seconds: float) -> bool:
        """Wait for a place, at most so long; whether there was one. None is given once closed."""
        ticket, until = object(), time.monotonic() + seconds
        with self._changed:
            self._queue.append(ticket)
            try:
                while not self._closed and self._must_wait(ticket):
                    left = until - time.monotonic()
                    if left <= 0 or not self._changed.wait(left):
                        return False
                self._taken += not self._closed
                return not self._closed
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _must_wait(self, ticket: object) -> bool:
        return self._queue[0] is not ticket or self._taken >= self.limit

    def close(self) -> None:
        """Give no place any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def leave(self) -> None:
        with self._changed:
            self._taken -= 1
            self._changed.notify_all()

    def note(self, seconds: float, *, answered: bool) -> None:
        """How a call went: half as many at once after a slow one, slowly more after quick ones."""
        with self._changed:
            if seconds > SLOW_SECONDS or not answered:
                self._limit = max(1.0, self._limit / 2)
            else:
                self._limit = min(float(self._most), self._limit + 1.0 / self._limit)
            self._changed.notify_all()
