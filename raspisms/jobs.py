"""What runs by itself, and when: a job is an application context and one call of ``messaging``.

APScheduler says when; the database says what. Each job answers when it wants to run next, and can
be woken before. Nothing is kept here that could not be found out again.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from functools import partial

from flask import Flask

from raspisms import clock
from raspisms.errors import Text, say
from raspisms.heartbeat import Heartbeat
from raspisms.lanes import Lanes
from raspisms.messaging import (
    account_watch,
    address_changes,
    alert_notices,
    automatic_backups,
    household,
    imports,
    inbox,
    journal,
    logins,
    lookups,
    outbox,
    ovh_setup,
    phone_removal,
    phones,
    provider_opt_outs,
    push_sending,
    receipt_polling,
    receipts,
    reconciliation,
    retention,
    signals,
    times,
)
from raspisms.messaging.engine import Engine
from raspisms.messaging.planner import Planner
from raspisms.messaging.receipt_polling import Plan
from raspisms.messaging.trouble import Told
from raspisms.scheduling import SchedulerLock
from raspisms.timetable import Timetable

log = logging.getLogger(__name__)

_HOUSEKEEPING = timedelta(hours=1)
_STOP_SECONDS = 3.0
#: Where the budget of calls ended asking early, it goes on after this.
_ASK_ON = timedelta(seconds=5)
#: After a start, or after the clock was set, the provider is asked before anything expires.
_SETTLING_SECONDS = 3600.0

_OTHER_DOES = say(
    "Another RaspiSMS sends and receives for this folder; this one serves the pages, and takes "
    "over when that one ends."
)
_TAKEN_OVER = say("The other RaspiSMS has ended; this one sends and receives now.")


class Jobs:
    """All jobs of one process. They run only while it holds the scheduler's lock.

    ``tell`` is told when another process does them, and when this one takes over.
    """

    def __init__(self, app: Flask, tell: Callable[[Text], None] | None = None) -> None:
        self._app = app
        self._tell = tell
        self._engine: Engine = app.extensions["raspisms"]
        self._lock = SchedulerLock(self._engine.config.instance_path)
        self._lanes = Lanes(self._engine.stopping, self._report, self._wake_planners)
        planner = Planner(self._engine)
        jobs = {
            "outbox": self._outbox,
            "doubts": self._doubts,
            "inbox": self._inbox,
            "receipts": self._receipts,
            "look-ups": self._look_ups,
            "checks": self._checks,
            "accounts": self._accounts,
            "blacklists": self._blacklists,
            "notices": self._notices,
            "alerts": self._alerts,
            "housekeeping": self._housekeeping,
            "backups": self._backups,
            "imports": self._imports,
            "plans": lambda _now: planner.work(self._settled_at),
        }
        self._timetable = Timetable(
            {name: self._in_context(work) for name, work in jobs.items()}, self._report
        )
        self._told = Told()
        self._others_do = False
        self._stop_by: float | None = None
        #: When what was last asked, on the clock that never jumps.
        self._asked: dict[Hashable, float] = {}
        self._settled_at = time.monotonic()
        self._heartbeat = Heartbeat(
            self._engine.config.instance_path,
            take_over=self._take_over,
            data_changed=self._wake_planners,
            clock_jumped=self._clock_was_set,
            look_after=self._look_after,
            report=self._report,
        )

    def start(self) -> None:
        """Begin as soon as no other process does the jobs; returns at once."""
        signals.committed.connect(self._on_commit)
        signals.settings_changed.connect(self._on_settings, sender=self._engine)
        signals.inbox_wanted.connect(self._on_inbox_wanted, sender=self._engine)
        signals.imports_wanted.connect(self._on_imports_wanted, sender=self._engine)
        self._heartbeat.start()

    def begin_to_stop(self) -> None:
        """Begin nothing more; returns at once. What is under way has a few seconds from now on."""
        if self._stop_by is None:
            self._stop_by = time.monotonic() + _STOP_SECONDS
        self._engine.stop()
        self._lanes.end_pauses()

    def stop(self) -> None:
        """Begin nothing more, and give what is under way a few seconds to be recorded."""
        self.begin_to_stop()
        signals.committed.disconnect(self._on_commit)
        signals.settings_changed.disconnect(self._on_settings)
        signals.inbox_wanted.disconnect(self._on_inbox_wanted)
        signals.imports_wanted.disconnect(self._on_imports_wanted)
        self._heartbeat.stop()
        self._timetable.stop()
        if not self._lanes.wait_until_idle(self._seconds_left()):
            log.warning("A call is still under way; its message is reconciled at the next start")
        self._lock.release()

    def _seconds_left(self) -> float:
        return max((self._stop_by or 0.0) - time.monotonic(), 0.1)

    def _take_over(self) -> bool:
        """Whether this process does the jobs now."""
        if not self._lock.acquire():
            self._say(_OTHER_DOES, others_do=True)
            return False
        self._say(_TAKEN_OVER, others_do=False)
        if not self._timetable.is_running:
            with self._app.app_context():
                household.follow(self._engine)
                times.mend()
                outbox.recover(self._engine)
            self._engine.quiet_start.begin(self._engine.config.quiet_start_minutes)
            self._timetable.start()
        return True

    def _say(self, words: Text, *, others_do: bool) -> None:
        """Tell who does the jobs, once for each change."""
        if self._tell is not None and others_do != self._others_do:
            self._tell(words)
        self._others_do = others_do

    def _look_after(self) -> bool:
        """Each second: let the jobs go on once what kept them is over; whether they are ours."""
        if self._engine.stopping.is_set():
            return True
        if not self._lock.keep():
            self._timetable.stop()
            return False
        if not self._timetable.is_running:
            self._timetable.start()
        self._lanes.give_up_unborn()
        if self._engine.trouble.is_over():
            self._lanes.end_pauses()
            self._timetable.wake()
        return True

    def _report(self, error: Exception, what: str) -> None:
        """Write a fault to the log; one of the machine's is told on the pages until it is over."""
        # Where there is no memory even for that, the thread must live on all the same.
        with contextlib.suppress(Exception):
            if self._engine.stopping.is_set() or self._engine.trouble.note(error):
                return
            if self._told.is_new(f"{what}: {error!r}"):
                log.error("%s failed; it tries again", what, exc_info=error)

    def _in_context(
        self, work: Callable[[datetime], datetime | None]
    ) -> Callable[[], datetime | None]:
        def run() -> datetime | None:
            with self._app.app_context():
                household.follow(self._engine)
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
        once_more = purpose in ("send", "ask", "notices", "imports")
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

    def _accounts(self, now: datetime) -> datetime | None:
        ready, later = account_watch.planned(self._engine, now)
        for phone_id in ready:
            self._lane("account", phone_id, partial(account_watch.ask, self._engine, phone_id))
        return later

    def _blacklists(self, now: datetime) -> datetime | None:
        ready, later = provider_opt_outs.planned(self._engine, now)
        for phone_id in ready:
            work = partial(provider_opt_outs.read, self._engine, phone_id)
            self._lane("blacklist", phone_id, work)
        return later

    def _notices(self, now: datetime) -> datetime | None:
        ready, later = push_sending.planned(now)
        for place in ready:
            self._lane("notices", 0, partial(push_sending.send_due, self._engine, place), place)
        return later

    def _alerts(self, now: datetime) -> datetime | None:
        engine = self._engine
        alert_notices.note(engine, now)
        ready, later = alert_notices.planned(now)
        for place in ready:
            self._lane("alerts", 0, partial(alert_notices.send_due, engine, place), place)
        return later

    def _housekeeping(self, now: datetime) -> datetime | None:
        if time.monotonic() - self._settled_at > _SETTLING_SECONDS:
            receipts.expire(self._engine.time.now())
        phone_removal.cancel_orphans(now)
        logins.forget_ended(self._engine.time.now())
        journal.forget_old(self._engine.time.now())
        address_changes.forget_old(self._engine.time.now())
        ovh_setup.forget_old(now)
        imports.forget_old(self._engine, now)
        retention.work(self._engine)
        return now + _HOUSEKEEPING

    def _backups(self, now: datetime) -> datetime | None:
        return automatic_backups.make_due(self._engine, now)

    def _imports(self, _now: datetime) -> datetime | None:
        for import_id in imports.waiting():
            self._lane("imports", import_id, partial(imports.work, self._engine, import_id))
        return None

    # Being woken.

    def _on_commit(self, _sender: object) -> None:
        self._wake("outbox", "plans")

    def _on_settings(self, _sender: object) -> None:
        self._wake()

    def _on_inbox_wanted(self, _sender: object) -> None:
        self._wake("inbox")

    def _on_imports_wanted(self, _sender: object) -> None:
        self._wake("imports")

    def _wake_planners(self) -> None:
        self._wake(
            "outbox", "doubts", "receipts", "look-ups", "checks", "accounts", "notices", "plans"
        )

    def _clock_was_set(self) -> None:
        self._settled_at = time.monotonic()
        with self._app.app_context():
            times.catch_up(self._engine)
        self._wake()

    def _wake(self, *names: str) -> None:
        if not self._engine.stopping.is_set():
            self._timetable.wake(*names)
