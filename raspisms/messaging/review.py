"""A campaign before it is confirmed: who gets it and who does not, what it comes to, and when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from math import ceil
from random import Random
from typing import Final

from sqlalchemy import select

from raspisms import clock
from raspisms.errors import Invalid, Text, say
from raspisms.messaging import (
    audience,
    contacts,
    credit,
    drafting,
    exclusions,
    forecasts,
    lengths,
    plan_confirming,
    plan_times,
    preview,
    rendering,
)
from raspisms.messaging.campaign_drafts import Kept
from raspisms.messaging.credit import Balance, Short
from raspisms.messaging.drafting import Content, Draft
from raspisms.messaging.engine import Engine
from raspisms.messaging.members import zone_of
from raspisms.messaging.preview import Preview
from raspisms.messaging.rendering import Rendered
from raspisms.messaging.transactions import reading
from raspisms.models import Member, Message, Phone
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.sms import warnings
from raspisms.sms.forecast import Forecast
from raspisms.sms.localtime import start_of
from raspisms.sms.person import Person
from raspisms.sms.reasons import explain
from raspisms.sms.recurrence import Birthdays, Schedule, born_on, is_birthday
from raspisms.sms.warnings import AboutTexts

#: In the order in which they are told. Those named again get it once; all others get nothing.
CAUSES: Final = (
    "repeated",
    "opted_out",
    "known_invalid",
    "emergency",
    "excluded",
    "empty_text",
    "text_error",
    "unusable",
    "unjudged",
)
#: Times of a plan that are shown.
DATES: Final = 5


@dataclass(frozen=True)
class LeftOut:
    """Somebody who gets nothing, or nothing more; ``number`` is empty where there is none."""

    name: str
    number: str
    why: Text


@dataclass(frozen=True)
class Cause:
    """``people`` may be fewer than ``count`` where not all of them are known by name."""

    code: str
    count: int
    people: Sequence[LeftOut]


@dataclass(frozen=True)
class Planned:
    """What becomes a plan: its next times, whether who gets it is fixed now, and if it goes only to
    those who have their birthday.
    """

    schedule: Schedule
    dates: Sequence[datetime]
    is_fixed: bool
    on_birthdays: bool


@dataclass(frozen=True)
class Review:
    """What becomes of a draft if it is confirmed now.

    ``phones`` are those that it may leave from, the first of them first. ``texts`` is what there is
    to say of the texts, ``got_today`` who of them got something today from a phone that the member
    sees. ``nobody`` says why nobody is left, where that is so; ``short`` that the credit does not
    last, where that is known. Of what is ``planned``, and whose
    people are found out at each run, all this is as it would be now.
    """

    draft: Draft
    phones: Sequence[Phone]
    preview: Preview
    causes: Sequence[Cause]
    texts: AboutTexts
    forecast: Forecast
    due_at: datetime
    scheduled: bool
    hours: Sequence[Text]
    balances: Sequence[tuple[Phone, Balance]]
    got_today: Sequence[Person]
    nobody: Invalid | None
    short: Short | None
    planned: "Planned | None" = None

    @property
    def going(self) -> Sequence[Rendered]:
        """To whom it goes, from the shortest text to the longest."""
        return self.preview.going

    @property
    def count(self) -> int:
        return len(self.going)

    @property
    def people(self) -> str:
        """The fingerprint of those to whom it goes."""
        return exclusions.fingerprint(one.person.number for one in self.going)

    @property
    def by_segments(self) -> Sequence[tuple[int, int]]:
        """SMS of a message, and to how many people it takes so many."""
        counts: dict[int, int] = {}
        for one in self.going:
            counts[one.segments] = counts.get(one.segments, 0) + 1
        return list(counts.items())

    @property
    def examples(self) -> Sequence[Rendered]:
        """The shortest and the longest text, and one at random that is the same at each look.

        Where all get the same words, these once.
        """
        if len({one.text for one in self.going}) < 2:
            return self.going[:1]
        between = self.going[1:-1]
        chosen = [Random(self.draft.text).choice(between)] if between else []  # noqa: S311
        return [self.going[0], *chosen, self.going[-1]]

    @property
    def without_birthday(self) -> Sequence[Person]:
        """Of what goes on birthdays: those of whom none is known, so that they never get it."""
        schedule = self.planned.schedule if self.planned else None
        if not isinstance(schedule, Birthdays):
            return ()
        people = (one.person for one in self.going)
        return [one for one in people if born_on(one.data.get(schedule.key) or "") is None]

    def cause(self, code: str) -> Cause | None:
        """Who is left out for one cause; None where nobody is."""
        return next((one for one in self.causes if one.code == code), None)


def as_reviewed(draft: Draft) -> Draft:
    """A draft as it is sent after a review: there it was told who cannot be written to."""
    return replace(draft, skip_unusable=True, campaign=True)


def of_kept(engine: Engine, member: Member, kept: Kept) -> Review:
    """Look at a draft that is kept: it becomes a campaign or a plan. Raises as ``of`` does."""
    draft, content = kept.content.as_draft(confirms=(kept.id, kept.version)), kept.content
    if not content.is_planned:
        return of(engine, member, draft)
    now = engine.time.now()
    schedule = plan_confirming.schedule_of(engine, member, content, now)
    dates = list(islice(_times(engine, schedule, now), DATES))
    planned = Planned(schedule, dates, content.is_fixed, isinstance(schedule, Birthdays))
    return of(engine, member, replace(draft, at=""), planned)


def of(engine: Engine, member: Member, draft: Draft, planned: Planned | None = None) -> Review:
    """Look at a draft. Raises InvalidForm, as ``campaigns.accept`` does, where it cannot be sent.

    Nothing is written, and the provider is not asked.
    """
    now = clock.now()
    draft = as_reviewed(draft)
    content = drafting.check(engine, member, draft, now, by_name=True)
    previewed = preview.of_content(engine, draft, content)
    used = drafting.find_phones(member, draft)
    start = max(content.due_at, now, *(planned.dates[:1] if planned else ()))
    foreseen = forecasts.of(engine, used, draft, [one.text for one in previewed.going], start)
    on_birthdays = planned is not None and planned.on_birthdays
    skipped = [reason for _, reason in previewed.skipped]
    return Review(
        draft,
        used,
        previewed,
        _causes(content, previewed),
        _texts(used[0], previewed.going),
        foreseen,
        content.due_at,
        content.scheduled or planned is not None,
        _hours(engine, foreseen),
        credit.balances_now(engine, used),
        _got_today(engine, member, _first_to_get_it(engine, previewed.going, planned), now)
        if _is_today(engine, foreseen)
        else (),
        None if previewed.going else drafting.nobody_left(skipped),
        None if on_birthdays else credit.short_for(engine, used, previewed.segments),
        planned,
    )


def _times(engine: Engine, schedule: Schedule, now: datetime) -> Iterator[datetime]:
    at: datetime | None = now
    while (at := plan_times.after(engine, schedule, at or now)) is not None:
        yield at


def priced(engine: Engine, found: Review, cost: float) -> Review:
    """It with what the provider says that it costs, in credits: abroad an SMS may take several."""
    return replace(found, short=credit.short_for(engine, found.phones, ceil(cost)))


def of_person(engine: Engine, member: Member, draft: Draft, typed: str) -> Rendered:
    """The text for one of those whom a draft means, by number or name.

    Raises Invalid (field "number") for somebody else, and otherwise as ``of`` does.
    """
    number = contacts.resolve(engine, typed)
    here = clock.now().astimezone(engine.config.timezone)
    to = audience.of(engine, draft, here)
    person = next((one for one in to.people if one.number == number), None)
    if person is None:
        raise Invalid(
            say("“%(typed)s” is not among those who get it.", typed=typed.strip()[:80]),
            say("Look up who gets it, or add them to the recipients."),
            field="number",
        )
    used = drafting.find_phones(member, draft)
    writing = rendering.read(engine, used[0] if used else None, draft.text, draft.template)
    return next(iter(writing.each(used, [person], here)))


def _causes(content: Content, previewed: Preview) -> list[Cause]:
    to = content.audience
    again = say("Named more than once; gets it once.")
    excluded = say("Excluded by whoever wrote it.")
    found: dict[str, tuple[int, list[LeftOut]]] = {
        "repeated": (to.repeated, [_left_out(one, again) for one in to.again]),
        "excluded": (len(to.excluded), [_left_out(one, excluded) for one in to.excluded]),
        "unusable": (
            len(to.unusable),
            [LeftOut(one.entry.shown, "", one.message) for one in to.unusable],
        ),
        "unjudged": (
            sum(one.count for one in to.unjudged),
            [LeftOut(name, "", one.cause) for one in to.unjudged for name in one.names],
        ),
    }
    for rendered, reason in previewed.skipped:
        _, people = found.setdefault(reason, (0, []))
        people.append(_left_out(rendered.person, _why(rendered, reason)))
        found[reason] = len(people), people
    return [Cause(code, *found[code]) for code in CAUSES if code in found and found[code][0]]


def _left_out(person: Person, why: Text) -> LeftOut:
    return LeftOut(person.name or "", person.number, why)


def _why(rendered: Rendered, reason: str) -> Text:
    is_own = rendered.problem is not None and reason == rendered.reason
    return rendered.problem.message if is_own and rendered.problem else explain(reason).cause


def _texts(phone: Phone, going: Iterable[Rendered]) -> AboutTexts:
    """What there is to say of the texts, as the provider sends them."""
    people: dict[str, int] = {}
    for one in going:
        people[one.text] = people.get(one.text, 0) + 1
    return warnings.about((lengths.on_the_air(phone, text), n) for text, n in people.items())


def _hours(engine: Engine, foreseen: Forecast) -> Sequence[Text]:
    if foreseen.start is None:
        return ()
    zone, end = engine.config.timezone, foreseen.end
    local_end = end.astimezone(zone) if end else None
    return warnings.hours_between(foreseen.start.astimezone(zone), local_end)


def _is_today(engine: Engine, foreseen: Forecast) -> bool:
    zone, now = engine.config.timezone, clock.now()
    start = foreseen.start
    return start is not None and start.astimezone(zone).date() == now.astimezone(zone).date()


def _first_to_get_it(
    engine: Engine, going: Sequence[Rendered], planned: Planned | None
) -> Sequence[Rendered]:
    """Of what goes on birthdays: those who have theirs at its first time; else all of them."""
    schedule = planned.schedule if planned else None
    if planned is None or not isinstance(schedule, Birthdays) or not planned.dates:
        return going
    day = schedule.day_of(planned.dates[0], engine.config.timezone)
    return [one for one in going if is_birthday(one.person.data.get(schedule.key) or "", day)]


def _got_today(
    engine: Engine, member: Member, going: Sequence[Rendered], now: datetime
) -> Sequence[Person]:
    """Who of them was sent something since midnight, by the phones that the member may see."""
    zone = zone_of(engine, member)
    today = now.astimezone(zone).date()
    seen = [one.id for one in reading().scalars(phones.visible_to(member))]
    query = select(Message.peer).where(
        Message.phone_id.in_(seen),
        Message.claimed_at.is_not(None),
        Message.claimed_at >= start_of(today, zone),
        Message.direction == messages.OUT,
    )
    written_to = set(reading().scalars(query.distinct()))
    return [one.person for one in going if one.person.number in written_to]
