"""Keys of OVH's API: pasted, tried at OVH, used again for another phone, renewed for one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from raspisms.adapters import registry
from raspisms.adapters.answers import Inspection, Right
from raspisms.errors import Invalid, InvalidForm, NotFound, say
from raspisms.messaging import phones
from raspisms.messaging.engine import Engine
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.phones import Saved
from raspisms.messaging.transactions import reading
from raspisms.models import Member, Phone
from raspisms.models import phone as phone_queries

if TYPE_CHECKING:
    from raspisms.adapters.ovh.assistant import OvhAssistant


KEYS = ("app_key", "app_secret", "consumer_key")
ADAPTERS = ("ovh_sms_virtual_number_adapter", "ovh_sms_shortcode_adapter")


def keys_url(engine: Engine) -> str:
    """The page at OVH on which keys are made, with the rights filled in."""
    from raspisms.adapters.ovh import assistant  # takes its time, and few starts need it

    return assistant.keys_url(engine.config.ovh_api_url)


def phones_with_keys() -> list[Phone]:
    """OVH phones whose keys can be used again, one for each set of keys, by name."""
    rows = reading().scalars(phone_queries.present().where(Phone.adapter.in_(ADAPTERS)))
    firsts: dict[tuple[str, ...], Phone] = {}
    for phone in rows:
        if all(phone.settings.get(name) for name in KEYS):
            firsts.setdefault(tuple(keys_of(phone).values()), phone)
    return list(firsts.values())


def renew_keys(engine: Engine, member: Member, phone_id: int, pasted: Sequence[str]) -> Saved:
    """Give a phone other keys, tried at OVH first; all else of it stays.

    Raises InvalidForm (field keys, or a key's own), Unreachable or Throttled.
    """
    phone = find_ovh_phone(member, phone_id)
    kept = {name: _as_typed(value) for name, value in phone.settings.items()}
    name, adapter, version = phone.name, phone.adapter, phone.version
    keys, _ = first_good(engine, read(pasted))
    draft = PhoneDraft(name, adapter, kept | keys, phones.members_with(phone_id))
    try:
        return phones.edit(engine, phone_id, version, draft, member)
    except InvalidForm as form:
        problems = [Invalid(one.message, one.hint, field="keys") for one in form.problems]
        raise InvalidForm(problems) from form


def find_ovh_phone(member: Member, phone_id: int) -> Phone:
    """A phone with keys of OVH's. Raises NotFound for any other."""
    phone = phones.find(member, phone_id)
    if phone.adapter not in ADAPTERS:
        raise NotFound(
            say("This phone has no keys of OVH's."), say("Change it on its own page instead.")
        )
    return phone


def read(pasted: Sequence[str]) -> Sequence[Mapping[str, str]]:
    """The sets of keys that may be meant by what was pasted, the likeliest first."""
    from raspisms.adapters.ovh import assistant

    if not any(map(str.strip, pasted)):
        raise InvalidForm([_nothing_pasted()])
    return assistant.read_keys(pasted)


def assistant_for(engine: Engine, keys: Mapping[str, str]) -> "OvhAssistant":
    """What asks OVH with these keys."""
    from raspisms.adapters.ovh.assistant import OvhAssistant

    reading().rollback()  # no transaction is open while the provider is asked
    return OvhAssistant(keys, engine.surroundings(registry.get(ADAPTERS[0]).account_key(keys)))


def first_good(
    engine: Engine, candidates: Sequence[Mapping[str, str]]
) -> tuple[dict[str, str], Inspection]:
    """The first of ``candidates`` that OVH knows and that may do what a phone needs.

    Raises InvalidForm where there is none: the likeliest one tells what is wrong.
    """
    first_fault: InvalidForm | None = None
    for keys in candidates:
        try:
            inspection = assistant_for(engine, keys).check_keys()
            _refuse_too_narrow(inspection.rights)
        except InvalidForm as fault:
            first_fault = first_fault or fault
        else:
            return dict(keys), inspection
    raise first_fault or InvalidForm([_nothing_pasted()])


def _refuse_too_narrow(rights: Sequence[Right]) -> None:
    missing = [one.words for one in rights if one.needed and not one.granted]
    if missing:
        raise InvalidForm(
            [
                Invalid(
                    say("These keys do not have a right that a phone needs: %(r)s", r=missing[0]),
                    say("Make new keys with the link above, and leave the rights as they are."),
                    field="keys",
                )
            ]
        )


def _nothing_pasted() -> Invalid:
    return Invalid(
        say("Nothing was pasted."), say("Paste the three keys that OVH shows."), field="keys"
    )


def keys_of(phone: Phone) -> dict[str, str]:
    """The keys of a phone, by the names of their fields."""
    return {name: str(phone.settings.get(name, "")) for name in KEYS}


def _as_typed(value: object) -> str:
    """A stored setting as a form has it: what is on is "1", what is off is empty."""
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)
