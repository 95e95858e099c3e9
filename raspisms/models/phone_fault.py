"""The last thing that went wrong with a phone, for each thing that it does."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class PhoneFault(Base):
    """It stays when all is well again: what worked since is told by messages and receipts."""

    __tablename__ = "phone_fault"

    phone_id: Mapped[int] = mapped_column(
        ForeignKey("phone.id", ondelete="CASCADE"), primary_key=True
    )
    #: What was done: a code of ``messaging.phone_faults``.
    part: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    #: What it was, in the form in which ``phone_faults`` writes sentences; and the provider's name
    #: for the call, which its support asks for.
    words: Mapped[str] = mapped_column(String(500))
    query_id: Mapped[str] = mapped_column(String(120))
