"""Groups of contacts: lists, with lists within them, and rules."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, String, func, select
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

    # No number is given twice: a page that was open since before a group was removed, or what is
    # kept to undo something, must not mean another group.
    __table_args__ = ({"sqlite_autoincrement": True},)


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


def by_name(key: str) -> Select[Group]:
    """The group, of either kind, with that name_key."""
    return select(Group).where(Group.name_key == key)


def all_by_name() -> Select[Group]:
    return select(Group).order_by(Group.name_key)


def within(group_ids: Iterable[int]) -> Select[int]:
    """The ids of these groups and of all groups within them, however deep, each once."""
    found = select(Group.id).where(Group.id.in_(list(group_ids))).cte("within", recursive=True)
    # UNION, not UNION ALL: what was found before is not followed again.
    found = found.union(select(GroupGroup.child_id).join(found, GroupGroup.parent_id == found.c.id))
    return select(found.c.id)


def listed_in(group_ids: Iterable[int]) -> Select[int]:
    """The ids of the contacts in the lists of these groups and of those within; may repeat."""
    return select(GroupContact.contact_id).where(GroupContact.group_id.in_(within(group_ids)))


def counts() -> Select[int, int]:
    """For each group with anybody in its list or in one within: (id, how many, each once)."""
    found = select(Group.id.label("root"), Group.id.label("id")).cte("found", recursive=True)
    found = found.union(
        select(found.c.root, GroupGroup.child_id).join(found, GroupGroup.parent_id == found.c.id)
    )
    people = func.count(GroupContact.contact_id.distinct())
    query = select(found.c.root, people).join(GroupContact, GroupContact.group_id == found.c.id)
    return query.group_by(found.c.root)
