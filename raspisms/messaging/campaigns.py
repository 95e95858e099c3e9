"""Accepting what a person wants sent. One SMS is a campaign of one; there is no second path."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.base import Capability
from raspisms.errors import Conflict, Invalid, InvalidForm, say
from raspisms.messaging import joining, lengths, marks, recipients, signals
from raspisms.messaging.engine import Engine
from raspisms.messaging.members import zone_of
from raspisms.messaging.recipients import Recipients, UnusableRecipient
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Member, Message, Phone
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.sms.content import clean_text
from raspisms.sms.lifecycle import Status
from raspisms.sms.localtime import parse_due

#: Of a text with which no phone is chosen yet, so that it is told at once if none can send it.
_MOST_SEGMENTS = 6


@dataclass(frozen=True)
class Draft:
    """What a person wrote.

    ``recipients`` are numbers and contacts' names, as ``messaging.recipients`` reads them; ``at``
    is empty for now. ``request`` names the form that it came from: the same draft from the same
    form is accepted once, however often it is sent. With ``skip_unusable``, recipients that cannot
    be used are left out; else they are a problem of the draft. ``kept_in`` is the conversation in
    which the member kept it as a draft: once it is accepted it is none any more. ``flash`` is for
    phones with that capability: shown at once, and not stored by whoever gets it.
    """

    phone_id: int
    recipients: str
    text: str
    at: str = ""
    request: str = ""
    skip_unusable: bool = False
    kept_in: int | None = None
    flash: bool = False


@dataclass(frozen=True)
class Acceptance:
    """A campaign that is stored, with ``count`` messages, one to each recipient.

    The ids are those of its first message. ``repeated`` is how many recipients were named once
    more, ``left_out`` those that cannot be used.
    """

    campaign: Campaign
    count: int
    message_id: int
    conversation_id: int
    repeated: int = 0
    left_out: tuple[UnusableRecipient, ...] = ()


@dataclass(frozen=True)
class _Content:
    """A draft that can be sent."""

    phone_id: int
    recipients: Recipients
    text: str
    segments: int
    due_at: datetime
    scheduled: bool
    flash: bool


def accept(engine: Engine, member: Member | None, draft: Draft) -> Acceptance:
    """Store one message for each recipient, all of them durably or none; they leave in time.

    ``member`` may use only the phones given to them; None is the machine's own command line.
    Raises InvalidForm with problems of the fields phone, number, text, at and flash; for each
    recipient that cannot be used it has one UnusableRecipient.
    """
    now = clock.now()
    member_id = member.id if member else None
    key = _request_key(draft, member_id)
    earlier = _accepted_before(reading(), key)
    if earlier is not None:
        return _told(earlier, recipients.read(engine, draft.recipients))
    content = _clean(engine, member, draft, now)
    with writing() as session:
        campaign = _accepted_before(session, key)
        if campaign is None:
            _refuse_removed(session, content.phone_id)
            campaign = _campaign(content, key, member_id, now)
            _store(session, campaign, content)
            if member_id is not None and draft.kept_in is not None:
                marks.forget_draft(session, member_id, draft.kept_in)
    signals.committed.send()
    return _told(campaign, content.recipients)


def send_again(engine: Engine, member: Member, message: Message, request: str) -> Acceptance:
    """Write a failed message anew, to the same number with the same phone.

    Raises Conflict for a message that has not failed, and as ``accept`` does.
    """
    if message.status != Status.FAILED:
        raise Conflict(
            say("Only a message that failed can be sent again."),
            say("Look at its state now, then decide again."),
        )
    draft = Draft(
        message.phone_id, message.peer, message.body, request=request, flash=message.flash
    )
    return accept(engine, member, draft)


def can_flash(phone: Phone) -> bool:
    """Whether a phone can send flash messages."""
    return Capability.FLASH in registry.abilities(phone.adapter, phone.settings)


def author_of(message: Message) -> str | None:
    """The name of whoever wrote a message; None for the command line, and where it is unknown."""
    if message.campaign_id is None:
        return None
    campaign = reading().get_one(Campaign, message.campaign_id)
    author = reading().get(Member, campaign.member_id) if campaign.member_id else None
    return author.name if author else None


def _clean(engine: Engine, member: Member | None, draft: Draft, now: datetime) -> _Content:
    problems: list[Invalid] = []
    text, due_at, to = "", now, Recipients(())
    phone = _phone(member, draft.phone_id)
    if phone is None:
        problems.append(
            Invalid(
                say("No phone is chosen."), say("Choose the phone to send with."), field="phone"
            )
        )
    try:
        to = recipients.read(engine, draft.recipients)
    except Invalid as error:
        problems.append(error)
    if not (draft.skip_unusable and to.numbers):
        problems.extend(to.unusable)
    try:
        text = _text(phone, draft.text)
    except Invalid as error:
        problems.append(error)
    try:
        due_at = parse_due(draft.at, zone_of(engine, member), now) if draft.at.strip() else now
    except Invalid as error:
        problems.append(error)
    if draft.flash and phone and not can_flash(phone):
        problems.append(_no_flash(phone))
    if phone is None or problems:
        raise InvalidForm(problems)
    segments = lengths.of(text, phone).length.segments
    scheduled = bool(draft.at.strip())
    return _Content(phone.id, to, text, segments, due_at, scheduled=scheduled, flash=draft.flash)


def _no_flash(phone: Phone) -> Invalid:
    return Invalid(
        say("The phone “%(name)s” cannot send flash messages.", name=phone.name),
        say("Send an ordinary message, or choose another phone."),
        field="flash",
    )


def _text(phone: Phone | None, typed: str) -> str:
    if phone is None:
        return clean_text(typed, _MOST_SEGMENTS)
    most = registry.get(phone.adapter).max_segments
    return clean_text(typed, most, partial(lengths.on_the_air, phone))


def _phone(member: Member | None, phone_id: int) -> Phone | None:
    query = phones.visible_to(member) if member else phones.present()
    return reading().scalars(query.where(Phone.id == phone_id)).one_or_none()


def _request_key(draft: Draft, member_id: int | None) -> str | None:
    """One key for one form with one content: a form that was changed and sent again is new.

    Whether unusable recipients are left out changes nothing of what the others get.
    """
    if not draft.request:
        return None
    content = (draft.phone_id, draft.recipients, draft.text, draft.at, draft.request)
    parts = (str(member_id), *map(str, content), *(["flash"] if draft.flash else []))
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _accepted_before(session: Session, key: str | None) -> Campaign | None:
    if key is None:
        return None
    return session.scalars(select(Campaign).where(Campaign.request_key == key)).one_or_none()


def _refuse_removed(session: Session, phone_id: int) -> None:
    phone = session.get(Phone, phone_id)
    if phone is None or phone.removed_at is not None:
        raise Conflict(
            say("This phone was removed meanwhile."), say("Choose another one."), field="phone"
        )


def _campaign(content: _Content, key: str | None, member_id: int | None, now: datetime) -> Campaign:
    return Campaign(
        request_key=key,
        phone_id=content.phone_id,
        member_id=member_id,
        body=content.text,
        flash=content.flash,
        due_at=content.due_at,
        created_at=now,
    )


def _store(session: Session, campaign: Campaign, content: _Content) -> None:
    session.add(campaign)
    session.flush()
    values = {
        "campaign_id": campaign.id,
        "direction": messages.OUT,
        "body": content.text,
        "segments": content.segments,
        "status": Status.PENDING,
        "due_at": content.due_at,
        "attempt_at": content.due_at,
        "attempts": 0,
        "scheduled": content.scheduled,
        "flash": content.flash,
        "asked": 0,
        "created_at": campaign.created_at,
    }
    joining.put_each(session, content.phone_id, content.recipients.numbers, values)


def _told(campaign: Campaign, to: Recipients) -> Acceptance:
    of_campaign = Message.campaign_id == campaign.id
    count = reading().scalar(select(func.count()).select_from(Message).where(of_campaign)) or 0
    first = select(Message.id, Message.conversation_id).where(of_campaign).order_by(Message.id)
    message_id, conversation_id = reading().execute(first.limit(1)).one()
    return Acceptance(
        campaign, count, message_id, conversation_id, to.repeated, left_out=to.unusable
    )
