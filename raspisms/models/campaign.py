"""Campaigns: one text, its recipients, a time. One SMS is a campaign of one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


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
    body: Mapped[str]
    #: Whether ``body`` is a template, rendered for each recipient.
    template: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    #: From a person to one person: it goes to those too who want no campaigns.
    direct: Mapped[bool] = mapped_column(default=True, server_default=text("1"))
    #: Whom it was written to, as ``messaging.audience`` writes it down.
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    flash: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
