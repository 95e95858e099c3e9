"""The address book: one number, one contact."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, InvalidForm, NotFound, say
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Contact
from raspisms.models import contact as contacts
from raspisms.sms.numbers import display, parse_recipient

LONGEST_NAME = 200
PAGE = 50
#: Names asked for in one query.
_PORTION = 500


@dataclass(frozen=True)
class ContactPage:
    contacts: list[Contact]
    page: int
    has_next: bool


def listing(search: str = "", page: int = 1) -> ContactPage:
    """Contacts by name whose name or number contains ``search``; accents and case are ignored."""
    query = _searched(search).offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = list(reading().scalars(query))
    return ContactPage(rows[:PAGE], page, has_next=len(rows) > PAGE)


def matching(search: str) -> Select[int]:
    """The ids of all contacts that ``listing`` finds, as a query."""
    return _searched(search).order_by(None).with_only_columns(Contact.id)


def _searched(search: str) -> Select[Contact]:
    search = "".join(sign for sign in search if sign.isprintable())
    is_number = not any(sign.isalpha() for sign in search)
    digits = "".join(sign for sign in search if sign.isdecimal()).lstrip("0") if is_number else ""
    return contacts.search(sort_key(search), digits)


def suggestions(limit: int = 500) -> list[Contact]:
    """Contacts to choose from while writing, by name."""
    return list(reading().scalars(contacts.search("", "").limit(limit)))


def get(contact_id: int) -> Contact:
    """Raises NotFound where there is none (any more)."""
    return _one(reading().get(Contact, contact_id))


def find_by_number(number: str) -> Contact | None:
    """The contact with an E.164 number or short code, if there is one."""
    return reading().scalars(contacts.by_number(number)).one_or_none()


def add(engine: Engine, name: str, number: str) -> Contact:
    """Raises InvalidForm (name, number) or Conflict when the number is another contact's."""
    name, number = _clean(engine, name, number)
    now = clock.now()
    with writing() as session:
        _refuse_taken(session, number, None)
        contact = Contact(
            name=name, name_key=sort_key(name), number=number, created_at=now, updated_at=now
        )
        session.add(contact)
    return contact


def edit(engine: Engine, contact_id: int, name: str, number: str) -> Contact:
    """Raises as ``add`` does, and NotFound."""
    name, number = _clean(engine, name, number)
    with writing() as session:
        contact = _one(session.get(Contact, contact_id))
        _refuse_taken(session, number, contact_id)
        contact.name, contact.name_key, contact.number = name, sort_key(name), number
        contact.updated_at = clock.now()
    return contact


def remove(contact_id: int) -> None:
    """Forget a contact; its messages stay, under the number. Raises NotFound."""
    with writing() as session:
        session.delete(_one(session.get(Contact, contact_id)))


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
    wanted = sorted(set(keys.values()))
    found: dict[str, list[str]] = {}
    for start in range(0, len(wanted), _PORTION):
        query = contacts.named(wanted[start : start + _PORTION])
        for key, number in reading().execute(query):
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


def sort_key(name: str) -> str:
    """A name without case, accents and double blanks, so that "Éloïse" is found by "eloise"."""
    parts = unicodedata.normalize("NFKD", " ".join(name[: 2 * LONGEST_NAME].split()))
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()


def _one(contact: Contact | None) -> Contact:
    if contact is None:
        raise NotFound(
            say("There is no such contact any more."), say("Go back to the list of contacts.")
        )
    return contact


def _clean(engine: Engine, name: str, number: str) -> tuple[str, str]:
    problems: list[Invalid] = []
    name = " ".join(name.split())
    if not name:
        problems.append(Invalid(say("The name is empty."), say("Type a name."), field="name"))
    elif len(name) > LONGEST_NAME or not name.isprintable():
        problems.append(
            Invalid(
                say("This name cannot be used."),
                say("Type at most %(most)d letters, digits and signs.", most=LONGEST_NAME),
                field="name",
            )
        )
    try:
        number = parse_recipient(number, engine.config.country)
    except Invalid as error:
        problems.append(Invalid(error.message, error.hint, field="number"))
    if problems:
        raise InvalidForm(problems)
    return name, number


def _refuse_taken(session: Session, number: str, own_id: int | None) -> None:
    other = session.scalars(contacts.by_number(number)).one_or_none()
    if other is not None and other.id != own_id:
        raise Conflict(
            say("This number is already %(name)s's.", name=other.name),
            say("Change that contact instead."),
            field="number",
        )
