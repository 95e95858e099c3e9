"""Erasing a person: who they are goes from everything, how much was sent and became of it stays.

Messages keep their states, times and the provider's ids, so that counts are as before and nothing
comes in a second time. In place of the number stands something that nobody can guess, which is
another one for each person.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from raspisms.errors import Conflict, Invalid, say
from raspisms.messaging import deletion, journal, plan_traces
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
    ConversationMark,
    JournalEntry,
    Member,
    Message,
    NumberCleared,
    OptIn,
    OptOut,
    Phone,
    PhoneFault,
    PushNotice,
    Receipt,
)
from raspisms.models.base import listed
from raspisms.sms.lifecycle import Status
from raspisms.sms.numbers import parse_recipient

#: Begins what stands in the place of a number; no number and no name of a sender begins so.
STANDS_FOR = "~"
#: In the place of a name where a sentence stays.
_NOBODY = "…"


@dataclass(frozen=True)
class Effects:
    """What erasing somebody touches; ``is_open`` where a message may be leaving just now."""

    messages: int
    waiting: int
    is_open: bool
    conversations: int
    is_opted_out: bool


def effects(person: Person) -> Effects:
    session = reading()
    talks = conversation_ids(session, person.number)
    counts = _counts(session, talks)
    return Effects(
        messages=sum(counts.values()),
        waiting=sum(counts.get(status, 0) for status in deletion.WAITING),
        is_open=bool(deletion.OPEN & counts.keys()),
        conversations=len(talks),
        is_opted_out=session.get(OptOut, person.number) is not None,
    )


def erase(
    engine: Engine, member: Member, person: Person, typed: str, *, keep_opt_out: bool
) -> None:
    """Erase somebody, all at once or not at all; what waits for them is cancelled.

    ``typed`` is their number, typed once more. ``keep_opt_out``: where they want no campaigns, the
    number stays in that list alone. Raises Invalid (number); Conflict, and nothing is done, where a
    message to them may be leaving just now.
    """
    _refuse_another(engine, person, typed)
    with writing() as session:
        talks = conversation_ids(session, person.number)
        if deletion.OPEN & _counts(session, talks).keys():
            raise Conflict(
                say("A message to this person is just leaving, or may have left."),
                say("Wait a moment, or decide about it on the page of messages. Then erase them."),
            )
        stands_in = STANDS_FOR + secrets.token_urlsafe(15)
        for each in _each_kind(talks):
            deletion.cancel(session, each)
            _empty_receipts(session, each)
            _empty(session, each, stands_in)
        _leave_conversations(session, talks, stands_in)
        _leave_address_book(session, person)
        _leave_lists(session, person, keep_opt_out)
        plan_traces.leave(session, person, engine.config.country)
        _leave_sentences(session, person, engine.config.country)
        journal.note(session, member, "person.erased", "")


def _refuse_another(engine: Engine, person: Person, typed: str) -> None:
    try:
        number = parse_recipient(typed, engine.config.country)
    except Invalid:
        number = typed.strip()
    if number != person.number:
        raise Invalid(
            say("This is not the number of the person who is to be erased."),
            say("Type the number that stands on this page."),
            field="number",
        )


def _counts(session: Session, talks: Sequence[int]) -> dict[Status, int]:
    counts: dict[Status, int] = {}
    for each in _each_kind(talks):
        query = select(Message.status, func.count()).where(*each).group_by(Message.status)
        for status, count in session.execute(query):
            counts[Status(status)] = counts.get(Status(status), 0) + count
    return counts


def _each_kind(talks: Sequence[int]) -> list[list[ColumnElement[bool]]]:
    """All messages of conversations, in two parts, for each of which there is an index."""
    of = Message.conversation_id.in_(talks)
    return [[of, Message.deleted_at.is_(None)], [of, Message.deleted_at.is_not(None)]]


def _empty_receipts(session: Session, which: Sequence[ColumnElement[bool]]) -> None:
    """What the provider wrote of some messages may name the recipient; what it means stays."""
    of = select(Message.id).where(*which)
    session.execute(_quietly(update(Receipt).where(Receipt.message_id.in_(of)).values(raw="")))
    session.execute(_quietly(delete(PushNotice).where(PushNotice.message_id.in_(of))))


def _empty(session: Session, which: Sequence[ColumnElement[bool]], stands_in: str) -> None:
    # By their ids: a message that is emptied is not among "those that are not" any more.
    ids = list(session.scalars(select(Message.id).where(*which)))
    these = [Message.id.in_(listed(ids))]
    session.execute(_quietly(update(Message).where(*these).values(peer=stands_in)))
    deletion.bury(session, these)


def _leave_conversations(session: Session, talks: Sequence[int], stands_in: str) -> None:
    of = Conversation.id.in_(talks)
    session.execute(_quietly(update(Conversation).where(of).values(peer=stands_in)))
    marks = ConversationMark.conversation_id.in_(talks)
    gone = {"draft": None, "draft_at": None, "archived_to": None}
    session.execute(_quietly(update(ConversationMark).where(marks).values(gone)))
    for talk in talks:
        deletion.look_again(session, talk)


def _leave_address_book(session: Session, person: Person) -> None:
    session.execute(_quietly(delete(Contact).where(Contact.number == person.number)))
    changes = list(
        session.scalars(select(AddressChangeRow.change_id).where(is_in_change(person)).distinct())
    )
    session.execute(_quietly(delete(AddressChangeRow).where(is_in_change(person))))
    if person.name:
        named = AddressChange.id.in_(changes) & func.instr(AddressChange.subject, person.name)
        anew = func.replace(AddressChange.subject, person.name, _NOBODY)
        session.execute(_quietly(update(AddressChange).where(named).values(subject=anew)))
    _leave_imports(session, person)


def _leave_imports(session: Session, person: Person) -> None:
    of = select(ContactImportRow.import_id).where(is_in_import(person)).distinct()
    for record in session.scalars(select(ContactImport).where(ContactImport.id.in_(of))):
        # What the columns hold is shown by some of the lines, theirs perhaps.
        examples = record.found.get("examples", [])
        record.found = record.found | {"examples": [["" for _ in cells] for cells in examples]}
    session.flush()
    session.execute(_quietly(delete(ContactImportRow).where(is_in_import(person))))


def _leave_lists(session: Session, person: Person, keep_opt_out: bool) -> None:
    for table in (OptIn, NumberCleared):
        session.execute(_quietly(delete(table).where(table.number == person.number)))
    which = OptOut.number == person.number
    kept = update(OptOut).where(which).values(reason="")
    session.execute(_quietly(kept if keep_opt_out else delete(OptOut).where(which)))


def _leave_sentences(session: Session, person: Person, country: str) -> None:
    """What sentences say of them, in the journal and in the provider's words."""
    about = is_named_in_journal(person, country)
    values = {"subject": _NOBODY, "details": {}}
    session.execute(_quietly(update(JournalEntry).where(about).values(values)))
    for column in (Phone.problem_detail, PhoneFault.words):
        anew = {column: func.replace(column, person.number, _NOBODY)}
        named = func.instr(column, person.number) > 0
        session.execute(_quietly(update(column.class_).where(named).values(anew)))


def _quietly(statement: Any) -> Any:
    """What the session knows of the rows is not looked at: it ends with the transaction."""
    return statement.execution_options(synchronize_session=False)
