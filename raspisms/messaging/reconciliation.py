"""Finding out whether the provider has a message whose call had no clear end.

Nothing uncertain is sent again before the provider has said twice, some time apart, that it does
not have it.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, text

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.base import (
    Absent,
    AdapterError,
    CannotTell,
    Capability,
    Finding,
    Found,
    Sought,
    Throttled,
)
from raspisms.messaging import outbox
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, Phone
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.sms import lifecycle
from raspisms.sms.lifecycle import Event, Status

log = logging.getLogger(__name__)

_PORTION = 20
#: So often a message is claimed before a person is asked: OVH may take it and never show it.
_MOST_CLAIMS = 5


def phones_with_doubts(now: datetime) -> tuple[list[int], datetime | None]:
    """The phones with messages to ask about now, and when the next asking is due."""
    ready: list[int] = []
    later: list[datetime] = []
    for phone in reading().scalars(phones.present()):
        if Capability.FIND_SENT not in registry.get(phone.adapter).capabilities:
            continue
        wanted = reading().scalar(messages.next_asking(phone.id))
        if wanted is not None and wanted <= now:
            ready.append(phone.id)
        elif wanted is not None:
            later.append(wanted)
    return ready, min(later, default=None)


def reconcile(engine: Engine, phone_id: int) -> None:
    """Ask the provider about each uncertain message of a phone whose time has come."""
    due = [m.id for m in reading().scalars(messages.to_ask(phone_id, clock.now(), _PORTION))]
    for message_id in due:
        if engine.stopping.is_set() or not _ask(engine, phone_id, message_id):
            return


def _ask(engine: Engine, phone_id: int, message_id: int) -> bool:
    """Whether the provider can be asked more now."""
    phone = reading().get(Phone, phone_id)
    message = reading().get(Message, message_id)
    if phone is None or message is None or phone.removed_at is not None:
        return False
    adapter = engine.adapter(phone)
    sought = Sought(
        receiver=message.peer,
        text=message.body,
        tag=message.call_tag or "",
        since=min(message.claimed_at or message.created_at, clock.now()),
        taken=_ids_of_others(message),
    )
    reading().rollback()  # no transaction is open while the provider is asked
    try:
        finding: Finding = adapter.find_sent(sought)
    except Throttled as error:
        _ask_later(engine, message_id, error.retry_after)
        return False
    except AdapterError as error:
        log.info("The provider could not be asked about message %s: %s", message_id, error)
        finding = CannotTell(str(error.message))
    _conclude(engine, message_id, finding)
    return True


def _ids_of_others(message: Message) -> Collection[str]:
    """The provider's ids of all other messages of the account to the same number, of any phone."""
    query = select(Message.provider_uid).where(
        Message.service == message.service,
        Message.provider_uid.is_not(None),
        text("message.direction = 'out'"),
        Message.peer == message.peer,
    )
    return {uid for uid in reading().scalars(query) if uid is not None}


def _conclude(engine: Engine, message_id: int, finding: Finding) -> None:
    now = clock.now()
    with writing() as session:
        message = session.get_one(Message, message_id)
        if message.status != Status.UNCERTAIN:
            return
        match finding:
            case Found(provider_uid, credit):
                outbox.accept(session, message, provider_uid, credit, Event.FOUND, now)
            case Absent() if message.absent_at is None:
                message.absent_at = now
                message.ask_at = now + engine.ask_after
            case Absent():
                _send_again(engine, message, now)
            case CannotTell(detail):
                _still_unclear(engine, message, detail, now)


def _send_again(engine: Engine, message: Message, now: datetime) -> None:
    """The provider does not have it: it goes again, unless that is for a person to say."""
    message.ask_at = None
    due_at = message.due_at or message.created_at
    if message.attempts >= _MOST_CLAIMS or lifecycle.is_overdue(due_at, now, engine.hold_after):
        message.status = lifecycle.next_status(Status.UNCERTAIN, Event.HOLD)
        message.reason = "overdue"
        return
    message.status = lifecycle.next_status(Status.UNCERTAIN, Event.SURELY_ABSENT)
    message.attempt_at = now
    message.reason = message.reason_detail = None


def _still_unclear(engine: Engine, message: Message, detail: str, now: datetime) -> None:
    message.reason, message.reason_detail = "cannot_tell", detail[:500] or None
    message.absent_at = None
    message.ask_at = now + lifecycle.next_asking(engine.ask_after, message.asked)
    message.asked += 1


def _ask_later(engine: Engine, message_id: int, wait: timedelta) -> None:
    with writing() as session:
        message = session.get_one(Message, message_id)
        if message.status == Status.UNCERTAIN:
            pause = max(wait, lifecycle.next_asking(engine.ask_after, message.asked))
            message.ask_at = clock.now() + pause
            message.asked += 1
