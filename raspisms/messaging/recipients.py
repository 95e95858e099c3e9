"""To whom a person wants something sent: what they typed, read as people, each of them once."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from raspisms.errors import Invalid, say
from raspisms.messaging import contacts, groups
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.models import Contact
from raspisms.sms.content import with_line_feeds
from raspisms.sms.emergencies import is_emergency
from raspisms.sms.numbers import parse_recipient

#: In one sending. More than a household writes to, few enough to be stored within a moment.
MOST = 10_000
#: What is told of an entry, in characters.
_LONGEST = 40
# The signs of other scripts that mean the same stand for them.
_SEMICOLON, _COMMA = re.compile("[;；؛]"), re.compile("[,，،、]")
_NOTHING = re.compile(r"[\s;；؛,，،、]*")
#: What stands between such signs. Where there are that many, none is looked at: what would be made
#: of the longest text that a form may have takes a gigabyte.
_PIECE, _MOST_PIECES = re.compile(r"[^\s;；؛,，،、][^\n;；؛,，،、]*"), 10 * MOST


@dataclass(frozen=True)
class Entry:
    """What was typed for one recipient. Lines count from 1."""

    line: int
    typed: str

    @property
    def shown(self) -> str:
        """What was typed, as it can be told: on one line, and cut where it is long."""
        visible = "".join(sign if sign.isprintable() else " " for sign in self.typed[:_LONGEST])
        return f"{visible[:-1]}…" if len(self.typed) > _LONGEST else visible


class UnusableRecipient(Invalid):
    """Nothing can be sent to what ``entry`` says; ``others`` people can be written to."""

    def __init__(self, entry: Entry, problem: Invalid, others: int) -> None:
        super().__init__(problem.message, problem.hint, "number")
        self.entry = entry
        self.others = others


@dataclass(frozen=True)
class Recipients:
    """The numbers of those who were named, in the order of their naming, each once.

    ``repeated`` counts those left out because they were named before, and ``again`` are the numbers
    of these. ``groups`` are the ids of the groups that were named; who is in them is not looked at.
    ``lines`` has for each number on which line it was named first.
    """

    numbers: tuple[str, ...]
    repeated: int = 0
    unusable: tuple[UnusableRecipient, ...] = ()
    groups: tuple[int, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    again: tuple[str, ...] = ()


def lines_of(text: str) -> list[str]:
    return with_line_feeds(text).split("\n")


def names_nobody(typed: str) -> bool:
    """Whether nothing was typed but what parts recipients."""
    return _NOTHING.fullmatch(typed) is not None


def read(engine: Engine, typed: str, *, to_write: bool = True) -> Recipients:
    """Whom ``typed`` names: numbers, contacts' and groups' names, parted by line ends, commas,
    semicolons.

    A whole line that is a name is whoever is called so, even with a comma in it; so is what stands
    between semicolons. With ``to_write`` an emergency number is unusable: nothing is sent to one.
    Raises Invalid (field "number") where nobody is named, or too many.
    """
    pieces = sum(1 for _ in _PIECE.finditer(with_line_feeds(typed)))
    if pieces > _MOST_PIECES:
        raise too_many(pieces)
    entries = _entries(lines_of(typed))
    if not entries:
        raise nobody()
    if len(entries) > MOST:
        raise too_many(len(entries))
    meant = _meant(engine, [entry.typed for entry in entries])
    if to_write:
        meant = [_sendable(engine, one) for one in meant]
    found = [number for number in meant if isinstance(number, str)]
    named_at = [
        (number, entry.line)
        for entry, number in zip(entries, meant, strict=True)
        if isinstance(number, str)
    ]
    lines = dict(reversed(named_at))
    numbers = tuple(dict.fromkeys(found))
    unusable = (
        UnusableRecipient(entry, problem, len(numbers))
        for entry, problem in zip(entries, meant, strict=True)
        if isinstance(problem, Invalid)
    )
    named = dict.fromkeys(group_id for group_id in meant if isinstance(group_id, int))
    repeated = len(found) - len(numbers)
    again = tuple(number for number, times in Counter(found).items() if times > 1)
    return Recipients(numbers, repeated, tuple(unusable), tuple(named), lines, again)


def of_contacts(contact_ids: Sequence[int]) -> list[str]:
    """The numbers of some contacts, by name; those that are gone are left out."""
    query = select(Contact.number).where(Contact.id.in_(contact_ids))
    return list(reading().scalars(query.order_by(Contact.name_key, Contact.id)))


def nobody() -> Invalid:
    return Invalid(
        say("There is no recipient."),
        say("Type a number, or the name of a contact or a group."),
        field="number",
    )


def _meant(engine: Engine, typed: Sequence[str]) -> list[str | int | Invalid]:
    """For each of ``typed`` the number or the group that is meant, or what is wrong with it."""
    meant: list[str | int | Invalid] = list(contacts.resolve_each(engine, typed))
    # Most are numbers, of which no group is called so.
    of_groups = groups.named(
        one
        for one, found in zip(typed, meant, strict=True)
        if isinstance(found, Invalid) or any(sign.isalpha() for sign in one)
    )
    of_contacts = contacts.numbers_named(of_groups)
    for place, one in enumerate(typed):
        if one in of_groups and not _is_number(engine, one):
            both = one in of_contacts
            meant[place] = _of_both(one) if both else of_groups[one]
    return meant


def _sendable(engine: Engine, meant: str | int | Invalid) -> str | int | Invalid:
    if not (isinstance(meant, str) and is_emergency(meant, engine.config.country)):
        return meant
    return Invalid(
        say("“%(number)s” is an emergency number: nothing is sent to it.", number=meant),
        say("Leave it out. In an emergency, call it from a telephone."),
        field="number",
    )


def _is_number(engine: Engine, typed: str) -> bool:
    """What reads as a number is that number, whatever a group may be called."""
    try:
        parse_recipient(typed, engine.config.country)
    except Invalid:
        return False
    return True


def _of_both(name: str) -> Invalid:
    return Invalid(
        say("A contact and a group are named “%(name)s”.", name=name),
        say("Type the contact's number, or choose the group from the list of groups."),
        field="number",
    )


def _entries(lines: Sequence[str]) -> list[Entry]:
    """One entry for each recipient: lines are parted where they are no name themselves."""
    stripped = enumerate(map(str.strip, lines), start=1)
    entries = [Entry(line, text) for line, text in stripped if text]
    for separator in (_SEMICOLON, _COMMA):
        entries = list(_parted(entries, separator))
    return entries


def _parted(entries: Sequence[Entry], separator: re.Pattern[str]) -> Iterator[Entry]:
    several = [entry.typed for entry in entries if separator.search(entry.typed)]
    names = contacts.numbers_named(several).keys() | groups.named(several).keys()
    for entry in entries:
        parts = [entry.typed] if entry.typed in names else separator.split(entry.typed)
        yield from (Entry(entry.line, part) for part in map(str.strip, parts) if part)


def too_many(count: int) -> Invalid:
    return Invalid(
        say(
            "These are %(count)d recipients; one sending takes at most %(most)d.",
            count=count,
            most=MOST,
        ),
        say("Send to them in several parts."),
        field="number",
    )
