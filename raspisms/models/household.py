"""What an administrator chose on the settings page, unless the environment or a file decides."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class HouseholdSetting(Base):
    """One value, as text that its parser in ``raspisms.config`` reads."""

    __tablename__ = "household_setting"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]
    changed_at: Mapped[datetime]
