"""Changing the text or the time of what has not left of a campaign: for all of it at once.

What is under way meanwhile keeps what it has: who was being written to gets the earlier text, also
where that is tried again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, InvalidForm, say
from raspisms.messaging import campaign_control, drafting, journal, people, rendering, signals
from raspisms.messaging.campaign_control import PAUSED, WAITING, phones_of
from raspisms.messaging.campaign_data import beside_of, refuse_where_given
from raspisms.messaging.engine import Engine
from raspisms.messaging.members import zone_of
from raspisms.messaging.rendering import Rendered, Writing
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Member, Message, Phone
from raspisms.sms import templating
from raspisms.sms.lifecycle import Event, Status, next_status
from raspisms.sms.localtime import parse_due
from raspisms.sms.person import Person

_NOT_LEFT = or_(*(Message.status == status for status in WAITING))
#: What one message is made, unless it has left since its text was made.
_WRITE = (
    update(Message)
    .where(Message.id == bindparam("message"), _NOT_LEFT)
    .values(body=bindparam("text"), segments=bindparam("parts"))
)
_SKIP = (
    update(Message)
    .where(Message.id == bindparam("message"), _NOT_LEFT)
    .values(
        status=next_status(Status.PENDING, Event.SKIP),
        reason=bindparam("why"),
        reason_detail=None,
        final_at=bindparam("at"),
    )
)


@dataclass(frozen=True)
class Changed:
    """How many messages have the new text now, and how many get nothing because of it."""

    count: int
    skipped: int


@dataclass(frozen=True)
class Preview:
    """What a new text would be: for how many, in SMS for all of them, the shortest and the longest.

    ``skipped`` is how many would get nothing because of it, ``unknown`` are fields that none of
    them has.
    """

    count: int
    skipped: int
    segments: int
    shortest: Rendered
    longest: Rendered
    unknown: Sequence[str] = ()


def preview(engine: Engine, member: Member, campaign_id: int, text: str) -> Preview | None:
    """What another text would be for those who have not got it; None where everybody has.

    Raises as ``change_text`` does for a text that cannot be sent.
    """
    made, written = _made(engine, campaign_control.find(member, campaign_id), text)
    going = sorted((one for _, one in made if not one.reason), key=_length)
    if not going:
        return None
    segments = sum(one.segments for one in going)
    unknown = written.unknown_fields(one.person for _, one in made)
    return Preview(len(going), len(made) - len(going), segments, going[0], going[-1], unknown)


def unknown_fields(engine: Engine, member: Member, campaign_id: int, text: str) -> Sequence[str]:
    """The fields of another text that are ``unknown`` in its preview; no text is made for that.

    Raises as ``change_text`` does for a text that cannot be sent.
    """
    campaign = campaign_control.find(member, campaign_id)
    written = _writing(engine, campaign, _phones(campaign), text)
    peers = [peer for _, _, peer in _may_still_go(campaign.id)]
    return written.unknown_fields(_people(campaign, peers, written).values())


def version_of(campaign: Campaign) -> str:
    """What tells one text of a campaign from another."""
    return hashlib.sha256(campaign.body.encode(errors="replace")).hexdigest()[:16]


def change_text(
    engine: Engine, member: Member, campaign_id: int, text: str, version: str
) -> Changed:
    """Give what has not left another text, which is made for each person anew.

    ``version`` is of the text that the person saw. Raises InvalidForm (text) for one that cannot be
    sent or of which nothing is left for anybody; Conflict where everything has left, or somebody
    else changed it.
    """
    campaign = campaign_control.find(member, campaign_id)
    _refuse_overtaken(campaign, version)
    made, made_with = _made(engine, campaign, text)
    now = clock.now()
    reading().rollback()
    with writing() as session:
        campaign = campaign_control.find(member, campaign_id, session)
        _refuse_overtaken(campaign, version)
        changed = _store(session, made, now)
        if not changed.count:
            raise _all_left()
        campaign.body, campaign.template = made_with.text, made_with.template is not None
        name = campaign_control.name_of(campaign)
        journal.note(session, member, "campaign.text_changed", name, count=changed.count)
    return changed


def change_time(engine: Engine, member: Member, campaign_id: int, at: str) -> int:
    """Let what has not left go at another time; how many messages that are.

    ``at`` is on the clock of ``member``. What waits for a person because its time passed goes then
    too; what is paused stays so until it is resumed. Raises Invalid (at), and Conflict where
    everything has left.
    """
    campaign_control.find(member, campaign_id)
    due_at = parse_due(at, zone_of(engine, member), clock.now())
    with writing() as session:
        campaign = campaign_control.find(member, campaign_id, session)
        _refuse_cancelled(campaign)
        is_paused = campaign.paused_at is not None
        overdue = and_(Message.status == Status.HELD, Message.reason == "overdue")
        moved = session.execute(
            update(Message)
            .where(
                Message.campaign_id == campaign.id,
                or_(Message.status == Status.PENDING, overdue),
            )
            .values(
                status=next_status(Status.HELD, Event.RELEASE),
                due_at=due_at,
                attempt_at=None if is_paused else due_at,
                scheduled=True,
                reason=PAUSED if is_paused else None,
                reason_detail=None,
            )
            .execution_options(synchronize_session=False)
        )
        count = int(moved.rowcount)  # type: ignore[attr-defined]
        if not count:
            raise _all_left()
        campaign.due_at = due_at
        name = campaign_control.name_of(campaign)
        journal.note(session, member, "campaign.time_changed", name, count=count)
    signals.committed.send()
    return count


def _made(
    engine: Engine, campaign: Campaign, text: str
) -> tuple[list[tuple[int, Rendered]], Writing]:
    """The new text for each message that may still go, by its id, as its phone sends it."""
    every = _phones(campaign)
    written = _writing(engine, campaign, every, text)
    rows = _may_still_go(campaign.id)
    known = _people(campaign, [peer for _, _, peer in rows], written)
    here = clock.now().astimezone(engine.config.timezone)
    made: list[tuple[int, Rendered]] = []
    for phone_id in sorted({phone_id for _, phone_id, _ in rows}):
        carriers = [reading().get_one(Phone, phone_id), *_usable(every)]
        mine = [(message_id, peer) for message_id, its_phone, peer in rows if its_phone == phone_id]
        texts = written.each(carriers, (known[peer] for _, peer in mine), here)
        made += zip((message_id for message_id, _ in mine), texts, strict=True)
    reasons = [one.reason for _, one in made if one.reason]
    if made and len(reasons) == len(made):
        raise InvalidForm([drafting.nobody_left(reasons)])
    return made, written


def _writing(engine: Engine, campaign: Campaign, every: Sequence[Phone], text: str) -> Writing:
    """Another text for a campaign, as the first of its phones sends it."""
    # Braces that were to go as they are written still do.
    as_written = not campaign.template and templating.is_template(campaign.body)
    written = rendering.read(engine, every[0], text, False if as_written else None)
    if written.template is not None:
        refuse_where_given(campaign, "text")
    else:
        rendering.sendable_by_each(_usable(every), text)
    return written


def _phones(campaign: Campaign) -> list[Phone]:
    return [reading().get_one(Phone, one) for one in phones_of(reading(), campaign)]


def _usable(every: Sequence[Phone]) -> list[Phone]:
    """Those by which something may yet go."""
    return [phone for phone in every if phone.removed_at is None]


def _may_still_go(campaign_id: int) -> Sequence[tuple[int, int, str]]:
    """Id, phone and number of what has not left, and of what may yet come back from a call."""
    statuses = (*WAITING, Status.SENDING)
    query = select(Message.id, Message.phone_id, Message.peer).where(
        Message.campaign_id == campaign_id, Message.status.in_(statuses)
    )
    return [(one, phone_id, peer) for one, phone_id, peer in reading().execute(query)]


def _people(campaign: Campaign, numbers: Sequence[str], written: Writing) -> Mapping[str, Person]:
    """What the text may know of each."""
    if written.template is None:
        return {number: Person(number) for number in numbers}
    beside = beside_of(campaign)
    return {
        number: replace(person, data={**person.data, **beside.get(number, {})})
        for number, person in people.of_numbers(numbers).items()
    }


def _length(one: Rendered) -> tuple[int, int]:
    return one.segments, len(one.text)


def _store(session: Session, made: Sequence[tuple[int, Rendered]], now: datetime) -> Changed:
    going: list[dict[str, Any]] = [
        {"message": message_id, "text": one.text, "parts": one.segments}
        for message_id, one in made
        if not one.reason
    ]
    skipped: list[dict[str, Any]] = [
        {"message": message_id, "why": one.reason, "at": now}
        for message_id, one in made
        if one.reason
    ]
    return Changed(_each(session, _WRITE, going), _each(session, _SKIP, skipped))


def _each(session: Session, statement: Any, rows: list[dict[str, Any]]) -> int:
    return int(session.connection().execute(statement, rows).rowcount) if rows else 0


def _refuse_overtaken(campaign: Campaign, version: str) -> None:
    _refuse_cancelled(campaign)
    if version_of(campaign) != version:
        raise Conflict(
            say("Somebody else changed the text of this campaign meanwhile."),
            say("Look at the text as it is now, then change it."),
        )


def _refuse_cancelled(campaign: Campaign) -> None:
    if campaign.cancelled_at is not None:
        raise Conflict(
            say("This campaign was cancelled meanwhile."),
            say("Write to those people anew."),
        )


def _all_left() -> Conflict:
    return Conflict(
        say("Everything of this campaign has left already."),
        say("What was sent cannot be changed any more."),
    )
