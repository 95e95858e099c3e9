"""Devices that are told of new messages: turning them on and off, and noting what to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound, say
from raspisms.messaging import push_keys
from raspisms.messaging.engine import Engine
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
from raspisms.outbound import LONGEST_URL, Forbidden

MOST_DEVICES = 10
#: A notice that late is noise.
LIFETIME = timedelta(hours=4)
#: Who reads on an open page needs no notice on their other devices: for so long it is waited.
READING = timedelta(seconds=3)
#: RFC 8291, 3.2: the secret that both sides share has 16 octets.
_SECRET_BYTES = 16
_LONGEST_KEY = 200
_LONGEST_BROWSER = 200
_LONGEST_SITE = 255


@dataclass(frozen=True)
class Offer:
    """What a browser gives to be told (PushSubscription of the W3C Push API), as it came.

    ``site`` is the host under which it reached us, ``browser`` how it calls itself; ``replaces``
    the address that it had before, if any.
    """

    endpoint: str
    p256dh: str
    auth: str
    site: str
    browser: str = ""
    replaces: str = ""
    hides_text: bool = False


def devices(member: Member) -> Sequence[PushSubscription]:
    """The devices of a member, the newest first."""
    query = select(PushSubscription).where(PushSubscription.member_id == member.id)
    return reading().scalars(query.order_by(PushSubscription.id.desc())).all()


def turn_on(engine: Engine, login: LoginSession, offer: Offer) -> None:
    """Tell a device of new messages for as long as it is logged in; one that is told gets new keys.

    A browser has one address for all who log in there: it belongs to who turned notices on last.
    Raises Invalid for what no browser gives, Conflict where the member has too many devices.
    """
    _refuse_unfit(engine, offer)
    member_id, login_id = login.member_id, login.id
    if _is_told(login_id, offer):
        return  # nothing is written while nothing changes
    with writing() as session:
        device = _known(session, member_id, offer)
        if device is None:
            _refuse_more(session, member_id)
            device = PushSubscription(created_at=clock.now(), hides_text=False, alerts=True)
        elif device.member_id != member_id:  # what waits there is not for this member
            session.execute(delete(PushNotice).where(PushNotice.subscription_id == device.id))
        device.member_id, device.login_id = member_id, login_id
        device.endpoint, device.p256dh, device.auth = offer.endpoint, offer.p256dh, offer.auth
        device.site = offer.site[:_LONGEST_SITE]
        device.browser = offer.browser[:_LONGEST_BROWSER]
        device.hides_text |= offer.hides_text
        device.fault = None
        session.add(device)


def turn_off(member: Member, device_id: int) -> None:
    """Tell a device nothing more. It is no fault where it was turned off already."""
    member_id = member.id
    with writing() as session:
        session.execute(
            delete(PushSubscription).where(
                PushSubscription.id == device_id, PushSubscription.member_id == member_id
            )
        )


def hide_text(member: Member, device_id: int, hides: bool) -> None:
    """Choose whether notices on a device say from whom and what. Raises NotFound."""
    member_id = member.id
    with writing() as session:
        own(session, member_id, device_id).hides_text = hides


def tell_alerts(member: Member, device_id: int, tells: bool) -> None:
    """Choose whether a device is told of what needs somebody, too. Raises NotFound."""
    member_id = member.id
    with writing() as session:
        own(session, member_id, device_id).alerts = tells


def set_sound(member: Member, sounds: bool) -> None:
    """Choose whether an open page sounds when something comes in."""
    member_id = member.id
    with writing() as session:
        session.get_one(Member, member_id).sound = sounds


def own(session: Session, member_id: int, device_id: int) -> PushSubscription:
    """A device of that member. Raises NotFound for any other."""
    device = session.get(PushSubscription, device_id)
    if device is None or device.member_id != member_id:
        raise NotFound(
            say("There is no such device, or it is not yours."),
            say("Go back to the notices: the list there has all of yours."),
        )
    return device


def queue(session: Session, message: Message, true_now: datetime) -> None:
    """Note whom to tell of a message that came in, in the transaction that stores it.

    Nobody is told of an old one, such as those that a new phone already had at its provider.
    """
    if message.sent_at is None or true_now - message.sent_at > LIFETIME:
        return
    now = clock.now()
    soon = now + READING
    waiting = (
        select(func.max(PushNotice.attempt_at))
        .where(PushNotice.subscription_id == PushSubscription.id)
        .scalar_subquery()
    )
    muted = exists().where(
        ConversationMark.member_id == PushSubscription.member_id,
        ConversationMark.conversation_id == message.conversation_id,
        ConversationMark.muted,
    )
    told = select(
        PushSubscription.id,
        literal(message.id),
        literal(now),
        # A device that is waited for is tried no sooner because something more came in.
        func.max(literal(soon), func.coalesce(waiting, literal(soon))),
        literal(0),
    ).where(
        PushSubscription.member_id.in_(phones.who_sees(message.phone_id)),
        PushSubscription.member_id.in_(select(Member.id).where(Member.disabled_at.is_(None))),
        ~muted,
    )
    columns = ("subscription_id", "message_id", "created_at", "attempt_at", "attempts")
    session.execute(insert(PushNotice).from_select(columns, told))


def _refuse_unfit(engine: Engine, offer: Offer) -> None:
    """Raise Invalid where the offer is none that a browser makes."""
    if len(offer.endpoint) > LONGEST_URL or not _fits_keys(offer):
        raise Invalid(
            say("This browser gave no address and keys that can be used for notices."),
            say("Reload the page and try again; if it stays so, try another browser."),
        )
    try:
        target = engine.outbound.check(offer.endpoint)
        if ":" in target.host:  # none has a bare address of IPv6, and it cannot be signed for
            raise Forbidden("no_https_address")
    except Forbidden as error:
        raise Invalid(
            say("The push service of this browser has an address that RaspiSMS does not call."),
            say("Notices go only over https to addresses on the Internet. Try another browser."),
        ) from error


def _fits_keys(offer: Offer) -> bool:
    if max(len(offer.p256dh), len(offer.auth)) > _LONGEST_KEY or "\0" in offer.browser:
        return False
    try:
        secret = push_keys.decode(offer.auth)
    except ValueError:
        return False
    return len(secret) == _SECRET_BYTES and push_keys.is_point(offer.p256dh)


def _is_told(login_id: int, offer: Offer) -> bool:
    """Whether that is known of the browser already, and works as far as is known."""
    same = select(PushSubscription.id).where(
        PushSubscription.endpoint == offer.endpoint,
        PushSubscription.login_id == login_id,
        PushSubscription.p256dh == offer.p256dh,
        PushSubscription.auth == offer.auth,
        PushSubscription.hides_text.is_(True) | (not offer.hides_text),
        PushSubscription.fault.is_(None),
    )
    return reading().scalar(same) is not None


def _known(session: Session, member_id: int, offer: Offer) -> PushSubscription | None:
    """The device as it is known: by its address, or by the one that it had before."""
    same = select(PushSubscription).where(PushSubscription.endpoint == offer.endpoint)
    former = select(PushSubscription).where(
        PushSubscription.endpoint == offer.replaces, PushSubscription.member_id == member_id
    )
    return session.scalars(same).one_or_none() or session.scalars(former).one_or_none()


def _refuse_more(session: Session, member_id: int) -> None:
    count = select(func.count()).where(PushSubscription.member_id == member_id)
    if (session.scalar(count) or 0) >= MOST_DEVICES:
        raise Conflict(
            say("You have turned on notices on %(most)d devices already.", most=MOST_DEVICES),
            say("Remove one of them that you do not use any more, then try again."),
        )
