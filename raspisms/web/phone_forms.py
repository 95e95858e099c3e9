"""The form of a phone: what it shows, and what is read from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import request

from raspisms.adapters import registry
from raspisms.adapters.base import Adapter, Capability
from raspisms.errors import NotFound, Text, say
from raspisms.messaging import members, phones
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.models import Phone
from raspisms.web.callback_address import CallbackAddress
from raspisms.web.i18n import phone_number, translate

#: What each capability means to the one who chooses an adapter, in this order.
ABILITIES: tuple[tuple[Capability, Text], ...] = (
    (Capability.SEND, say("Sends messages")),
    (Capability.RECEIVE, say("Receives messages")),
    (Capability.CALLBACK, say("Is told of each delivery at once, by callback")),
    (Capability.POLL_RECEIPTS, say("Asks for delivery states by itself")),
    (Capability.FIND_SENT, say("Finds out what became of a message whose answer was lost")),
    (Capability.FLASH, say("Sends flash messages, shown at once and not stored")),
    (Capability.REPLY_CALLBACK, say("Is told of each answer at once, by callback")),
    (Capability.SET_CALLBACKS, say("Sets the callback addresses at the provider by itself")),
    (Capability.CREDIT, say("Shows the credit that is left")),
    (Capability.ESTIMATE, say("Asks the provider how long a text is and what it costs")),
    (Capability.BLACKLIST, say("Knows who answered STOP")),
)


@dataclass(frozen=True)
class PhoneForm:
    """What the form shows: what was typed, else what is stored, else nothing.

    ``kept`` are the secrets that are stored and not shown; ``version`` is what was edited.
    """

    name: str
    kind: type[Adapter]
    values: Mapping[str, str]
    members: Collection[int]
    address: CallbackAddress
    kept: Collection[str] = ()
    kept_by: str = ""
    version: int = 0
    abilities: tuple[tuple[Capability, Text], ...] = field(default=ABILITIES, repr=False)

    @property
    def kinds(self) -> tuple[type[Adapter], ...]:
        return registry.all_kinds()

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The adapters to choose from, by uid and name."""
        return [(kind.uid, translate(kind.name)) for kind in self.kinds]

    @property
    def labels(self) -> dict[str, str]:
        """What the adapter's fields are called, by name."""
        return {one.name: translate(one.label) for one in self.kind.fields}

    @property
    def everyone(self) -> list[tuple[int, str]]:
        """The members to choose from; administrators see every phone anyway."""
        return to_choose_from()

    @property
    def carried(self) -> dict[str, str]:
        """What was typed for another adapter, so that going back to it loses nothing."""
        shown = {one.name for one in self.kind.fields}
        known = {one.name for kind in self.kinds for one in kind.fields}
        return {n: v for n, v in self.values.items() if v and n in known - shown}

    def abilities_of(self, kind: type[Adapter]) -> Collection[Capability]:
        """What a phone of adapter ``kind`` can do with the values in the form."""
        return kind.abilities({one.name: self.values.get(one.name, "") for one in kind.fields})

    def is_kept(self, kind: type[Adapter], name: str) -> bool:
        """Whether the stored phone of adapter ``kind`` has a secret under ``name``."""
        return kind.uid == self.kept_by and name in self.kept


def empty(address: CallbackAddress) -> PhoneForm:
    """The form of a new phone."""
    kind = _kind(request.args.get("adapter", ""))
    return PhoneForm("", kind, {}, (), address)


def typed(address: CallbackAddress, stored: Phone | None = None, version: int = 0) -> PhoneForm:
    """The form as it was sent; secrets of the ``stored`` phone stay kept."""
    form = request.form
    kept, kept_by = _kept(stored) if stored else ((), "")
    return PhoneForm(
        form.get("name", ""),
        _kind(form.get("adapter", "")),
        form.to_dict(),
        chosen_members(),
        address,
        kept,
        kept_by,
        version,
    )


def stored(phone: Phone) -> PhoneForm:
    """The form of a phone as it is stored, without its secrets."""
    kind = _kind(phone.adapter)
    kinds_of = {one.name: one.kind for one in kind.fields}
    values = {
        name: phone_number(str(value)) if kinds_of.get(name) == "tel" else str(value)
        for name, value in phones.public_settings(phone).items()
    }
    kept, kept_by = _kept(phone)
    return PhoneForm(
        phone.name,
        kind,
        values,
        phones.members_with(phone.id),
        CallbackAddress(phone.callback_token),
        kept,
        kept_by,
        phone.version,
    )


def draft() -> PhoneDraft:
    """What was sent, for ``messaging.phones``."""
    form = request.form
    return PhoneDraft(
        name=form.get("name", ""),
        adapter=form.get("adapter", ""),
        values=form.to_dict(),
        members=chosen_members(),
    )


def asks_for_fields() -> bool:
    """Whether the form was sent only to see the fields of the adapter chosen."""
    return "show_fields" in request.form


def version_edited() -> int:
    """The version that the form was made from; 0, which is no phone's, where it does not say."""
    version = request.form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _kind(uid: str) -> type[Adapter]:
    try:
        return registry.get(uid)
    except NotFound:
        return registry.all_kinds()[0]


def _kept(phone: Phone) -> tuple[Collection[str], str]:
    fields = registry.get(phone.adapter).fields
    kept = {one.name for one in fields if one.secret and phone.settings.get(one.name)}
    return kept, phone.adapter


def to_choose_from() -> list[tuple[int, str]]:
    """The members to whom a phone can be given, by id and name; administrators see every one."""
    return [(one.id, one.name) for one in members.everyone() if not one.is_admin]


def chosen_members() -> set[int]:
    """The members whom a form gives a phone."""
    chosen = set(request.form.getlist("members"))
    return {one.id for one in members.everyone() if str(one.id) in chosen}
