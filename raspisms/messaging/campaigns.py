"""Accepting what a person wants sent. One SMS is a campaign of one; there is no second path."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters import registry
from raspisms.errors import Conflict, Invalid, InvalidForm, say
from raspisms.messaging import contacts, conversations, signals
from raspisms.messaging.engine import Engine
from raspisms.messaging.members import zone_of
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Member, Message, Phone
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.sms.content import clean_text
from raspisms.sms.lifecycle import Status
from raspisms.sms.localtime import parse_due
from raspisms.sms.segments import measure


@dataclass(frozen=True)
class Draft:
    """What a person wrote. ``number`` may be a contact's name; ``at`` is empty for now.

    ``request`` names the form that it came from: the same draft from the same form is accepted
    once, however often it is sent.
    """

    phone_id: int
    number: str
    text: str
    at: str = ""
    request: str = ""


def accept(engine: Engine, member: Member | None, draft: Draft) -> Message:
    """Store a message durably; it leaves when its time has come.

    ``member`` may use only the phones given to them; None is the machine's own command line.
    Raises InvalidForm with a problem for each of the fields phone, number, text and at.
    """
    now = clock.now()
    member_id = member.id if member else None
    key = _request_key(draft, member_id)
    earlier = _accepted_before(reading(), key)
    if earlier is not None:
        return earlier
    phone, number, text, due_at = _clean(engine, member, draft, now)
    phone_id = phone.id
    with writing() as session:
        earlier = _accepted_before(session, key)
        if earlier is not None:
            return earlier
        _refuse_removed(session, phone_id)
        campaign = Campaign(
            request_key=key,
            phone_id=phone_id,
            member_id=member_id,
            body=text,
            due_at=due_at,
            created_at=now,
        )
        session.add(campaign)
        session.flush()
        message = _message(campaign, number)
        conversations.put(session, message)
    signals.committed.send()
    return message


def _clean(
    engine: Engine, member: Member | None, draft: Draft, now: datetime
) -> tuple[Phone, str, str, datetime]:
    problems: list[Invalid] = []
    number, text, due_at = "", "", now
    phone = _phone(member, draft.phone_id)
    if phone is None:
        problems.append(
            Invalid(
                say("No phone is chosen."), say("Choose the phone to send with."), field="phone"
            )
        )
    try:
        number = contacts.resolve(engine, draft.number)
    except Invalid as error:
        problems.append(error)
    try:
        text = clean_text(draft.text, registry.get(phone.adapter).max_segments if phone else 6)
    except Invalid as error:
        problems.append(error)
    try:
        due_at = parse_due(draft.at, zone_of(engine, member), now) if draft.at.strip() else now
    except Invalid as error:
        problems.append(error)
    if phone is None or problems:
        raise InvalidForm(problems)
    return phone, number, text, due_at


def _phone(member: Member | None, phone_id: int) -> Phone | None:
    query = phones.visible_to(member) if member else phones.present()
    return reading().scalars(query.where(Phone.id == phone_id)).one_or_none()


def _request_key(draft: Draft, member_id: int | None) -> str | None:
    """One key for one form with one content: a form that was changed and sent again is new."""
    if not draft.request:
        return None
    parts = (str(member_id), *(str(value) for value in vars(draft).values()))
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _accepted_before(session: Session, key: str | None) -> Message | None:
    if key is None:
        return None
    query = (
        select(Message)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .where(Campaign.request_key == key)
    )
    return session.scalars(query).first()


def _refuse_removed(session: Session, phone_id: int) -> None:
    phone = session.get(Phone, phone_id)
    if phone is None or phone.removed_at is not None:
        raise Conflict(
            say("This phone was removed meanwhile."), say("Choose another one."), field="phone"
        )


def _message(campaign: Campaign, number: str) -> Message:
    return Message(
        campaign_id=campaign.id,
        phone_id=campaign.phone_id,
        direction=messages.OUT,
        peer=number,
        body=campaign.body,
        segments=measure(campaign.body).segments,
        status=Status.PENDING,
        due_at=campaign.due_at,
        attempt_at=campaign.due_at,
        attempts=0,
        asked=0,
        created_at=campaign.created_at,
    )


def send_again(engine: Engine, member: Member, message: Message, request: str) -> Message:
    """Write a failed message anew, to the same number with the same phone.

    Raises Conflict for a message that has not failed, and as ``accept`` does.
    """
    if message.status != Status.FAILED:
        raise Conflict(
            say("Only a message that failed can be sent again."),
            say("Look at its state now, then decide again."),
        )
    draft = Draft(message.phone_id, message.peer, message.body, request=request)
    return accept(engine, member, draft)
