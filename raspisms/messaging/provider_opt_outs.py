"""The provider's own list of who answered STOP: read now and then, and what is new is kept."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.answers import Blocked
from raspisms.adapters.base import Capability
from raspisms.adapters.errors import AdapterError, Throttled
from raspisms.messaging import accounts, opt_outs
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import OptIn, OptOut, Phone
from raspisms.models import phone as phones
from raspisms.models.base import listed
from raspisms.sms.numbers import is_subscriber

log = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)
#: A start has more pressing calls to make.
_SETTLING = timedelta(minutes=1)


def planned(engine: Engine, now: datetime) -> tuple[list[int], datetime | None]:
    """A phone of each account whose list is to be read now, and when the next is due."""
    asked_through: dict[str, int] = {}
    for phone in reading().scalars(phones.working()):
        if Capability.BLACKLIST in registry.abilities(phone.adapter, phone.settings):
            asked_through.setdefault(phone.service, phone.id)
    reading().rollback()
    waits = {service: _wait(engine, service) for service in asked_through}
    ready = [asked_through[service] for service, wait in waits.items() if wait <= timedelta(0)]
    later = [wait for wait in waits.values() if wait > timedelta(0)]
    # What is read now is due again in an hour.
    return ready, now + min([*later, *([_EVERY] if ready else [])]) if waits else None


def read(engine: Engine, phone_id: int) -> None:
    """Read the list of the account of a phone, and keep what is new on it."""
    phone = reading().get(Phone, phone_id)
    if phone is None or phone.removed_at is not None:
        reading().rollback()
        return
    service, adapter = phone.service, engine.adapter(phone)
    reading().rollback()  # no transaction is open while the provider is asked
    before = engine.blacklist_askings.get(service)
    try:
        blocked = accounts.asked(engine.blacklist_askings, service, adapter.blacklist)
    except AdapterError as error:
        if not isinstance(error, Throttled) and (
            before is None or before.fault != error.message.msgid
        ):
            log.warning("The list of STOP of phone %s could not be read: %s", phone_id, error)
        return
    _keep(engine, blocked)


def _wait(engine: Engine, service: str) -> timedelta:
    asking = engine.blacklist_askings.get(service)
    if asking is None:
        return _SETTLING - max(timedelta(0), clock.now() - engine.started_at)
    return _EVERY - timedelta(seconds=time.monotonic() - asking.at)


def _keep(engine: Engine, blocked: Sequence[Blocked]) -> None:
    now = engine.time.now()
    told = {one.number: one.since for one in blocked if is_subscriber(one.number)}
    is_news = bool(_new(reading(), told, now) or _later(reading(), told, now))
    reading().rollback()
    if not is_news:
        return  # nothing is written while nothing changes
    with writing() as session:
        for opt_out, since in _later(session, told, now):
            opt_out.at = since
        new = _new(session, told, now)
        opt_outs.keep_each(session, new, opt_outs.BY_PROVIDER, "")
        opt_outs.skip_waiting(session, [number for number, _ in new], now)


def _new(
    session: Session, told: Mapping[str, datetime | None], now: datetime
) -> list[tuple[str, datetime]]:
    """The numbers that are not known yet, with the time since when they want no campaigns.

    Not those who wanted them again after that; where the provider tells no time, whoever did once.
    """
    known = opt_outs.among(session, told)
    taken_back = _taken_back(session, told)
    new = []
    for number, since in told.items():
        again_at = taken_back.get(number)
        if number in known or (again_at is not None and (since is None or again_at >= since)):
            continue
        new.append((number, min(since or now, now)))
    return new


def _later(
    session: Session, told: Mapping[str, datetime | None], now: datetime
) -> list[tuple[OptOut, datetime]]:
    """What is known already and was said once more since then: whoever takes it back knows both."""
    since = {number: min(at, now) for number, at in told.items() if at is not None}
    rows = session.scalars(select(OptOut).where(OptOut.number.in_(listed(since))))
    return [(row, since[row.number]) for row in rows if row.at < since[row.number]]


def _taken_back(session: Session, numbers: Iterable[str]) -> dict[str, datetime]:
    query = select(OptIn.number, OptIn.at).where(OptIn.number.in_(listed(numbers)))
    return dict(session.execute(query).all())
