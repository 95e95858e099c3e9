"""What the running program holds beside the database: settings, adapters, budgets of calls."""

import secrets
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from raspisms.adapters import registry
from raspisms.adapters.base import Adapter, Surroundings
from raspisms.config import Config
from raspisms.messaging.throttle import TokenBucket
from raspisms.models import Phone

_FIRST_SET_ASIDE = timedelta(minutes=1)


@dataclass(frozen=True)
class _Rest:
    """A pause, how many there were in a row, and which settings of the phone made it needed."""

    until: float
    count: int
    version: int = 0

    @classmethod
    def of(cls, pause: timedelta, count: int, version: int = 0) -> "_Rest":
        return cls(time.monotonic() + pause.total_seconds(), count, version)

    def left(self) -> timedelta:
        return timedelta(seconds=max(0.0, self.until - time.monotonic()))


class Engine:
    """One for each process. Safe to use from many threads.

    ``process`` names this process in the claims that it makes: claims of another one are of a
    process that has died, since one process at a time sends.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.process = secrets.token_hex(8)
        self.hold_after = timedelta(hours=config.hold_after_hours)
        self.ask_after = timedelta(seconds=config.reconcile_seconds)
        #: Messages whose call is under way in this process, by id.
        self.in_flight: set[int] = set()
        #: Set when the process is about to end: what is under way is finished, nothing is begun.
        self.stopping = threading.Event()
        #: Phones whose whole inbox has been listed by this process.
        self.inbox_listed: set[int] = set()
        self._rests: dict[int, _Rest] = {}
        self._set_aside: dict[tuple[int, str], _Rest] = {}
        self._buckets: dict[str, TokenBucket] = {}
        self._lock = threading.Lock()

    def adapter(self, phone: Phone) -> Adapter:
        """The adapter of ``phone``, ready to use."""
        return self.make_adapter(phone.adapter, phone.settings)

    def make_adapter(self, uid: str, settings: dict[str, Any]) -> Adapter:
        """An adapter of kind ``uid``. Raises NotFound where there is no such kind."""
        kind = registry.get(uid)
        return kind(settings, self._surroundings(kind.account_key(settings)))

    def bucket(self, phone: Phone) -> TokenBucket:
        """The budget of calls that ``phone`` shares with all phones of the same credentials."""
        return self._bucket(registry.get(phone.adapter).account_key(phone.settings))

    def rest(self, phone: Phone, pause: timedelta, *, failed: bool = True) -> None:
        """Let a phone send nothing for a while: its provider cannot take more now.

        It ends early when a person saves the phone with other settings.
        """
        with self._lock:
            earlier = self._rests.get(phone.id)
            count = earlier.count if earlier else 0
            self._rests[phone.id] = _Rest.of(pause, count + failed, phone.version)

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

    def _surroundings(self, account_key: str) -> Surroundings:
        return Surroundings(
            country=self.config.country,
            data_folder=self.config.instance_path,
            ovh_api_url=self.config.ovh_api_url,
            budget=self._bucket(account_key),
        )

    def _bucket(self, account_key: str) -> TokenBucket:
        with self._lock:
            return self._buckets.setdefault(
                account_key, TokenBucket(self.config.ovh_calls_per_minute)
            )
