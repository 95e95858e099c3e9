"""What need not be asked or told again: prices of countries, texts that are counted otherwise."""

import threading
import time
from collections import OrderedDict

_TRUSTED_SECONDS = 86_400.0
_MOST_TEXTS = 1000


class CreditMemory:
    """Lasts as long as the process. Safe to use from many threads."""

    def __init__(self) -> None:
        self._rates: dict[tuple[str, str], tuple[float, float]] = {}
        self._told: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def rate(self, adapter: str, country: str) -> float | None:
        """Credits for one segment to a country; None where it was not asked for a day."""
        rate, at = self._rates.get((adapter, country), (0.0, -_TRUSTED_SECONDS))
        return rate if time.monotonic() - at < _TRUSTED_SECONDS else None

    def learn_rate(self, adapter: str, country: str, rate: float) -> None:
        self._rates[adapter, country] = rate, time.monotonic()

    def is_news(self, digest: bytes) -> bool:
        """Whether this is the first time that a text, by its digest, is told of."""
        with self._lock:
            if digest in self._told:
                return False
            self._told[digest] = None
            if len(self._told) > _MOST_TEXTS:
                self._told.popitem(last=False)
            return True
