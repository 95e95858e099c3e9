"""A message before it is sent: as one of its people gets it, and how long it is for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from raspisms import clock
from raspisms.errors import Invalid
from raspisms.messaging import audience, drafting, exclusions, rendering
from raspisms.messaging.audience import Audience
from raspisms.messaging.drafting import Content, Draft
from raspisms.messaging.engine import Engine
from raspisms.messaging.rendering import Rendered, Writing
from raspisms.messaging.rules_asked import Unjudged
from raspisms.messaging.transactions import reading
from raspisms.models import Member
from raspisms.sms.content import is_blank
from raspisms.sms.person import Person

#: So many people are offered to choose from; the others are in the count.
MOST_OFFERED = 200


@dataclass(frozen=True)
class Preview:
    """``shown`` is the text of the person that was chosen, else of the first who gets it.

    ``offered`` are people to choose from. ``going`` are those to whom it goes, from the shortest
    text to the longest; ``skipped`` has the others with the code of ``sms.reasons`` for each.
    ``fields`` are those of the text, ``unknown`` the ones that nobody has: mostly a slip of the
    pen.
    """

    is_template: bool
    shown: Rendered
    offered: Sequence[Person]
    going: Sequence[Rendered]
    skipped: Sequence[tuple[Rendered, str]]
    unjudged: Sequence[Unjudged] = ()
    fields: frozenset[str] = frozenset()
    unknown: Sequence[str] = ()

    @property
    def lacking(self) -> Sequence[tuple[str, Sequence[Person]]]:
        """Fields that some have: who of those to whom it goes has nothing there."""
        people = [one.person for one in self.going]
        known = sorted(self.fields.difference(self.unknown))
        found = [(key, [one for one in people if is_blank(one.data.get(key, ""))]) for key in known]
        return [(key, theirs) for key, theirs in found if theirs]

    @property
    def people(self) -> int:
        return len(self.going) + len(self.skipped)

    @property
    def segments(self) -> int:
        """Of all messages together."""
        return sum(one.segments for one in self.going)

    @property
    def typical(self) -> Rendered:
        """The text of a length that as many go beyond as stay below."""
        return self.going[(len(self.going) - 1) // 2]


def of(engine: Engine, member: Member | None, draft: Draft, chosen: str = "") -> Preview | None:
    """What would become of a draft if it were sent now; None where nobody can be found yet.

    ``chosen`` is the number of the person whose text is to be shown. Raises Invalid (field "text")
    for a text that cannot be sent to anybody, and otherwise of groups that cannot be asked.
    """
    here = clock.now().astimezone(engine.config.timezone)
    phones = drafting.find_phones(member, draft)
    writing = rendering.read(engine, phones[0] if phones else None, draft.text, draft.template)
    try:
        to = audience.of(engine, draft, here)
    except Invalid as error:
        if error.field in ("groups", "exclude", "exclude_groups"):
            raise
        return None  # it is said when it is to be sent
    if not to.people:
        return None
    return _preview(engine, draft, writing, to, list(writing.each(phones, to.people, here)), chosen)


def of_content(engine: Engine, draft: Draft, content: Content) -> Preview:
    """The same of a draft that was looked at."""
    to = content.audience
    return _preview(engine, draft, content.writing, to, content.rendered, "")


def _preview(
    engine: Engine,
    draft: Draft,
    writing: Writing,
    to: Audience,
    rendered: Sequence[Rendered],
    chosen: str,
) -> Preview:
    skipped = _skipped(engine, draft, to, rendered)
    going = [one for one in rendered if one.person.number not in skipped]
    return Preview(
        writing.template is not None,
        _shown(rendered, going, chosen),
        to.people[:MOST_OFFERED],
        sorted(going, key=_length),
        [(one, skipped[one.person.number]) for one in rendered if one.person.number in skipped],
        to.unjudged,
        writing.template.fields if writing.template else frozenset(),
        writing.unknown_fields(to.people),
    )


def _skipped(
    engine: Engine, draft: Draft, to: Audience, rendered: Sequence[Rendered]
) -> dict[str, str]:
    own = {one.person.number: one.reason for one in rendered if one.reason}
    return left_out(engine, draft, to, own)


def left_out(
    engine: Engine, draft: Draft, to: Audience, others: Mapping[str, str] | None = None
) -> dict[str, str]:
    """``others`` and whoever gets nothing of a draft whatever its text is, with the code of
    ``sms.reasons`` for each number.
    """
    own, numbers = dict(others or {}), [one.number for one in to.people]
    is_direct = to.is_direct and not draft.is_campaign
    if is_direct and draft.despite_opt_out:
        return own
    if not is_direct and draft.leave_out_invalid:
        own |= exclusions.invalid(engine, numbers)
    own |= exclusions.emergency(engine, numbers)
    return exclusions.with_opted_out(reading(), numbers, own)


def _shown(rendered: Sequence[Rendered], going: Sequence[Rendered], chosen: str) -> Rendered:
    by_number = {one.person.number: one for one in rendered}
    return by_number.get(chosen) or (going or rendered)[0]


def _length(one: Rendered) -> tuple[int, int]:
    return one.segments, len(one.text)
