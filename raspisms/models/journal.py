"""The journal: what was done to all but messages, and by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class JournalEntry(Base):
    """One act. It outlives who did it and what it was done to, so names are kept as they were."""

    __tablename__ = "journal_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    #: Who did it, as they were called then; empty for the command line.
    actor: Mapped[str] = mapped_column(String(80))
    #: What was done, as a code of ``messaging.journal``.
    action: Mapped[str] = mapped_column(String(64))
    #: To whom or to what, by name.
    subject: Mapped[str] = mapped_column(String(200))
    #: What changed; never a secret.
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
