"""Ids that a provider gave for the recipients of a call, without saying which is whose."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base

OPEN = text("unmapped_id.is_open = 1")


class UnmappedId(Base):
    """One id of a call to several recipients, not known to be this or that message's.

    The ids of a call are as many as its messages without an id of their own, one for each. A row
    goes when its message is found out.
    """

    __tablename__ = "unmapped_id"

    service: Mapped[str] = mapped_column(String(120), primary_key=True)
    provider_uid: Mapped[str] = mapped_column(String(64), primary_key=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phone.id"))
    call_tag: Mapped[str] = mapped_column(String(20))
    #: When the provider took the call.
    sent_at: Mapped[datetime]
    #: What its receipts say together: "delivered", "failed" with a reason, or nothing final yet.
    state: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(String(64), default="")
    said_at: Mapped[datetime | None]
    #: Whether something of its call is still to be found out.
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        Index("ix_unmapped_id_call_tag", "call_tag", "state", "reason"),
        Index("ix_unmapped_id_open", "phone_id", "sent_at", sqlite_where=text("is_open = 1")),
    )
