"""Numbers that want no campaigns: who they are, and what a person decides about them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from raspisms.errors import Conflict, Invalid, NotFound, say
from raspisms.messaging import contacts, journal
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Contact, Conversation, Member, Message, OptIn, OptOut, Phone
from raspisms.models.base import listed
from raspisms.sms.files.formulas import plain
from raspisms.sms.lifecycle import Event, Status, sources
from raspisms.sms.names import sort_key
from raspisms.sms.numbers import digits_of, display, parse_recipient

#: How it is known.
BY_SMS, BY_PERSON, BY_IMPORT, BY_PROVIDER = "sms", "person", "import", "provider"
LONGEST_REASON = 500
MOST_LINES = 20_000
PAGE = 50
#: Rows read at once.
_PORTION = 500


def among(session: Session, numbers: Iterable[str]) -> set[str]:
    """Those of some numbers that want no campaigns."""
    return set(session.scalars(select(OptOut.number).where(OptOut.number.in_(listed(numbers)))))


def of(number: str) -> OptOut | None:
    """What is known of a number that wants no campaigns; None where it may get them."""
    return reading().get(OptOut, number)


@dataclass(frozen=True)
class Line:
    """An opt-out in the list, with the contact that has the number."""

    opt_out: OptOut
    contact_id: int | None
    name: str | None


@dataclass(frozen=True)
class ListPage:
    lines: list[Line]
    page: int
    has_next: bool


def listing(search: str = "", page: int = 1) -> ListPage:
    """The newest first; those whose number, contact's name or reason contains ``search``."""
    query = _found(search).offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = [Line(*row) for row in reading().execute(query)]
    return ListPage(rows[:PAGE], page, has_next=len(rows) > PAGE)


def each() -> Iterator[Line]:
    """All of them, the newest first, in portions."""
    rows = reading().execute(_found("").execution_options(yield_per=_PORTION))
    return (Line(*row) for row in rows)


def add(engine: Engine, member: Member | None, typed: str, reason: str) -> OptOut:
    """Leave a number, or that of the contact of a name, out of campaigns from now on.

    What waits for it is skipped. Raises Invalid (number, reason), and Conflict (number) where that
    is so already.
    """
    reason = clean_reason(reason)
    number = contacts.resolve(engine, typed)
    now = engine.time.now()
    with writing() as session:
        if session.get(OptOut, number) is not None:
            raise Conflict(
                say("This number gets no campaigns already."),
                say("Look it up in the list."),
                field="number",
            )
        opt_out = OptOut(
            number=number,
            at=now,
            source=BY_PERSON,
            reason=reason,
            member_id=member.id if member else None,
        )
        session.add(opt_out)
        skip_waiting(session, [number], now)
        journal.note(session, member, "opt_out.added", display(number, engine.config.country))
    return opt_out


def remove(engine: Engine, member: Member | None, number: str) -> None:
    """Let campaigns go to a number again; what was skipped stays skipped. Raises NotFound.

    What was known by the time of the opt-out no longer counts. A STOP after that does, also one
    that is on its way while a person decides, and whatever this machine's clock says.
    """
    with writing() as session:
        opt_out = session.get(OptOut, number)
        if opt_out is None:
            raise not_there()
        let_again(session, number, opt_out.at, opt_out.confirmed_at)
        session.delete(opt_out)
        journal.note(session, member, "opt_out.removed", display(number, engine.config.country))


@dataclass(frozen=True)
class BadLine:
    """A line of a list that names no number, and why."""

    line: int
    text: str
    problem: Invalid


@dataclass(frozen=True)
class Listed:
    """What became of a list: how many were new, how many known already, and what is no number."""

    added: int
    known: int
    bad: list[BadLine]


def add_list(engine: Engine, member: Member | None, text: str, reason: str) -> Listed:
    """Leave the numbers of a list out of campaigns; one on each line, in its first column.

    A first line without a digit is a heading. Raises Invalid (reason, numbers).
    """
    reason = clean_reason(reason)
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise Invalid(
            say("A list can have at most %(most)d lines.", most=MOST_LINES),
            say("Divide it, and send the parts one after the other."),
            field="numbers",
        )
    numbers, bad = _read_lines(lines, engine.config.country)
    now = engine.time.now()
    if not numbers:
        return Listed(0, 0, bad)
    with writing() as session:
        known = among(session, numbers)
        new = [number for number in numbers if number not in known]
        keep_each(session, [(number, now) for number in new], BY_IMPORT, reason, member)
        skip_waiting(session, new, now)
        if new:
            journal.note(session, member, "opt_out.listed", "", count=len(new))
    return Listed(len(new), len(known), bad)


def keep_each(
    session: Session,
    numbers: Sequence[tuple[str, datetime]],
    source: str,
    reason: str,
    member: Member | None = None,
) -> None:
    """Store new opt-outs with their times, in the transaction of ``session``."""
    shared = {"source": source, "reason": reason, "member_id": member.id if member else None}
    rows = [{"number": number, "at": at, **shared} for number, at in numbers]
    if rows:
        session.execute(upsert(OptOut).on_conflict_do_nothing(), rows)


def let_again(
    session: Session, number: str, at: datetime, confirmed_at: datetime | None = None
) -> None:
    """Note since when a number wants campaigns again: what was said before no longer counts."""
    opt_in = session.get(OptIn, number)
    if opt_in is None:
        session.add(OptIn(number=number, at=at, confirmed_at=confirmed_at))
        return
    opt_in.at = max(opt_in.at, at)
    opt_in.confirmed_at = confirmed_at or opt_in.confirmed_at


def skip_waiting(session: Session, numbers: Sequence[str], now: datetime) -> None:
    """Skip what waits for some numbers, but for what a person wrote to that one person."""
    if not numbers:
        return
    # By the phones, since the index of conversations begins with them.
    talks = select(Conversation.id).where(
        Conversation.phone_id.in_(select(Phone.id)), Conversation.peer.in_(listed(numbers))
    )
    _skip(session, now, Message.conversation_id.in_(talks), Message.deleted_at.is_(None))


def skip_among(message_ids: Sequence[int], now: datetime) -> bool:
    """Skip those of some messages that must not go any more; whether there were any.

    What was under way while its recipient wrote STOP may come to wait again, so that this is looked
    at anew before each call. Nothing is written where all may go.
    """
    barred = (Message.id.in_(message_ids), Message.peer.in_(select(OptOut.number)), _is_campaign())
    if reading().scalar(select(Message.id).where(*barred).limit(1)) is None:
        reading().rollback()
        return False
    with writing() as session:
        _skip(session, now, *barred)
    return True


def _skip(session: Session, now: datetime, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(Message)
        .where(*which, Message.status.in_(sources(Event.SKIP)), _is_campaign())
        .values(status=Status.SKIPPED, reason="opted_out", final_at=now)
        .execution_options(synchronize_session=False)
    )


def _is_campaign() -> ColumnElement[bool]:
    """Whether a message is no word from one person to another."""
    its_campaign = Campaign.id == Message.campaign_id
    return select(Campaign.id).where(its_campaign, Campaign.direct.is_(False)).exists()


def clean_reason(typed: str) -> str:
    """A line of at most LONGEST_REASON signs; it may be empty. Raises Invalid (reason)."""
    reason = " ".join(typed.split())
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        raise Invalid(
            say("This reason cannot be used."),
            say("Type at most %(most)d letters, digits and signs.", most=LONGEST_REASON),
            field="reason",
        )
    return reason


def not_there() -> NotFound:
    return NotFound(
        say("This number may get campaigns: there is nothing to take back."),
        say("Go back to the list of those who want none."),
    )


def _found(search: str) -> Select[OptOut, int | None, str | None]:
    query = (
        select(OptOut, Contact.id, Contact.name)
        .join(Contact, Contact.number == OptOut.number, isouter=True)
        .order_by(OptOut.at.desc(), OptOut.number)
    )
    search = search[:LONGEST_REASON]
    search = "".join(sign for sign in search if sign.isprintable()).strip()
    if not search:
        return query
    conditions = [
        Contact.name_key.contains(sort_key(search), autoescape=True),
        OptOut.reason.contains(search, autoescape=True),
    ]
    if digits := digits_of(search):
        conditions.append(OptOut.number.contains(digits, autoescape=True))
    return query.where(or_(*conditions))


def _read_lines(lines: Sequence[str], country: str) -> tuple[list[str], list[BadLine]]:
    """The numbers of a list, each once, in their order; and the lines that name none."""
    numbers: dict[str, None] = {}
    bad = []
    for line, written in enumerate(lines, start=1):
        cell = _first_cell(written)
        if not cell or (line == 1 and not any(sign.isdecimal() for sign in cell)):
            continue
        try:
            numbers[parse_recipient(cell, country)] = None
        except Invalid as problem:
            bad.append(BadLine(line, written, problem))
    return list(numbers), bad


def _first_cell(line: str) -> str:
    """What stands before the first separator; quotes as spreadsheets write them."""
    line = line.strip()
    if line.startswith('"'):
        line = line[1:].partition('"')[0]
    else:
        for separator in ";,\t":
            line = line.partition(separator)[0]
    return plain(line.strip())
