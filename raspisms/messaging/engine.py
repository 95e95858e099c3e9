"""What the running program holds beside the database: settings, adapters, budgets of calls."""

import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from raspisms import clock, sqlite
from raspisms.adapters import registry
from raspisms.adapters.base import Adapter, Surroundings
from raspisms.changes import Changes
from raspisms.config import Config, with_chosen
from raspisms.messaging import signals
from raspisms.messaging.checked import Checked
from raspisms.messaging.credit_memory import CreditMemory
from raspisms.messaging.flights import Flights
from raspisms.messaging.last_worked import LastWorked
from raspisms.messaging.machine import StorageError
from raspisms.messaging.quiet_start import QuietStart
from raspisms.messaging.slots import Slots
from raspisms.messaging.throttle import TokenBucket
from raspisms.messaging.trouble import Trouble
from raspisms.messaging.true_time import TrueTime
from raspisms.models import Phone
from raspisms.outbound import Outbound

_FIRST_SET_ASIDE = timedelta(minutes=1)
_CALLBACKS_TRUSTED_SECONDS = 3600.0


@dataclass(frozen=True)
class Asking:
    """When an account was last asked about, and when it last answered.

    ``at`` is on the clock that never jumps, ``answered_at`` a time of day. ``fault`` names what
    kept the provider from answering the last time, if anything.
    """

    at: float
    answered_at: datetime | None
    fault: str = ""


@dataclass(frozen=True)
class _Rest:
    """A pause, how many there were in a row, and which settings of the phone made it needed."""

    until: float
    count: int
    version: int = 0
    failed: bool = False

    @classmethod
    def of(cls, pause: timedelta, count: int, version: int = 0, *, failed: bool = False) -> "_Rest":
        return cls(time.monotonic() + pause.total_seconds(), count, version, failed)

    def left(self) -> timedelta:
        return timedelta(seconds=max(0.0, self.until - time.monotonic()))


class Engine:
    """One for each process. Safe to use from many threads.

    ``process`` names this process in the claims that it makes: claims of another one are of a
    process that has died, since one process at a time sends.
    """

    def __init__(self, config: Config) -> None:
        #: As the environment and the files have it; what was chosen on a page comes on top.
        self._given = self._config = config
        self.process = secrets.token_hex(8)
        #: Messages whose call is under way in this process.
        self.flights = Flights()
        #: How far this machine's clock is off.
        self.time = TrueTime()
        #: Makes calls to addresses that somebody gave us.
        self.outbound = Outbound()
        #: Messages written since then were written by this clock.
        self.started_at = clock.now()
        #: Set when the process is about to end: what is under way is finished, nothing is begun.
        self.stopping = threading.Event()
        #: What keeps the jobs from recording, if anything.
        self.trouble = Trouble(partial(sqlite.try_to_write, config.instance_path / sqlite.DATABASE))
        #: Why the last automatic backup could not be made, if it could not.
        self.backup_fault: StorageError | None = None
        #: When all texts that are too old were last emptied, in true time.
        self.texts_emptied_at: datetime | None = None
        #: Whether anything was committed, by any process.
        self.commits = Changes(config.instance_path / sqlite.DATABASE)
        self._followed_to = ""
        self._following = threading.Lock()
        #: The time after the start in which nothing is sent.
        self.quiet_start = QuietStart()
        #: When the providers last answered to what was asked of them.
        self.last_worked = LastWorked()
        #: What the last check of each phone found.
        self.checks: dict[int, Checked] = {}
        #: When the inbox of each phone was last listed and taken, in true time.
        self.inbox_listed: dict[int, datetime] = {}
        #: Where asking for receipts stopped, by phone and group of age.
        self.receipt_cursors: dict[tuple[int, int], datetime] = {}
        #: When each of the providers' accounts was last asked about, by its name.
        self.askings: dict[str, Asking] = {}
        #: When the list of STOP of each account was last read, likewise.
        self.blacklist_askings: dict[str, Asking] = {}
        #: What countries cost, and which texts the provider counts otherwise.
        self.credit_memory = CreditMemory()
        #: When a phone that is set aside was last tried, on the clock that never jumps.
        self.tried_aside: dict[int, float] = {}
        self._rests: dict[int, _Rest] = {}
        self._set_aside: dict[tuple[int, str], _Rest] = {}
        self._buckets: dict[str, TokenBucket] = {}
        self._slots: dict[str, Slots] = {}
        self._claiming: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        self._called_back: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def config(self) -> Config:
        """The settings in force. Whoever needs several that fit together takes this once."""
        return self._config

    @property
    def hold_after(self) -> timedelta:
        """How late a message may leave without a person's word."""
        return timedelta(hours=self._config.hold_after_hours)

    @property
    def ask_after(self) -> timedelta:
        """How long after a call without a clear end the provider is asked about it."""
        return timedelta(seconds=self._config.reconcile_seconds)

    def go_by(self, given: Config) -> None:
        """From now on the environment and the files say this; what was chosen is read anew."""
        with self._following:
            self._given = self._config = given
            self._followed_to = ""

    def follow(self, read: Callable[[], Mapping[str, str]]) -> None:
        """Put in force what ``read`` finds chosen, where anything was committed since it last did.

        Else this costs a look at shared memory, some ten microseconds, and no query: it can be
        called for each page and each job. One at a time reads, so that an older state never comes
        last.
        """
        if self.commits.stamp() == self._followed_to:
            return
        with self._following:
            stamp = self.commits.stamp()
            self._choose(read())
            self._followed_to = stamp

    def _choose(self, chosen: Mapping[str, str]) -> None:
        """Put the choices of the settings page in force, for every thread at once."""
        config = with_chosen(self._given, chosen)
        if config == self._config:
            return
        with self._lock:
            self._config = config
            buckets = list(self._buckets.values())
        for bucket in buckets:
            bucket.allow(config.ovh_calls_per_minute)
        self.quiet_start.shorten(config.quiet_start_minutes)
        signals.settings_changed.send(self)

    def adapter(self, phone: Phone) -> Adapter:
        """The adapter of ``phone``, ready to use."""
        return self.make_adapter(phone.adapter, phone.settings)

    def make_adapter(self, uid: str, settings: dict[str, Any]) -> Adapter:
        """An adapter of kind ``uid``. Raises NotFound where there is no such kind."""
        kind = registry.get(uid)
        return kind(settings, self.surroundings(kind.account_key(settings)))

    def bucket(self, phone: Phone) -> TokenBucket:
        """The budget of calls that ``phone`` shares with all phones of the same credentials."""
        return self._bucket(registry.get(phone.adapter).account_key(phone.settings))

    def slots(self, phone: Phone) -> Slots:
        """The places for calls that ``phone`` shares with all phones of the same credentials."""
        key = registry.get(phone.adapter).account_key(phone.settings)
        with self._lock:
            return self._slots.setdefault(key, Slots(self.config.calls_in_flight))

    def stop(self) -> None:
        """Begin no call any more: who waits for a place goes home."""
        self.stopping.set()
        with self._lock:
            slots = list(self._slots.values())
        for one in slots:
            one.close()

    def batch_size(self, phone: Phone) -> int:
        """How many messages of one text may go in one call of ``phone``."""
        return min(self.config.batch_size, registry.get(phone.adapter).max_batch)

    def claiming(self, phone_id: int) -> threading.Lock:
        """Held while a batch is chosen and claimed, so that two never choose the same."""
        with self._lock:
            return self._claiming[phone_id]

    def note_callback(self, service: str) -> None:
        """The provider called about a service: its callbacks find the way here."""
        self._called_back[service] = time.monotonic()

    def is_called_back(self, service: str) -> bool:
        """Whether the provider called about a service within the last hour."""
        at = self._called_back.get(service)
        return at is not None and time.monotonic() - at < _CALLBACKS_TRUSTED_SECONDS

    def rest(self, phone: Phone, pause: timedelta, *, failed: bool = True) -> None:
        """Let a phone send nothing for a while: its provider cannot take more now.

        It ends early when a person saves the phone with other settings.
        """
        with self._lock:
            earlier = self._rests.get(phone.id)
            count = earlier.count if earlier else 0
            # Calls that failed side by side are one failure: the pause does not double for each.
            again = failed and not (earlier and earlier.failed and self.rests(phone))
            self._rests[phone.id] = _Rest.of(pause, count + again, phone.version, failed=failed)

    def rest_left(self, phone: Phone) -> timedelta:
        """How long a phone still rests, measured by the clock that never jumps."""
        rest = self._rests.get(phone.id)
        return rest.left() if rest and rest.version == phone.version else timedelta(0)

    def rests(self, phone: Phone) -> bool:
        return self.rest_left(phone) > timedelta(0)

    def failed(self, phone: Phone) -> int:
        """How many tries of a phone in a row did not reach the provider, the present one too."""
        rest = self._rests.get(phone.id)
        return rest.count + 1 if rest else 1

    def worked(self, phone_id: int) -> None:
        """The provider took something from the phone: it need not rest."""
        with self._lock:
            self._rests.pop(phone_id, None)

    def set_aside(self, phone_id: int, provider_uid: str) -> None:
        """Leave an inbound message that cannot be read for a while, longer each time."""
        key = phone_id, provider_uid
        with self._lock:
            earlier = self._set_aside.get(key)
            count = earlier.count if earlier else 0
            self._set_aside[key] = _Rest.of(_FIRST_SET_ASIDE * (1 << min(count, 6)), count + 1)

    def is_set_aside(self, phone_id: int, provider_uid: str) -> bool:
        rest = self._set_aside.get((phone_id, provider_uid))
        return rest is not None and rest.left() > timedelta(0)

    def surroundings(self, account_key: str) -> Surroundings:
        """What an adapter with the credentials of ``account_key`` is given to work with."""
        return Surroundings(
            country=self.config.country,
            data_folder=self.config.instance_path,
            ovh_api_url=self.config.ovh_api_url,
            budget=self._bucket(account_key),
            time=self.time,
        )

    def _bucket(self, account_key: str) -> TokenBucket:
        with self._lock:
            return self._buckets.setdefault(
                account_key, TokenBucket(self.config.ovh_calls_per_minute)
            )
