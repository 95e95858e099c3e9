"""About when what is to be sent begins to leave, and when the last of it has left."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from math import ceil

from raspisms.messaging.drafting import Draft
from raspisms.messaging.engine import Engine
from raspisms.models import Phone
from raspisms.sms.forecast import Forecast, Rules, forecast


def of(
    engine: Engine, phones: Sequence[Phone], draft: Draft, texts: Sequence[str], start: datetime
) -> Forecast:
    """How it would go with ``texts``, one to each person, from ``start`` on, by ``phones``."""
    rules = Rules(_per_minute(engine, phones, draft, texts))
    return forecast(start, len(texts), rules, engine.config.timezone)


def _per_minute(
    engine: Engine, phones: Sequence[Phone], draft: Draft, texts: Sequence[str]
) -> float:
    """How many messages may leave in a minute: as many as the calls take, and as the pace lets."""
    size = engine.config.batch_size
    calls = sum(ceil(count / size) for count in Counter(texts).values())
    buckets = {engine.bucket(phone) for phone in phones[:1]}
    of_calls = sum(one.calls_per_minute() for one in buckets) * len(texts) / max(calls, 1)
    return max(min(of_calls, 60 / draft.pace if draft.pace else of_calls), 1e-6)
