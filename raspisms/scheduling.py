"""Which process does the jobs: one on the machine, the one that holds a lock on a file."""

import fcntl
from pathlib import Path
from typing import IO

from raspisms import sqlite

LOCK = "scheduler.lock"


class SchedulerLock:
    """A lock that ends with its process, however that ends."""

    def __init__(self, instance: Path) -> None:
        self._path = instance / LOCK
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Whether the lock is ours now; never waits."""
        if self._file is not None:
            return True
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
    lock = SchedulerLock(instance)
    if lock.acquire():
        lock.release()
        return False
    return True
