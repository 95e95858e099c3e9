"""Campaigns: one text, its recipients, a time. One SMS is a campaign of one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Float, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models import phone as phones
from raspisms.models.base import Base
from raspisms.models.member import Member


class Campaign(Base):
    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Made from the form that was sent: the same form sent again finds what it made before.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phone.id"), index=True)
    #: Who wrote it; empty for the command line.
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    #: What a person calls it; empty where nobody named it.
    name: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    #: By which campaigns are compared; empty for none.
    tag: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    body: Mapped[str]
    #: Whether ``body`` is a template, rendered for each recipient.
    template: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    #: From a person to one person: it goes to those too who want no campaigns.
    direct: Mapped[bool] = mapped_column(default=True, server_default=text("1"))
    #: Whom it was written to, as ``messaging.audience`` writes it down.
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    flash: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    #: Since when nothing of it leaves, which member said so (empty for RaspiSMS itself; no foreign
    #: key, which SQLite cannot add to a table), and why: a code of ``messaging.campaign_control``.
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[int | None]
    pause_reason: Mapped[str | None] = mapped_column(String(32))
    cancelled_at: Mapped[datetime | None]
    #: Hours in which nothing of it leaves, as ``sms.quiet_hours`` writes them down; empty for those
    #: of the household.
    quiet: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: Seconds from one message of it to the next; empty for as quick as can be.
    pace: Mapped[float | None] = mapped_column(Float)
    #: Of which plan it is a run, and for which of its times. Plans end, but their rows stay.
    plan_id: Mapped[int | None]
    run_at: Mapped[datetime | None]
    #: Of which campaign it goes again to those whom that did not reach.
    again_of: Mapped[int | None]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_campaign_run", "plan_id", "run_at", unique=True),
        Index("ix_campaign_tag", "tag", sqlite_where=text("tag <> ''")),
        Index("ix_campaign_paused", "paused_at", sqlite_where=text("paused_at IS NOT NULL")),
        Index("ix_campaign_again_of", "again_of", sqlite_where=text("again_of IS NOT NULL")),
        # The list of campaigns, without all that one person wrote to another.
        Index("ix_campaign_several", "due_at", sqlite_where=text("direct = 0")),
    )


class CampaignPhone(Base):
    """The phones that a campaign may leave from: the first of them first."""

    __tablename__ = "campaign_phone"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    phone_id: Mapped[int] = mapped_column(
        ForeignKey("phone.id", ondelete="CASCADE"), primary_key=True
    )
    priority: Mapped[int]


#: Those to several people. The planner takes a partial index only for the very same condition.
TO_SEVERAL = text("campaign.direct = 0")


def of_seen_phones(member: Member) -> ColumnElement[bool]:
    """Whether ``member`` sees all phones that a campaign may leave from, removed ones among them:
    what is shown of it, and decided about it, is about all of its messages.
    """
    hidden = phones.hidden_from(member, removed=True)
    others = select(CampaignPhone.campaign_id).where(
        CampaignPhone.campaign_id == Campaign.id, CampaignPhone.phone_id.in_(hidden)
    )
    return Campaign.phone_id.not_in(hidden) & ~others.exists()


class CampaignCount(Base):
    """How many messages of a campaign to several are alike in what is counted of them.

    Triggers of the table of messages keep it true (step 0008), whatever changes a message and in
    the same transaction: nothing else writes it. Sums of segments and credits are made of it, so
    that no error of rounding adds up. Rows of which there is none any more stay, with 0.
    """

    __tablename__ = "campaign_count"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    status: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: Empty for none: the database compares what is unknown with nothing.
    reason: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: Whether the provider took them, also those that failed after that.
    taken: Mapped[bool] = mapped_column(primary_key=True)
    segments: Mapped[int] = mapped_column(primary_key=True)
    #: Of each; below zero where they are not known.
    credits: Mapped[float] = mapped_column(Float, primary_key=True)
    messages: Mapped[int]
    #: None of those that the provider took was taken later.
    sent_until: Mapped[datetime | None]

    __table_args__ = ({"sqlite_with_rowid": False},)
