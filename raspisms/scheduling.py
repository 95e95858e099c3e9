"""Which process does the jobs: one on the machine, the one that holds a lock on a file."""

import fcntl
import time
from pathlib import Path
from typing import IO

from raspisms import sqlite

LOCK = "scheduler.lock"
_TRIES, _PAUSE_SECONDS = 5, 0.02


class SchedulerLock:
    """A lock that ends with its process, however that ends."""

    def __init__(self, instance: Path) -> None:
        self._path = instance / LOCK
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Whether the lock is ours now. Waits a tenth of a second: a page may be looking at it."""
        for _ in range(_TRIES):
            if self._file is not None or self._take():
                return True
            time.sleep(_PAUSE_SECONDS)
        return False

    def is_free(self) -> bool:
        """Whether nobody holds it at this instant."""
        if self._file is not None or not self._take():
            return False
        self.release()
        return True

    def _take(self) -> bool:
        file = sqlite.open_private(self._path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def is_anyone_scheduling(instance: Path) -> bool:
    """Whether some process does the jobs now."""
    return not SchedulerLock(instance).is_free()
