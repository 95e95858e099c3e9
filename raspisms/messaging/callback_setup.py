"""Whom a provider calls about a phone, and having it call this RaspiSMS.

A provider's addresses belong to an account (``Phone.service``), not to a phone: the token of any
phone of the account leads here, also that of a phone that was removed. Addresses hold tokens, so
they stand in no log and not in the journal.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from urllib.parse import urlsplit

from sqlalchemy import select

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.answers import CallbackKind, CallbackState
from raspisms.adapters.base import Capability
from raspisms.adapters.errors import AdapterError, Misconfigured
from raspisms.errors import Conflict, Invalid, Text, say
from raspisms.messaging import accounts, journal, phone_faults
from raspisms.messaging.engine import Engine
from raspisms.messaging.public_reach import reachable_from_internet, reply_url, status_url
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, Phone, ProviderAccount

_OURS = re.compile(r"(?P<root>.*)/callback/(?P<token>[^/?#]+)/(?P<kind>status|reply)/?")
_PORTS = {"http": 80, "https": 443}


class Standing(StrEnum):
    """What the address that a provider calls is to this RaspiSMS."""

    SET = "set"
    MOVED = "moved"  #: ours, but not where this RaspiSMS is now, or not for this
    NOT_SET = "not_set"
    ELSEWHERE = "elsewhere"  #: another program's, or something else than a call


@dataclass(frozen=True)
class Callback:
    """One kind of calls: what the provider does ``now``, and the address that is ``wanted``."""

    kind: CallbackKind
    now: CallbackState
    wanted: str
    standing: Standing

    def may_be_set(self, consents: Collection[CallbackKind]) -> bool:
        """Whether it is to be set: what is not ours only with a person's consent."""
        return self.standing in (Standing.NOT_SET, Standing.MOVED) or (
            self.standing is Standing.ELSEWHERE and self.kind in consents
        )


@dataclass(frozen=True)
class CallbackStatus:
    """How a phone stands as far as it is known without asking.

    ``state`` is a Standing, the one that most needs a person, or "unknown". ``is_urgent``: whether
    calls surely do not come that would come once the address is set anew. ``deliveries`` is how
    calls about deliveries alone stand, as ``state`` says it.
    """

    state: str
    words: Text
    is_urgent: bool = False
    deliveries: str = "unknown"


_WORDS: Mapping[str, Text] = {
    Standing.SET: say("The provider calls this RaspiSMS."),
    Standing.MOVED: say("The provider still calls an earlier address of this RaspiSMS."),
    Standing.NOT_SET: say("The provider does not call this RaspiSMS: it asks by itself."),
    Standing.ELSEWHERE: say("The provider calls another address than that of this RaspiSMS."),
    "unknown": say("It is not known yet whom the provider calls."),
}
_IN_PART = say("The provider calls this RaspiSMS, but not about everything.")
#: What needs a person most comes first.
_BY_NEED = (Standing.MOVED, Standing.NOT_SET, Standing.ELSEWHERE, Standing.SET)


def kinds_of(phone: Phone) -> tuple[CallbackKind, ...]:
    """The kinds of calls that can be set for a phone; none where its provider lets nobody."""
    abilities = registry.abilities(phone.adapter, phone.settings)
    if Capability.SET_CALLBACKS not in abilities:
        return ()
    return tuple(
        kind
        for kind, needed in (
            (CallbackKind.STATUS, Capability.CALLBACK),
            (CallbackKind.REPLY, Capability.REPLY_CALLBACK),
        )
        if needed in abilities
    )


def address(kind: CallbackKind, root: str, token: str) -> str:
    """What a provider is to call, for a RaspiSMS that is at ``root``."""
    if kind is CallbackKind.STATUS:
        return status_url(root, token)
    if kind is CallbackKind.REPLY:
        return reply_url(root, token)
    assert_never(kind)


def look(engine: Engine, phone: Phone, root: str) -> tuple[Callback, ...]:
    """What the provider says now of each kind. Raises AdapterError."""
    phone_id = phone.id
    with _faults_kept(phone_id):
        told = accounts.refresh(engine, phone_id).callbacks
    phone = reading().get_one(Phone, phone_id)
    return tuple(
        _callback(phone, kind, told.get(kind, CallbackState()), root) for kind in kinds_of(phone)
    )


def mark_of(callbacks: Sequence[Callback]) -> str:
    """A mark of what a person sees, to know whether it is still so when they decide."""
    seen = [(one.kind, one.now.url, str(one.now.instead), one.wanted) for one in callbacks]
    return hashlib.sha256(repr(seen).encode(errors="replace")).hexdigest()[:32]


def set_up(
    engine: Engine,
    phone: Phone,
    root: str,
    seen: str,
    consents: Collection[CallbackKind],
    by: Member | None,
) -> tuple[Callback, ...]:
    """Have the provider call this RaspiSMS, read it back, and say what it does then.

    What is not ours is left as it is but for the kinds in ``consents``. ``seen`` is the mark of
    what the person saw. Raises Conflict where that is not so any more, Invalid where there is
    nothing to set, and AdapterError; with the last, nothing is known to be set.
    """
    phone_id = phone.id
    found = look(engine, phone, root)
    if all(one.standing is Standing.SET for one in found):
        return found
    if mark_of(found) != seen:
        raise Conflict(
            say("What the provider calls has changed meanwhile: nothing was set."),
            say("Look at what it calls now, then decide again."),
        )
    wanted = {one.kind: one.wanted for one in found if one.may_be_set(consents)}
    if not wanted:
        raise Invalid(
            say("Nothing is ticked, so nothing was changed."),
            say("Tick what may be replaced, or leave it and go on."),
        )
    adapter = engine.adapter(reading().get_one(Phone, phone_id))
    reading().rollback()  # no transaction is open while the provider is asked
    with _faults_kept(phone_id):
        adapter.set_callbacks(wanted)
    try:
        now = look(engine, reading().get_one(Phone, phone_id), root)
    except AdapterError:
        _note(phone_id, wanted, by)  # it was set; only that it cannot be read back
        raise
    taken = {one.kind for one in now if one.standing is Standing.SET} & wanted.keys()
    if taken:
        _note(phone_id, taken, by)
    if taken != wanted.keys():
        raise AdapterError(
            say("The provider did not keep the address: it shows another one."),
            say("Try again, or enter it by hand at the provider."),
        )
    return now


def status_of(phone: Phone, root: str) -> CallbackStatus:
    """How a phone stands, from what is stored: ``root`` is where this RaspiSMS is now."""
    kinds, account = kinds_of(phone), accounts.of(phone.service)
    if not kinds or account is None or account.seen_at is None:
        return CallbackStatus("unknown", _WORDS["unknown"])
    found = {kind: _callback(phone, kind, _stored(account, kind), root).standing for kind in kinds}
    state = next(one for one in _BY_NEED if one in found.values())
    return CallbackStatus(
        state,
        _IN_PART if state is Standing.NOT_SET and Standing.SET in found.values() else _WORDS[state],
        is_urgent=state is Standing.MOVED and reachable_from_internet(root),
        deliveries=found[CallbackKind.STATUS],
    )


def sharing(phone: Phone) -> list[str]:
    """The names of the other phones of the same account, which share what is set for it."""
    others = select(Phone.name).where(
        Phone.service == phone.service, Phone.id != phone.id, Phone.removed_at.is_(None)
    )
    return list(reading().scalars(others.order_by(Phone.name_key)))


@contextmanager
def _faults_kept(phone_id: int) -> Iterator[None]:
    """What keeps the provider from telling or setting it is told by the phone's diagnosis too."""
    try:
        yield
    except AdapterError as error:
        # Words about an address may quote it.
        if not isinstance(error, Misconfigured) or error.code != "refused":
            phone_faults.keep(phone_id, phone_faults.CALLBACKS, error)
        raise


def _stored(account: ProviderAccount, kind: CallbackKind) -> CallbackState:
    if kind is CallbackKind.STATUS:
        return CallbackState(account.status_url)
    instead = say("The provider does something else with answers.")
    return CallbackState(account.reply_url, instead if account.reply_is_used else None)


def _callback(phone: Phone, kind: CallbackKind, now: CallbackState, root: str) -> Callback:
    wanted = address(kind, root, phone.callback_token)
    return Callback(kind, now, wanted, _standing(phone, kind, now, wanted))


def _standing(phone: Phone, kind: CallbackKind, now: CallbackState, wanted: str) -> Standing:
    if not now.url:
        return Standing.ELSEWHERE if now.instead else Standing.NOT_SET
    ours = _OURS.fullmatch(now.url)
    service = _service_of(ours["token"]) if ours else None
    if ours is None or service is None:
        return Standing.ELSEWHERE
    if service != phone.service or ours["kind"] != kind:
        return Standing.MOVED
    root = wanted.removesuffix(f"/callback/{phone.callback_token}/{kind}")
    return Standing.SET if _leads_here(ours["root"], root) else Standing.MOVED


def _service_of(token: str) -> str | None:
    return reading().scalar(select(Phone.service).where(Phone.callback_token == token))


def _leads_here(theirs: str, root: str) -> bool:
    """Whether an address under ``theirs`` is as good as one under ``root``.

    ``root`` may be how somebody at home opened the page: what works on the Internet is not given up
    for an address that works in the house alone, nor https for http.
    """
    if reachable_from_internet(theirs) and not reachable_from_internet(root):
        return True
    try:
        (scheme, host, port, path), (own_scheme, own_host, own_port, own_path) = map(
            _parts, (theirs, root)
        )
    except ValueError:
        return False
    if host != own_host or path != own_path:
        return False
    return (scheme, port) == (own_scheme, own_port) or (scheme, own_scheme) == ("https", "http")


def _parts(url: str) -> tuple[str, str, int | None, str]:
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").rstrip("."), port, parts.path.rstrip("/")


def _note(phone_id: int, kinds: Collection[CallbackKind], by: Member | None) -> None:
    now = clock.now()
    with writing() as session:
        phone = session.get_one(Phone, phone_id)
        account = session.get(ProviderAccount, phone.service)
        if account is not None:
            account.set_at = now
        journal.note(session, by, "phone.callbacks_set", phone.name, calls=sorted(kinds))
