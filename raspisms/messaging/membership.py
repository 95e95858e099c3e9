"""What administrators change of an account: its name, its role, its phones, whether it is open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound, say
from raspisms.messaging import invitations, journal, logins, members, phone_access
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, OneTimeLink, PushSubscription


@dataclass(frozen=True)
class MemberSummary:
    """One line of the list of members. ``phones`` are those that were given to them."""

    member: Member
    phones: list[str]
    last_used: date | None


def summaries() -> list[MemberSummary]:
    """All accounts, by name; the disabled ones below."""
    given, used = phone_access.names_by_member(), logins.last_used()
    everyone = sorted(members.everyone(), key=lambda one: one.disabled_at is not None)
    return [MemberSummary(one, given.get(one.id, []), used.get(one.id)) for one in everyone]


def find(member_id: int) -> Member:
    """An account. Raises NotFound in words."""
    return _one(reading().get(Member, member_id))


def is_last_admin(member: Member) -> bool:
    """Whether nobody else could manage the household."""
    return member.is_admin and not member.disabled_at and not _has_other_admin(reading(), member.id)


def edit(by: Member, member_id: int, name: str, is_admin: bool, phones: Collection[int]) -> None:
    """Change an account: the last who saves decides.

    Raises Invalid (name), Conflict (the name is taken, a phone is gone, the last administrator).
    """
    name = members.clean_name(name)
    with writing() as session:
        member = _one(session.get(Member, member_id))
        was_admin, before = member.is_admin, members.rename(session, member, name)
        _set_role(session, member, is_admin)
        change = phone_access.choose(session, member_id, phones)
        details: dict[str, object] = {"given": change.given, "taken": change.taken}
        if was_admin != is_admin:
            details["administrator"] = is_admin
        if before != name:
            details["after"] = name
        told = {key: value for key, value in details.items() if value not in ([], None)}
        if told:
            journal.note(session, by, "member.changed", before, **told)


def disable(by: Member | None, member_id: int) -> None:
    """Close an account: its logins, notices, links and invitations end at once.

    What it wrote stays, and its name stays taken. Raises Conflict for the last administrator, and
    Invalid for one's own account.
    """
    own_id = by.id if by else None
    with writing() as session:
        member = _one(session.get(Member, member_id))
        if member.id == own_id:
            raise Invalid(
                say("You cannot disable your own account."), say("Another administrator can do it.")
            )
        if member.disabled_at:
            return
        _refuse_last_admin(session, member)
        member.disabled_at = clock.now()
        logins.end_all(session, member_id)
        for table in (PushSubscription, OneTimeLink):
            session.execute(delete(table).where(table.member_id == member_id))
        journal.note(session, by, "member.disabled", member.name)


def enable(by: Member | None, member_id: int) -> None:
    """Open a disabled account again: its password and its phones are as they were."""
    with writing() as session:
        member = _one(session.get(Member, member_id))
        if member.disabled_at:
            member.disabled_at = None
            journal.note(session, by, "member.enabled", member.name)


def _set_role(session: Session, member: Member, is_admin: bool) -> None:
    if member.is_admin and not is_admin:
        _refuse_last_admin(session, member)
        invitations.withdraw_of(session, member.id)
    member.is_admin = is_admin


def _refuse_last_admin(session: Session, member: Member) -> None:
    if member.is_admin and not member.disabled_at and not _has_other_admin(session, member.id):
        raise Conflict(
            say("“%(name)s” is the only administrator.", name=member.name),
            say("Make somebody else an administrator first: the household needs one."),
            field="role",
        )


def _has_other_admin(session: Session, member_id: int) -> bool:
    others: ColumnElement[bool] = Member.id != member_id
    query = select(func.count()).where(Member.is_admin, Member.disabled_at.is_(None), others)
    return bool(session.scalar(query))


def _one(member: Member | None) -> Member:
    if member is None:
        raise NotFound(say("There is no such member."), say("Go back to the list of members."))
    return member
