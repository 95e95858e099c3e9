"""What a person wants sent, looked at: everything that is wrong with it is told at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

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
#: Minutes in which the network may deliver a message. What OVH's own control panel sends is the
#: longest; less than five is over before a phone that was switched off is on again.
SHORTEST_VALIDITY: Final = 5
LONGEST_VALIDITY: Final = 2880
#: Seconds from one message of a campaign to the next: a day.
SLOWEST_PACE: Final = 86_400


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

    ``campaign`` makes it one whatever it is to: also to one person who is named. ``name`` and
    ``tag`` are what people call it. It leaves from ``phone_id``, or from the next of ``phones``
    where that one cannot. ``exclude`` and ``exclude_groups`` are who gets nothing, read as
    ``recipients`` and ``groups``. ``quiet`` are the hours of its own in which it waits, as
    ``sms.quiet_hours`` writes them down; ``pace`` seconds from one message to the next;
    ``validity`` minutes in which the network may deliver it.

    ``confirms`` is the id and the version of the kept draft that it comes from: that becomes one
    campaign, whoever confirms it and however often. ``expected`` is to how many the person was told
    that it goes, and ``seen`` the ``fingerprint`` of those: where there are others by now, nothing
    is stored. ``plan_id`` and ``run_at`` name the run of a plan, stored once. ``due_at`` is
    the instant itself, in place of ``at``, and may be past; with ``hold``, all waits until a person
    says that it should still go.

    ``again_of`` is the campaign of which it goes again to some; ``seen_again`` how often that had
    been done as far as the person saw: where it is another number by now, nothing is stored.
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
    campaign: bool = False
    name: str = ""
    tag: str = ""
    phones: tuple[int, ...] = ()
    exclude: str = ""
    exclude_groups: tuple[int, ...] = ()
    quiet: Mapping[str, Any] | None = None
    pace: float | None = None
    validity: int | None = None
    confirms: tuple[int, int] | None = None
    expected: int | None = None
    plan_id: int | None = None
    run_at: datetime | None = None
    due_at: datetime | None = None
    hold: bool = False
    seen: str = ""
    again_of: int | None = None
    seen_again: int | None = None

    @property
    def every_phone(self) -> tuple[int, ...]:
        """The phones that it may leave from, the first of them first."""
        return tuple(dict.fromkeys((self.phone_id, *self.phones)))

    @property
    def is_campaign(self) -> bool:
        """Whether it is one even if it goes to one person who was named."""
        is_run = self.plan_id is not None or self.confirms is not None
        return self.campaign or is_run or bool(self.exclude.strip() or self.exclude_groups)


@dataclass(frozen=True)
class Content:
    """A draft that can be sent; ``rendered`` is the text of each of its audience.

    ``is_direct``: it is from a person to one person.
    """

    phones: tuple[int, ...]
    audience: Audience
    is_direct: bool
    writing: Writing
    rendered: tuple[Rendered, ...]
    due_at: datetime
    scheduled: bool
    flash: bool

    @property
    def phone_id(self) -> int:
        return self.phones[0]

    @property
    def numbers(self) -> list[str]:
        return [one.person.number for one in self.rendered]


def check(
    engine: Engine, member: Member | None, draft: Draft, now: datetime, *, by_name: bool = False
) -> Content:
    """What is sent to whom and when. Raises InvalidForm as ``campaigns.accept`` says.

    With ``by_name`` people are known by name also where the text does not ask.
    """
    usable = [find_phone(member, phone_id) for phone_id in draft.every_phone]
    here = now.astimezone(engine.config.timezone)
    writing, to, due_at = Writing(""), Audience(), now
    problems = [*_wrong_phones(usable)]
    with _noted(problems):
        writing = _writing(engine, usable, draft)
    with _noted(problems):
        to = audience.of(engine, draft, here, with_data=by_name or writing.template is not None)
    if not (draft.skip_unusable and to.people):
        problems.extend(to.unusable)
    with _noted(problems):
        due_at = _due_at(engine, member, draft, now)
    problems.extend(_no_flash(one) for one in usable if draft.flash and one and not can_flash(one))
    problems.extend(_odd_numbers(draft))
    if problems:
        raise InvalidForm(sorted(problems, key=_place))
    used = [one for one in usable if one]
    is_direct = to.is_direct and not draft.is_campaign
    try:
        rendered = tuple(writing.each(used, to.people, here))
    except Invalid as error:
        raise InvalidForm([error]) from error
    if is_direct and rendered[0].problem:
        raise InvalidForm([rendered[0].problem])
    return Content(
        draft.every_phone,
        to,
        is_direct,
        writing,
        rendered,
        due_at,
        scheduled=bool(draft.at.strip()) or draft.due_at is not None,
        flash=draft.flash,
    )


@contextmanager
def _noted(problems: list[Invalid]) -> Iterator[None]:
    """What is wrong inside is put to the other problems, to be told with them."""
    try:
        yield
    except Invalid as error:
        problems.append(error)


def _wrong_phones(usable: Sequence[Phone | None]) -> Iterator[Invalid]:
    if usable[0] is None:
        yield Invalid(
            say("No phone is chosen."), say("Choose the phone to send with."), field="phone"
        )
    elif None in usable:
        yield Invalid(
            say("One of the phones is not there any more, or not yours to use."),
            say("Choose the phones again."),
            field="phones",
        )


def _writing(engine: Engine, usable: Sequence[Phone | None], draft: Draft) -> Writing:
    """The text as the first phone sends it. Raises Invalid where one of the others cannot."""
    writing = rendering.read(engine, usable[0], draft.text, draft.template)
    if writing.template is None:
        rendering.sendable_by_each([one for one in usable if one], draft.text)
    return writing


def _due_at(engine: Engine, member: Member | None, draft: Draft, now: datetime) -> datetime:
    if draft.due_at is not None:
        return draft.due_at
    return parse_due(draft.at, zone_of(engine, member), now) if draft.at.strip() else now


def _odd_numbers(draft: Draft) -> list[Invalid]:
    """What is wrong with the validity and the pace, which are given as numbers."""
    problems = []
    low, high = SHORTEST_VALIDITY, LONGEST_VALIDITY
    if draft.validity is not None and not low <= draft.validity <= high:
        problems.append(
            Invalid(
                say("The network cannot be given this time to deliver."),
                say("Choose between %(low)d and %(high)d minutes.", low=low, high=high),
                field="validity",
            )
        )
    if draft.pace is not None and not 0 < draft.pace <= SLOWEST_PACE:
        problems.append(
            Invalid(
                say("This is no time from one message to the next."),
                say("Type seconds, at most %(most)d; leave it empty for none.", most=SLOWEST_PACE),
                field="pace",
            )
        )
    return problems


def _place(problem: Invalid) -> int:
    """What is wrong is told in the order in which one writes."""
    return _FIELDS.index(problem.field) if problem.field in _FIELDS else len(_FIELDS)


def find_phones(member: Member | None, draft: Draft) -> list[Phone]:
    """The phones of a draft that are there for ``member``, the first of them first."""
    found = (find_phone(member, phone_id) for phone_id in draft.every_phone)
    return [phone for phone in found if phone]


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
    elif given == {"emergency"}:
        message, field = say("Nobody would get it: these are emergency numbers."), "number"
    else:
        message, field = say("Nobody would get it, for several reasons."), "number"
    return Invalid(message, say("Look at the preview, or write to others."), field)


def _no_flash(phone: Phone) -> Invalid:
    return Invalid(
        say("The phone “%(name)s” cannot send flash messages.", name=phone.name),
        say("Send an ordinary message, or choose another phone."),
        field="flash",
    )
