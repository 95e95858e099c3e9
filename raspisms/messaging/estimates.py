"""What a text to some people would cost, before it is sent: our own count, or the provider's.

The provider is asked only where it is worth a call, and nobody's message waits for its answer.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from raspisms.adapters import registry
from raspisms.adapters.base import Adapter, Capability
from raspisms.adapters.errors import AdapterError
from raspisms.messaging import journal
from raspisms.messaging.engine import Engine
from raspisms.messaging.machine import StorageError
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Phone
from raspisms.sms.content import clean_text
from raspisms.sms.numbers import country_of
from raspisms.sms.segments import measure

log = logging.getLogger(__name__)

#: OVH's own pages disagree whether these are in the GSM alphabet, and so how long a text is.
_DISPUTED = frozenset("êç")
#: From so many segments to pay for on, a difference is worth a call.
_MANY_SEGMENTS = 50


@dataclass(frozen=True)
class Estimate:
    """``segments`` of one message, and the ``credits`` of all of them, where they are known.

    ``own`` is our count; ``by_provider``: whether ``segments`` is the provider's.
    ``unanswered``: it was asked and did not answer.
    """

    recipients: int
    segments: int
    credits: float | None
    own: int
    by_provider: bool = False
    unanswered: bool = False


def estimate(engine: Engine, phone: Phone, text: str, numbers: Collection[str]) -> Estimate:
    """What ``text`` to ``numbers``, in our form, would cost with ``phone``.

    Raises Invalid for a text that cannot be sent. May take as long as the provider's time-outs.
    """
    kind = registry.get(phone.adapter)
    sent_as = partial(kind.on_the_air, phone.settings)
    body = clean_text(text, kind.max_segments, sent_as)
    own = measure(sent_as(body)).segments
    if Capability.ESTIMATE not in kind.abilities(phone.settings):
        return Estimate(len(numbers), own, None, own)
    name, home = phone.name, country_of(phone.number or "") or engine.config.country
    asking = _Asking(engine, engine.adapter(phone))
    reading().rollback()  # no transaction is open while the provider is asked
    counted = asking.segments(body) if _is_worth_a_call(body, own * len(numbers)) else None
    per_segment = asking.rates(Counter(country_of(number) or home for number in numbers))
    if counted is not None and counted != own:
        _tell_difference(engine, name, body, own, counted)
    segments = own if counted is None else counted
    return Estimate(
        len(numbers),
        segments,
        None if per_segment is None else per_segment * segments,
        own,
        by_provider=counted is not None,
        unanswered=asking.is_unanswered,
    )


def estimate_each(engine: Engine, phone: Phone, segments: Mapping[str, int]) -> Estimate:
    """The same for texts that differ: ``segments`` by number, of which ours is the only count.

    The estimate's own segments are then those of all messages together.
    """
    total = sum(segments.values())
    kind = registry.get(phone.adapter)
    if Capability.ESTIMATE not in kind.abilities(phone.settings):
        return Estimate(len(segments), total, None, total)
    home = country_of(phone.number or "") or engine.config.country
    asking = _Asking(engine, engine.adapter(phone))
    reading().rollback()  # no transaction is open while the provider is asked
    by_country: Counter[str] = Counter()
    for number, count in segments.items():
        by_country[country_of(number) or home] += count
    cost = asking.rates(by_country)
    return Estimate(len(segments), total, cost, total, unanswered=asking.is_unanswered)


class _Asking:
    """Questions to the provider, and whether it left any unanswered."""

    def __init__(self, engine: Engine, adapter: Adapter) -> None:
        self._memory = engine.credit_memory
        self._adapter = adapter
        self.is_unanswered = False

    def segments(self, text: str) -> int | None:
        """How many segments the provider counts, if it says."""
        try:
            return self._adapter.estimate(text)
        except AdapterError as error:
            self._give_up(error)
            return None

    def rates(self, countries: Counter[str]) -> float | None:
        """Credits for one segment to everybody; None where one country's are not known."""
        total = 0.0
        for country, count in countries.items():
            rate = self._rate(country)
            if rate is None:
                return None  # one that does not answer is not asked about the next
            total += rate * count
        return total

    def _rate(self, country: str) -> float | None:
        known = self._memory.rate(self._adapter.uid, country)
        if known is not None:
            return known
        try:
            rate = self._adapter.rate(country)
        except AdapterError as error:
            self._give_up(error)
            return None
        self._memory.learn_rate(self._adapter.uid, country, rate)
        return rate

    def _give_up(self, error: AdapterError) -> None:
        self.is_unanswered = True
        log.info("What a text costs could not be asked for: %s", error)


def _is_worth_a_call(text: str, all_segments: int) -> bool:
    return all_segments >= _MANY_SEGMENTS or not _DISPUTED.isdisjoint(text)


def _tell_difference(engine: Engine, phone: str, text: str, own: int, provider: int) -> None:
    """In the journal, once for each text; the text itself stays out of it."""
    digest = hashlib.sha256(f"{phone}\0{text}".encode()).digest()
    if engine.credit_memory.is_news(digest):
        # A disk that cannot be written to keeps nobody from counting.
        with suppress(StorageError), writing() as session:
            journal.note(session, None, "credit.counts_differ", phone, own=own, provider=provider)
