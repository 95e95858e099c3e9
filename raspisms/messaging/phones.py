"""Phones: adding, checking at the provider, changing, pausing; removing is in ``phone_removal``."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters import registry
from raspisms.errors import Conflict, Invalid, NotFound, Text, say
from raspisms.messaging import journal, phone_faults, phone_sets, signals
from raspisms.messaging.engine import Engine
from raspisms.messaging.phone_drafts import PhoneDraft, examine, refuse_taken
from raspisms.messaging.phone_states import PhoneState, state_of
from raspisms.messaging.transactions import reading, writing
from raspisms.messaging.verification import Verdict, verify
from raspisms.models import Member, Message, Phone, PhoneAccess
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.models.member import name_key


@dataclass(frozen=True)
class Saved:
    """A phone as stored; ``notices`` say what a person should know of it.

    ``problem`` is what the provider says is wrong with its settings.
    """

    phone: Phone
    verified: bool
    notices: tuple[Text, ...] = field(default=())
    problem: Invalid | None = None


@dataclass(frozen=True)
class PhoneSummary:
    """One line of the list of phones."""

    phone: Phone
    adapter_name: Text
    state: Text
    hint: Text | None
    level: str
    last_sent: datetime | None
    last_received: datetime | None


def new_token() -> str:
    """An unguessable token for a callback address: 256 bits."""
    return secrets.token_urlsafe(32)


def visible(member: Member, *, removed: bool = False) -> list[Phone]:
    """The phones that ``member`` may see and use, by name."""
    return list(reading().scalars(phones.visible_to(member, removed=removed)))


def may_see(member: Member, phone_id: int) -> bool:
    """Whether ``member`` may see the messages of a phone, also of one that was removed."""
    given = select(PhoneAccess.phone_id).where(
        PhoneAccess.member_id == member.id, PhoneAccess.phone_id == phone_id
    )
    return member.is_admin or reading().scalar(given) is not None


def everything() -> list[Phone]:
    """All phones there are, by name."""
    return list(reading().scalars(phones.present()))


def summaries(member: Member) -> list[PhoneSummary]:
    """How each phone that ``member`` may see is doing."""
    return [summary(phone) for phone in visible(member)]


def summary(phone: Phone) -> PhoneSummary:
    """How a phone is doing, in words."""
    state: PhoneState = state_of(phone)
    return PhoneSummary(
        phone=phone,
        adapter_name=registry.get(phone.adapter).name,
        state=state.words,
        hint=state.hint,
        level=state.level,
        last_sent=reading().scalar(messages.latest(phone.id, messages.OUT)),
        last_received=reading().scalar(messages.latest(phone.id, messages.IN)),
    )


def find(member: Member, phone_id: int) -> Phone:
    """A phone that ``member`` may see. Raises NotFound for any other."""
    query = phones.visible_to(member).where(Phone.id == phone_id)
    return require(reading().scalars(query).one_or_none())


def one(phone_id: int) -> Phone:
    """A phone, whoever asks. Raises NotFound for none and for a removed one."""
    return require(reading().get(Phone, phone_id))


def require(phone: Phone | None) -> Phone:
    """The phone, where there is one that is not removed. Raises NotFound."""
    if phone is None or phone.removed_at is not None:
        raise NotFound(
            say("There is no such phone, or it is not yours to see."),
            say("Go back to the list of phones."),
        )
    return phone


def find_by_name(name: str) -> Phone:
    """The phone called ``name``. Raises NotFound with the names there are."""
    query = phones.present().where(Phone.name_key == name_key(name))
    phone = reading().scalars(query).one_or_none()
    if phone is None:
        known = ", ".join(phone.name for phone in everything())
        raise NotFound(
            say("There is no phone named “%(name)s”.", name=name),
            say("Known phones: %(known)s.", known=known)
            if known
            else say("Add one with: raspisms phone add"),
            field="phone",
        )
    return phone


def members_with(phone_id: int) -> set[int]:
    """The ids of the members to whom a phone was given."""
    query = select(PhoneAccess.member_id).where(PhoneAccess.phone_id == phone_id)
    return set(reading().scalars(query))


def add(engine: Engine, draft: PhoneDraft, token: str, by: Member | None = None) -> Saved:
    """Check a new phone at its provider and store it under the callback address of ``token``.

    ``by`` is the administrator who does it; None for whoever runs the machine. Raises InvalidForm
    with a problem for each field at fault; nothing is stored then. A provider that cannot be
    reached is no fault: the phone is stored as not verified.
    """
    settings, verdict = examine(engine, draft, {})
    with writing() as session:
        refuse_taken(session, draft, settings, None)
        if session.scalars(phones.by_token(token)).one_or_none() is not None:
            raise Conflict(
                say("This callback address is already another phone's."),
                say("Add the phone again: it gets an address of its own."),
            )
        phone = Phone(
            callback_token=token, adapter=draft.adapter, version=1, created_at=clock.now()
        )
        _fill(phone, draft, settings, verdict)
        session.add(phone)
        session.flush()
        given, _ = _give(session, phone.id, draft.members)
        journal.note(session, by, "phone.added", phone.name, given=given)
    return Saved(phone, verdict.verified, verdict.notices)


def edit(
    engine: Engine, phone_id: int, version: int, draft: PhoneDraft, by: Member | None = None
) -> Saved:
    """Check changed settings and store them; secrets left empty stay as they are.

    Raises InvalidForm as ``add`` does, and Conflict when someone else has saved since ``version``.
    """
    stored = require(reading().get(Phone, phone_id))
    kept = stored.settings if stored.adapter == draft.adapter else {}
    settings, verdict = examine(engine, draft, kept)
    with writing() as session:
        phone = require(session.get(Phone, phone_id))
        if phone.version != version:
            raise Conflict(
                say("Someone else saved this phone meanwhile."),
                say("Look at what is there now, then save again what you want changed."),
            )
        refuse_taken(session, draft, settings, phone_id)
        before, known_as = (phone.service, phone.number), _described(phone)
        phone.adapter = draft.adapter
        phone.version += 1
        if phone.aside_at is not None:
            phone.aside_at = None
            phone_sets.look_again(session, phone_id)
        _fill(phone, draft, settings, verdict)
        if before != (phone.service, phone.number):
            _leave_doubts_to_a_person(session, phone_id)
        given, taken = _give(session, phone_id, draft.members)
        changed = _differences(known_as, _described(phone))
        if changed or given or taken:
            journal.note(
                session, by, "phone.changed", phone.name, changed=changed, given=given, taken=taken
            )
    signals.committed.send()
    return Saved(phone, verdict.verified, verdict.notices)


def pause(phone_id: int, paused: bool, by: Member | None = None) -> None:
    """Stop a phone from sending and receiving, or let it go on; what waits is kept."""
    with writing() as session:
        phone = require(session.get(Phone, phone_id))
        if phone.paused != paused:
            phone.paused = paused
            phone.aside_at = None  # who looks after it wants to see it work
            phone_sets.look_again(session, phone_id)
            journal.note(session, by, "phone.paused" if paused else "phone.resumed", phone.name)
    signals.committed.send()


def check_again(engine: Engine, phone_id: int) -> Saved:
    """Ask the provider about a stored phone now, and store what it says."""
    stored = require(reading().get(Phone, phone_id))
    version = stored.version
    verdict = verify(engine.adapter(stored))
    with writing() as session:
        phone = require(session.get(Phone, phone_id))
        if phone.version == version:  # else it is about settings that are no more
            verdict.note_on(phone, clock.now())
            if verdict.fault is not None:
                phone_faults.note(
                    session, phone_id, phone_faults.CHECK, verdict.fault, verdict.query_id
                )
    return Saved(phone, verdict.verified, verdict.notices, next(iter(verdict.problems), None))


def to_check(now: datetime) -> tuple[list[int], datetime | None]:
    """The phones to ask the provider about again now, and when the next is due."""
    waiting = reading().execute(
        select(Phone.id, Phone.check_at).where(Phone.check_at.is_not(None)).order_by(Phone.check_at)
    )
    rows = [(phone_id, at) for phone_id, at in waiting if at is not None]
    due = [phone_id for phone_id, at in rows if at <= now]
    return due, next((at for _, at in rows if at > now), None)


def check_by_itself(engine: Engine, phone_id: int) -> None:
    """Ask again about a phone that could not be verified, without anyone having asked for it."""
    if reading().get_one(Phone, phone_id).removed_at is None:
        check_again(engine, phone_id)


def public_settings(phone: Phone) -> dict[str, Any]:
    """The settings of a phone that may be shown."""
    secret = {one.name for one in registry.get(phone.adapter).fields if one.secret}
    return {name: value for name, value in phone.settings.items() if name not in secret}


def _fill(phone: Phone, draft: PhoneDraft, settings: dict[str, Any], verdict: Verdict) -> None:
    kind = registry.get(draft.adapter)
    phone.name = " ".join(draft.name.split())
    phone.name_key = name_key(draft.name)
    phone.settings = settings
    phone.number = kind.number(settings)
    phone.service = kind.service_key(settings)
    verdict.note_on(phone, clock.now())


def _give(session: Session, phone_id: int, members: Collection[int]) -> tuple[list[str], list[str]]:
    """Let ``members`` see a phone, and nobody else; the names of who gets it and who loses it."""
    has_it = select(PhoneAccess.member_id).where(PhoneAccess.phone_id == phone_id)
    before = set(session.scalars(has_it))
    touched = session.scalars(select(Member).where(Member.id.in_(before.union(members)))).all()
    session.execute(delete(PhoneAccess).where(PhoneAccess.phone_id == phone_id))
    after = {one.id for one in touched} & set(members)
    session.add_all([PhoneAccess(member_id=one, phone_id=phone_id) for one in after])
    given = [one.name for one in touched if one.id in after - before]
    return given, [one.name for one in touched if one.id in before - after]


def _described(phone: Phone) -> dict[str, Any]:
    """All that a person chose of a phone, by the name of its field."""
    return {"name": phone.name, "adapter": phone.adapter, **phone.settings}


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of the fields whose values are not the same."""
    return [name for name in before | after if before.get(name) != after.get(name)]


def _leave_doubts_to_a_person(session: Session, phone_id: int) -> None:
    """Another number cannot be asked what became of the messages of the one before."""
    session.execute(
        update(Message)
        .where(Message.phone_id == phone_id, messages.UNCERTAIN)
        .values(reason="cannot_tell", ask_at=None)
    )
