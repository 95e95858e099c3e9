"""Taking a phone out of use, and what becomes of its messages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.messaging import journal, phone_sets, phones
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, Message, Phone
from raspisms.sms.lifecycle import Status


@dataclass(frozen=True)
class RemovalEffects:
    """What a removal touches: messages that have not left, and messages in all.

    ``waiting`` are cancelled; ``handed_over`` go by other phones of their campaigns.
    """

    waiting: int
    messages: int
    handed_over: int


def effects(phone_id: int) -> RemovalEffects:
    """What the removal of a phone would touch now."""
    handed_over = phone_sets.count_to_hand_over(phone_id)
    waiting = reading().scalar(_count(phone_id).where(_has_not_left())) or 0
    return RemovalEffects(
        waiting=waiting - handed_over,
        messages=reading().scalar(_count(phone_id)) or 0,
        handed_over=handed_over,
    )


def remove(phone_id: int, by: Member | None = None) -> None:
    """Take a phone out of use and forget its secrets; what has not left is cancelled.

    What waits of campaigns with other phones goes by those. Its conversations stay readable.
    """
    now = clock.now()
    with writing() as session:
        phone = phones.require(session.get(Phone, phone_id))
        phone.removed_at = now
        phone.check_at = None
        phone.settings = phones.public_settings(phone)
        session.flush()
        phone_sets.hand_over(session, phone_id)
        _cancel_orphans(session, now)
        journal.note(session, by, "phone.removed", phone.name)


def cancel_orphans(now: datetime) -> None:
    """Cancel what came back from a call under way when its phone was removed."""
    session = reading()
    if session.scalar(select(Message.id).where(_is_orphan()).limit(1)) is not None:
        with writing() as session:
            _cancel_orphans(session, now)


def _cancel_orphans(session: Session, now: datetime) -> None:
    session.execute(
        update(Message)
        .where(_is_orphan())
        .values(status=Status.CANCELLED, reason="phone_removed", final_at=now)
        .execution_options(synchronize_session=False)
    )


def _is_orphan() -> ColumnElement[bool]:
    removed = select(Phone.id).where(Phone.removed_at.is_not(None))
    return Message.phone_id.in_(removed) & _has_not_left()


def _count(phone_id: int) -> Select[int]:
    return select(func.count()).select_from(Message).where(Message.phone_id == phone_id)


def _has_not_left() -> ColumnElement[bool]:
    return Message.status.in_((Status.PENDING, Status.HELD))
