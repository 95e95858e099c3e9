"""The address book, shared by the household."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Select, String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base, listed


class Contact(Base):
    """A name and one number; one number is one contact."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: The name without case and accents, for search and order.
    name_key: Mapped[str] = mapped_column(String(400), index=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    #: What else is known: keys of letters, digits, "-" and "_", values of text.
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    notes: Mapped[str] = mapped_column(default="", server_default=text("''"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_contact_created_at", "created_at"),
        Index("ix_contact_updated_at", "updated_at"),
    )


def by_number(number: str) -> Select[Contact]:
    return select(Contact).where(Contact.number == number)


def names_of(numbers: Iterable[str]) -> Select[str, str]:
    """The (number, name) of those of ``numbers`` that are in the address book."""
    return select(Contact.number, Contact.name).where(Contact.number.in_(list(numbers)))


def by_name() -> Select[Contact]:
    return select(Contact).order_by(Contact.name_key, Contact.id)


def named(name_keys: Iterable[str]) -> Select[str, str]:
    """The (name_key, number) of the contacts that are called one of these."""
    query = select(Contact.name_key, Contact.number).where(Contact.name_key.in_(listed(name_keys)))
    return query.order_by(Contact.id)


def count() -> Select[int]:
    return select(func.count()).select_from(Contact)
