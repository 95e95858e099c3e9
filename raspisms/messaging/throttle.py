"""The budget of calls of one set of credentials: a token bucket in which sending goes first."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from raspisms.adapters.base import Purpose, Throttled

#: How much of a minute's calls may be made at once after a quiet time.
BURST_SHARE = 6
LEAST_BURST = 4.0
#: Share of the burst that only sending may use up.
RESERVE_SHARE = 3
#: When the provider says "too many" without saying how long to wait.
PAUSE_AFTER_TOO_MANY = timedelta(seconds=5)
#: After this long without a turn, asking is served before sending.
PATIENCE_SECONDS = 30.0


class TokenBucket:
    """At most ``calls_per_minute`` calls over time. Measured by a clock that never jumps.

    Nothing waits inside: a call that must wait is told how long. Safe to use from many threads.
    """

    def __init__(
        self, calls_per_minute: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = calls_per_minute / 60
        # To list, to look at one and to send must fit together, however few calls are allowed.
        self._capacity = max(LEAST_BURST, calls_per_minute / BURST_SHARE)
        roomy = self._capacity >= 2 * LEAST_BURST
        self._reserve = self._capacity / RESERVE_SHARE if roomy else 0.0
        self._tokens = self._capacity
        self._monotonic = monotonic
        self._updated = monotonic()
        #: Since when each purpose has been refused.
        self._refused_since: dict[Purpose, float] = {}
        self._lock = threading.Lock()

    def take(self, purpose: Purpose) -> None:
        """Count one call. Raises Throttled with the time until there is room for it."""
        with self._lock:
            now = self._refill()
            needed = 1.0 + self._kept_back(purpose, now)
            if self._tokens < needed:
                self._refused_since.setdefault(purpose, now)
                raise Throttled(timedelta(seconds=(needed - self._tokens) / self._per_second))
            self._tokens -= 1.0
            self._refused_since.pop(purpose, None)

    def slow_down(self, retry_after: timedelta | None) -> None:
        """Make no call for a while: the provider said that there were too many."""
        pause = (retry_after or PAUSE_AFTER_TOO_MANY).total_seconds()
        with self._lock:
            self._refill()
            self._tokens = min(self._tokens, 1.0 - pause * self._per_second)

    def _refill(self) -> float:
        now = self._monotonic()
        gained = (now - self._updated) * self._per_second
        self._tokens = min(self._capacity, self._tokens + gained)
        self._updated = now
        return now

    def _kept_back(self, purpose: Purpose, now: float) -> float:
        """How many tokens are left to others: asking leaves the reserve, patience runs out."""
        starved = sum(
            1.0
            for other, since in self._refused_since.items()
            if other is not Purpose.SEND and now - since >= PATIENCE_SECONDS
        )
        if purpose is Purpose.SEND:
            return min(starved, self._capacity - 1.0)
        return 0.0 if purpose in self._refused_since and starved else self._reserve
