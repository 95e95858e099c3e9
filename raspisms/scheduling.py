"""Which process does the jobs: one on the machine, the one that holds a lock on a file."""

import fcntl
import os
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

    def keep(self) -> bool:
        """Whether it still is ours. Where its file was taken away, another one is locked."""
        if self._file is not None and self._is_in_place(self._file):
            return True
        self.release()
        return self.acquire()

    def _is_in_place(self, file: IO[str]) -> bool:
        """Whether others who look for the lock find the file that we locked."""
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def is_free(self) -> bool:
        """Whether nobody holds it at this instant.

        It makes no file, so that it can be asked where the disk can only be read.
        """
        if self._file is not None:
            return False
        try:
            file = self._path.open()
        except FileNotFoundError:
            return True
        with file:
            return _lock(file)

    def _take(self) -> bool:
        file = sqlite.open_private(self._path)
        if not _lock(file):
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[str]) -> bool:
    """Whether the lock could be had; it ends when the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_anyone_scheduling(instance: Path) -> bool:
    """Whether some process does the jobs now."""
    return not SchedulerLock(instance).is_free()
