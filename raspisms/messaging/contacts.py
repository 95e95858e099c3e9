"""The address book: one number, one contact."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, InvalidForm, NotFound, say
from raspisms.messaging import address_changes, contact_list, overtaken
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Contact, Member
from raspisms.models import contact as contacts
from raspisms.sms.data_keys import MOST_KEYS, Data, clean_data, clean_notes
from raspisms.sms.names import LONGEST_NAME, clean_name, sort_key
from raspisms.sms.numbers import display, parse_recipient

#: Contacts of which the keys are gathered.
_LOOKED_AT = 1000


@dataclass(frozen=True)
class ContactPage:
    contacts: list[Contact]
    page: int
    has_next: bool


def listing(search: str = "", page: int = 1) -> ContactPage:
    """Contacts by name that ``search`` finds, by the number of the page: for short ways of it."""
    query = contacts.by_name().where(contact_list.found(search))
    query = query.offset((page - 1) * contact_list.PAGE).limit(contact_list.PAGE + 1)
    rows = list(reading().scalars(query))
    return ContactPage(rows[: contact_list.PAGE], page, has_next=len(rows) > contact_list.PAGE)


def matching(search: str) -> Select[int]:
    """The ids of all contacts that ``listing`` finds, as a query."""
    return contact_list.Selection(search=search).query()


def suggestions(limit: int = 500) -> list[Contact]:
    """Contacts to choose from while writing, by name."""
    return list(reading().scalars(contacts.by_name().limit(limit)))


def get(contact_id: int) -> Contact:
    """Raises NotFound where there is none (any more)."""
    return require(reading().get(Contact, contact_id))


def find_by_number(number: str) -> Contact | None:
    """The contact with an E.164 number or short code, if there is one."""
    return reading().scalars(contacts.by_number(number)).one_or_none()


def known_keys() -> list[str]:
    """Keys of data that contacts have, of those changed last, by name."""
    last = select(Contact.data).order_by(Contact.updated_at.desc()).limit(_LOOKED_AT).subquery()
    keys = func.json_each(last.c.data).table_valued("key")
    query = select(keys.c.key).select_from(last).join(keys, true()).distinct().order_by(keys.c.key)
    return list(reading().scalars(query.limit(MOST_KEYS)))


def add(engine: Engine, name: str, number: str, data: Data = (), notes: str = "") -> Contact:
    """Raises InvalidForm (name, number, data, notes) or Conflict when the number is taken."""
    clean = _clean(engine, name, number, data, notes)
    now = clock.now()
    with writing() as session:
        _refuse_taken(session, clean["number"], None)
        contact = Contact(**clean, created_at=now, updated_at=now)
        session.add(contact)
    return contact


def edit(
    engine: Engine,
    contact_id: int,
    name: str,
    number: str,
    data: Data | None = None,
    notes: str | None = None,
    *,
    seen: datetime | None = None,
) -> Contact:
    """Change a contact; ``data`` and ``notes`` stay as they are where they are not given.

    ``seen`` is the ``updated_at`` of what the change was made from. Raises as ``add`` does,
    NotFound, and Conflict without a field where the contact was changed since.
    """
    clean = _clean(engine, name, number, data, notes)
    with writing() as session:
        contact = require(session.get(Contact, contact_id))
        _refuse_taken(session, clean["number"], contact_id)
        changed = {key: value for key, value in clean.items() if getattr(contact, key) != value}
        if changed:
            message = say("This contact was changed meanwhile, by somebody else or an import.")
            overtaken.refuse(contact.updated_at, seen, message)
        for key, value in changed.items():
            setattr(contact, key, value)
        if changed:
            contact.updated_at = clock.now()
    return contact


def remove(contact_id: int, member: Member | None = None) -> int:
    """Forget a contact; its messages stay, under the number. Raises NotFound.

    The answer is the id of the change, by which it can be undone.
    """
    with writing() as session:
        contact = require(session.get(Contact, contact_id))
        change = address_changes.remove(session, member, contact.name, Contact.id == contact_id)
        return change.id


def resolve(engine: Engine, typed: str) -> str:
    """The number that a person means by a number or a contact's name.

    What reads as a number is that number, whatever a contact may be called.

    Raises Invalid (field "number") with what is wrong: no such contact, several of that name, or
    the fault of the number.
    """
    (meant,) = resolve_each(engine, [typed])
    if isinstance(meant, Invalid):
        raise meant
    return meant


def resolve_each(engine: Engine, typed: Sequence[str]) -> list[str | Invalid]:
    """For each of ``typed`` the number that is meant, or what ``resolve`` would raise."""
    typed = [one.strip() for one in typed]
    read = [_as_number(engine, one) for one in typed]
    both = list(zip(typed, read, strict=True))
    named = numbers_named(one for one, number in both if isinstance(number, Invalid))
    return [
        number if isinstance(number, str) else _as_name(engine, one, named.get(one, []), number)
        for one, number in both
    ]


def numbers_named(names: Iterable[str]) -> dict[str, list[str]]:
    """For each of ``names`` that some contact bears, the numbers of those who do."""
    # What is longer than any name is none, even where it begins with one.
    keys = {name: sort_key(name) for name in names if len(name) <= 2 * LONGEST_NAME}
    if not keys:
        return {}
    found: dict[str, list[str]] = {}
    for key, number in reading().execute(contacts.named(set(keys.values()))):
        found.setdefault(key, []).append(number)
    return {name: found[key] for name, key in keys.items() if key in found}


def _as_number(engine: Engine, typed: str) -> str | Invalid:
    try:
        return parse_recipient(typed, engine.config.country)
    except Invalid as error:
        return error


def _as_name(engine: Engine, typed: str, numbers: list[str], error: Invalid) -> str | Invalid:
    """The number of the one contact called so; else what is wrong with ``typed``."""
    if len(numbers) == 1:
        return numbers[0]
    if numbers:
        shown = ", ".join(display(number, engine.config.country) for number in numbers)
        return Invalid(
            say("There are %(count)d contacts named “%(name)s”.", count=len(numbers), name=typed),
            say("Type the number instead: %(numbers)s.", numbers=shown),
            field="number",
        )
    if typed and not any(sign.isdecimal() for sign in typed):
        return Invalid(
            say("There is no contact named “%(name)s”.", name=typed[:LONGEST_NAME]),
            say("Type a phone number, or the name of a contact as it is in the address book."),
            field="number",
        )
    return Invalid(error.message, error.hint, field="number")


def require(contact: Contact | None) -> Contact:
    """The contact, where there is one. Raises NotFound."""
    if contact is None:
        raise NotFound(
            say("There is no such contact any more."), say("Go back to the list of contacts.")
        )
    return contact


def _clean(
    engine: Engine, name: str, number: str, data: Data | None, notes: str | None
) -> dict[str, Any]:
    """The columns of a contact from what was typed; raises InvalidForm."""
    clean: dict[str, Any] = {}
    problems: list[Invalid] = []
    steps: list[Callable[[], dict[str, Any]]] = [
        lambda: _name(name),
        lambda: {"number": _number(engine, number)},
        lambda: {} if data is None else {"data": clean_data(data)},
        lambda: {} if notes is None else {"notes": clean_notes(notes)},
    ]
    for step in steps:
        try:
            clean |= step()
        except Invalid as error:
            problems.append(error)
    if problems:
        raise InvalidForm(problems)
    return clean


def _name(name: str) -> dict[str, str]:
    name = clean_name(name)
    return {"name": name, "name_key": sort_key(name)}


def _number(engine: Engine, number: str) -> str:
    try:
        return parse_recipient(number, engine.config.country)
    except Invalid as error:
        raise Invalid(error.message, error.hint, field="number") from error


def _refuse_taken(session: Session, number: str, own_id: int | None) -> None:
    other = session.scalars(contacts.by_number(number)).one_or_none()
    if other is not None and other.id != own_id:
        raise Conflict(
            say("This number is already %(name)s's.", name=other.name),
            say("Change that contact instead."),
            field="number",
        )
