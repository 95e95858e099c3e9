"""Invitations: links with which somebody makes their own account, once, within seven days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import NotFound, say
from raspisms.messaging import journal, links, logins, members, phone_access
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, OneTimeLink, Phone
from raspisms.models import phone as phones

LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Wanted:
    """What an administrator wants somebody's account to be. The name is a suggestion."""

    name: str
    is_admin: bool = False
    phones: Collection[int] = ()


@dataclass(frozen=True)
class Invitation:
    """An open invitation; ``key`` names it and opens nothing."""

    key: str
    name: str
    is_admin: bool
    #: The names of the phones that are still there.
    phones: list[str]
    #: Who invites, as they are called now.
    by: str
    expires_at: datetime


def invite(by: Member, wanted: Wanted) -> str:
    """The secret of a link that makes an account as ``wanted`` says.

    Raises Invalid or Conflict (name, phones).
    """
    name = members.clean_name(wanted.name)
    with writing() as session:
        members.refuse_taken(session, name)
        chosen = phone_access.check_offered(session, wanted.phones)
        data = {"name": name, "is_admin": wanted.is_admin, "phones": [one.id for one in chosen]}
        secret = links.make(session, "invite", LIFETIME, by.id, data)
        given = [one.name for one in chosen]
        journal.note(
            session, by, "member.invited", name, administrator=wanted.is_admin, given=given
        )
    return secret


def open_ones() -> list[Invitation]:
    """The invitations that can be accepted now, the one that ends first above."""
    query = (
        select(OneTimeLink, Member.name)
        .join(Member, Member.id == OneTimeLink.member_id)
        .where(OneTimeLink.purpose == "invite", OneTimeLink.expires_at > clock.now())
        .order_by(OneTimeLink.expires_at)
    )
    return [_told(link, by) for link, by in reading().execute(query)]


def withdraw(by: Member, key: str) -> None:
    """Let an invitation work no more. Raises NotFound where it does not any more anyway."""
    with writing() as session:
        link = session.get(OneTimeLink, key)
        if link is None or link.purpose != "invite":
            raise NotFound(
                say("This invitation is not open any more: it was accepted or withdrawn."),
                say("Go back to the list of members."),
            )
        session.delete(link)
        journal.note(session, by, "member.invitation_withdrawn", link.data["name"])


def look(token: str) -> Invitation:
    """The invitation of a link, without using it up. Raises NotFound in words."""
    link = links.look(token, "invite")
    return _told(link, reading().get_one(Member, link.member_id).name)


def accept(token: str, name: str, password: str, browser: str, household: str | None = None) -> str:
    """Make the account of an invitation and log it in; the secret of the login.

    Of two who race with one link, one gets it. Raises NotFound when the link is spent, Invalid or
    Conflict for the name or the password: the link then still works.
    """
    links.look(token, "invite")  # before a password is hashed for nothing
    member = members.new(name, password, household=household)
    with writing() as session:
        link = links.use(session, token, "invite")
        members.refuse_taken(session, member.name)
        member.is_admin = bool(link.data["is_admin"])
        session.add(member)
        session.flush()
        still_there = {one.id for one in _phones(session, link)}
        given = phone_access.choose(session, member.id, still_there).given
        journal.note(
            session,
            member,
            "member.joined",
            member.name,
            administrator=member.is_admin,
            given=given,
        )
        return logins.start(session, member.id, browser)


def withdraw_of(session: Session, member_id: int) -> None:
    """End what somebody has invited who must not invite any more, within ``writing``."""
    session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.purpose == "invite", OneTimeLink.member_id == member_id
        )
    )


def _told(link: OneTimeLink, by: str) -> Invitation:
    return Invitation(
        key=link.token_hash,
        name=link.data["name"],
        is_admin=bool(link.data["is_admin"]),
        phones=[one.name for one in _phones(reading(), link)],
        by=by,
        expires_at=link.expires_at,
    )


def _phones(session: Session, link: OneTimeLink) -> list[Phone]:
    return list(session.scalars(phones.present().where(Phone.id.in_(link.data["phones"]))))
