"""Logins: the browsers in which somebody is logged in, each with a secret of its own.

A browser keeps the secret, the database only a hash of it: whoever reads a backup is not logged in.
A login ends when it was not used for LIFETIME, when it is ended on a page, and with the account.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.messaging import links
from raspisms.messaging.transactions import reading, writing
from raspisms.models import LoginSession, Member

#: Without being used.
LIFETIME = timedelta(days=30)
LONGEST_BROWSER = 200
_LINK_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class Found:
    """The login that a secret belongs to, and whose it is."""

    login: LoginSession
    member: Member


def find(secret: str) -> Found | None:
    """Whom a secret lets in now, if anyone: one query, since every page begins with it."""
    row = (
        reading()
        .execute(
            select(LoginSession, Member)
            .join(Member, Member.id == LoginSession.member_id)
            .where(
                LoginSession.secret_hash == links.digest(secret),
                LoginSession.expires_at > clock.now(),
                Member.disabled_at.is_(None),
            )
        )
        .one_or_none()
    )
    return Found(*row) if row else None


def begin(member_id: int, browser: str) -> str:
    """Log a member in; the secret of the login. ``browser`` is what it calls itself."""
    with writing() as session:
        return start(session, member_id, browser)


def start(session: Session, member_id: int, browser: str) -> str:
    """The same, within a transaction of ``writing``."""
    now = clock.now()
    secret = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            member_id=member_id,
            secret_hash=links.digest(secret),
            browser=browser[:LONGEST_BROWSER],
            created_at=now,
            used_on=now.date(),
            expires_at=now + LIFETIME,
        )
    )
    return secret


def make_login_link(member_id: int) -> str:
    """The secret of a link that logs ``member_id`` in, once, within an hour."""
    with writing() as session:
        return links.make(session, "login", _LINK_LIFETIME, member_id)


def begin_by_link(token: str, browser: str) -> str:
    """Log in whom a login link lets in. Raises NotFound when the link is spent."""
    with writing() as session:
        link = links.use(session, token, "login")
        member = session.get(Member, link.member_id)
        if member is None or member.disabled_at:
            raise links.spent("login")
        return start(session, member.id, browser)


def is_noted(login: LoginSession) -> bool:
    """Whether it is known already that a login was used today."""
    return login.used_on == clock.now().date()


def note_use(login_id: int) -> None:
    """Note that a login was used today, and let it live on from now."""
    now = clock.now()
    with writing() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == login_id)
            .values(used_on=now.date(), expires_at=now + LIFETIME)
        )


def of(member: Member) -> list[LoginSession]:
    """Where ``member`` is logged in now, the newest first."""
    return list(
        reading().scalars(
            select(LoginSession)
            .where(LoginSession.member_id == member.id, LoginSession.expires_at > clock.now())
            .order_by(LoginSession.id.desc())
        )
    )


def last_used() -> dict[int, date]:
    """The last day on which each member was there, by id; of those who are logged in somewhere."""
    days: dict[int, date] = {}
    for member_id, day in reading().execute(select(LoginSession.member_id, LoginSession.used_on)):
        days[member_id] = max(day, days.get(member_id, day))
    return days


def end(member_id: int, login_id: int) -> None:
    """End one login of a member, wherever that is. One that has ended already is no fault."""
    with writing() as session:
        session.execute(
            delete(LoginSession).where(
                LoginSession.id == login_id, LoginSession.member_id == member_id
            )
        )


def end_others(member_id: int, kept_id: int) -> None:
    """End all logins of a member but one."""
    with writing() as session:
        end_all(session, member_id, kept_id)


def end_all(session: Session, member_id: int, kept_id: int | None = None) -> None:
    """End all logins of a member, or all but one, within a transaction of ``writing``."""
    query = delete(LoginSession).where(LoginSession.member_id == member_id)
    if kept_id is not None:
        query = query.where(LoginSession.id != kept_id)
    session.execute(query)


def forget_ended(now: datetime) -> None:
    """Forget the logins that were not used for too long."""
    ended = LoginSession.expires_at < now
    if reading().scalar(select(LoginSession.id).where(ended).limit(1)) is not None:
        with writing() as session:
            session.execute(delete(LoginSession).where(ended))
