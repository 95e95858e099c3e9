"""What a person wants sent, looked at: everything that is wrong with it is told at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from raspisms.adapters import registry
from raspisms.adapters.base import Capability
from raspisms.errors import Invalid, InvalidForm, say
from raspisms.messaging import audience, rendering
from raspisms.messaging.audience import Audience
from raspisms.messaging.engine import Engine
from raspisms.messaging.members import zone_of
from raspisms.messaging.rendering import Rendered, Writing
from raspisms.messaging.transactions import reading
from raspisms.models import Member, Phone
from raspisms.models import phone as phones
from raspisms.sms.localtime import parse_due

_FIELDS = ("phone", "number", "groups", "text", "at", "flash")


@dataclass(frozen=True)
class Draft:
    """What a person wrote.

    ``recipients`` are numbers and names of contacts and groups, as ``messaging.recipients`` reads
    them, and ``groups`` the ids of more groups; ``at`` is empty for now. ``request`` names the form
    that it came from: the same draft from the same form is accepted once, however often it is sent.
    With ``skip_unusable``, recipients that cannot be used are left out; else they are a problem of
    the draft. ``kept_in`` is the conversation in which the member kept it as a draft: once it is
    accepted it is none any more. ``flash`` is for phones with that capability: shown at once, and
    not stored by whoever gets it.

    A text with fields is filled in for each person, unless ``template`` is false: then it goes as
    it is written. ``despite_opt_out``: to one person who wants no campaigns, knowingly;
    ``leave_out_invalid``: numbers of a campaign that are known to fail get nothing. ``text_id`` is
    the saved text that it was written with. ``data`` is what a text may know of whoever is named on
    a line of ``recipients``, beside their contact's data.
    """

    phone_id: int
    recipients: str
    text: str
    at: str = ""
    request: str = ""
    skip_unusable: bool = False
    kept_in: int | None = None
    flash: bool = False
    groups: tuple[int, ...] = ()
    template: bool | None = None
    despite_opt_out: bool = False
    leave_out_invalid: bool = True
    text_id: int | None = None
    data: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """A draft that can be sent; ``rendered`` is the text of each of its audience."""

    phone_id: int
    audience: Audience
    writing: Writing
    rendered: tuple[Rendered, ...]
    due_at: datetime
    scheduled: bool
    flash: bool

    @property
    def numbers(self) -> list[str]:
        return [one.person.number for one in self.rendered]


def check(engine: Engine, member: Member | None, draft: Draft, now: datetime) -> Content:
    """What is sent to whom and when. Raises InvalidForm as ``campaigns.accept`` says."""
    problems: list[Invalid] = []
    writing, to, due_at = Writing(""), Audience(), now
    phone = find_phone(member, draft.phone_id)
    if phone is None:
        problems.append(
            Invalid(
                say("No phone is chosen."), say("Choose the phone to send with."), field="phone"
            )
        )
    try:
        writing = rendering.read(engine, phone, draft.text, draft.template)
    except Invalid as error:
        problems.append(error)
    here = now.astimezone(engine.config.timezone)
    try:
        to = audience.read(
            engine,
            draft.recipients,
            draft.groups,
            here,
            with_data=writing.template is not None,
            beside=draft.data,
        )
    except Invalid as error:
        problems.append(error)
    if not (draft.skip_unusable and to.people):
        problems.extend(to.unusable)
    try:
        due_at = parse_due(draft.at, zone_of(engine, member), now) if draft.at.strip() else now
    except Invalid as error:
        problems.append(error)
    if draft.flash and phone and not can_flash(phone):
        problems.append(_no_flash(phone))
    if phone is None or problems:
        raise InvalidForm(sorted(problems, key=_place))
    try:
        rendered = tuple(writing.each(phone, to.people, here))
    except Invalid as error:
        raise InvalidForm([error]) from error
    if to.is_direct and rendered[0].problem:
        raise InvalidForm([rendered[0].problem])
    scheduled = bool(draft.at.strip())
    return Content(phone.id, to, writing, rendered, due_at, scheduled=scheduled, flash=draft.flash)


def _place(problem: Invalid) -> int:
    """What is wrong is told in the order in which one writes."""
    return _FIELDS.index(problem.field) if problem.field in _FIELDS else len(_FIELDS)


def find_phone(member: Member | None, phone_id: int) -> Phone | None:
    query = phones.visible_to(member) if member else phones.present()
    return reading().scalars(query.where(Phone.id == phone_id)).one_or_none()


def can_flash(phone: Phone) -> bool:
    """Whether a phone can send flash messages."""
    return Capability.FLASH in registry.abilities(phone.adapter, phone.settings)


def opted_out() -> Invalid:
    """What is wrong with a message to one person who wants no campaigns."""
    return Invalid(
        say("This person wants no messages to several people (STOP)."),
        say("To write to them alone all the same, say so here and send again."),
        field="despite_opt_out",
    )


def nobody_left(reasons: Iterable[str]) -> Invalid:
    """What is wrong where everybody would get nothing, each for one of ``reasons``."""
    given = set(reasons)
    if given <= {"empty_text", "text_error"}:
        message, field = say("Nobody would get it: of the text nothing can be sent."), "text"
    elif given == {"opted_out"}:
        message, field = say("Nobody would get it: all of them have said STOP."), "number"
    elif given == {"known_invalid"}:
        message, field = say("Nobody would get it: nothing arrives at these numbers."), "number"
    else:
        message, field = say("Nobody would get it, for several reasons."), "number"
    return Invalid(message, say("Look at the preview, or write to others."), field)


def _no_flash(phone: Phone) -> Invalid:
    return Invalid(
        say("The phone “%(name)s” cannot send flash messages.", name=phone.name),
        say("Send an ordinary message, or choose another phone."),
        field="flash",
    )
