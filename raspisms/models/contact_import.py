"""Files of contacts that are read, shown, and then imported or not."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class ContactImport(Base):
    """One file, from its upload to its import."""

    __tablename__ = "contact_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What the person called the file.
    name: Mapped[str] = mapped_column(String(200))
    #: A state of ``messaging.imports``.
    state: Mapped[str] = mapped_column(String(16), index=True)
    #: What to do and how to read it: format, delimiter, encoding, columns, numbers that exist.
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: What was found: columns, counts of each verdict.
    found: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: How far it is, of ``size``, in bytes.
    done: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    #: Why it could not be read, as a sentence and its parameters.
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    change_id: Mapped[int | None] = mapped_column(
        ForeignKey("address_change.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    # No number is given twice: whoever looked at one file must not import another one.
    __table_args__ = ({"sqlite_autoincrement": True},)


class ContactImportRow(Base):
    """One entry of a file, as it was read, and what would become of it."""

    __tablename__ = "contact_import_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("contact_import.id", ondelete="CASCADE"))
    #: Of the file, counted from 1.
    line: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    #: Of somebody without a name, how the number reads: a new contact is called so.
    name_key: Mapped[str] = mapped_column(String(400))
    number: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    notes: Mapped[str]
    #: "new", "changed", "same" or "skipped".
    verdict: Mapped[str] = mapped_column(String(16))
    #: Why it is skipped, as a code of ``messaging.import_preview``.
    reason: Mapped[str | None] = mapped_column(String(64))
    #: The contact that it changes.
    contact_id: Mapped[int | None]
    #: The line as it stood in the file, where it is skipped.
    original: Mapped[str | None]

    __table_args__ = (
        Index("ix_contact_import_row_import_id", "import_id", "verdict", "line"),
        Index("ix_contact_import_row_number", "import_id", "number"),
    )
