"""What runs by itself, and when: a job is an application context and one call of ``messaging``.

APScheduler says when; the database says what. Each job answers when it wants to run next, and can
be woken before. Nothing is kept here that could not be found out again.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from raspisms import clock
from raspisms.heartbeat import Heartbeat
from raspisms.lanes import Lanes
from raspisms.messaging import (
    inbox,
    lookups,
    outbox,
    phones,
    receipt_polling,
    receipts,
    reconciliation,
    signals,
    times,
)
from raspisms.messaging.engine import Engine
from raspisms.messaging.receipt_polling import Plan
from raspisms.scheduling import SchedulerLock

log = logging.getLogger(__name__)

_AFTER_FAULT = timedelta(seconds=30)
_HOUSEKEEPING = timedelta(hours=1)
#: Jobs with nothing to wait for look again after this; a wake-up comes before.
_IDLE = timedelta(hours=1)
_STOP_SECONDS = 3.0
#: Where the budget of calls ended asking early, it goes on after this.
_ASK_ON = timedelta(seconds=5)
#: After a start, or after the clock was set, the provider is asked before anything expires.
_SETTLING_SECONDS = 3600.0
_AMPLE = 100


class Jobs:
    """All jobs of one process. They run only while it holds the scheduler's lock."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._engine: Engine = app.extensions["raspisms"]
        self._lock = SchedulerLock(self._engine.config.instance_path)
        self._lanes = Lanes(self._engine.stopping)
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._jobs = {
            "outbox": self._outbox,
            "doubts": self._doubts,
            "inbox": self._inbox,
            "receipts": self._receipts,
            "look-ups": self._look_ups,
            "checks": self._checks,
            "housekeeping": self._housekeeping,
        }
        self._wakers: dict[str, _Waker] = {}
        #: When what was last asked, on the clock that never jumps.
        self._asked: dict[Hashable, float] = {}
        self._settled_at = time.monotonic()
        self._heartbeat = Heartbeat(
            self._engine.config.instance_path,
            take_over=self._take_over,
            data_changed=self._wake_planners,
            clock_jumped=self._clock_was_set,
        )

    def start(self) -> None:
        """Begin as soon as no other process does the jobs; returns at once."""
        signals.committed.connect(self._on_commit)
        self._heartbeat.start()

    def stop(self) -> None:
        """Begin nothing more, and give what is under way a few seconds to be recorded."""
        self._engine.stopping.set()
        signals.committed.disconnect(self._on_commit)
        self._heartbeat.stop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if not self._lanes.wait_until_idle(_STOP_SECONDS):
            log.warning("A call is still under way; its message is reconciled at the next start")
        self._lock.release()

    def _take_over(self) -> bool:
        """Whether this process does the jobs now."""
        if not self._lock.acquire():
            return False
        if not self._scheduler.running:
            with self._app.app_context():
                times.mend()
                outbox.recover(self._engine)
            self._schedule()
        return True

    def _schedule(self) -> None:
        for name, work in self._jobs.items():
            waker = _Waker(self._scheduler, name, self._in_context(work))
            self._wakers[name] = waker
            self._scheduler.add_job(
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
        self._scheduler.start()

    def _in_context(
        self, work: Callable[[datetime], datetime | None]
    ) -> Callable[[], datetime | None]:
        def run() -> datetime | None:
            with self._app.app_context():
                return work(clock.now())

        return run

    def _lane(
        self, purpose: str, phone_id: int, work: Callable[[], None], place: Hashable = 0
    ) -> None:
        def run() -> None:
            if self._engine.stopping.is_set():
                return
            with self._app.app_context():
                work()
            self._wake_planners()

        # What was accepted while a lane was at its last message must not wait for the next wake-up.
        once_more = purpose in ("send", "ask")
        self._lanes.run((purpose, phone_id, place), run, once_more=once_more)

    # What each job does, and when it wants to run next.

    def _outbox(self, now: datetime) -> datetime | None:
        engine = self._engine
        outbox.recover(engine)
        ready, later = outbox.phones_with_work(engine, now)
        for phone_id in ready:
            for place in range(outbox.lanes_wanted(engine, phone_id, now)):
                self._lane("send", phone_id, partial(outbox.send_due, engine, phone_id), place)
        return later

    def _doubts(self, now: datetime) -> datetime | None:
        ready, later = reconciliation.phones_with_doubts(now)
        for phone_id in ready:
            self._lane("ask", phone_id, partial(reconciliation.reconcile, self._engine, phone_id))
        return later

    def _inbox(self, now: datetime) -> datetime | None:
        for phone_id in inbox.receiving_phones():
            self._lane("inbox", phone_id, partial(inbox.poll, self._engine, phone_id))
        return now + timedelta(seconds=self._engine.config.inbox_poll_seconds)

    def _receipts(self, now: datetime) -> datetime | None:
        waits = [self._receipts_of(plan) for plan in receipt_polling.plans(self._engine)]
        return now + min(waits) if waits else None

    def _receipts_of(self, plan: Plan) -> timedelta:
        """Ask if it is time; how long until the next asking."""
        phone_id, group = plan.phone_id, plan.group
        is_cut_short = (phone_id, group) in self._engine.receipt_cursors
        pause = min(plan.pause, _ASK_ON) if is_cut_short else plan.pause
        work = partial(receipt_polling.poll, self._engine, phone_id, group)
        return self._ask_each("receipts", phone_id, work, pause, group)

    def _look_ups(self, now: datetime) -> datetime | None:
        ready, later = lookups.planned(now)
        waits = [
            self._ask_each(
                "look-ups", phone_id, partial(lookups.look_up, self._engine, phone_id), _ASK_ON
            )
            for phone_id in ready
        ]
        return min((*[now + wait for wait in waits], *([later] if later else [])), default=None)

    def _ask_each(
        self,
        purpose: str,
        phone_id: int,
        work: Callable[[], None],
        pause: timedelta,
        place: Hashable = 0,
    ) -> timedelta:
        """Start ``work`` unless it was started less than ``pause`` ago; how long until the next."""
        key = purpose, phone_id, place
        passed = timedelta(seconds=time.monotonic() - self._asked.get(key, -1e9))
        if passed < pause:
            return pause - passed
        self._asked[key] = time.monotonic()
        self._lane(purpose, phone_id, work, place)
        return pause

    def _checks(self, now: datetime) -> datetime | None:
        due, later = phones.to_check(now)
        for phone_id in due:
            self._lane("check", phone_id, partial(phones.check_by_itself, self._engine, phone_id))
        return later

    def _housekeeping(self, now: datetime) -> datetime | None:
        if time.monotonic() - self._settled_at > _SETTLING_SECONDS:
            receipts.expire(self._engine.time.now())
        phones.cancel_orphans(now)
        return now + _HOUSEKEEPING

    # Being woken.

    def _on_commit(self, _sender: object) -> None:
        self._wake("outbox")

    def _wake_planners(self) -> None:
        for name in ("outbox", "doubts", "receipts", "look-ups", "checks"):
            self._wake(name)

    def _clock_was_set(self) -> None:
        self._settled_at = time.monotonic()
        with self._app.app_context():
            times.catch_up(self._engine)
        self._wake_all()

    def _wake_all(self) -> None:
        for name in self._jobs:
            self._wake(name)

    def _wake(self, name: str) -> None:
        if not self._engine.stopping.is_set() and name in self._wakers:
            self._wakers[name].wake()


class _Waker:
    """One job of the scheduler, which can be woken at any time, also while it runs."""

    def __init__(
        self, scheduler: BackgroundScheduler, name: str, work: Callable[[], datetime | None]
    ) -> None:
        self._scheduler = scheduler
        self._name = name
        self._work = work
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
        except Exception:
            log.exception("The job %s failed; it tries again", self._name)
            wanted = clock.now() + _AFTER_FAULT
        return wanted or clock.now() + _IDLE
