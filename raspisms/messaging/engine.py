"""What the running program holds beside the database: settings, adapters, budgets of calls."""

import secrets
import threading
from datetime import timedelta
from typing import Any

from raspisms.adapters import registry
from raspisms.adapters.base import Adapter, Surroundings
from raspisms.config import Config
from raspisms.messaging.throttle import TokenBucket
from raspisms.models import Phone


class Engine:
    """One for each process. Safe to use from many threads.

    ``process`` names this process in the claims that it makes: claims of another one are of a
    process that has died, since one process at a time sends.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.process = secrets.token_hex(8)
        self.hold_after = timedelta(hours=config.hold_after_hours)
        #: Messages whose call is under way in this process, by id.
        self.in_flight: set[int] = set()
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
