"""Search: over all messages and people that a member may see, newest first.

What a member may not see is left out within the question itself, so that neither counts nor pages
tell of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, select

from raspisms import clock
from raspisms.errors import Invalid, say
from raspisms.messaging import conversations, full_text, phones, search_index, search_people
from raspisms.messaging.engine import Engine
from raspisms.messaging.full_text import Piece
from raspisms.messaging.search_index import Index, Range, shown_at
from raspisms.messaging.search_people import Person
from raspisms.messaging.search_words import Words, read
from raspisms.messaging.transactions import reading
from raspisms.models import Member, Message, Phone
from raspisms.sms.lifecycle import Status

PAGE = 30
#: More hits than that are told as "more than".
MOST_COUNTED = 100
#: People shown above the messages.
MOST_PEOPLE = 6
#: What the index does not know (a state, a day, a symbol) is looked for among so many messages at
#: once; then a person decides whether to look further.
LOOKED_AT = 10_000
#: More conversations than that are too many for one name.
MOST_CONVERSATIONS = 200
#: Nobody writes further ahead; and no household had such a machine before.
_AHEAD, _BEGINNING = timedelta(days=800), datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """What to look for. ``since`` and ``until`` are instants, the second one excluded."""

    typed: str = ""
    person: str = ""
    phone_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    status: Status | None = None
    direction: str | None = None

    @cached_property
    def words(self) -> Words:
        """Raises Invalid (field "q")."""
        return read(self.typed)

    @property
    def has_filters(self) -> bool:
        others = (self.phone_id, self.since, self.until, self.status, self.direction)
        return bool(self.person.strip()) or any(one is not None for one in others)

    @property
    def is_nothing(self) -> bool:
        return not self.words and not self.has_filters


@dataclass(frozen=True)
class Hit:
    """A message that was found; ``pieces`` are its text, with the words marked."""

    message: Message
    phone: Phone
    name: str | None
    pieces: Sequence[Piece]

    @property
    def at(self) -> datetime:
        """When it went or came, or is to go."""
        return self.message.sent_at or self.message.due_at or self.message.created_at


@dataclass(frozen=True)
class Found:
    """A page of what was found.

    ``count`` are the messages of the whole search, at most MOST_COUNTED + 1; it is None for a page
    that is not the first. ``older`` leads on, where there is more, or where ``stopped``: then
    not all has been looked at.
    """

    hits: tuple[Hit, ...] = ()
    people: tuple[Person, ...] = ()
    count: int | None = None
    older: int | None = None
    stopped: bool = False


def find(engine: Engine, member: Member, wanted: Wanted, below: int | None = None) -> Found:
    """A page of what ``member`` may see of what is ``wanted``; messages older than ``below``.

    Raises Invalid (field "q", "person" or "phone") for what cannot be looked for.
    """
    if wanted.is_nothing:
        return Found()
    visible = {phone.id: phone for phone in phones.visible(member, removed=True)}
    people: list[Person] = []
    if below is None and not wanted.has_filters:
        people = search_people.find(engine, visible, wanted.typed, wanted.words, MOST_PEOPLE + 1)
    messages = _messages(engine, visible, wanted, below)
    return Found(
        hits=tuple(_hits(messages.numbers[:PAGE], visible, wanted.words)),
        people=tuple(people),
        count=len(messages.numbers) if below is None else None,
        older=messages.older,
        stopped=messages.stopped,
    )


@dataclass(frozen=True)
class _Messages:
    """The numbers of those found, newest first; ``older`` is below which to go on."""

    numbers: Sequence[int] = ()
    older: int | None = None
    stopped: bool = False


def _messages(
    engine: Engine, visible: Mapping[int, Phone], wanted: Wanted, below: int | None
) -> _Messages:
    phone_ids = _phone_ids(visible, wanted)
    places = _places(engine, phone_ids, wanted)
    if not phone_ids or places is None:
        return _Messages()
    beyond = _beyond_the_index(wanted)
    index = Index(wanted.words, places, [Message.phone_id.in_(phone_ids), *beyond])
    above = index.nth(LOOKED_AT, below) if beyond else None
    limit = PAGE + 1 if below is not None else MOST_COUNTED + 1
    numbers = index.newest(Range(below, above), limit)
    if len(numbers) > PAGE:
        return _Messages(numbers, older=numbers[PAGE - 1])
    return _Messages(numbers, older=above + 1 if above else None, stopped=above is not None)


def _phone_ids(visible: Mapping[int, Phone], wanted: Wanted) -> list[int]:
    if wanted.phone_id is None:
        return list(visible)
    if wanted.phone_id not in visible:
        raise Invalid(
            say("There is no such phone, or it is not yours to see."),
            say("Choose one of the list."),
            field="phone",
        )
    return [wanted.phone_id]


def _places(engine: Engine, phone_ids: Sequence[int], wanted: Wanted) -> list[str] | None:
    """Where in the index to look; None where nothing can be there."""
    places = [search_index.of_phones(phone_ids, wanted.direction)]
    if wanted.person.strip():
        talks = _conversations(engine, phone_ids, wanted)
        if not talks:
            return None
        places.append(search_index.of_conversations(talks))
    if wanted.since or wanted.until:
        first = wanted.since or _BEGINNING
        last = wanted.until or clock.now() + _AHEAD
        places.append(search_index.of_months(first, last))
    return places


def _conversations(engine: Engine, phone_ids: Sequence[int], wanted: Wanted) -> list[int]:
    try:
        words = read(wanted.person)
    except Invalid as error:
        raise Invalid(error.message, error.hint, field="person") from None
    if not words.words:
        return []
    talks = search_people.conversations_with(
        engine, phone_ids, wanted.person, words, MOST_CONVERSATIONS + 1
    )
    if len(talks) > MOST_CONVERSATIONS:
        raise Invalid(
            say("“%(typed)s” means too many people.", typed=wanted.person.strip()),
            say("Type more of the name or of the number."),
            field="person",
        )
    return talks


def _beyond_the_index(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the messages themselves are asked for."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(Message.status == wanted.status)
    if wanted.since is not None:
        conditions.append(shown_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(shown_at < wanted.until)
    conditions += [Message.body.contains(symbol) for symbol in wanted.words.symbols]
    return conditions


def _hits(numbers: Sequence[int], visible: Mapping[int, Phone], words: Words) -> list[Hit]:
    rows = {
        one.id: one for one in reading().scalars(select(Message).where(Message.id.in_(numbers)))
    }
    found = [rows[number] for number in numbers if number in rows]
    names = conversations.names_of([one.peer for one in found])
    pieces = full_text.marked({one.id: one.body for one in found}, words)
    return [Hit(one, visible[one.phone_id], names.get(one.peer), pieces[one.id]) for one in found]
