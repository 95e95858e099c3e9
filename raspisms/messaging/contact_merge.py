"""Two contacts that are one person: made one, so that it can be undone.

Conversations are by number and stay as they are; groups are those of both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Invalid, NotFound, say
from raspisms.messaging import address_changes, contacts
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Contact, GroupContact, Member
from raspisms.sms.data_keys import clean_data, clean_key, clean_notes

#: Where the number goes that is not kept as the contact's own.
DEFAULT_KEY = "number2"


class Side(StrEnum):
    """Whose name, number or value is kept; the words are part of forms."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True)
class Choice:
    """What the one contact is to be; ``values`` say whose value is kept, key by key.

    ``number_key`` is the key under which the other number is kept; empty: it is given up.
    """

    name: Side = Side.FIRST
    number: Side = Side.FIRST
    values: Mapping[str, Side] = field(default_factory=dict)
    number_key: str = DEFAULT_KEY


def differing(first: Contact, second: Contact) -> list[str]:
    """The keys under which both have something, and not the same."""
    return sorted(
        key for key in first.data.keys() & second.data.keys() if first.data[key] != second.data[key]
    )


def free_key(first: Contact, second: Contact) -> str:
    """A key for the other number that neither has."""
    taken, number = first.data.keys() | second.data.keys(), 2
    while f"number{number}" in taken:
        number += 1
    return f"number{number}"


def pair(first_id: int, second_id: int) -> tuple[Contact, Contact]:
    """Raises NotFound where one is gone, or both are the same."""
    return _pair(reading(), first_id, second_id)


def merge(member: Member | None, first_id: int, second_id: int, choice: Choice) -> int:
    """Make the first contact both, and remove the second; the id of the change.

    Raises NotFound, and Invalid (number_key, data, notes) where both together are too much.
    """
    with writing() as session:
        first, second = _pair(session, first_id, second_id)
        data, notes = _data(first, second, choice), _notes(first, second)
        before = address_changes.snapshot(session, [first_id, second_id])
        one = second if choice.name is Side.SECOND else first
        name, name_key = one.name, one.name_key
        number = (second if choice.number is Side.SECOND else first).number
        created_at = min(first.created_at, second.created_at)
        subject = f"{first.name} + {second.name}"
        _unite_groups(session, first_id, second_id)
        session.execute(delete(Contact).where(Contact.id == second_id))  # its number is free now
        first.name, first.name_key, first.number = name, name_key, number
        first.data, first.notes = data, notes
        first.created_at, first.updated_at = created_at, clock.now()
        session.flush()
        after = address_changes.snapshot(session, [first_id])
        rows = [(first_id, before[first_id], after[first_id]), (second_id, before[second_id], None)]
        return address_changes.record(session, member, "merge", subject, rows).id


def _pair(session: Session, first_id: int, second_id: int) -> tuple[Contact, Contact]:
    first, second = (contacts.require(session.get(Contact, one)) for one in (first_id, second_id))
    if first is second:
        raise NotFound(say("This is the same contact."), say("Choose another one."))
    return first, second


def _data(first: Contact, second: Contact, choice: Choice) -> dict[str, str]:
    data = dict(second.data | first.data)
    for key in differing(first, second):
        if choice.values.get(key) is Side.SECOND:
            data[key] = second.data[key]
    if not choice.number_key.strip():
        return clean_data(data)
    try:
        key = clean_key(choice.number_key)
    except Invalid as error:
        raise Invalid(error.message, error.hint, field="number_key") from error
    number = (first if choice.number is Side.SECOND else second).number
    if data.get(key, number) != number:
        raise Invalid(
            say("There is another value under “%(name)s”.", name=key),
            say("Choose another name for the number."),
            field="number_key",
        )
    return clean_data(data | {key: number})


def _notes(first: Contact, second: Contact) -> str:
    if first.notes == second.notes:
        return first.notes
    return clean_notes("\n\n".join(filter(None, (first.notes, second.notes))))


def _unite_groups(session: Session, first_id: int, second_id: int) -> None:
    found = select(GroupContact.group_id, literal(first_id))
    found = found.where(GroupContact.contact_id == second_id)
    put = insert(GroupContact).from_select(["group_id", "contact_id"], found)
    session.execute(put.on_conflict_do_nothing())
