"""Looking up whose an id is: only where the ids of a call say different things, and the fewest.

``sms.elimination`` says which; what the others are is concluded.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from raspisms import clock
from raspisms.adapters.base import Adapter
from raspisms.adapters.errors import AdapterError
from raspisms.messaging import mapping, receipts
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.models import Phone
from raspisms.models import phone as phones
from raspisms.sms import elimination

log = logging.getLogger(__name__)

#: Ids of what was sent and of what came in are set aside apart.
_SENT = "sent "
#: While receipts of a call still come in, each may save a look-up: it is waited for quiet.
_QUIET = timedelta(minutes=1)
#: But whoever looks at the page should not wait for ever.
_LONGEST_WAIT = timedelta(minutes=15)


def planned(now: datetime) -> tuple[list[int], datetime | None]:
    """The phones with something to look up now, and when the next will have."""
    ready, later = [], []
    for phone in list(reading().scalars(phones.present())):
        times = [at for rows in mapping.open_calls(phone.id).values() if (at := _due_at(rows, now))]
        if any(at <= now for at in times):
            ready.append(phone.id)
        later += [at for at in times if at > now]
    return ready, min(later, default=None)


def look_up(engine: Engine, phone_id: int) -> None:
    """Look up what has to be for the calls of one phone whose receipts differ."""
    phone = reading().get(Phone, phone_id)
    if phone is None or phone.removed_at is not None:
        return
    service, adapter, now = phone.service, engine.adapter(phone), clock.now()
    reading().rollback()
    for tag, rows in mapping.open_calls(phone_id).items():
        at = _due_at(rows, now)
        if at is not None and at <= now and not _of_call(engine, adapter, phone_id, service, tag):
            return


def _of_call(engine: Engine, adapter: Adapter, phone_id: int, service: str, tag: str) -> bool:
    """Whether the provider can be asked more now."""
    said = mapping.said_in_call(tag)
    # Of one mind and yet open: the ids are not one for each message, and nothing can be concluded.
    uids = elimination.to_look_up(said) or list(said)
    for uid in uids:
        if engine.stopping.is_set():
            return False
        if engine.is_set_aside(phone_id, _SENT + uid):
            continue
        try:
            news = adapter.look_up(uid)
        except AdapterError as error:
            log.info("A message of phone %s could not be looked up: %s", phone_id, error)
            return False
        if news is None:
            engine.set_aside(phone_id, _SENT + uid)
        else:
            receipts.take(service, [news], receipts.POLL)
    return True


def _due_at(rows: Sequence[Any], now: datetime) -> datetime | None:
    """When to look up whose the ids of a call are; None where there is no need."""
    untold = [row for row in rows if not row.state]
    if len(rows) == 1 and untold:
        return None
    if not untold:
        return now
    last: datetime = max(row.said_at for row in rows if row.said_at is not None)
    first: datetime = min(row.sent_at for row in rows)
    quiet_at = min(last + _QUIET, first + _LONGEST_WAIT)
    # A clock that was set back must not make it wait for the difference.
    return min(quiet_at, now + _QUIET)
