"""A look, each second, at what no one tells us: another process's commits, a clock that was set."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from raspisms import clock, sqlite
from raspisms.messaging.true_time import JUMP_SECONDS

_SECONDS = 1.0


class Heartbeat:
    """Calls back from a thread of its own. Costs a read of shared memory a second, no disk.

    ``take_over`` is tried until it returns true; only then the rest is watched, until
    ``look_after``, which is called each second, returns false. ``report`` is told what any of them
    raises.
    """

    def __init__(
        self,
        instance: Path,
        take_over: Callable[[], bool],
        data_changed: Callable[[], None],
        clock_jumped: Callable[[], None],
        look_after: Callable[[], bool],
        report: Callable[[Exception, str], None],
    ) -> None:
        self._database = instance / sqlite.DATABASE
        self._take_over = take_over
        self._data_changed = data_changed
        self._clock_jumped = clock_jumped
        self._look_after = look_after
        self._report = report
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=2 * _SECONDS)

    def _beat(self) -> None:
        while not self._stop.is_set():
            try:
                if self._take_over():
                    self._watch()
            except Exception as error:
                self._report(error, "A beat of the heart")
            self._stop.wait(_SECONDS)

    def _watch(self) -> None:
        connection = sqlite3.connect(f"{self._database.as_uri()}?mode=ro", uri=True)
        try:
            version, offset = sqlite.data_version(connection), clock.wall_offset()
            # What was committed before the first look may not have been seen by anyone.
            self._data_changed()
            while not self._stop.wait(_SECONDS) and self._look_after():
                if abs(clock.wall_offset() - offset) > JUMP_SECONDS:
                    offset = clock.wall_offset()
                    self._clock_jumped()
                if sqlite.data_version(connection) != version:
                    version = sqlite.data_version(connection)
                    self._data_changed()
        finally:
            connection.close()
