"""Texts that are kept to be sent again."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class SavedText(Base):
    """A text with a name, shared by the household."""

    __tablename__ = "saved_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400), unique=True)
    body: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
