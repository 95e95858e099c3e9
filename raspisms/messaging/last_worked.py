"""When asking a provider last worked, for as long as the program runs.

Nothing of it is stored: asking goes on day and night, and the disk is only to be written when there
is something new.
"""

import threading
from datetime import datetime

from raspisms import clock


class LastWorked:
    """By phone and by a part of ``phone_faults``. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: dict[tuple[int, str], datetime] = {}

    def note(self, phone_id: int, part: str) -> None:
        """It worked just now."""
        with self._lock:
            self._at[phone_id, part] = clock.now()

    def at(self, phone_id: int, part: str) -> datetime | None:
        """When it last worked; None where it has not since the start."""
        with self._lock:
            return self._at.get((phone_id, part))
