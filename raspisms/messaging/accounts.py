"""What a provider says of the accounts that phones go through: asked, and kept when it is news."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from raspisms import clock
from raspisms.adapters.answers import AccountState, CallbackKind, CallbackState
from raspisms.adapters.errors import AdapterError
from raspisms.messaging import phones
from raspisms.messaging.engine import Asking, Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import ProviderAccount

_Answer = TypeVar("_Answer")

#: What did not change is written anew after this, so that it shows when it was last true.
_WRITTEN_AGAIN_AFTER = timedelta(days=1)
_NOTHING = CallbackState()


def of(service: str) -> ProviderAccount | None:
    """What is known of an account; None while nothing is."""
    return reading().get(ProviderAccount, service)


def of_each(services: Collection[str]) -> dict[str, ProviderAccount]:
    """What is known of some accounts, by their names, in one question."""
    query = select(ProviderAccount).where(ProviderAccount.service.in_(services))
    return {row.service: row for row in reading().scalars(query)}


def as_of(engine: Engine, account: ProviderAccount) -> datetime | None:
    """When the provider last said what is kept of ``account``, as far as this process knows."""
    asking = engine.askings.get(account.service)
    answered_at = asking.answered_at if asking else None
    return max((at for at in (account.seen_at, answered_at) if at is not None), default=None)


def refresh(engine: Engine, phone_id: int) -> AccountState:
    """Ask the provider about the account of a phone that has the CREDIT or SET_CALLBACKS ability.

    What it says is kept where it is news. Raises AdapterError, and NotFound for a removed phone.
    """
    phone = phones.one(phone_id)
    service, adapter = phone.service, engine.adapter(phone)
    reading().rollback()  # no transaction is open while the provider is asked
    state = asked(engine.askings, service, adapter.look_at_account)
    _keep(service, state, clock.now())
    return state


def asked(askings: dict[str, Asking], service: str, question: Callable[[], _Answer]) -> _Answer:
    """What a provider answers about an account; ``askings`` has when, or what kept it from it.

    Raises AdapterError.
    """
    before = askings.get(service)
    asking = Asking(time.monotonic(), before.answered_at if before else None)
    askings[service] = asking
    try:
        answer = question()
    except AdapterError as error:
        askings[service] = replace(asking, fault=error.message.msgid)
        raise
    askings[service] = replace(asking, answered_at=clock.now())
    return answer


def _keep(service: str, state: AccountState, now: datetime) -> None:
    told = _columns(state)
    account = of(service)
    is_known = account is not None and _is_the_same(account, told, now)
    reading().rollback()
    if is_known:
        return
    with writing() as session:
        account = session.get(ProviderAccount, service) or ProviderAccount(service=service)
        session.add(account)
        for name, value in told.items():
            setattr(account, name, value)
        account.seen_at = now


def _columns(state: AccountState) -> dict[str, Any]:
    status = state.callbacks.get(CallbackKind.STATUS, _NOTHING)
    reply = state.callbacks.get(CallbackKind.REPLY, _NOTHING)
    return {
        "enabled": state.enabled,
        "credits": state.credits,
        "status_url": status.url,
        "reply_url": reply.url,
        "reply_is_used": reply.instead is not None,
    }


def _is_the_same(account: ProviderAccount, told: Mapping[str, Any], now: datetime) -> bool:
    if account.seen_at is None or any(getattr(account, k) != v for k, v in told.items()):
        return False
    # A clock that was set back leaves a time of the future: it is written over too.
    return timedelta(0) <= now - account.seen_at < _WRITTEN_AGAIN_AFTER
