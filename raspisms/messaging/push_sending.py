"""Notices on their way: one encrypted call for each, to the push service of a device.

A notice waits in a table, which was written with its message, until the push service took it. So a
kill loses none; one between the call and its record tells it twice, which replaces the first one on
the device, as both have the tag of their conversation. Whether a member may see the message is
looked up right before each call. No transaction is open during one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, RaspismsError, Text, say
from raspisms.messaging import conversations, language, push, push_calls, push_faults
from raspisms.messaging.engine import Engine
from raspisms.messaging.push_calls import Device, Outcome, Parcel
from raspisms.messaging.transactions import reading, writing
from raspisms.models import (
    ConversationMark,
    LoginSession,
    Member,
    Message,
    PushNotice,
    PushSubscription,
)
from raspisms.models import phone as phones
from raspisms.sms import numbers

#: Devices are served by so many threads, so that one that hangs delays few others, and all together
#: leave room for messages.
LANES = 4
#: A test is for somebody who looks at the device now.
_TEST_LIFETIME = timedelta(minutes=5)
#: A push service takes 4096 bytes in all (RFC 8030, 7.2); this leaves room for a long name.
_LONGEST_TEXT = 400

_NEW_MESSAGE = say("New message")
_TEST_TITLE = say("Notices work on this device")
_TEST_BODY = say("This is how you are told of a new message.")


@dataclass(frozen=True)
class _Packed:
    """A call to be made, and the notices that it settles."""

    parcel: Parcel
    notices: tuple[int, ...]


def planned(now: datetime) -> tuple[set[int], datetime | None]:
    """The lanes that have something to tell now, and when there is something for another one."""
    devices = select(PushNotice.subscription_id).where(_is_due(now)).distinct()
    ready = {device % LANES for device in reading().scalars(devices)}
    later = select(func.min(PushNotice.attempt_at)).where(PushNotice.attempt_at > now)
    return ready, reading().scalar(later)


def send_due(engine: Engine, lane: int) -> None:
    """Tell what is due on the devices of a lane, one call after the other."""
    while not engine.stopping.is_set():
        chosen = _next_device(lane, clock.now())
        if chosen is None:
            return
        packed = _pack(engine, chosen, clock.now())
        reading().rollback()  # no transaction is open during the call
        if packed is not None:
            _record(packed, _sent(engine, packed.parcel))


def try_out(engine: Engine, member: Member, device_id: int) -> None:
    """Tell a device something now. Raises RaspismsError in words where that did not work."""
    device = push.own(reading(), member.id, device_id)
    words = language.of(engine, member)
    told = payload(_TEST_TITLE, _TEST_BODY, words, "test")
    parcel = Parcel(as_it_is(device), told, "test", _TEST_LIFETIME)
    reading().rollback()
    outcome = push_calls.send(engine, parcel)
    note_fault(device_id, outcome)
    if outcome.is_gone:
        raise Conflict(
            say("This device does not take notices any more; it is off the list."),
            say("Turn notices on again on the device itself."),
        )
    if outcome.fault is not None:
        raise RaspismsError(*push_faults.in_words(outcome.fault))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Also what seems to wait for longer than anything does: the clock was set back meanwhile."""
    return or_(PushNotice.attempt_at <= now, PushNotice.attempt_at > now + push.LIFETIME)


def _next_device(lane: int, now: datetime) -> int | None:
    return reading().scalar(
        select(PushNotice.subscription_id)
        .where(_is_due(now), PushNotice.subscription_id % LANES == lane)
        .order_by(PushNotice.attempt_at, PushNotice.id)
        .limit(1)
    )


def _pack(engine: Engine, device_id: int, now: datetime) -> _Packed | None:
    """All that is due on a device of one conversation, as one call about the newest message.

    None where nothing of it is to be told: it is forgotten then.
    """
    session = reading()
    due = session.execute(
        select(PushNotice, Message)
        .join(Message, Message.id == PushNotice.message_id)
        .where(PushNotice.subscription_id == device_id, _is_due(now))
        .order_by(PushNotice.message_id.desc())
    ).all()
    if not due:
        return None  # the device was turned off this instant
    newest = due[0][1]
    notices = [
        notice for notice, message in due if message.conversation_id == newest.conversation_id
    ]
    device = session.get_one(PushSubscription, device_id)
    member = session.get_one(Member, device.member_id)
    ids = tuple(notice.id for notice in notices)
    lifetime = left(notices[0].created_at, now)
    is_ended = session.get_one(LoginSession, device.login_id).expires_at <= now
    if lifetime <= timedelta(0) or is_ended or not _is_wanted(session, member, newest):
        _forget(ids)
        return None
    parcel = Parcel(
        as_it_is(device),
        _told(engine, member, device, newest),
        _tag(newest),
        lifetime,
        max(notice.attempts for notice in notices),
    )
    return _Packed(parcel, ids)


def left(since: datetime, now: datetime) -> timedelta:
    """For how long a notice is worth something; all of it where the clock was set back."""
    return push.LIFETIME - max(now - since, timedelta(0))


def _is_wanted(session: Session, member: Member, message: Message) -> bool:
    """Whether a member may see a message and still wants to be told of it."""
    sees = phones.who_sees(message.phone_id).where(Member.id == member.id)
    mark = session.get(ConversationMark, (member.id, message.conversation_id))
    return (
        member.disabled_at is None
        and message.deleted_at is None
        and session.scalar(sees) is not None
        and mark is not None
        and not mark.muted
        and mark.unread_from is not None
        and mark.unread_from <= message.id
    )


def _told(
    engine: Engine, member: Member, device: PushSubscription, message: Message
) -> Mapping[str, object]:
    """What the device shows: from whom and what, or only that there is something."""
    words = language.of(engine, member)
    conversation = message.conversation_id
    if device.hides_text:
        return payload(_NEW_MESSAGE, "", words, _tag(message), conversation)
    name = conversations.names_of([message.peer]).get(message.peer)
    title = name or numbers.display(message.peer, engine.config.country)
    text = message.body
    body = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
    return payload(title, body, words, _tag(message), conversation)


def payload(
    title: Text | str,
    body: Text | str,
    words: str,
    tag: str,
    conversation: int | None = None,
    page: str | None = None,
) -> Mapping[str, object]:
    """What the service worker of the device gets: sentences are told in the language ``words``.

    It leads to a conversation, or to the page that is named, else to the list of conversations.
    """
    shown = [
        language.translate(one, words) if isinstance(one, Text) else one for one in (title, body)
    ]
    return {
        "title": shown[0],
        "body": shown[1],
        "lang": words,
        "tag": tag,
        "conversation": conversation,
        "page": page,
    }


def _tag(message: Message) -> str:
    """What notices of one conversation share: a newer one takes the place of an older one."""
    return f"conversation-{message.conversation_id}"


def as_it_is(device: PushSubscription) -> Device:
    """What a call needs to know of a device."""
    return Device(device.id, device.endpoint, device.p256dh, device.auth, device.site)


def _sent(engine: Engine, parcel: Parcel) -> Outcome:
    """Make a call; a fault of the program, which the job tells, keeps only this device waiting."""
    try:
        return push_calls.send(engine, parcel)
    except Exception:
        _postpone(parcel.device.id, clock.now() + push_calls.LONGEST_PAUSE)
        raise


def _record(packed: _Packed, outcome: Outcome) -> None:
    device_id = packed.parcel.device.id
    if outcome.pause is not None:
        _postpone(device_id, clock.now() + outcome.pause)
    else:
        _forget(packed.notices)
    note_fault(device_id, outcome)


def _postpone(device_id: int, until: datetime) -> None:
    """Let all that waits for a device wait for longer: the push service is the same."""
    with writing() as session:
        session.execute(
            update(PushNotice)
            .where(PushNotice.subscription_id == device_id)
            .values(attempt_at=until, attempts=PushNotice.attempts + 1)
            .execution_options(synchronize_session=False)
        )


def _forget(notices: Iterable[int]) -> None:
    with writing() as session:
        session.execute(
            delete(PushNotice)
            .where(PushNotice.id.in_(list(notices)))
            .execution_options(synchronize_session=False)
        )


def note_fault(device_id: int, outcome: Outcome) -> None:
    """Keep on the device what is wrong with it; take it off the list where it wants no more."""
    device = reading().get(PushSubscription, device_id)
    if device is None or (device.fault == outcome.fault and not outcome.is_gone):
        return  # nothing is written while nothing changes
    with writing() as session:
        device = session.get(PushSubscription, device_id)
        if device is None:
            return
        if outcome.is_gone:
            session.delete(device)
        else:
            device.fault = outcome.fault
