"""STOP and START by SMS: what a message that came in changes, in the transaction that stores it.

Several may come in any order, and one may be told again: the newest that was sent decides.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters import registry
from raspisms.errors import Invalid
from raspisms.messaging import joining, lengths, opt_outs
from raspisms.messaging.engine import Engine
from raspisms.models import Campaign, Message, OptIn, OptOut, Phone
from raspisms.models import message as messages
from raspisms.sms.content import clean_text
from raspisms.sms.lifecycle import Status
from raspisms.sms.numbers import is_subscriber
from raspisms.sms.opt_out import understand

log = logging.getLogger(__name__)

#: A number is told at most once in so long that it was understood, whatever it writes; and nobody
#: who wrote longer ago, as where an inbox of years is read for the first time.
_CONFIRMED_AGAIN_AFTER = timedelta(days=1)


def heard(session: Session, engine: Engine, message: Message) -> None:
    """Take a message that came in, and was just stored, for what it says of campaigns."""
    config = engine.config
    wish = understand(message.body, config.stop_words, config.start_words)
    if wish is None or not is_subscriber(message.peer):
        return
    now = engine.time.now()
    at = min(message.sent_at or now, now)
    if wish == "stop":
        _stop(session, engine, message, at)
    else:
        _start(session, engine, message, at)


def _stop(session: Session, engine: Engine, message: Message, at: datetime) -> None:
    opt_in = session.get(OptIn, message.peer)
    known = session.get(OptOut, message.peer)
    if known is not None or (opt_in is not None and opt_in.at > at):
        if known is not None:
            known.at = max(known.at, at)
        return
    opt_out = OptOut(
        number=message.peer,
        at=at,
        source=opt_outs.BY_SMS,
        reason=message.body.strip()[: opt_outs.LONGEST_REASON],
        phone_id=message.phone_id,
        confirmed_at=opt_in.confirmed_at if opt_in else None,
    )
    session.add(opt_out)
    opt_outs.skip_waiting(session, [message.peer], engine.time.now())
    if _confirm(session, engine, message, engine.config.stop_confirmation, opt_out.confirmed_at):
        opt_out.confirmed_at = engine.time.now()


def _start(session: Session, engine: Engine, message: Message, at: datetime) -> None:
    known = session.get(OptOut, message.peer)
    if known is not None and known.at > at:
        return
    confirmed_at = known.confirmed_at if known else None
    if known is not None:
        session.delete(known)
        if _confirm(session, engine, message, engine.config.start_confirmation, confirmed_at):
            confirmed_at = engine.time.now()
    opt_outs.let_again(session, message.peer, at, confirmed_at)


def _confirm(
    session: Session,
    engine: Engine,
    message: Message,
    text: str | None,
    confirmed_at: datetime | None,
) -> bool:
    """Answer once, by an ordinary message to that one person; whether that was done."""
    now = engine.time.now()
    oldest = now - _CONFIRMED_AGAIN_AFTER
    phone = session.get(Phone, message.phone_id)
    if not text or phone is None or phone.removed_at is not None or phone.paused:
        return False
    if confirmed_at is not None and confirmed_at > oldest:
        return False
    if message.sent_at is not None and message.sent_at < oldest:
        return False
    try:
        body = clean_text(
            text,
            registry.get(phone.adapter).max_segments,
            lambda written: lengths.on_the_air(phone, written),
        )
    except Invalid as unfit:
        log.warning("Phone %s cannot confirm what it was told: %s", phone.id, unfit)
        return False
    _write(session, phone, message.peer, body)
    return True


def _write(session: Session, phone: Phone, peer: str, body: str) -> None:
    now = clock.now()
    campaign = Campaign(phone_id=phone.id, body=body, direct=True, due_at=now, created_at=now)
    session.add(campaign)
    session.flush()
    answer = Message(
        phone_id=phone.id,
        campaign_id=campaign.id,
        direction=messages.OUT,
        peer=peer,
        body=body,
        segments=lengths.of(body, phone).length.segments,
        status=Status.PENDING,
        due_at=now,
        attempt_at=now,
        attempts=0,
        scheduled=False,
        direct=True,
        flash=False,
        asked=0,
        created_at=now,
    )
    joining.put(session, answer)
