"""Phones: numbers that send and receive, each through one adapter."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Select, String, bindparam, false, select, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base
from raspisms.models.member import Member, PhoneAccess


class Phone(Base):
    """A number and the adapter that reaches it.

    A removed phone keeps its row, without secrets: its conversations stay readable, and receipts
    for what it sent still find their message.
    """

    __tablename__ = "phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(160))
    adapter: Mapped[str] = mapped_column(String(64))
    #: The adapter's fields, secrets among them.
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: What others dial to reach it, for display and as the sender; E.164 where there is one.
    number: Mapped[str | None] = mapped_column(String(64))
    #: The provider's account within which its message ids are unique; phones may share one.
    service: Mapped[str] = mapped_column(String(120), index=True)
    #: The unguessable part of the address that the provider calls. It opens nothing else.
    callback_token: Mapped[str] = mapped_column(String(64), unique=True)
    paused: Mapped[bool] = mapped_column(default=False)
    #: When the provider last confirmed these settings; empty while they are not verified.
    verified_at: Mapped[datetime | None]
    #: When to ask the provider again, while not verified.
    check_at: Mapped[datetime | None]
    check_attempts: Mapped[int] = mapped_column(default=0)
    #: What stands in the way now, as a code of ``sms.reasons``, and the provider's own words.
    problem: Mapped[str | None] = mapped_column(String(64))
    problem_detail: Mapped[str | None] = mapped_column(String(500))
    problem_at: Mapped[datetime | None]
    #: By how many seconds this machine's clock is behind the provider's, where that is too much for
    #: scheduled messages; negative when it is ahead.
    clock_off: Mapped[int | None]
    #: Since when it is set aside because it failed again and again: others take its messages.
    aside_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    #: Counts the edits, so that two people who save the same phone do not undo each other.
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index(
            "uq_phone_name_key",
            "name_key",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
        ),
        Index("ix_phone_check_at", "check_at", sqlite_where=text("check_at IS NOT NULL")),
    )


def present() -> Select[Phone]:
    """Phones that have not been removed, by name."""
    return select(Phone).where(Phone.removed_at.is_(None)).order_by(Phone.name_key)


def working() -> Select[Phone]:
    """Phones that send and receive now."""
    return present().where(Phone.paused.is_(False))


def visible_to(member: Member, *, removed: bool = False) -> Select[Phone]:
    """The phones whose messages ``member`` may see: all for administrators, else those given."""
    query = select(Phone).order_by(Phone.name_key) if removed else present()
    if member.is_admin:
        return query
    return query.join(PhoneAccess, PhoneAccess.phone_id == Phone.id).where(
        PhoneAccess.member_id == member.id
    )


def hidden_from(member: Member, *, removed: bool = False) -> Select[int]:
    """The ids of the phones in use that ``member`` may not see; with ``removed``, of all phones."""
    every = select(Phone.id) if removed else present().with_only_columns(Phone.id).order_by(None)
    if member.is_admin:
        return every.where(false())
    given = select(PhoneAccess.phone_id).where(PhoneAccess.member_id == member.id)
    return every.where(Phone.id.not_in(given))


def who_sees(phone_id: int) -> Select[int]:
    """The ids of the members who may see the messages of a phone."""
    given = select(PhoneAccess.member_id).where(PhoneAccess.phone_id == phone_id)
    return select(Member.id).where(Member.is_admin | Member.id.in_(given))


def by_token(token: str) -> Select[Phone]:
    return select(Phone).where(Phone.callback_token == token)


_phone = Phone.__table__
#: The rows of the callback tokens ``tokens``, of removed phones too. Built once: providers call
#: often.
BY_TOKENS = select(_phone.c.id, _phone.c.adapter, _phone.c.service, _phone.c.callback_token).where(
    _phone.c.callback_token.in_(bindparam("tokens", expanding=True))
)
#: What tells to which of the phones of the accounts ``services`` an answer came.
OF_SERVICES = select(
    _phone.c.id,
    _phone.c.adapter,
    _phone.c.settings,
    _phone.c.number,
    _phone.c.service,
    _phone.c.paused,
).where(_phone.c.service.in_(bindparam("services", expanding=True)), _phone.c.removed_at.is_(None))
