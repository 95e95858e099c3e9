"""Accounts of the household: who there is, making one, and what members change of their own."""

import zoneinfo
from collections.abc import Collection
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound, say
from raspisms.messaging import journal, passwords, phone_access
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member
from raspisms.models import member as members
from raspisms.sms import names

LONGEST_NAME = 80
LANGUAGES = ("fr", "en")


def everyone() -> list[Member]:
    """All accounts, by name."""
    return list(reading().scalars(members.all_members()))


def any_exists() -> bool:
    return bool(reading().scalar(members.count_members()))


def named(name: str) -> Member | None:
    """The account called ``name``, whatever the case, if there is one."""
    return reading().scalars(members.by_name(name)).one_or_none()


def find_by_name(name: str) -> Member:
    """The same. Raises NotFound in words."""
    member = named(name)
    if member is None:
        raise NotFound(
            say("There is no account named “%(name)s”.", name=name),
            say("See the names with: raspisms user list"),
        )
    return member


def create(
    name: str,
    password: str,
    *,
    is_admin: bool = False,
    phones: Collection[int] = (),
    household: str | None = None,
) -> Member:
    """Make an account, for whoever runs the machine.

    Raises Invalid (name, password) or Conflict (the name is taken, a phone is gone).
    """
    member = new(name, password, is_admin=is_admin, household=household)
    with writing() as session:
        refuse_taken(session, member.name)
        session.add(member)
        session.flush()
        given = phone_access.choose(session, member.id, phones).given
        journal.note(
            session, None, "member.added", member.name, administrator=is_admin, given=given
        )
    return member


def change_account(member: Member, name: str, language: str, timezone: str) -> None:
    """Change how one is called and reads; empty language or zone follows the household's."""
    name = clean_name(name)
    if language and language not in LANGUAGES:
        raise Invalid(say("This language is not offered."), say("Choose one."), field="language")
    if timezone and timezone not in zoneinfo.available_timezones():
        raise Invalid(
            say("There is no time zone “%(zone)s”.", zone=timezone[:64]),
            say("Choose one from the list, such as Europe/Paris."),
            field="timezone",
        )
    member_id = member.id
    with writing() as session:
        changed = session.get_one(Member, member_id)
        before = rename(session, changed, name)
        if before != name:
            journal.note(session, changed, "member.changed", before, after=name)
        changed.language, changed.timezone = language or None, timezone or None


def zone_of(engine: Engine, member: Member | None) -> ZoneInfo:
    """The time zone in which a member reads and writes times."""
    return ZoneInfo(member.timezone) if member and member.timezone else engine.config.timezone


def new(
    name: str, password: str, *, is_admin: bool = False, household: str | None = None
) -> Member:
    """An account that is not stored yet. Raises Invalid (name, password)."""
    name = clean_name(name)
    return Member(
        name=name,
        name_key=members.name_key(name),
        password_hash=passwords.hash_new(password, name, household),
        is_admin=is_admin,
        created_at=clock.now(),
    )


def rename(session: Session, member: Member, name: str) -> str:
    """Give an account a clean name within ``writing``; the one before. Raises Conflict."""
    before = member.name
    if members.name_key(name) != member.name_key:
        refuse_taken(session, name)
    member.name, member.name_key = name, members.name_key(name)
    return before


def clean_name(name: str) -> str:
    """A name with single spaces. Raises Invalid for one that cannot be an account's."""
    return names.clean_name(name, LONGEST_NAME)


def refuse_taken(session: Session, name: str) -> None:
    """Raises Conflict where there is an account of that name, also a disabled one."""
    if session.scalars(members.by_name(name)).one_or_none() is not None:
        raise Conflict(
            say("There is already an account named “%(name)s”.", name=name),
            say("Choose another name."),
            field="name",
        )
