"""Jobs that answer when they want to run next, and that can be woken before: APScheduler's part."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from raspisms import clock
from raspisms.threads import start_all

AFTER_FAULT = timedelta(seconds=30)
#: Jobs with nothing to wait for look again after this; a wake-up comes before.
_IDLE = timedelta(hours=1)
_AMPLE = 100

#: A job does what there is to do, and answers when it wants to run next.
Job = Callable[[], datetime | None]
#: Takes note of a fault of what is named.
Report = Callable[[Exception, str], None]


class Timetable:
    """Runs each of ``jobs`` by itself; never twice at once. ``report`` is told what they raise."""

    def __init__(self, jobs: Mapping[str, Job], report: Report) -> None:
        self._jobs = jobs
        self._report = report
        self._scheduler: BackgroundScheduler | None = None
        self._wakers: dict[str, _Waker] = {}

    @property
    def is_running(self) -> bool:
        """Whether the thread lives that begins the jobs: want of memory may have ended it."""
        thread = getattr(self._scheduler, "_thread", None)
        return thread is not None and thread.is_alive()

    def start(self) -> None:
        """Begin with all jobs now. Nothing is lost that an earlier start may have left."""
        scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": _Threads(self._report, len(self._jobs))}
        )
        wakers = {
            name: _Waker(scheduler, name, work, self._report) for name, work in self._jobs.items()
        }
        for name, waker in wakers.items():
            scheduler.add_job(
                waker.run,
                "interval",
                hours=1,
                id=name,
                next_run_time=clock.now(),
                # The waker sees to it that only one runs at once. APScheduler's own limit counts a
                # run that has just ended as going on, and would drop a wake-up of that instant.
                max_instances=_AMPLE,
                coalesce=True,
                misfire_grace_time=None,
            )
        scheduler.start()
        self._scheduler, self._wakers = scheduler, wakers

    def stop(self) -> None:
        """Begin no job any more; does not wait for those that run."""
        self._wakers = {}
        if self.is_running and self._scheduler is not None:
            self._scheduler.shutdown(wait=False)

    def wake(self, *names: str) -> None:
        """Run these jobs now, all where none is named."""
        wakers = self._wakers
        for name in names or wakers:
            if name in wakers:
                wakers[name].wake()


class _Waker:
    """One job of the scheduler, which can be woken at any time, also while it runs."""

    def __init__(
        self, scheduler: BackgroundScheduler, name: str, work: Job, report: Report
    ) -> None:
        self._scheduler = scheduler
        self._name = name
        self._work = work
        self._report = report
        self._lock = threading.Lock()
        self._running = False
        self._again = False

    def wake(self) -> None:
        with self._lock:
            if self._running:
                self._again = True
            else:
                self._run_at(clock.now())

    def run(self) -> None:
        with self._lock:
            if self._running:
                self._again = True
                return
            self._running = True
        try:
            self._run_until_done()
        except Exception as error:  # the scheduler has no memory to note the next time
            self._running = False
            self._report(error, f"The job {self._name}")

    def _run_until_done(self) -> None:
        while True:
            next_time = self._next_time()
            with self._lock:
                if not self._again:
                    self._running = False
                    self._run_at(next_time)
                    return
                self._again = False

    def _run_at(self, at: datetime) -> None:
        # The scheduler forgets its jobs when it is shut down, perhaps while one is running.
        with contextlib.suppress(JobLookupError):
            self._scheduler.modify_job(self._name, next_run_time=at)

    def _next_time(self) -> datetime:
        try:
            wanted = self._work()
        except Exception as error:
            self._report(error, f"The job {self._name}")
            wanted = clock.now() + AFTER_FAULT
        return wanted or clock.now() + _IDLE


class _Threads(ThreadPoolExecutor):  # type: ignore[misc]
    """Where jobs run. A machine that is short of memory ends nothing."""

    def __init__(self, report: Report, count: int) -> None:
        super().__init__(count)
        self._tell = report
        start_all(self._pool, count)

    def submit_job(self, job: Any, run_times: list[datetime]) -> None:
        try:
            super().submit_job(job, run_times)
        except (MemoryError, RuntimeError) as error:
            self._tell(error, f"The job {job.id}")
