"""Accounts of the household: making them, proving who one is, one-time links."""

import hashlib
import secrets
import zoneinfo
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound, say
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, OneTimeLink, Phone, PhoneAccess
from raspisms.models import member as members
from raspisms.models import phone as phones

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
LONGEST_NAME = 80
SETUP_LIFETIME = timedelta(days=7)
LOGIN_LIFETIME = timedelta(hours=1)
LANGUAGES = ("fr", "en")
#: How passwords are hashed, in Werkzeug's terms: its default costs 32 MB and a tenth of a second.
PASSWORD_HASH = "scrypt"  # noqa: S105 - the name of a method


@cache
def _nobody() -> str:
    """Checked when the name is unknown, so that the answer takes as long as for a known one."""
    return generate_password_hash(secrets.token_urlsafe(), PASSWORD_HASH)


def get(member_id: int) -> Member | None:
    return reading().get(Member, member_id)


def everyone() -> list[Member]:
    """All accounts, by name."""
    return list(reading().scalars(members.all_members()))


def any_exists() -> bool:
    return bool(reading().scalar(members.count_members()))


def create(name: str, password: str, *, is_admin: bool = False) -> Member:
    """Make an account. Raises Invalid (name, password) or Conflict (the name is taken)."""
    member = _new(name, password, is_admin=is_admin)
    with writing() as session:
        _refuse_taken(session, member.name)
        session.add(member)
    return member


def authenticate(name: str, password: str) -> Member | None:
    """The member with that name and password, if there is one."""
    member = reading().scalars(members.by_name(name)).one_or_none()
    stored = member.password_hash if member else _nobody()
    right = check_password_hash(stored, password[:LONGEST_PASSWORD])
    return member if right else None


def change_password(member: Member, current: str, new: str) -> None:
    """Set a new password for who knows the current one; all other logins of the account end."""
    if not check_password_hash(member.password_hash, current[:LONGEST_PASSWORD]):
        raise Invalid(
            say("This is not your current password."),
            say("Type the password that you log in with."),
            field="current",
        )
    _store_password(member.id, new)


def set_password(name: str, password: str) -> None:
    """Set a new password without the old one, for whoever runs the machine. Raises NotFound."""
    _store_password(_by_name(name).id, password)


def change_account(member: Member, name: str, language: str, timezone: str) -> None:
    """Change how one is called and reads; empty language or zone follows the household's."""
    name = _clean_name(name)
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
        if members.name_key(name) != changed.name_key:
            _refuse_taken(session, name)
        changed.name, changed.name_key = name, members.name_key(name)
        changed.language, changed.timezone = language or None, timezone or None


def zone_of(engine: Engine, member: Member | None) -> ZoneInfo:
    """The time zone in which a member reads and writes times."""
    return ZoneInfo(member.timezone) if member and member.timezone else engine.config.timezone


def give_phone(member_name: str, phone_name: str) -> None:
    """Let a member see and use a phone. Raises NotFound."""
    member_id = _by_name(member_name).id
    phone = (
        reading()
        .scalars(phones.present().where(Phone.name_key == members.name_key(phone_name)))
        .one_or_none()
    )
    if phone is None:
        raise NotFound(say("There is no phone named “%(name)s”.", name=phone_name))
    phone_id = phone.id
    with writing() as session:
        session.merge(PhoneAccess(member_id=member_id, phone_id=phone_id))


def make_setup_link() -> str | None:
    """The secret of a link that makes the first account; None where there is one already.

    An older link of the kind stops working.
    """
    with writing() as session:
        if session.scalar(members.count_members()):
            return None
        session.execute(delete(OneTimeLink).where(OneTimeLink.purpose == "setup"))
        return _new_link(session, "setup", None, SETUP_LIFETIME)


def make_login_link(member_id: int) -> str:
    """The secret of a link that logs ``member_id`` in, once, within an hour."""
    with writing() as session:
        return _new_link(session, "login", member_id, LOGIN_LIFETIME)


def can_set_up(token: str) -> bool:
    """Whether a set-up link still works, without using it up."""
    link = reading().get(OneTimeLink, _hash(token))
    return _is_open(link, "setup") and not any_exists()


def set_up(token: str, name: str, password: str) -> Member:
    """Make the administrator through a set-up link. Raises NotFound when the link is spent."""
    if not can_set_up(token):
        raise _spent()
    member = _new(name, password, is_admin=True)
    with writing() as session:
        _use_link(session, token, "setup")
        if session.scalar(members.count_members()):
            raise _spent()
        session.add(member)
    return member


def log_in_by_link(token: str) -> Member:
    """The member whom a login link lets in. Raises NotFound when the link is spent."""
    with writing() as session:
        link = _use_link(session, token, "login")
        member = session.get(Member, link.member_id)
        if member is None:
            raise _spent()
    return member


def _new(name: str, password: str, *, is_admin: bool) -> Member:
    name = _clean_name(name)
    return Member(
        name=name,
        name_key=members.name_key(name),
        password_hash=_hash_password(password),
        is_admin=is_admin,
        session_key=secrets.token_urlsafe(),
        created_at=clock.now(),
    )


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(say("The name is empty."), say("Type a name."), field="name")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(
            say("This name cannot be used."),
            say("Type at most %(most)d letters, digits and signs.", most=LONGEST_NAME),
            field="name",
        )
    return name


def _refuse_taken(session: Session, name: str) -> None:
    if session.scalars(members.by_name(name)).one_or_none() is not None:
        raise Conflict(
            say("There is already an account named “%(name)s”.", name=name),
            say("Choose another name."),
            field="name",
        )


def _hash_password(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            say("This password is too short."),
            say(
                "Take at least %(least)d characters; three words do well.", least=SHORTEST_PASSWORD
            ),
            field="password",
        )
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(
            say("This password is too long."),
            say("Take at most %(most)d characters.", most=LONGEST_PASSWORD),
            field="password",
        )
    return generate_password_hash(password, PASSWORD_HASH)


def _store_password(member_id: int, password: str) -> None:
    hashed = _hash_password(password)
    with writing() as session:
        member = session.get_one(Member, member_id)
        member.password_hash = hashed
        member.session_key = secrets.token_urlsafe()


def _by_name(name: str) -> Member:
    member = reading().scalars(members.by_name(name)).one_or_none()
    if member is None:
        raise NotFound(
            say("There is no account named “%(name)s”.", name=name),
            say("See the names with: raspisms user list"),
        )
    return member


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_link(session: Session, purpose: str, member_id: int | None, lifetime: timedelta) -> str:
    token = secrets.token_urlsafe()
    session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < clock.now()))
    session.add(
        OneTimeLink(
            token_hash=_hash(token),
            purpose=purpose,
            member_id=member_id,
            expires_at=clock.now() + lifetime,
        )
    )
    return token


def _is_open(link: OneTimeLink | None, purpose: str) -> bool:
    return link is not None and link.purpose == purpose and link.expires_at > clock.now()


def _use_link(session: Session, token: str, purpose: str) -> OneTimeLink:
    link = session.get(OneTimeLink, _hash(token))
    if link is None or not _is_open(link, purpose):
        raise _spent()
    session.delete(link)
    return link


def _spent() -> NotFound:
    return NotFound(
        say("This link does not work any more."),
        say("Each link works once. Start RaspiSMS again to get a new one on its console."),
    )
