"""Phones that somebody is about to set up: what was entered, until there is a phone of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class PhoneSetup(Base):
    """One for each administrator who has begun; it is forgotten with its end, and after a day."""

    __tablename__ = "phone_setup"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    #: Settings as an adapter has them, as far as they are known; secrets among them.
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
