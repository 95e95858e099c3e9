"""Accounts of the household, the phones given to them, and one-time links."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class Member(Base):
    """An account. Administrators manage phones, settings and members."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    #: The name without case: "Léa" and "léa" are one account. SQLite's own folding is ASCII only.
    name_key: Mapped[str] = mapped_column(String(160), unique=True)
    password_hash: Mapped[str]
    is_admin: Mapped[bool]
    language: Mapped[str | None] = mapped_column(String(8))
    timezone: Mapped[str | None] = mapped_column(String(64))
    #: Whether an open page sounds when something comes in.
    sound: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    created_at: Mapped[datetime]
    #: Since when the account cannot be used; what it wrote stays.
    disabled_at: Mapped[datetime | None]


class LoginSession(Base):
    """A browser in which somebody is logged in. Only a hash of its secret is kept."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: The browser, as it calls itself, shortened.
    browser: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    #: The last day on which it was used: noted once a day, not with each page.
    used_on: Mapped[date]
    expires_at: Mapped[datetime]


class PhoneAccess(Base):
    """A phone given to a member, who sees its conversations and writes with it."""

    __tablename__ = "phone_access"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    phone_id: Mapped[int] = mapped_column(
        ForeignKey("phone.id", ondelete="CASCADE"), primary_key=True
    )

    __table_args__ = (Index(None, "phone_id"),)


class OneTimeLink(Base):
    """A link that opens one door once. Only a hash of its secret is kept."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: "setup" makes the first account; "login" opens a session for ``member_id``, "reset" lets them
    #: choose a new password; "invite", which ``member_id`` made, makes an account as ``data`` says.
    purpose: Mapped[str] = mapped_column(String(16))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    #: Of an invitation: the ``name`` that is suggested, ``is_admin``, and ids of ``phones``.
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    expires_at: Mapped[datetime]


def name_key(name: str) -> str:
    """The form under which two names are the same account."""
    return " ".join(name.split()).casefold()


def by_name(name: str) -> Select[Member]:
    return select(Member).where(Member.name_key == name_key(name))


def all_members() -> Select[Member]:
    return select(Member).order_by(Member.name_key)


def count_members(*, admins_only: bool = False) -> Select[int]:
    query = select(func.count()).select_from(Member)
    return query.where(Member.is_admin) if admins_only else query
