"""When it is looked at again whether too much of a campaign fails."""

import threading
import time

#: Counting takes at most one part in so many of the time.
_SPARING = 20


class Watch:
    """When the failures of campaigns are counted next. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[int, float] = {}

    def is_time(self, campaign_id: int) -> bool:
        return time.monotonic() >= self._next.get(campaign_id, 0.0)

    def counted(self, campaign_id: int, seconds: float) -> None:
        """It took so long."""
        with self._lock:
            now = time.monotonic()
            self._next = {one: at for one, at in self._next.items() if at > now}
            self._next[campaign_id] = now + _SPARING * seconds
