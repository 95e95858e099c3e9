"""About when what is to be sent begins to leave, and when the last of it has left."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from math import ceil

from raspisms.messaging import phone_limits, public_holidays
from raspisms.messaging.drafting import Draft
from raspisms.messaging.engine import Engine
from raspisms.models import Phone
from raspisms.sms import quiet_hours
from raspisms.sms.forecast import Forecast, Line, Rules, forecast
from raspisms.sms.quiet_hours import QuietHours


def of(
    engine: Engine, phones: Sequence[Phone], draft: Draft, texts: Sequence[str], start: datetime
) -> Forecast:
    """How it would go with ``texts``, one to each person, from ``start`` on, by ``phones``."""
    config = engine.config
    quiet = quiet_of(engine, draft)
    is_known = quiet.holidays and public_holidays.is_known(config.country)
    rules = Rules(
        _per_minute(engine, phones, draft, texts),
        [_line(engine, phone) for phone in phones],
        quiet,
        public_holidays.of(config.country) if is_known else quiet_hours.no_holidays,
    )
    return forecast(start, len(texts), rules, config.timezone)


def quiet_of(engine: Engine, draft: Draft) -> QuietHours:
    """The quiet hours that a campaign keeps: its own, else those of the household."""
    own = QuietHours.of(draft.quiet)
    return quiet_hours.read(engine.config.quiet_hours) if own is None else own


def _line(engine: Engine, phone: Phone) -> Line:
    known = phone_limits.values_of(phone.id)
    return Line(known, phone_limits.left(engine, phone.id, known))


def _per_minute(
    engine: Engine, phones: Sequence[Phone], draft: Draft, texts: Sequence[str]
) -> float:
    """How many messages may leave in a minute: as many as the calls take, and as the pace lets."""
    size = engine.config.batch_size
    calls = sum(ceil(count / size) for count in Counter(texts).values())
    buckets = {engine.bucket(phone) for phone in phones[:1]}
    of_calls = sum(one.calls_per_minute() for one in buckets) * len(texts) / max(calls, 1)
    return max(min(of_calls, 60 / draft.pace if draft.pace else of_calls), 1e-6)
