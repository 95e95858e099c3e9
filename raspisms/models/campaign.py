"""Campaigns: one text, its recipients, a time. One SMS is a campaign of one."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, text
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
    flash: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
