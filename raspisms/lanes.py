"""Work side by side: one lane for each phone and purpose, so that a stuck one delays no other."""

import logging
import threading
import time
from collections.abc import Callable, Hashable

log = logging.getLogger(__name__)

#: More than any household's phones need; a bound all the same.
MOST_AT_ONCE = 64
SECONDS_AFTER_FAULT = 30.0


class Lanes:
    """Runs each lane's work in a thread of its own, never twice at once in the same lane."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._busy: set[Hashable] = set()
        self._again: set[Hashable] = set()
        self._lock = threading.Lock()
        self._places = threading.Semaphore(MOST_AT_ONCE)

    def run(self, lane: Hashable, work: Callable[[], None], *, once_more: bool = False) -> None:
        """Start ``work``, unless the lane is busy; ``once_more`` then has it run again after."""
        with self._lock:
            if lane in self._busy:
                if once_more:
                    self._again.add(lane)
                return
            self._busy.add(lane)
        # A daemon: a call under way must not keep the process from ending; its claim is kept.
        thread = threading.Thread(
            target=self._drive, args=(lane, work), name=str(lane), daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the machine has no room for one more: the next wake-up tries again
            with self._lock:
                self._busy.discard(lane)
            raise

    def wait_until_idle(self, seconds: float) -> bool:
        """Whether all lanes have come to their end within ``seconds``."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self._lock:
                if not self._busy:
                    return True
            time.sleep(0.02)
        return False

    def _drive(self, lane: Hashable, work: Callable[[], None]) -> None:
        while True:
            if not self._works(lane, work):
                # Without a pause the same fault would come again at once.
                self._stopping.wait(SECONDS_AFTER_FAULT)
            with self._lock:
                if lane in self._again:
                    self._again.discard(lane)
                    continue
                self._busy.discard(lane)
                return

    def _works(self, lane: Hashable, work: Callable[[], None]) -> bool:
        with self._places:
            try:
                work()
            except Exception:
                log.exception("The work of lane %s failed", lane)
                return False
        return True
