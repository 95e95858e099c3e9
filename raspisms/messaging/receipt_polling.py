"""Asking for receipts: in bulk, by date and state, ever more rarely with the messages' age."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from raspisms.adapters import registry
from raspisms.adapters.base import Capability
from raspisms.adapters.errors import AdapterError
from raspisms.messaging import phone_faults, receipts
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.models import Phone, message_receipts
from raspisms.models import phone as phones
from raspisms.models import unmapped_id as unmapped
from raspisms.sms.lifecycle import AGE_GROUPS

log = logging.getLogger(__name__)

#: OVH documents no bound on the length of its lists, so none is asked for that may be long.
_MOST_AT_ONCE = 500
_INSTANT = timedelta(microseconds=1)
#: Where the provider calls us, asking only finds what a call did not bring.
_RARER_WHEN_CALLED = 6


@dataclass(frozen=True)
class Plan:
    """Messages of one phone and one group of age are to be asked about each ``pause``."""

    phone_id: int
    group: int
    pause: timedelta


def plans(engine: Engine) -> list[Plan]:
    """What there is to ask about now."""
    now = engine.time.now()
    return [
        Plan(phone.id, group, _pause(engine, phone, group))
        for phone in reading().scalars(phones.present())
        if Capability.POLL_RECEIPTS in registry.abilities(phone.adapter, phone.settings)
        for group in range(len(AGE_GROUPS))
        if reading().scalar(message_receipts.awaiting(phone.id, *_bounds(group, now), 1))
        is not None
    ]


def poll(engine: Engine, phone_id: int, group: int) -> None:
    """Ask the provider what became of the messages of one phone and group of age.

    Where the budget of calls ends it early, the next time goes on from there.
    """
    since, until = _bounds(group, engine.time.now())
    key = phone_id, group
    for start, end in _windows(phone_id, max(since, engine.receipt_cursors.get(key, since)), until):
        engine.receipt_cursors[key] = start
        if engine.stopping.is_set() or not _ask(engine, phone_id, start, end):
            return
    engine.receipt_cursors.pop(key, None)


def _pause(engine: Engine, phone: Phone, group: int) -> timedelta:
    pause = AGE_GROUPS[group].pause
    return pause * _RARER_WHEN_CALLED if engine.is_called_back(phone.service) else pause


def _bounds(group: int, now: datetime) -> tuple[datetime, datetime]:
    """From when to when the messages of a group were sent."""
    youngest = AGE_GROUPS[group - 1].below if group else -AGE_GROUPS[-1].below
    return now - AGE_GROUPS[group].below, now - youngest


def _windows(
    phone_id: int, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Times between which not too many messages await their receipt."""
    while True:
        found = reading().scalars(message_receipts.awaiting(phone_id, since, until, _MOST_AT_ONCE))
        times = [at for at in found if at is not None]
        reading().rollback()
        if not times:
            return
        yield times[0], times[-1]
        since = times[-1] + _INSTANT


def _ask(engine: Engine, phone_id: int, since: datetime, until: datetime) -> bool:
    """Whether the provider told all there was to ask."""
    phone = reading().get(Phone, phone_id)
    if phone is None or phone.removed_at is not None:
        return False
    wanted = _wanted(phone_id, since, until)
    service, adapter = phone.service, engine.adapter(phone)
    reading().rollback()  # no transaction is open while the provider is asked
    if not wanted:
        return True
    try:
        polled = adapter.poll_receipts(since, until, wanted)
    except AdapterError as error:
        log.info("Receipts of phone %s could not be asked for: %s", phone_id, error)
        phone_faults.keep(phone_id, phone_faults.RECEIPTS, error)
        return False
    engine.last_worked.note(phone_id, phone_faults.RECEIPTS)
    if polled.news:
        receipts.take(service, polled.news, receipts.POLL)
    return polled.complete


def _wanted(phone_id: int, since: datetime, until: datetime) -> set[str]:
    """The ids of which nothing final is known: those of messages, and those not mapped yet."""
    window = {"of_phone": phone_id, "since": since, "until": until}
    mapped = reading().scalars(message_receipts.awaited_ids(phone_id, since, until))
    untold = reading().scalars(unmapped.UNTOLD, window)
    return {uid for uid in (*mapped, *untold) if uid is not None}
