"""Texts as people get them: the fields of a template filled in for each of them."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from raspisms.adapters import registry
from raspisms.errors import Invalid, say
from raspisms.messaging import language, lengths
from raspisms.messaging.engine import Engine
from raspisms.models import Phone
from raspisms.sms import templating
from raspisms.sms.content import clean_text, is_blank, measured_text
from raspisms.sms.person import Person
from raspisms.sms.templating import Template

#: Of a text with which no phone is chosen yet, so that it is told at once if none can send it.
_MOST_SEGMENTS = 6
#: Of a template: how long it is says nothing of what it becomes.
_ANY_LENGTH = 1_000_000
#: Of the processor, for all people of a text: what takes long for one of them takes hours for all.
MOST_SECONDS = 60.0


@dataclass(frozen=True)
class Rendered:
    """A text for one person, as it is sent.

    Where it cannot be sent, ``reason`` is a code of ``sms.reasons`` and ``problem`` says why.
    """

    person: Person
    text: str
    segments: int
    reason: str | None = None
    problem: Invalid | None = None


@dataclass(frozen=True)
class Writing:
    """A text that was looked at: a template, or words that are the same for everybody."""

    text: str
    template: Template | None = None

    def each(
        self, phones: Sequence[Phone], people: Iterable[Person], now: datetime
    ) -> Iterator[Rendered]:
        """The text for each of ``people``, in their order, as the first of ``phones`` sends it.

        What one of the others could not send is no text for anybody, since it may go by each.
        Raises Invalid (field "text") where it takes too long for all of them.
        """
        same: dict[str, tuple[str, int]] = {}
        ends = time.thread_time() + MOST_SECONDS
        for person in people:
            if self.template and time.thread_time() > ends:
                raise _too_slow()
            yield self._for(person, phones, now, same)

    def unknown_fields(self, people: Iterable[Person]) -> Sequence[str]:
        """Fields of the text that none of ``people`` has: mostly a slip of the pen."""
        fields = set(self.template.fields) if self.template else set[str]()
        for person in people:
            if not fields:
                break
            fields -= person.data.keys()
        return sorted(fields)

    def _for(
        self,
        person: Person,
        phones: Sequence[Phone],
        now: datetime,
        same: dict[str, tuple[str, int]],
    ) -> Rendered:
        """``same`` keeps what was measured before: many people may get the same words."""
        try:
            written = self.template.render(person, now) if self.template else self.text
            if is_blank(written):
                return Rendered(person, "", 0, "empty_text", blank())
            if written not in same:
                same[written] = sendable_by_each(phones, written)
            text, segments = same[written]
        except Invalid as problem:
            return Rendered(person, self.text, 0, "text_error", problem)
        return Rendered(person, text, segments)


def read(engine: Engine, phone: Phone | None, typed: str, template: bool | None) -> Writing:
    """What a person typed: a template where it has fields, unless ``template`` is false.

    Raises Invalid (field "text") for what cannot be sent, whoever gets it.
    """
    if template is False or not templating.is_template(typed):
        return Writing(sendable(phone, typed)[0])
    text = clean_text(typed, _ANY_LENGTH)
    return Writing(text, templating.compile(text, language.of_household(engine)))


def sendable(phone: Phone | None, text: str) -> tuple[str, int]:
    """A text as it is sent with ``phone``, and its segments. Raises Invalid (field "text")."""
    if phone is None:
        text, length = measured_text(text, _MOST_SEGMENTS)
    else:
        most = registry.get(phone.adapter).max_segments
        text, length = measured_text(text, most, partial(lengths.on_the_air, phone))
    return text, length.segments


def sendable_by_each(phones: Sequence[Phone], text: str) -> tuple[str, int]:
    """As the first of ``phones`` sends it. Raises Invalid (field "text") where one cannot."""
    first, *others = phones or (None,)
    sent = sendable(first, text)
    for other in others:
        if first is not None and not _alike(first, other, text):
            sendable(other, text)
    return sent


def _alike(first: Phone, other: Phone, text: str) -> bool:
    """Whether a text takes the same with both: mostly so, and found out sooner than its length."""
    is_same_kind = first.adapter == other.adapter
    return is_same_kind and lengths.on_the_air(first, text) == lengths.on_the_air(other, text)


def _too_slow() -> Invalid:
    return Invalid(
        say("This text takes too long to work out for so many people."),
        say("Make it simpler, or write to fewer at once."),
        field="text",
    )


def blank() -> Invalid:
    return Invalid(
        say("For this person nothing is left of the text: it is not sent."), field="text"
    )
