"""Messages in and out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Float,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    func,
    not_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base
from raspisms.sms.lifecycle import Status

OUT, IN = "out", "in"

# The planner takes a partial index only for the very same condition, so these are written out.
PENDING = text("message.status = 'pending'")
SENDING = text("message.status = 'sending'")
UNCERTAIN = text("message.status = 'uncertain'")
SENT = text("message.status = 'sent'")
SKIPPED = text("message.status = 'skipped'")
_ATTENTION_SQL = "status IN ('pending', 'sending', 'held', 'uncertain', 'failed')"
_WAS_SENT = text("message.direction = 'out' AND message.sent_at IS NOT NULL")
_NOT_DELETED = text("message.deleted_at IS NULL")
_PLANNED = (text("message.status = 'pending'"), text("message.scheduled"))


class Message(Base):
    """One SMS to or from one number."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    phone_id: Mapped[int] = mapped_column(ForeignKey("phone.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    #: "out" or "in".
    direction: Mapped[str] = mapped_column(String(3))
    #: The other side: E.164, or a short code or sender name as it came.
    peer: Mapped[str] = mapped_column(String(64))
    body: Mapped[str]
    segments: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    #: Why, as a code of ``sms.reasons``, and the provider's own words.
    reason: Mapped[str | None] = mapped_column(String(64))
    reason_detail: Mapped[str | None] = mapped_column(String(500))
    #: When the person wanted it to go.
    due_at: Mapped[datetime | None]
    #: When to try next: the due time, or later after a try that surely did not arrive.
    attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    #: Whether a person chose the time; else it was to go at once, whatever the clock said.
    scheduled: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    #: A word from a person to one person: it goes before what goes to many.
    direct: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    #: Whether the recipient's phone shows it at once and does not store it.
    flash: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    #: Minutes in which the network may still deliver it; empty for the usual time.
    validity: Mapped[int | None]
    #: The most messages that may go in one call with it, once a larger call came to no good end.
    batch_limit: Mapped[int | None]
    #: The claim: since when, by which process, under which mark of the call.
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    call_tag: Mapped[str | None] = mapped_column(String(20))
    #: While uncertain: when to ask the provider next, how often it was asked, and when it first
    #: said that it has no such message.
    ask_at: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0)
    absent_at: Mapped[datetime | None]
    #: The provider's account that it went through, within which ``provider_uid`` is unique.
    service: Mapped[str | None] = mapped_column(String(120))
    provider_uid: Mapped[str | None] = mapped_column(String(64))
    credits: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime]
    #: When the provider accepted it, or, for one that came in, when the provider got it.
    sent_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    #: When a person deleted it. The row stays, without its text: the provider may still list it.
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_message_thread",
            "conversation_id",
            "id",
            sqlite_where=text("deleted_at IS NULL"),
        ),
        Index("ix_message_deleted", "conversation_id", sqlite_where=text("deleted_at IS NOT NULL")),
        Index("ix_message_phone_id_direction", "phone_id", "direction", "id"),
        Index(
            "uq_message_provider_uid",
            "phone_id",
            "direction",
            "provider_uid",
            unique=True,
            sqlite_where=text("provider_uid IS NOT NULL"),
        ),
        Index(
            "ix_message_sent_as",
            "service",
            "provider_uid",
            sqlite_where=text("direction = 'out' AND provider_uid IS NOT NULL"),
        ),
        Index("ix_message_call_tag", "call_tag", sqlite_where=text("call_tag IS NOT NULL")),
        # One partial index for each question of the engine: rows that do not matter to it, however
        # many, cost nothing.
        Index("ix_message_due", "phone_id", "attempt_at", sqlite_where=text("status = 'pending'")),
        Index(
            "ix_message_due_direct",
            "phone_id",
            "attempt_at",
            sqlite_where=text("status = 'pending' AND direct"),
        ),
        Index("ix_message_claimed", "claimed_at", sqlite_where=text("status = 'sending'")),
        Index(
            "ix_message_uncertain", "phone_id", "ask_at", sqlite_where=text("status = 'uncertain'")
        ),
        Index("ix_message_awaiting", "phone_id", "sent_at", sqlite_where=text("status = 'sent'")),
        Index(
            "ix_message_attention",
            "status",
            "phone_id",
            "id",
            sqlite_where=text(f"{_ATTENTION_SQL} AND deleted_at IS NULL"),
        ),
        # What was used in a month, without reading a message: SQLite 3.40 does so only where every
        # column of the question is in the index, the direction too.
        Index(
            "ix_message_spent",
            "phone_id",
            "direction",
            "sent_at",
            "credits",
            "segments",
            sqlite_where=text("direction = 'out' AND sent_at IS NOT NULL"),
        ),
        # What became of what was sent to one number: how often it failed, and why. As above, all
        # columns of the question are in it, also those that are the same in each of its rows.
        Index(
            "ix_message_outcome",
            "peer",
            "direction",
            "status",
            "reason",
            "final_at",
            sqlite_where=text("direction = 'out' AND final_at IS NOT NULL"),
        ),
        # Which numbers had failures at all: few among all that was sent.
        Index(
            "ix_message_failed", "status", "peer", "reason", sqlite_where=text("status = 'failed'")
        ),
        # Those of a campaign in one state, for one cause, in the order of their making.
        Index("ix_message_report", "campaign_id", "status", "reason", "id"),
        # How many messages of a phone are in each state, day by day.
        Index(
            "ix_message_days",
            "phone_id",
            "status",
            "due_at",
            sqlite_where=text("direction = 'out'"),
        ),
        # How many came in to a phone, day by day.
        Index("ix_message_came", "phone_id", "sent_at", sqlite_where=text("direction = 'in'")),
        # Who got nothing lately, however much was skipped before.
        Index(
            "ix_message_skipped",
            "phone_id",
            "created_at",
            sqlite_where=text("status = 'skipped' AND deleted_at IS NULL"),
        ),
        # What left of a phone since a moment, for its limits.
        Index(
            "ix_message_left",
            "phone_id",
            "claimed_at",
            sqlite_where=text("claimed_at IS NOT NULL"),
        ),
        # What a conversation shows at its end, however long it is and whatever else waits.
        Index(
            "ix_message_planned",
            "conversation_id",
            "due_at",
            sqlite_where=text("status = 'pending' AND scheduled"),
        ),
        # The number of a deleted message is never given again: read marks are such numbers.
        {"sqlite_autoincrement": True},
    )


#: Of phones; or a place for them, in a question that is made before they are known.
Ids = Sequence[int] | BindParameter[Any]
#: Statuses listed on the page of messages that wait or need a person, in their order there.
ATTENTION = (Status.UNCERTAIN, Status.HELD, Status.PENDING, Status.SENDING, Status.FAILED)


def needing_attention(status: Status, phone_ids: Ids, limit: int) -> Select[Message]:
    """The newest messages of some phones with one status of ATTENTION."""
    return (
        select(Message)
        .where(
            text(f"message.{_ATTENTION_SQL}"),
            _NOT_DELETED,
            Message.status == status,
            Message.phone_id.in_(phone_ids),
        )
        .order_by(Message.id.desc())
        .limit(limit)
    )


def skipped(phone_ids: Ids, since: datetime | BindParameter[datetime]) -> Select[Message]:
    """What some phones did not send, written since an instant; in no order."""
    return select(Message).where(
        SKIPPED, _NOT_DELETED, Message.phone_id.in_(phone_ids), Message.created_at >= since
    )


def known_uids(phone_id: int, direction: str, uids: Iterable[str]) -> Select[str | None]:
    """Those of the provider's ``uids`` that the phone already has."""
    return select(Message.provider_uid).where(
        Message.phone_id == phone_id,
        Message.direction == direction,
        Message.provider_uid.in_(list(uids)),
    )


def latest(phone_id: int, direction: str) -> Select[datetime | None]:
    """When the last message of a phone went out, or came in."""
    return (
        select(Message.sent_at)
        .where(
            Message.phone_id == phone_id,
            Message.direction == direction,
            Message.sent_at.is_not(None),
        )
        .order_by(Message.id.desc())
        .limit(1)
    )


def sent_after(
    phone_ids: Iterable[int], after: datetime
) -> Select[datetime | None, datetime | None]:
    """When the first and the last message that some phones sent after an instant were taken."""
    return select(func.min(Message.sent_at), func.max(Message.sent_at)).where(
        Message.phone_id.in_(list(phone_ids)), _WAS_SENT, Message.sent_at > after
    )


def used_between(
    phone_ids: Iterable[int], since: datetime, until: datetime
) -> Select[int, int, int, float, int]:
    """For each of some phones that sent: messages, segments, credits, how many without credits."""
    return (
        select(
            Message.phone_id,
            func.count(),
            func.sum(Message.segments),
            func.total(Message.credits),
            func.count() - func.count(Message.credits),
        )
        .where(
            Message.phone_id.in_(list(phone_ids)),
            _WAS_SENT,
            Message.sent_at >= since,
            Message.sent_at < until,
        )
        .group_by(Message.phone_id)
    )


def used_by_campaign(campaign_id: int) -> Select[int, int, int, float, int]:
    """The messages of a campaign; then of those that were taken the same as ``used_between``."""
    taken = Message.sent_at.is_not(None)
    return select(
        func.count(),
        func.count(Message.sent_at),
        func.coalesce(func.sum(Message.segments).filter(taken), 0),
        func.total(Message.credits).filter(taken),
        func.count(Message.sent_at) - func.count(Message.credits).filter(taken),
    ).where(Message.campaign_id == campaign_id)


def thread(conversation_id: int, now: datetime) -> Select[Message]:
    """The messages of a conversation, in the order of their making unless told otherwise.

    Without those that ``planned`` gives.
    """
    is_planned = and_(*_PLANNED, Message.due_at > now)
    return select(Message).where(
        Message.conversation_id == conversation_id, _NOT_DELETED, not_(is_planned)
    )


def planned(conversation_id: int, now: datetime, limit: int) -> Select[Message]:
    """Messages of a conversation that a person wants sent later than ``now``, the next first."""
    return (
        select(Message)
        .where(Message.conversation_id == conversation_id, *_PLANNED, Message.due_at > now)
        .order_by(Message.due_at, Message.id)
        .limit(limit)
    )
