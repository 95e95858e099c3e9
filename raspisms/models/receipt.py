"""Receipts: what the provider said of a message, kept as it came."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class Receipt(Base):
    """One thing said of one message. The same thing said again is not a second receipt."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(String(120))
    provider_uid: Mapped[str] = mapped_column(String(64))
    #: ``sms.lifecycle.ReceiptState``
    state: Mapped[str] = mapped_column(String(16))
    #: Why, as a code of ``sms.reasons``; empty where nothing was said.
    reason: Mapped[str] = mapped_column(String(64), default="")
    #: "callback" or "poll".
    source: Mapped[str] = mapped_column(String(16))
    raw: Mapped[str]
    received_at: Mapped[datetime]
    #: Empty while the message is not known yet: a receipt may come before the answer to the send.
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), index=True
    )

    __table_args__ = (
        UniqueConstraint("service", "provider_uid", "state", "reason"),
        Index("ix_receipt_unapplied", "received_at", sqlite_where=text("message_id IS NULL")),
    )


def about(service: str, provider_uid: str) -> Select[Receipt]:
    """All receipts of one message, oldest first."""
    return (
        select(Receipt)
        .where(Receipt.service == service, Receipt.provider_uid == provider_uid)
        .order_by(Receipt.id)
    )
