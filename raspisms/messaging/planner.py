"""What is planned is made when its time comes, by the clock that is in force."""

import time
from datetime import datetime

from raspisms.messaging import plan_runs, plan_times
from raspisms.messaging.engine import Engine

#: So long after a start, or after the clock was set, nothing is taken for missed.
_NOT_MISSED_SECONDS = 60.0


class Planner:
    """Knows for which clock the times of plans were found."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._found_by: tuple[str, float] | None = None

    def work(self, settled_at: float) -> datetime | None:
        """Make the runs that are due; when to look again.

        ``settled_at`` is since when the clock is as it is, on the clock that never jumps.
        """
        now, in_force = self._engine.time.now(), (self._engine.config.timezone.key, settled_at)
        if self._found_by != in_force:
            plan_times.mend(self._engine, now)
            self._found_by = in_force
        is_settled = time.monotonic() - settled_at > _NOT_MISSED_SECONDS
        return plan_runs.run_due(self._engine, now, missed_too=is_settled)
