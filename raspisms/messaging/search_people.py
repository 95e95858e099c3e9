"""People who are looked for: contacts by name or number, and others by number or sender's name."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, column, literal_column, or_, select, table

from raspisms.errors import Invalid
from raspisms.messaging import contact_list, full_text
from raspisms.messaging.engine import Engine
from raspisms.messaging.search_words import Words
from raspisms.messaging.transactions import reading
from raspisms.models import Contact, Conversation
from raspisms.sms.numbers import digits_of, parse_recipient

#: Fewer digits are in too many numbers, and more often meant as an hour or a price.
_FEWEST_DIGITS = 3
#: Numbers begin with "+", which comes before all that short codes and senders' names begin with.
_AFTER_NUMBERS = ","

_contact_search = table("contact_search", column("rowid"))


@dataclass(frozen=True)
class Person:
    """Somebody in the address book, or a number or a sender that is not in it."""

    number: str
    name: str | None
    contact_id: int | None
    #: Those that the member may see, the newest message first.
    conversations: Sequence[Conversation]


def find(
    engine: Engine, phone_ids: Collection[int], typed: str, words: Words, limit: int
) -> list[Person]:
    """The people meant by ``typed``, of which ``words`` were read: contacts first, by name."""
    if not words.words:
        return []
    known = _contacts(engine, typed, words, limit)
    numbers = {one.number: one for one in known}
    others = _strangers(engine, phone_ids, typed, limit - len(known)) if len(known) < limit else []
    talks = _conversations(phone_ids, [*numbers, *others])
    return [
        *(Person(one.number, one.name, one.id, talks.get(one.number, ())) for one in known),
        *(Person(peer, None, None, talks[peer]) for peer in others),
    ]


def conversations_with(
    engine: Engine, phone_ids: Collection[int], typed: str, words: Words, limit: int
) -> list[int]:
    """The conversations with the people meant by ``typed``, at most ``limit`` of them."""
    named = select(Contact.number).where(_is_meant(engine, typed, words))
    query = select(Conversation.id).where(
        Conversation.phone_id.in_(phone_ids),
        or_(Conversation.peer.in_(named), *_peer_is_meant(engine, typed)),
    )
    return list(reading().scalars(query.limit(limit)))


def _contacts(engine: Engine, typed: str, words: Words, limit: int) -> list[Contact]:
    query = select(Contact).where(_is_meant(engine, typed, words))
    return list(reading().scalars(query.order_by(Contact.name_key, Contact.id).limit(limit)))


def _is_meant(engine: Engine, typed: str, words: Words) -> ColumnElement[bool]:
    """Whether a contact has all the words in its name, or the digits in its number."""
    found = select(_contact_search.c.rowid).where(
        literal_column("contact_search").op("MATCH")(full_text.expression(words, "name"))
    )
    ways: list[ColumnElement[bool]] = [Contact.id.in_(found)]
    if digits := _digits(typed):
        ways.append(contact_list.by_digits(digits))
    if number := _whole_number(engine, typed):
        ways.append(Contact.number == number)
    return or_(*ways)


def _strangers(engine: Engine, phone_ids: Collection[int], typed: str, limit: int) -> list[str]:
    """The other sides of conversations that are in no address book."""
    ways = _peer_is_meant(engine, typed)
    query = (
        select(Conversation.peer)
        .where(
            Conversation.phone_id.in_(phone_ids),
            or_(*ways),
            Conversation.peer.not_in(select(Contact.number)),
        )
        .distinct()
        .limit(limit)
    )
    return list(reading().scalars(query))


def _peer_is_meant(engine: Engine, typed: str) -> list[ColumnElement[bool]]:
    """Whether the other side of a conversation is meant by its number or its sender's name."""
    sender = (Conversation.peer > _AFTER_NUMBERS) & Conversation.peer.contains(
        typed.strip(), autoescape=True
    )
    ways: list[ColumnElement[bool]] = [sender]
    if digits := _digits(typed):
        ways.append(Conversation.peer.contains(digits))
    if number := _whole_number(engine, typed):
        ways.append(Conversation.peer == number)
    return ways


def _conversations(
    phone_ids: Collection[int], peers: Iterable[str]
) -> dict[str, list[Conversation]]:
    query = select(Conversation).where(
        Conversation.phone_id.in_(phone_ids), Conversation.peer.in_(list(peers))
    )
    found: dict[str, list[Conversation]] = {}
    for one in reading().scalars(query.order_by(Conversation.last_message_id.desc())):
        found.setdefault(one.peer, []).append(one)
    return found


def _digits(typed: str) -> str:
    """The digits by which a number is meant; empty where they are none, or too few."""
    digits = digits_of(typed)
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def _whole_number(engine: Engine, typed: str) -> str | None:
    try:
        return parse_recipient(typed, engine.config.country)
    except Invalid:
        return None
