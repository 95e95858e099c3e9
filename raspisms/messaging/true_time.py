"""How far this machine's clock is off. A Raspberry Pi has no clock of its own that runs when it is
switched off, so it may be wrong by months until the network sets it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from raspisms import clock
from raspisms.sms.lifecycle import CLOCK_TOLERANCE

#: A difference is learnt anew after this long: clocks drift.
_LIFETIME_SECONDS = 3600.0
#: The wall clock was set when it moved so much against the one that never jumps.
JUMP_SECONDS = 2.0


class TrueTime:
    """What the providers say of the time. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jumping = threading.Lock()
        self._reference = clock.wall_offset()
        #: Difference in seconds, when and with which offset of the wall clock it was learnt.
        self._learnt: tuple[float, float, float] | None = None

    def difference(self) -> timedelta | None:
        """How far true time is ahead of this machine's clock; None when that is not known.

        Not known any more after an hour, and once the clock was set.
        """
        with self._lock:
            learnt = self._learnt
        if learnt is None:
            return None
        seconds, at, offset = learnt
        jumped = abs(clock.wall_offset() - offset) > JUMP_SECONDS
        aged = clock.steady() - at > _LIFETIME_SECONDS
        return None if jumped or aged else timedelta(seconds=seconds)

    def learn(self, difference: timedelta) -> None:
        with self._lock:
            self._learnt = (difference.total_seconds(), clock.steady(), clock.wall_offset())

    def forget(self) -> None:
        with self._lock:
            self._learnt = None

    @property
    def is_learnt(self) -> bool:
        """Whether a provider ever told the time: what was written since then is in true time."""
        with self._lock:
            return self._learnt is not None

    @property
    def is_wrong(self) -> bool:
        """Whether this machine's clock is known to be too far off for scheduled messages."""
        return abs(self.difference() or timedelta(0)) > CLOCK_TOLERANCE

    def now(self) -> datetime:
        """The present instant as well as it is known."""
        return clock.now() + (self.difference() or timedelta(0))

    @contextmanager
    def jump(self) -> Iterator[timedelta | None]:
        """By how much the clock was set since the last look; None where it was not.

        One at a time looks, and the others wait until what follows from it is stored: whoever went
        on with the new clock before would take fresh messages for late. Where the block raises,
        the jump is told again.
        """
        with self._jumping:
            offset = clock.wall_offset()
            by = offset - self._reference
            if abs(by) <= JUMP_SECONDS:
                yield None
            else:
                yield timedelta(seconds=by)
                self._reference = offset
