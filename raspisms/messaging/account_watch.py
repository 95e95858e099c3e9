"""When the providers are asked by themselves how much credit is left.

A while after something was sent, or refused for want of credit, else once a day: at rest hardly any
call is made.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.base import Capability
from raspisms.adapters.errors import AdapterError
from raspisms.errors import NotFound
from raspisms.messaging import accounts
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.models import Phone
from raspisms.models import message as messages
from raspisms.models import phone as phones

log = logging.getLogger(__name__)

#: So long after the last message of several.
_QUIET = timedelta(minutes=1)
#: While sending goes on it is asked so often, and never more often.
_LEAST_PAUSE = timedelta(minutes=10)
_LONGEST_PAUSE = timedelta(days=1)
#: After a try that did not work.
_AFTER_FAULT = timedelta(hours=1)
#: The problem of a phone whose account has nothing left.
_NO_CREDIT = "no_credit"
#: A start has more pressing calls to make.
_SETTLING = timedelta(minutes=1)


def watched() -> dict[str, list[Phone]]:
    """The accounts whose credit can be asked for, with the phones that work through them."""
    found = defaultdict(list)
    for phone in reading().scalars(phones.working()):
        if Capability.CREDIT in registry.abilities(phone.adapter, phone.settings):
            found[phone.service].append(phone)
    return found


def planned(engine: Engine, now: datetime) -> tuple[list[int], datetime | None]:
    """A phone of each account to ask about now, and when the next is due."""
    ready, waits = [], []
    for service, mine in watched().items():
        wait = _wait(engine, service, mine, now)
        if wait > timedelta(0):
            waits.append(wait)
        else:
            ready.append(min(mine, key=lambda phone: (phone.problem is not None, phone.id)).id)
    reading().rollback()
    return ready, now + min(waits) if waits else None


def ask(engine: Engine, phone_id: int) -> None:
    """Ask about the account of a phone, without anyone having asked for it."""
    phone = reading().get(Phone, phone_id)
    before = engine.askings.get(phone.service) if phone else None
    try:
        accounts.refresh(engine, phone_id)
    except NotFound:
        return  # removed meanwhile
    except AdapterError as error:
        if before is None or before.fault != error.message.msgid:
            log.warning("The credit of phone %s could not be asked for: %s", phone_id, error)


def _wait(engine: Engine, service: str, mine: Sequence[Phone], now: datetime) -> timedelta:
    """How long until an account is to be asked about; nothing or less for now."""
    asking, passed = engine.askings.get(service), _passed(engine, service, now)
    if passed is None:
        wait = timedelta(0)
    else:
        asked_at = clock.now() - passed  # at once: what is asked of the database takes its time
        pause = _AFTER_FAULT if asking and asking.fault else _LONGEST_PAUSE
        since_sent = _wait_since_sent(engine, [phone.id for phone in mine], passed)
        wait = min(pause - passed, since_sent, _wait_without_credit(mine, asked_at, passed))
    if asking is None:
        settled = _SETTLING - max(timedelta(0), clock.now() - engine.started_at)
        wait = max(wait, settled)
    return wait


def _passed(engine: Engine, service: str, now: datetime) -> timedelta | None:
    """How long ago an account was last asked about; None where that is not known."""
    asking = engine.askings.get(service)
    if asking is not None:
        return timedelta(seconds=time.monotonic() - asking.at)
    account = accounts.of(service)
    if account is None or account.seen_at is None or account.seen_at > now:
        return None
    return now - account.seen_at


def _wait_without_credit(mine: Sequence[Phone], asked_at: datetime, passed: timedelta) -> timedelta:
    """What was known is not so any more where a phone was refused for want of credit since."""
    refused = [one.problem_at for one in mine if one.problem == _NO_CREDIT and one.problem_at]
    is_news = any(at > asked_at for at in refused)
    return _QUIET - passed if is_news else _LONGEST_PAUSE


def _wait_since_sent(engine: Engine, phone_ids: Sequence[int], passed: timedelta) -> timedelta:
    now = engine.time.now()
    query = messages.sent_after(phone_ids, now - passed)
    first, last = reading().execute(query).one()
    if first is None or last is None:
        return _LONGEST_PAUSE
    return max(_LEAST_PAUSE - passed, min(last + _QUIET, first + _LEAST_PAUSE) - now)
