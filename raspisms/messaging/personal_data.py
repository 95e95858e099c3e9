"""All that is kept of one person, as one file: a ZIP with JSON for programs and a text to read.

It is written in portions, however many messages there are.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from sqlalchemy import select

from raspisms import clock
from raspisms.messaging import groups, journal, plan_traces
from raspisms.messaging.engine import Engine
from raspisms.messaging.person_traces import (
    Person,
    conversation_ids,
    is_in_change,
    is_in_import,
    is_named_in_journal,
)
from raspisms.messaging.transactions import reading, writing
from raspisms.models import (
    AddressChange,
    AddressChangeRow,
    Contact,
    ContactImport,
    ContactImportRow,
    Conversation,
    JournalEntry,
    Member,
    Message,
    NumberCleared,
    OptOut,
    Phone,
    Receipt,
)
from raspisms.models import message as messages

_PORTION = 500
_Values = dict[str, Any]


def write(engine: Engine, member: Member, person: Person, file: IO[bytes]) -> None:
    """Write all that is kept of ``person`` to ``file``; the journal says that it was done."""
    with writing() as session:
        journal.note(session, member, "person.downloaded", person.name or person.number)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("data.json", "w") as raw, io.TextIOWrapper(raw, "utf-8") as text:
            text.writelines(_as_json(engine, person))
        with archive.open("messages.txt", "w") as raw, io.TextIOWrapper(raw, "utf-8") as text:
            text.writelines(_as_text(engine, person))


def _as_json(engine: Engine, person: Person) -> Iterator[str]:
    known: _Values = {
        "number": person.number,
        "written_at": clock.now(),
        "contact": _contact(person),
        "opt_out": _row(OptOut, person, ("at", "source", "reason")),
        "called_right": _row(NumberCleared, person, ("at",)),
        "journal": list(_journal(person, engine.config.country)),
        "changes": list(_changes(person)),
        "imports": list(_imports(person)),
        "planned": list(plan_traces.told(reading(), person, engine.config.country)),
    }
    yield json.dumps(known, ensure_ascii=False, indent=1, default=_plain).removesuffix("\n}")
    yield ',\n "messages": ['
    before = "\n"
    for phone, message, receipts in _messages(person):
        values = _message(phone, message, receipts)
        yield before + json.dumps(values, ensure_ascii=False, default=_plain)
        before = ",\n"
    yield "\n]}\n"


def _as_text(engine: Engine, person: Person) -> Iterator[str]:
    zone = engine.config.timezone
    yield f"{person.name or ''} {person.number}".strip() + "\n\n"
    for phone, message, _ in _messages(person):
        if message.deleted_at is None:
            at = (message.sent_at or message.due_at or message.created_at).astimezone(zone)
            arrow = "<-" if message.direction == messages.IN else "->"
            yield f"{at:%Y-%m-%d %H:%M}  {phone} {arrow} ({message.status})\n{message.body}\n\n"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _contact(person: Person) -> _Values | None:
    if person.contact_id is None:
        return None
    contact = reading().get_one(Contact, person.contact_id)
    names = ("name", "number", "data", "notes", "created_at", "updated_at")
    values = {name: getattr(contact, name) for name in names}
    return values | {"groups": [name for _, name in groups.of_contact(contact.id)]}


def _row(table: type[Any], person: Person, names: Sequence[str]) -> _Values | None:
    row = reading().get(table, person.number)
    return {name: getattr(row, name) for name in names} if row is not None else None


def _journal(person: Person, country: str) -> Iterator[_Values]:
    entries = select(JournalEntry).where(is_named_in_journal(person, country))
    for entry in reading().scalars(entries.order_by(JournalEntry.id)):
        names = ("at", "actor", "action", "subject", "details")
        yield {name: getattr(entry, name) for name in names}


def _changes(person: Person) -> Iterator[_Values]:
    query = (
        select(
            AddressChange.at, AddressChange.kind, AddressChangeRow.before, AddressChangeRow.after
        )
        .join_from(AddressChangeRow, AddressChange, AddressChange.id == AddressChangeRow.change_id)
        .where(is_in_change(person))
        .order_by(AddressChangeRow.id)
    )
    return (dict(row._mapping) for row in reading().execute(query))


def _imports(person: Person) -> Iterator[_Values]:
    row = ContactImportRow
    query = (
        select(ContactImport.name.label("file"), row.line, row.name, row.data, row.notes)
        .add_columns(row.original)
        .join_from(row, ContactImport, ContactImport.id == row.import_id)
        .where(is_in_import(person))
        .order_by(row.id)
    )
    return (dict(found._mapping) for found in reading().execute(query))


def _messages(person: Person) -> Iterator[tuple[str, Message, list[Receipt]]]:
    """All messages with them, in the order of their making in each conversation; with receipts."""
    for talk in conversation_ids(reading(), person.number):
        conversation = reading().get_one(Conversation, talk)
        phone = reading().get_one(Phone, conversation.phone_id).name
        for gone in (Message.deleted_at.is_(None), Message.deleted_at.is_not(None)):
            query = select(Message).where(Message.conversation_id == talk, gone)
            for portion in _portions(query.order_by(Message.id)):
                receipts = _receipts(one.id for one in portion)
                for message in portion:
                    yield phone, message, receipts.get(message.id, [])
                    reading().expunge(message)


def _portions(query: Any) -> Iterator[list[Message]]:
    after = 0
    while portion := list(reading().scalars(query.where(Message.id > after).limit(_PORTION))):
        after = portion[-1].id
        yield portion


def _receipts(ids: Iterable[int]) -> dict[int, list[Receipt]]:
    found: dict[int, list[Receipt]] = {}
    query = select(Receipt).where(Receipt.message_id.in_(list(ids))).order_by(Receipt.id)
    for receipt in reading().scalars(query):
        found.setdefault(receipt.message_id or 0, []).append(receipt)
    return found


def _message(phone: str, message: Message, receipts: Sequence[Receipt]) -> _Values:
    names = ("direction", "body", "status", "reason", "due_at", "created_at", "sent_at", "final_at")
    values: _Values = {"phone": phone} | {name: getattr(message, name) for name in names}
    values["deleted_at"] = message.deleted_at
    told = ("state", "reason", "source", "received_at", "raw")
    return values | {"receipts": [{name: getattr(one, name) for name in told} for one in receipts]}
