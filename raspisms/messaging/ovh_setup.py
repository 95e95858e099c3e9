"""Setting up a phone at OVH one step after the other: keys, service, what to send with.

What was entered is kept for each administrator until there is a phone of it, at most for a day:
each step can be left and come back to, and two who do it at the same time do not meet.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import delete, select

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.answers import Inspection
from raspisms.adapters.errors import Misconfigured, Throttled, Unreachable
from raspisms.errors import Conflict, Invalid, InvalidForm, say
from raspisms.messaging import ovh_keys, phones
from raspisms.messaging.engine import Engine
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.phones import Saved
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, Phone, PhoneSetup
from raspisms.models import phone as phone_queries

if TYPE_CHECKING:
    from raspisms.adapters.ovh.assistant import Offer, OfferedService

KEPT = timedelta(days=1)

#: What a service may be called, as it stands in an address of OVH's.
_SERVICE = re.compile(r"[a-z0-9_-]{1,64}")
#: What OVH says where keys do not allow one call, and where they are not valid (any more).
_TOO_NARROW, _REFUSED = "not_granted", "keys_refused"
#: Under which key sets wait that OVH could not be asked about, the likeliest first.
_UNCHECKED = "unchecked"
_ABOUT = "about"
_LONGEST_ABOUT = 80


@dataclass(frozen=True)
class Begun:
    """How far an administrator is: keys that OVH knows, and a service once it is chosen.

    ``about`` is what the service is called at OVH, perhaps nothing.
    """

    keys: Mapping[str, str] = field(repr=False)
    service: str | None
    about: str
    at: datetime


@dataclass(frozen=True)
class Choice:
    """Something to send with; ``key`` names it in a form, ``phone`` is the one that has it."""

    offer: "Offer"
    key: str
    phone: Phone | None

    @property
    def usable(self) -> bool:
        return self.offer.usable and self.phone is None


@dataclass(frozen=True)
class Choices:
    """What a service has to send with. Nothing of one kind is an empty tuple."""

    numbers: tuple[Choice, ...]
    short_numbers: tuple[Choice, ...]
    senders: tuple[Choice, ...]

    @property
    def all(self) -> tuple[Choice, ...]:
        return self.numbers + self.short_numbers + self.senders


@dataclass(frozen=True)
class Wanted:
    """What an administrator entered in the last step: ``choice`` is a ``Choice.key``."""

    name: str
    choice: str
    members: Collection[int] = ()
    no_stop_clause: bool = False


class StartAgain(Conflict):
    """There are no keys, or none that work any more: the first step is next."""


def begun(member: Member) -> Begun | None:
    """How far ``member`` is; None where there are no checked keys of theirs, or old ones only."""
    row = _row(member)
    if row is None or _UNCHECKED in row.settings:
        return None
    keys = {name: str(row.settings[name]) for name in ovh_keys.KEYS}
    settings = row.settings
    return Begun(keys, settings.get("service_name"), settings.get(_ABOUT, ""), row.changed_at)


def require_begun(member: Member) -> Begun:
    """How far ``member`` is. Raises StartAgain where they have not begun."""
    found = begun(member)
    if found is None:
        raise _keys_first()
    return found


def has_unchecked(member: Member) -> bool:
    """Whether keys wait that OVH could not be asked about."""
    row = _row(member)
    return row is not None and _UNCHECKED in row.settings


def take_keys(engine: Engine, member: Member, pasted: Sequence[str]) -> Inspection:
    """Try what was pasted at OVH, and keep the keys that it knows.

    What they allow is the answer. Raises InvalidForm (field keys, or a key's own); what was kept
    before stays then. Raises Unreachable or Throttled where OVH cannot be asked now: the keys then
    wait for ``check_again``.
    """
    return _take(engine, member, ovh_keys.read(pasted))


def check_again(engine: Engine, member: Member) -> Inspection:
    """As ``take_keys``, with those that OVH could not be asked about. Raises StartAgain."""
    row = _row(member)
    if row is None or _UNCHECKED not in row.settings:
        raise _keys_first()
    return _take(engine, member, row.settings[_UNCHECKED])


def take_keys_of(engine: Engine, member: Member, phone_id: int) -> Inspection:
    """As ``take_keys``, with those that a phone has already."""
    return _take(engine, member, (ovh_keys.keys_of(ovh_keys.find_ovh_phone(member, phone_id)),))


def services(engine: Engine, member: Member, begun: Begun) -> "list[OfferedService] | None":
    """The SMS services that the keys reach; None where the keys may not list them.

    Raises StartAgain, or what else an adapter may raise.
    """
    try:
        return ovh_keys.assistant_for(engine, begun.keys).services()
    except Misconfigured as fault:
        if fault.code == _TOO_NARROW:
            return None
        if fault.code == _REFUSED:
            raise _start_again(member, fault) from fault
        raise


def choose_service(member: Member, begun: Begun, name: str, about: str = "") -> None:
    """Go on with the service ``name``. Raises Invalid (service) where that can be none."""
    name = name.strip().lower()
    if not _SERVICE.fullmatch(name):
        if not name:
            raise Invalid(say("No SMS service is chosen."), field="service")
        raise Invalid(
            say("This is no name of a service."),
            say("It looks like sms-ab12345-1."),
            field="service",
        )
    if name != begun.service:
        about = " ".join(about.split())[:_LONGEST_ABOUT]
        _store(member.id, {**begun.keys, "service_name": name, _ABOUT: about})


def choices(engine: Engine, member: Member, begun: Begun) -> Choices:
    """What the chosen service has to send with, usable or not.

    Raises Invalid (service) where it cannot be asked about this service, else as ``services``.
    """
    service = begun.service or ""
    try:
        offers = ovh_keys.assistant_for(engine, begun.keys).offers(service)
    except Misconfigured as fault:
        if fault.code in (_TOO_NARROW, "service_missing"):
            raise _no_access(service) from fault
        if fault.code == _REFUSED:
            raise _start_again(member, fault) from fault
        raise
    used = {
        (phone.service, phone.number): phone for phone in reading().scalars(phone_queries.present())
    }

    def choice(offer: "Offer") -> Choice:
        return Choice(offer, _key(offer), used.get(_identity(engine, begun, offer)))

    short = (offers.short_number,) if offers.short_number else ()
    return Choices(
        tuple(map(choice, offers.numbers)),
        tuple(map(choice, short)),
        tuple(map(choice, offers.senders)),
    )


def finish(engine: Engine, member: Member, begun: Begun, wanted: Wanted, token: str) -> Saved:
    """Make the phone, and forget what was entered for it. ``token`` as for ``phones.add``.

    Raises InvalidForm (name, choice, service) with nothing stored, StartAgain, or what
    ``phones.add`` does.
    """
    adapter, values = _chosen(wanted.choice)
    values |= {**begun.keys, "service_name": begun.service or ""}
    if wanted.no_stop_clause and values.get("sender"):
        values["no_stop_clause"] = "1"
    draft = PhoneDraft(wanted.name, adapter, values, wanted.members)
    try:
        saved = phones.add(engine, draft, token, member)
    except InvalidForm as form:
        keys_end = next((one for one in form.problems if one.field in ovh_keys.KEYS), None)
        if keys_end:
            raise _start_again(member, keys_end) from form
        raise InvalidForm([_where_it_is_asked(one) for one in form.problems]) from form
    forget(member)
    return saved


def forget(member: Member) -> None:
    """Forget what ``member`` entered."""
    if reading().get(PhoneSetup, member.id) is not None:
        with writing() as session:
            session.execute(delete(PhoneSetup).where(PhoneSetup.member_id == member.id))


def forget_old(now: datetime) -> None:
    """Forget what nobody has gone on with for a day."""
    old = PhoneSetup.changed_at < now - KEPT
    if reading().scalar(select(PhoneSetup.member_id).where(old).limit(1)) is not None:
        with writing() as session:
            session.execute(delete(PhoneSetup).where(old))


def _take(engine: Engine, member: Member, candidates: Sequence[Mapping[str, str]]) -> Inspection:
    member_id = member.id
    try:
        keys, inspection = ovh_keys.first_good(engine, candidates)
    except (Unreachable, Throttled):
        _store(member_id, {_UNCHECKED: [dict(one) for one in candidates]})
        raise
    _store(member_id, keys)
    return inspection


def _row(member: Member) -> PhoneSetup | None:
    row = reading().get(PhoneSetup, member.id)
    return row if row is not None and row.changed_at >= clock.now() - KEPT else None


def _store(member_id: int, settings: Mapping[str, Any]) -> None:
    with writing() as session:
        session.merge(
            PhoneSetup(member_id=member_id, settings=dict(settings), changed_at=clock.now())
        )


def _keys_first() -> StartAgain:
    return StartAgain(say("The keys come first."), say("Paste them below, then go on."))


def _start_again(member: Member, why: Misconfigured | Invalid) -> StartAgain:
    forget(member)
    return StartAgain(why.message, say("Make new keys at OVH, and paste them below."))


def _no_access(service: str) -> Invalid:
    return Invalid(
        say("These keys give no access to an SMS service “%(service)s”.", service=service),
        say("Choose another service, or make keys with the account that has it."),
        field="service",
    )


def _key(offer: "Offer") -> str:
    return urlencode({"adapter": offer.adapter, **offer.values})


def _chosen(key: str) -> tuple[str, dict[str, str]]:
    """The adapter and its values that a ``Choice.key`` names. Raises InvalidForm for none."""
    values = dict(parse_qsl(key[:200], keep_blank_values=True))
    adapter = values.pop("adapter", "")
    if adapter not in ovh_keys.ADAPTERS:
        raise InvalidForm(
            [
                Invalid(
                    say("Nothing is chosen to send with."),
                    say("Choose a number or a sender."),
                    field="choice",
                )
            ]
        )
    return adapter, values


def _identity(engine: Engine, begun: Begun, offer: "Offer") -> tuple[str, str | None]:
    """The account and number by which two phones are the same; empty for what cannot be one."""
    kind = registry.get(offer.adapter)
    values = {**begun.keys, "service_name": begun.service or "", **offer.values}
    try:
        settings = kind.clean(values, engine.config.country)
    except InvalidForm:
        return "", None
    return kind.service_key(settings), kind.number(settings)


def _where_it_is_asked(problem: Invalid) -> Invalid:
    """A problem beside the question of this step that it is about."""
    place = {"name": "name", "service_name": "service"}.get(problem.field or "", "choice")
    return Invalid(problem.message, problem.hint, field=place)
