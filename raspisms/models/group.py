"""Groups of contacts: lists, with lists within them, and rules."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class Group(Base):
    """A name for several contacts: those in its list, or those for whom its rule is true."""

    __tablename__ = "contact_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: The name without case and accents: one group of that name, with a list or with a rule.
    name_key: Mapped[str] = mapped_column(String(400), unique=True)
    #: Of a smart group, in the language of ``sms.rules``; empty for a list.
    rule: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    #: When somebody last wrote to it.
    used_at: Mapped[datetime | None]


class GroupContact(Base):
    """A contact in the list of a group."""

    __tablename__ = "group_contact"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("contact_group.id", ondelete="CASCADE"), primary_key=True
    )
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )

    __table_args__ = (Index("ix_group_contact_contact_id", "contact_id"),)


class GroupGroup(Base):
    """A group within the list of another; never in a circle."""

    __tablename__ = "group_group"

    parent_id: Mapped[int] = mapped_column(
        ForeignKey("contact_group.id", ondelete="CASCADE"), primary_key=True
    )
    child_id: Mapped[int] = mapped_column(
        ForeignKey("contact_group.id", ondelete="CASCADE"), primary_key=True
    )

    __table_args__ = (Index("ix_group_group_child_id", "child_id"),)
