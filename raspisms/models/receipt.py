"""Receipts: what the provider said of a message, kept as it came."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    text,
    update,
)
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
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))

    __table_args__ = (
        UniqueConstraint("service", "provider_uid", "state", "reason"),
        # The rest is in the next: else SQLite looks there, at all of nobody's, for the oldest.
        Index("ix_receipt_message_id", "message_id", sqlite_where=text("message_id IS NOT NULL")),
        Index("ix_receipt_unapplied", "received_at", sqlite_where=text("message_id IS NULL")),
    )


_receipt = Receipt.__table__
#: What an account (``service``) said of the messages ``uids``, oldest first. Statements of this
#: module are built once, and give rows: receipts come by the hundred.
ABOUT = (
    select(_receipt.c.provider_uid, _receipt.c.state, _receipt.c.reason, _receipt.c.received_at)
    .where(
        _receipt.c.service == bindparam("service"),
        _receipt.c.provider_uid.in_(bindparam("uids", expanding=True)),
    )
    .order_by(_receipt.c.id)
)
STORE = insert(_receipt)
#: Give the receipts that came before their message was known to the message ``message``.
ASSIGN = (
    update(_receipt)
    .where(
        _receipt.c.service == bindparam("of_service"),
        _receipt.c.provider_uid == bindparam("of_uid"),
        _receipt.c.message_id.is_(None),
    )
    .values(message_id=bindparam("message"))
)
