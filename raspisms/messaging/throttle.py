"""The budget of calls of one set of credentials: a token bucket in which sending goes first."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from raspisms.adapters.base import Purpose
from raspisms.adapters.errors import Throttled

#: How much of a minute's calls may be made at once after a quiet time.
BURST_SHARE = 6
LEAST_BURST = 4.0
#: From the most to the least pressing; what is on one line is served alike.
RANKS = (
    frozenset({Purpose.SEND}),
    frozenset({Purpose.RECONCILE, Purpose.CHECK, Purpose.INBOX}),
    frozenset({Purpose.RECEIPTS}),
)
#: Share of the burst that a rank leaves to each rank above it.
RESERVE_SHARE = 4
#: Share of all calls that a rank is sure of while the ranks above it take all they can get.
ASSURED = {1: 0.2, 2: 0.1}
#: At most so many calls are saved up for a rank that waits.
MOST_SAVED = 3.0
#: When the provider says "too many" without saying how long to wait.
PAUSE_AFTER_TOO_MANY = timedelta(seconds=5)
#: After "too many" there are half as many calls, at least this share; all of them again after
#: this long.
LEAST_SHARE = 1 / 8
RECOVERY_SECONDS = 600.0


class TokenBucket:
    """At most ``calls_per_minute`` calls over time. Measured by a clock that never jumps.

    Nothing waits inside: a call that must wait is told how long. Safe to use from many threads.
    """

    def __init__(
        self, calls_per_minute: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._set_size(calls_per_minute)
        self._rate = self._most
        self._tokens = self._capacity
        self._monotonic = monotonic
        self._updated = monotonic()
        self._blocked_until = self._updated
        #: Since when each rank saves up, because it was refused.
        self._saving_since: dict[int, float] = {}
        self._lock = threading.Lock()

    def _set_size(self, calls_per_minute: int) -> None:
        self._most = calls_per_minute / 60
        # To list, to look at one and to send must fit together, however few calls are allowed.
        self._capacity = max(LEAST_BURST, calls_per_minute / BURST_SHARE)
        roomy = self._capacity >= 2 * LEAST_BURST
        self._reserve = self._capacity / RESERVE_SHARE if roomy else 0.0

    def allow(self, calls_per_minute: int) -> None:
        """From now on at most so many; a pace that was slowed down stays so by as much."""
        with self._lock:
            self._refill()
            share = self._rate / self._most
            self._set_size(calls_per_minute)
            self._rate = self._most * share
            self._tokens = min(self._tokens, self._capacity)

    def take(self, purpose: Purpose) -> None:
        """Count one call. Raises Throttled with the time until there is room for it."""
        rank = _rank(purpose)
        with self._lock:
            now = self._refill()
            wait = self._wait(rank, now)
            if wait > 0:
                self._saving_since.setdefault(rank, now)
                raise Throttled(timedelta(seconds=wait))
            self._tokens -= 1.0
            self._spend_savings(rank, now)

    def slow_down(self, retry_after: timedelta | None) -> None:
        """Make no call for a while, and fewer after that: the provider said there were too many."""
        pause = (retry_after or PAUSE_AFTER_TOO_MANY).total_seconds()
        with self._lock:
            now = self._refill()
            # Calls under way at once are told at once: that is one "too many", not several.
            if now >= self._blocked_until:
                self._rate = max(self._rate / 2, self._most * LEAST_SHARE)
            self._blocked_until = max(self._blocked_until, now + pause)
            self._tokens = min(self._tokens, 1.0)

    def calls_per_minute(self) -> float:
        """How many calls may be made now; fewer than allowed after "too many"."""
        with self._lock:
            self._refill()
            return self._rate * 60

    def time_for(self, calls: int) -> timedelta:
        """About how long until ``calls`` more calls that send have been made."""
        with self._lock:
            now = self._refill()
            blocked = max(0.0, self._blocked_until - now)
            missing = max(0.0, calls - self._tokens)
            return timedelta(seconds=blocked + missing / self._rate)

    def _refill(self) -> float:
        now = self._monotonic()
        passed = now - self._updated
        self._updated = now
        self._tokens = min(self._capacity, self._tokens + passed * self._rate)
        self._rate = min(self._most, self._rate + passed * self._most / RECOVERY_SECONDS)
        return now

    def _wait(self, rank: int, now: float) -> float:
        """Seconds until a call of ``rank`` may be made."""
        needed = 1.0 + sum(self._saved(other, now) for other in ASSURED if other != rank)
        if self._saved(rank, now) < 1.0:
            needed = max(needed, 1.0 + rank * self._reserve)
        # Savings of all ranks together never ask for more than the bucket holds.
        missing = min(needed, self._capacity) - self._tokens
        return max(self._blocked_until - now, missing / self._rate, 0.0)

    def _saved(self, rank: int, now: float) -> float:
        since = self._saving_since.get(rank)
        if since is None:
            return 0.0
        return min(MOST_SAVED, (now - since) * self._rate * ASSURED.get(rank, 0.0))

    def _spend_savings(self, rank: int, now: float) -> None:
        saved = self._saved(rank, now)
        if saved < 1.0:
            self._saving_since.pop(rank, None)
        else:
            self._saving_since[rank] = now - (saved - 1.0) / (self._rate * ASSURED[rank])


def _rank(purpose: Purpose) -> int:
    return next(rank for rank, purposes in enumerate(RANKS) if purpose in purposes)
