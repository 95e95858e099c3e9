"""Numbers that campaigns leave out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class OptOut(Base):
    """A number that wants no campaigns any more (SMS STOP), whether a contact has it or not."""

    __tablename__ = "opt_out"

    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    #: How it is known: "sms", "person", "import" or "provider".
    source: Mapped[str] = mapped_column(String(16))
    #: What was written, or what a person gave as the reason.
    reason: Mapped[str] = mapped_column(String(500))
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phone.id", ondelete="SET NULL"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    #: When an SMS last told this number that it was understood.
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_opt_out_at", "at"),)


class OptIn(Base):
    """A number that wants them again: since when what was said before no longer counts."""

    __tablename__ = "opt_in"

    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    #: When an SMS last told this number that it was understood.
    confirmed_at: Mapped[datetime | None]


class NumberCleared(Base):
    """A number that a person calls right again: failures before ``at`` do not count any more."""

    __tablename__ = "number_cleared"

    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
