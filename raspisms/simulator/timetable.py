"""Does things later, one after the other, in one thread."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Action = Callable[[], None]


class Timetable:
    """Thread-safe. Seconds are real ones: a test that moves the calendar does not move these."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._due: list[tuple[float, int, Action]] = []
        self._busy = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="simulator-timetable", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def after(self, seconds: float, action: Action) -> None:
        with self._changed:
            # perf_counter stays true where a test freezes time.monotonic.
            entry = (time.perf_counter() + seconds, next(self._order), action)
            heapq.heappush(self._due, entry)
            self._changed.notify_all()

    @property
    def idle(self) -> bool:
        with self._changed:
            return not self._due and not self._busy

    def clear(self) -> None:
        with self._changed:
            self._due.clear()
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while action := self._next():
            action()

    def _next(self) -> Action | None:
        with self._changed:
            self._busy = False
            while not self._closed:
                wait = self._due[0][0] - time.perf_counter() if self._due else None
                if wait is not None and wait <= 0:
                    self._busy = True
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)
            return None
