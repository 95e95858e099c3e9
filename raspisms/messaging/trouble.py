"""What keeps the jobs from recording: a fault of the machine, for every page and for the log."""

import logging
import threading
from collections.abc import Callable

from raspisms import clock
from raspisms.messaging.machine import StorageError, in_detail, storage_fault, without_trace

log = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 30.0
#: What comes back so soon was not over: the pauses go on growing.
_RELAPSE_SECONDS = 120.0
#: The same is written to the log again after this long.
_TOLD_AGAIN_SECONDS = 3600.0
_MOST_KEPT = 100


class Told:
    """What was written to the log of late: a fault that comes each second would fill the disk."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: dict[str, float] = {}

    def is_new(self, words: str) -> bool:
        """Whether to write it: that is, at the first time, and once an hour after that."""
        now = clock.steady()
        with self._lock:
            at = self._at.get(words)
            if at is not None and now - at < _TOLD_AGAIN_SECONDS:
                return False
            if len(self._at) >= _MOST_KEPT:
                self._at.clear()
            self._at[words] = now
            return True


class Trouble:
    """The fault that a job met last, until writing works again. Safe to use from many threads."""

    def __init__(self, write: Callable[[], None]) -> None:
        """``write`` tries to write to the database, and raises where that fails."""
        self._write = write
        self._lock = threading.Lock()
        self._fault: StorageError | None = None
        self._pause, self._look_at = _FIRST_PAUSE_SECONDS, 0.0
        self._over_at: float | None = None
        self._told = Told()
        self._end_is_told = True

    @property
    def fault(self) -> StorageError | None:
        """What keeps the jobs from recording now; None when they work."""
        return self._fault

    def note(self, error: BaseException) -> bool:
        """A job met ``error``: whether it is a fault of the machine, which then is told."""
        fault = storage_fault(error)
        if fault is None:
            return False
        with self._lock:
            if self._fault is None:
                self._begin()
            self._fault = without_trace(fault)
        if self.tell(fault, error):
            self._end_is_told = False
        return True

    def tell(self, fault: StorageError, error: BaseException) -> bool:
        """Write a fault of the machine to the log, in one line, unless that was just done."""
        sentence = f"{fault.message} {fault.remedy}"
        is_new = self._told.is_new(sentence)
        if is_new:
            log.error("%s (%s)", sentence, in_detail(error))
        return is_new

    def is_over(self) -> bool:
        """Try to write when it is time to; whether this ended the trouble. Called each second."""
        if not self._is_time_to_look():
            self._tell_end()
            return False
        try:
            self._write()
        except Exception as error:
            self.note(error)
            return False
        self._end()
        return True

    def _begin(self) -> None:
        now = clock.steady()
        if self._over_at is None or now - self._over_at > _RELAPSE_SECONDS:
            self._pause = _FIRST_PAUSE_SECONDS
        self._look_at = now + self._pause

    def _is_time_to_look(self) -> bool:
        now = clock.steady()
        with self._lock:
            if self._fault is None or now < self._look_at:
                return False
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
            self._look_at = now + self._pause
            return True

    def _end(self) -> None:
        with self._lock:
            self._fault, self._over_at = None, clock.steady()

    def _tell_end(self) -> None:
        """In the log, once it stayed away."""
        since = self._over_at
        if self._end_is_told or self._fault is not None or since is None:
            return
        if clock.steady() - since > _RELAPSE_SECONDS:
            self._end_is_told = True
            log.warning("The machine is well again; the jobs go on")
