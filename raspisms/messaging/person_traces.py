"""Where a person is kept, by their number: found for a download, and to be erased."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from raspisms.messaging import contacts, conversations
from raspisms.models import (
    AddressChangeRow,
    ContactImportRow,
    Conversation,
    JournalEntry,
    Member,
    Phone,
)
from raspisms.sms.numbers import display

#: Of the acts in the journal those that name people who are written to.
_ACTS = ("conversation.%", "number.%", "opt_out.%", "contact.%", "person.%")
#: The end of a number, which all ways to write it have in common.
_DIGITS = 9


@dataclass(frozen=True)
class Person:
    """Somebody with a number; ``name`` and ``contact_id`` where they are in the address book."""

    number: str
    name: str | None
    contact_id: int | None


def of_contact(contact_id: int) -> Person:
    """Raises NotFound."""
    contact = contacts.get(contact_id)
    return Person(contact.number, contact.name, contact.id)


def of_conversation(member: Member, conversation_id: int) -> Person:
    """Raises NotFound where ``member`` may not see it."""
    return of_number(conversations.find(member, conversation_id).peer)


def of_number(number: str) -> Person:
    contact = contacts.find_by_number(number)
    return Person(number, contact.name if contact else None, contact.id if contact else None)


def conversation_ids(session: Session, number: str) -> list[int]:
    """The conversations with a number, of all phones, removed ones too."""
    query = select(Conversation.id).where(
        Conversation.phone_id.in_(select(Phone.id)), Conversation.peer == number
    )
    return list(session.scalars(query))


def is_named_in_journal(person: Person, country: str) -> ColumnElement[bool]:
    """Whether an entry is about them, by the number or by the name that they have now."""
    names = {person.number, display(person.number, country)} | ({person.name} - {None})
    acts = or_(*(JournalEntry.action.like(act) for act in _ACTS))
    return acts & JournalEntry.subject.in_([name for name in names if name])


def is_in_change(person: Person) -> ColumnElement[bool]:
    """Whether a row that can undo something holds them."""
    found = [
        column["number"].as_string() == person.number
        for column in (AddressChangeRow.before, AddressChangeRow.after)
    ]
    if person.contact_id is not None:
        found.append(AddressChangeRow.contact_id == person.contact_id)
    return or_(*found)


def is_in_import(person: Person) -> ColumnElement[bool]:
    """Whether a line of a file that was read holds them, however their number is written there."""
    digits = "".join(sign for sign in person.number if sign.isdigit())[-_DIGITS:]
    if len(digits) < _DIGITS:
        return ContactImportRow.number == person.number
    written: ColumnElement[str] = func.coalesce(ContactImportRow.original, "")
    for sign in " .-/":
        written = func.replace(written, sign, "")
    return (ContactImportRow.number == person.number) | (func.instr(written, digits) > 0)
