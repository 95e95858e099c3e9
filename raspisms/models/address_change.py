"""What was done to many contacts at once, or to one for good, so that it can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class AddressChange(Base):
    """One act on the address book: a removal, a merge or an import."""

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: "removal", "merge", "import", or "grouping": an import that only put contacts into a group.
    kind: Mapped[str] = mapped_column(String(16))
    #: To whom or from what file, by name.
    subject: Mapped[str] = mapped_column(String(200))
    #: Contacts removed, merged, or new and changed; of a "grouping", those that it put there.
    count: Mapped[int]
    at: Mapped[datetime]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_address_change_at", "at"),)


class AddressChangeRow(Base):
    """One contact before and after it; empty where there was or is none.

    A contact is kept as ``messaging.address_changes`` writes it down.
    """

    __tablename__ = "address_change_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("address_change.id", ondelete="CASCADE"))
    contact_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (Index("ix_address_change_row_change_id", "change_id"),)
