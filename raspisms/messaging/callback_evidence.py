"""Whether a provider's calls reach us: judged by the address, by what is set, and by what came."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.base import Capability
from raspisms.errors import Text, say
from raspisms.messaging import accounts, callback_setup, receipts, self_call
from raspisms.messaging.callback_setup import Standing
from raspisms.messaging.public_reach import reachable_from_internet, status_url
from raspisms.messaging.transactions import reading
from raspisms.models import Message, Phone, ProviderAccount, Receipt
from raspisms.models import message as messages

#: So many messages whose receipts only came by asking, in so long, show that no call comes.
_ENOUGH, _LONG_ENOUGH = 3, timedelta(minutes=10)
_LOOKED_AT = 50


@dataclass(frozen=True)
class Evidence:
    """``level`` as in ``diagnosis``. ``settable``: whether setting the address is what to do.

    ``worth_a_call``: whether calling the address ourselves could tell more; that is the address of
    RaspiSMS, or ``root`` where another one is set.
    """

    level: str
    words: Text
    advice: tuple[Text, ...] = ()
    settable: bool = False
    worth_a_call: bool = False
    root: str | None = None


_SET_IT = say("Set the address at the provider.")
_ASKS = say("Meanwhile RaspiSMS asks the provider for delivery states by itself.")
_NO_CALLBACK = Evidence("off", say("This phone's provider does not call."))
_PRIVATE = Evidence(
    "off",
    say("The provider cannot call: the address only works inside your home network."),
    (
        say("RaspiSMS asks for delivery states by itself; nothing has to be done."),
        say("To be called, give RaspiSMS a public address with https in the settings."),
    ),
)
_NO_HTTPS = Evidence(
    "waiting",
    say("The address is not one with https, which providers want."),
    (say("Give RaspiSMS a public address with https in the settings."), _ASKS),
)
_NOT_LOOKED = Evidence(
    "off",
    say("RaspiSMS has not looked yet at what is set at the provider."),
    (say("“Check now” looks."),),
    worth_a_call=True,
)
_NO_CALL_YET = Evidence(
    "off", say("The provider has never called."), (_SET_IT, _ASKS), worth_a_call=True
)
_NOTHING_SET = Evidence(
    "off", say("No address is set at the provider."), (_SET_IT, _ASKS), True, worth_a_call=True
)
_CALLS_COME = Evidence("ok", say("The provider calls."))
_WAITS_TO_SEE = Evidence(
    "ok",
    say("The address is set; the next messages show whether the provider calls."),
    worth_a_call=True,
)


def of(phone: Phone, root: str, own_call: str | None = None) -> Evidence:
    """What is known of the calls about ``phone``, whose own address is under ``root``.

    ``own_call`` is what came of calling that address ourselves, where it was tried.
    """
    evidence = _judged(phone, root)
    if own_call is None or not evidence.worth_a_call:
        return evidence
    return replace(evidence, advice=(*evidence.advice, self_call.in_words(own_call)))


def _judged(phone: Phone, root: str) -> Evidence:
    able = registry.abilities(phone.adapter, phone.settings)
    if Capability.CALLBACK not in able:
        return _NO_CALLBACK
    account = accounts.of(phone.service)
    is_known = account is not None and account.seen_at is not None
    there = account.status_url if account is not None and is_known else None
    own = status_url(root, phone.callback_token)
    standing = callback_setup.status_of(phone, root).deliveries
    if there and standing == Standing.SET:
        return _of_address(there, account, phone)
    if there and standing == Standing.MOVED:
        return _bad(own) or _moved(there)
    if account is not None and account.called_at is not None and not is_known:
        return _of_address(own, account, phone)
    if bad := _bad(own):
        return bad
    if there:
        return _another(there)
    if is_known:
        return _NOTHING_SET
    return _NOT_LOOKED if Capability.SET_CALLBACKS in able else _NO_CALL_YET


def _bad(url: str) -> Evidence | None:
    """What is seen from an address alone."""
    if not reachable_from_internet(url):
        return _PRIVATE
    return None if urlsplit(url).scheme == "https" else _NO_HTTPS


def _of_address(url: str, account: ProviderAccount | None, phone: Phone) -> Evidence:
    """What is known of an address that is set: by the calls that came, else by itself."""
    called_at = account.called_at if account else None
    set_at = (account.set_at if account else None) or phone.created_at
    comes = called_at is not None and called_at >= _minute(set_at)
    since = max(set_at, called_at) if called_at else set_at
    if _is_silent(phone, since):
        return _bad(url) or _silent(url)
    if comes:
        return _CALLS_COME
    return _bad(url) or replace(_WAITS_TO_SEE, root=_root(url))


def _minute(at: datetime) -> datetime:
    """Calls are noted to the minute."""
    return at.replace(second=0, microsecond=0)


def _is_silent(phone: Phone, since: datetime) -> bool:
    """Whether messages got their receipts by asking only, enough of them and for long enough."""
    if clock.now() - since <= _LONG_ENOUGH:
        return False
    latest = (
        select(Message.id)
        .where(Message.phone_id == phone.id, Message.direction == messages.OUT)
        .order_by(Message.id.desc())
        .limit(_LOOKED_AT)
    )
    query = select(Receipt.message_id, Receipt.source).where(
        Receipt.message_id.in_(latest), Receipt.received_at > since
    )
    told = reading().execute(query).all()
    by_call = any(source == receipts.CALLBACK for _, source in told)
    return not by_call and len({message_id for message_id, _ in told}) >= _ENOUGH


def _root(url: str) -> str:
    """Under which address RaspiSMS is, of whom ``url`` is one of the callback addresses."""
    return url.rpartition("/callback/")[0]


def _host(url: str) -> str:
    """What of an address may be shown: the rest may be somebody's secret."""
    return urlsplit(url).hostname or "?"


def _moved(url: str) -> Evidence:
    return Evidence(
        "waiting",
        say("The provider calls an earlier address of this RaspiSMS (%(host)s).", host=_host(url)),
        (say("Set the address anew at the provider."), _ASKS),
        settable=True,
        worth_a_call=True,
    )


def _another(url: str) -> Evidence:
    return Evidence(
        "waiting",
        say("Another address is set at the provider (%(host)s).", host=_host(url)),
        (say("If nothing else needs it, set that of RaspiSMS in its place."), _ASKS),
        settable=True,
        worth_a_call=True,
    )


def _silent(url: str) -> Evidence:
    parts = urlsplit(url)
    return Evidence(
        "error",
        say("The address is set, but no call comes: it cannot be reached from outside."),
        (
            say(
                "Look whether the router forwards port %(port)d to this machine, and whether the "
                "certificate of %(host)s is valid.",
                port=parts.port or 443,
                host=_host(url),
            ),
            _ASKS,
        ),
        worth_a_call=True,
        root=_root(url),
    )
