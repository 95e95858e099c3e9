"""The only clock: every other module asks here for the time, so that tests can move it."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant by this machine, aware, in UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Seconds that never jump and also count while the machine sleeps. Only differences mean
    anything (Linux: clock_gettime(2), CLOCK_BOOTTIME).
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wall_offset() -> float:
    """What the wall clock shows beyond ``steady``: it changes when the clock is set."""
    return time.time() - steady()
