"""What is to be sent later or again and again: each run of a plan is a campaign."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    func,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from raspisms.models import phone as phones
from raspisms.models.base import Base
from raspisms.models.member import Member


class CampaignDraft(Base):
    """A campaign that is being written; members who may use its phone share it."""

    __tablename__ = "campaign_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    #: Who may see it: those who see this phone; only its author while none is chosen.
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phone.id", ondelete="SET NULL"))
    #: The fields of the form, as ``messaging.campaign_drafts`` writes them down.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Grows with each change: whoever confirms says which one they saw.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    #: What became of it: only one of them, and never twice.
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"))

    __table_args__ = (Index("ix_campaign_draft_updated_at", "updated_at"),)


class Plan(Base):
    """A campaign that is repeated, or whose recipients are found out when it runs."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    phone_id: Mapped[int] = mapped_column(ForeignKey("phone.id"))
    name: Mapped[str] = mapped_column(String(200))
    tag: Mapped[str] = mapped_column(String(60), default="")
    #: The fields of the form that it came from, as in CampaignDraft.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: When it runs, as ``sms.recurrence`` writes it down: on the household's clock.
    schedule: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Whether ``PlanPerson`` has whom it goes to; else they are found out at each run.
    fixed: Mapped[bool]
    #: What becomes of a run that was missed: "late" or "hold".
    missed: Mapped[str] = mapped_column(String(8), default="late")
    #: The time of the next run; empty where there is none, or while it is paused.
    next_at: Mapped[datetime | None]
    #: The time of the last run that was made or missed: nothing up to it is run again.
    last_at: Mapped[datetime | None]
    #: What kept the last run from being made, as a sentence and its parameters.
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_plan_next_at", "next_at", sqlite_where=text("next_at IS NOT NULL")),
    )


# The planner takes a partial index only for the very same condition.
LIVE = text("plan.ended_at IS NULL")
_HAS_NEXT = text("plan.next_at IS NOT NULL")


def due(now: datetime, limit: int) -> Select[int]:
    """The ids of plans whose time has come, the longest waiting first."""
    query = select(Plan.id).where(_HAS_NEXT, Plan.next_at <= now)
    return query.order_by(Plan.next_at, Plan.id).limit(limit)


def next_time(after: datetime) -> Select[datetime | None]:
    """When the next plan runs, after an instant."""
    query = select(Plan.next_at).where(_HAS_NEXT, Plan.next_at > after)
    return query.order_by(Plan.next_at).limit(1)


def before(until: datetime, member: Member, limit: int) -> Select[Plan]:
    """The plans that ``member`` sees and that run before an instant, the next first."""
    query = select(Plan).where(_HAS_NEXT, Plan.next_at < until, of_seen_phones(member))
    return query.order_by(Plan.next_at, Plan.id).limit(limit)


def of_seen_phones(member: Member) -> ColumnElement[bool]:
    """Whether ``member`` sees all phones that a plan goes by, removed ones among them."""
    hidden = phones.hidden_from(member, removed=True)
    return Plan.phone_id.not_in(hidden) & ~names_one_of(Plan.content, hidden)


def names_one_of(
    content: InstrumentedAttribute[dict[str, Any]], phone_ids: Select[int]
) -> ColumnElement[bool]:
    """Whether the content of a plan or of a draft names one of some phones."""
    named = func.json_each(content, "$.phones").table_valued("value")
    return select(named.c.value).where(named.c.value.in_(phone_ids)).exists()


class PlanPerson(Base):
    """Somebody to whom a plan with fixed recipients goes, with data given beside the number."""

    __tablename__ = "plan_person"

    plan_id: Mapped[int] = mapped_column(
        ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index("ix_plan_person_number", "number"),)


class PhoneLimit(Base):
    """So many messages from one phone, at most, since a moment that PHP's words say."""

    __tablename__ = "phone_limit"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phone.id", ondelete="CASCADE"), index=True)
    volume: Mapped[int]
    startpoint: Mapped[str] = mapped_column(String(60))
