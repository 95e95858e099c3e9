"""What a person decides about messages that wait, are held, or are uncertain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ScalarSelect, Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, NotFound, say
from raspisms.messaging import phones, signals
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, Message, Phone
from raspisms.models import message as messages
from raspisms.sms.lifecycle import Event, Status, allows, next_status

MOST_LISTED = 100
#: More messages that wait or need a person than that are told as so many "and more".
MOST_COUNTED = 100
#: What was not sent is listed for so long.
SKIPPED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Seen:
    """What a person saw of the messages with one status: how many, and the id of the newest."""

    count: int
    newest_id: int


def needing_attention(member: Member) -> dict[Status, list[Message]]:
    """Messages that wait, are held, uncertain or failed, by status; the newest hundred of each."""
    known = _ids(phones.visible(member, removed=True))
    found = {
        status: list(reading().scalars(messages.needing_attention(status, known, MOST_LISTED)))
        for status in messages.ATTENTION
    }
    return {status: rows for status, rows in found.items() if rows}


def counts(member: Member) -> dict[Status, int]:
    """How many messages there are of each such status, also beyond the hundred listed."""
    known = _ids(phones.visible(member, removed=True))
    return {
        status: reading().scalar(_all(status, known).with_only_columns(func.count())) or 0
        for status in messages.ATTENTION
    }


@dataclass(frozen=True)
class Skipped:
    """What was not sent to some of several people lately: the newest, and how many there are."""

    messages: list[Message]
    count: int


def skipped(member: Member) -> Skipped:
    """What was not sent in the last days; nobody has to decide about it."""
    query = messages.skipped(_ids(phones.visible(member, removed=True)), clock.now() - SKIPPED_FOR)
    newest = query.order_by(Message.created_at.desc(), Message.id).limit(MOST_LISTED)
    count = reading().scalar(query.with_only_columns(func.count())) or 0
    return Skipped(list(reading().scalars(newest)), count)


@dataclass(frozen=True)
class Attention:
    """Whether there is anything on their page, and how much has not ended, up to MOST_COUNTED."""

    is_any: bool
    open_count: int


def attention(member: Member) -> Attention:
    """What the navigation tells of these messages; as quick with a million of them."""
    asked = {
        "known": _ids(phones.visible(member, removed=True)),
        "since": clock.now() - SKIPPED_FOR,
    }
    any_skipped, *counted = reading().execute(_attention(), asked).one()
    found = dict(zip(messages.ATTENTION, counted, strict=True))
    still_open = sum(count for status, count in found.items() if status is not Status.FAILED)
    return Attention(any_skipped or any(counted), min(still_open, MOST_COUNTED))


@cache
def _attention() -> Select[*tuple[Any, ...]]:
    """The question for the phones "known", made once: each page asks it, and making it took longer.

    What was skipped "since" comes first, then the count of each status.
    """
    known: BindParameter[Any] = bindparam("known", expanding=True)
    skipped = messages.skipped(known, bindparam("since")).with_only_columns(Message.id)
    counted = (_count_up_to_most(status, known) for status in messages.ATTENTION)
    return select(skipped.exists(), *counted)


def _count_up_to_most(status: Status, phone_ids: messages.Ids) -> ScalarSelect[int]:
    rows = messages.needing_attention(status, phone_ids, MOST_COUNTED).order_by(None)
    ids = rows.with_only_columns(Message.id).subquery()
    return select(func.count()).select_from(ids).scalar_subquery()


def seen(member: Member, status: Status) -> Seen:
    """The messages with ``status`` that ``member`` can decide about together."""
    usable = _ids(phones.visible(member))
    query = _all(status, usable).with_only_columns(func.count(), func.max(Message.id))
    count, newest_id = reading().execute(query).one()
    return Seen(count, newest_id or 0)


def find(member: Member, message_id: int) -> Message:
    """A message that ``member`` may see. Raises NotFound for any other."""
    message = reading().get(Message, message_id)
    if message is None or message.deleted_at or not phones.may_see(member, message.phone_id):
        raise no_such_message()
    return message


def no_such_message() -> NotFound:
    return NotFound(
        say("There is no such message, or it is not yours to see."),
        say("Go back to the list of messages."),
    )


def moved_on() -> Conflict:
    """What whoever decides about a message is told where its state is another one by now."""
    return Conflict(
        say("This message has moved on meanwhile."),
        say("Look at its state now, then decide again."),
    )


def cancel(member: Member, message_id: int) -> None:
    """Stop a message that has not left. Raises Conflict when it is too late."""
    with writing() as session:
        _set(_decide(session, member, message_id, Event.CANCEL), _cancelled_now())


def release(member: Member, message_id: int) -> None:
    """Let a held message go now."""
    with writing() as session:
        _set(_decide(session, member, message_id, Event.RELEASE), _due_now())
    signals.committed.send()


def release_all(member: Member, what: Seen) -> int:
    """Let all held messages that a person saw go now; how many those still are.

    Raises Conflict where that is none, and where older ones have been put on hold since.
    """
    with writing() as session:
        count = _decide_all(session, member, (Status.HELD, Event.RELEASE), what, _due_now())
    signals.committed.send()
    return count


def cancel_all(member: Member, status: Status, what: Seen) -> int:
    """Stop all messages with ``status`` that a person saw; how many those still are.

    Raises Conflict where that is none, and where older ones have come to that status since.
    """
    with writing() as session:
        return _decide_all(session, member, (status, Event.CANCEL), what, _cancelled_now())


def send_anyway(member: Member, message_id: int) -> None:
    """Send an uncertain message again, at the risk that it arrives twice."""
    with writing() as session:
        message = _decide(session, member, message_id, Event.SEND_AGAIN)
        _refuse_removed_phone(session, message)
        _set(message, _due_now())
        message.ask_at = None
    signals.committed.send()


def give_up(member: Member, message_id: int) -> None:
    """Leave an uncertain message as it is, not to be sent again."""
    with writing() as session:
        message = _decide(session, member, message_id, Event.GIVE_UP)
        message.reason, message.reason_detail = "given_up", None
        message.final_at, message.ask_at = clock.now(), None


def _decide(session: Session, member: Member, message_id: int, event: Event) -> Message:
    message = find(member, message_id)
    status = Status(message.status)
    if not allows(status, event):
        raise moved_on()
    message.status = next_status(status, event)
    return message


def _decide_all(
    session: Session,
    member: Member,
    step: tuple[Status, Event],
    what: Seen,
    values: Mapping[str, object],
) -> int:
    usable = _ids(phones.visible(member))
    concerned = _all(step[0], usable).where(Message.id <= what.newest_id)
    count = session.scalar(concerned.with_only_columns(func.count())) or 0
    _refuse_others(count, what)
    session.execute(
        update(Message)
        .where(Message.id.in_(concerned.with_only_columns(Message.id)))
        .values(status=next_status(*step), **values)
        .execution_options(synchronize_session=False)
    )
    return count


def _refuse_others(count: int, what: Seen) -> None:
    """Fewer than a person saw are no fault, but an older one that came to this status since is."""
    if count == 0:
        raise Conflict(
            say("These messages have moved on meanwhile."),
            say("Look at them now, then decide again."),
        )
    if count > what.count:
        raise Conflict(
            say("Meanwhile there are more of these messages than you saw."),
            say("Look at them now, then decide again."),
        )


def _refuse_removed_phone(session: Session, message: Message) -> None:
    if session.get_one(Phone, message.phone_id).removed_at is not None:
        raise Conflict(
            say("The phone of this message was removed."),
            say("Write it again with another phone."),
        )


def _due_now() -> dict[str, object]:
    """What a message is given when a person says that it goes: it is due from now on.

    So it is not held again at once, and no clock keeps it back.
    """
    now = clock.now()
    no_reason = {"reason": None, "reason_detail": None}
    return {"due_at": now, "attempt_at": now, "scheduled": False, **no_reason}


def _cancelled_now() -> dict[str, object]:
    return {"reason": "cancelled", "final_at": clock.now()}


def _set(message: Message, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(message, name, value)


def _all(status: Status, phone_ids: messages.Ids) -> Select[Message]:
    """All messages of some phones with one status, also beyond those that are listed."""
    return messages.needing_attention(status, phone_ids, 1).order_by(None).limit(None)


def _ids(known: Iterable[Phone]) -> list[int]:
    return [phone.id for phone in known]
