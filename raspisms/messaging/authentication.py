"""Proving who one is by a password, and choosing another one."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from raspisms.errors import Conflict, Invalid, say
from raspisms.messaging import journal, links, logins, members, passwords
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, OneTimeLink

_RESET_LIFETIME = timedelta(hours=1)


def authenticate(name: str, password: str) -> Member | None:
    """The member with that name and password, if there is one.

    Raises Invalid for a disabled account, but only where the password is right: nobody else learns
    that there is such an account.
    """
    member = members.named(name)
    kept = member.password_hash if member else passwords.of_nobody()
    if not passwords.is_right(kept, password) or member is None:
        return None
    if member.disabled_at:
        raise Invalid(
            say("This account is disabled."),
            say("An administrator of the household can enable it again."),
        )
    return member


def change_password(
    member: Member, login_id: int, current: str, new: str, household: str | None = None
) -> None:
    """Set a new password for who knows the current one; all logins but ``login_id`` end.

    Raises Invalid (current, password).
    """
    if not passwords.is_right(member.password_hash, current):
        raise Invalid(
            say("This is not your current password."),
            say("Type the password that you log in with."),
            field="current",
        )
    kept = passwords.hash_new(new, member.name, household)
    member_id = member.id
    with writing() as session:
        changed = session.get_one(Member, member_id)
        _store(session, changed, kept, login_id)
        journal.note(session, changed, "member.password_changed", changed.name)


def set_password(name: str, password: str, household: str | None = None) -> None:
    """Set a new password without the old one, for whoever runs the machine.

    All logins end. Raises NotFound, or Invalid (password).
    """
    member = members.find_by_name(name)
    kept, member_id = passwords.hash_new(password, member.name, household), member.id
    with writing() as session:
        changed = session.get_one(Member, member_id)
        _store(session, changed, kept)
        journal.note(session, None, "member.password_reset", changed.name)


def make_reset_link(by: Member, member_id: int) -> str:
    """The secret of a link with which a member chooses a new password, once, within an hour.

    An older one of theirs stops working. Until it is used, the old password goes on. Raises
    Conflict where the account is disabled.
    """
    with writing() as session:
        member = session.get_one(Member, member_id)
        if member.disabled_at:
            raise Conflict(
                say("The account “%(name)s” is disabled.", name=member.name),
                say("Enable it first."),
            )
        _forget_links(session, member_id)
        journal.note(session, by, "member.reset_offered", member.name)
        return links.make(session, "reset", _RESET_LIFETIME, member_id)


def look_at_reset(token: str) -> str:
    """The name of the account that a link resets. Raises NotFound when the link is spent."""
    return reading().get_one(Member, links.look(token, "reset").member_id).name


def reset_password(token: str, new: str, browser: str, household: str | None = None) -> str:
    """Set a new password through a link, end all logins, and log in; the secret of the login.

    Raises NotFound when the link is spent, Invalid (password): the link then still works.
    """
    kept = passwords.hash_new(new, look_at_reset(token), household)
    with writing() as session:
        member = session.get_one(Member, links.use(session, token, "reset").member_id)
        _store(session, member, kept)
        journal.note(session, member, "member.password_changed", member.name)
        return logins.start(session, member.id, browser)


def _store(session: Session, member: Member, kept: str, login_id: int | None = None) -> None:
    """Whoever got in by the old password is out: all logins but one end, and all links."""
    member.password_hash = kept
    logins.end_all(session, member.id, login_id)
    session.flush()
    _forget_links(session, member.id)


def _forget_links(session: Session, member_id: int) -> None:
    session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.member_id == member_id, OneTimeLink.purpose.in_(("login", "reset"))
        )
    )
