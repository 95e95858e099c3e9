"""What waits because only so many calls may be made, and until about when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from raspisms import clock
from raspisms.messaging.engine import Engine
from raspisms.messaging.throttle import TokenBucket
from raspisms.messaging.transactions import reading
from raspisms.models import Phone, message_queue

#: A shorter wait is not worth a word.
_WORTH_A_WORD = timedelta(seconds=20)


@dataclass(frozen=True)
class Queue:
    """Messages of phones with the same credentials that wait for their turn.

    ``slowed`` where the provider asked for fewer calls than are set. ``until`` is an estimate.
    """

    phones: Sequence[str]
    messages: int
    calls_per_minute: int
    slowed: bool
    until: datetime


def waiting(engine: Engine, phones: Iterable[Phone]) -> list[Queue]:
    """The queues of ``phones`` in which something waits for so long that a person may wonder."""
    accounts: dict[TokenBucket, list[Phone]] = {}
    for phone in phones:
        if phone.removed_at is None and not phone.paused:
            accounts.setdefault(engine.bucket(phone), []).append(phone)
    found = (_queue(engine, bucket, mine) for bucket, mine in accounts.items())
    return [queue for queue in found if queue is not None]


def _queue(engine: Engine, bucket: TokenBucket, phones: list[Phone]) -> Queue | None:
    now = clock.now()
    rows = reading().execute(message_queue.queued([phone.id for phone in phones], now)).all()
    calls = sum(max(row.texts, ceil(row.messages / engine.config.batch_size)) for row in rows)
    wait = bucket.time_for(calls)
    if not calls or wait < _WORTH_A_WORD:
        return None
    names = {phone.id: phone.name for phone in phones}
    pace = bucket.calls_per_minute()
    return Queue(
        phones=[names[row.phone_id] for row in rows],
        messages=sum(row.messages for row in rows),
        calls_per_minute=round(pace),
        slowed=pace < engine.config.ovh_calls_per_minute * 0.95,
        until=now + wait,
    )
