"""The list of contacts: found by name or number, in an order, page by page; and those chosen of it.

It is as quick for a hundred thousand as for a thousand: names are found by the index of words,
numbers by that of their parts of three digits, and a page begins after the last contact of the one
before instead of counting up to it.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
    tuple_,
)

from raspisms.errors import Invalid, say
from raspisms.messaging import address_changes, full_text, search_words
from raspisms.messaging.search_words import Word
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Contact, Member
from raspisms.models.base import listed
from raspisms.sms.names import sort_key
from raspisms.sms.numbers import digits_of

PAGE = 50
#: So many are counted; more are "more than".
MOST_COUNTED = 1000
#: Up to so many that have the words or digits, they are looked up and put in order; where more have
#: them, going through the contacts in order meets a page of them soon.
_FEW = 500
#: The index knows numbers by parts of so many digits.
_INDEXED_DIGITS = 3

_names = table("contact_search", column("rowid"))
_numbers = table("contact_number_search", column("rowid"))


class Order(StrEnum):
    """In what order; the words are part of addresses."""

    NAME = "name"
    NUMBER = "number"
    NEWEST = "newest"
    CHANGED = "changed"


_COLUMNS = {
    Order.NAME: (Contact.name_key, False),
    Order.NUMBER: (Contact.number, False),
    Order.NEWEST: (Contact.created_at, True),
    Order.CHANGED: (Contact.updated_at, True),
}


@dataclass(frozen=True)
class Place:
    """Where a page of the list is: after, or before, a contact; at the beginning without either."""

    after: int | None = None
    before: int | None = None


@dataclass(frozen=True)
class ContactPage:
    """``previous`` and ``following`` are where the pages beside it are, if there are any."""

    contacts: list[Contact]
    previous: Place | None
    following: Place | None


@dataclass(frozen=True)
class Selection:
    """Some contacts: by their ids, or all that a search finds; ``search`` may be empty then."""

    ids: tuple[int, ...] = ()
    search: str | None = None

    @property
    def is_empty(self) -> bool:
        return not self.ids and self.search is None

    def where(self) -> ColumnElement[bool]:
        """Whether a contact is one of them."""
        if self.search is not None:
            return found(self.search)
        return Contact.id.in_(listed(self.ids))

    def query(self) -> Select[int]:
        return select(Contact.id).where(self.where())


def listing(search: str = "", order: Order = Order.NAME, place: Place | None = None) -> ContactPage:
    """Contacts whose name has all words of ``search``, or whose number has its digits."""
    place = place or Place()
    backwards = place.before is not None
    start = place.before if backwards else place.after
    query = select(Contact).where(found(search))
    query = _in_order(query, order, backwards=backwards, start=start)
    rows = list(reading().scalars(query.limit(PAGE + 1)))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    if not rows:
        return ContactPage([], None, None)
    has_previous, has_following = (more, True) if backwards else (start is not None, more)
    return ContactPage(
        rows,
        Place(before=rows[0].id) if has_previous else None,
        Place(after=rows[-1].id) if has_following else None,
    )


def count(search: str = "") -> int:
    """How many it finds, counted up to one more than MOST_COUNTED."""
    query = select(Contact.id).where(found(search)).limit(MOST_COUNTED + 1)
    return reading().scalars(select(func.count()).select_from(query.subquery())).one()


def size(selection: Selection) -> int:
    """How many contacts there are in a selection, exactly."""
    query = select(func.count()).select_from(Contact).where(selection.where())
    return reading().scalars(query).one()


def some_names(selection: Selection, limit: int) -> list[str]:
    """The names of the first ones, by name."""
    query = select(Contact.name).where(selection.where())
    return list(reading().scalars(query.order_by(Contact.name_key, Contact.id).limit(limit)))


def ids(selection: Selection, limit: int) -> list[int]:
    """At most ``limit`` ids, by name."""
    query = selection.query().order_by(Contact.name_key, Contact.id)
    return list(reading().scalars(query.limit(limit)))


def remove(member: Member | None, selection: Selection, expected: int) -> int:
    """Remove them all at once; the id of the change, by which it can be undone.

    ``expected`` is how many somebody was told that they are. Raises Invalid where they are none, or
    others by now.
    """
    with writing() as session:
        where = selection.where()
        (first,) = some_names(selection, 1) or ("",)
        change = address_changes.remove(session, member, first, where)
        if not change.count:
            raise Invalid(
                say("None of these contacts is there any more."),
                say("Go back to the list of contacts."),
            )
        if change.count != expected:
            raise Invalid(
                say(
                    "The contacts have changed meanwhile: there are %(count)d.", count=change.count
                ),
                say("Look at the number, and decide again."),
            )
        return change.id


def found(search: str) -> ColumnElement[bool]:
    """Whether a contact has all words of ``search`` in its name, or its digits in its number."""
    search = search.strip()[: search_words.LONGEST]  # no name and no number has more
    if not search:
        return true()
    ways = _by_words(search)
    if digits := digits_of(search):
        ways.append(by_digits(digits))
    if not ways:
        key = sort_key(search)
        ways = [Contact.name_key.contains(key, autoescape=True)] if key else [false()]
    return or_(*ways)


def _by_words(search: str) -> list[ColumnElement[bool]]:
    try:
        words = search_words.read(search[: search_words.LONGEST])
    except Invalid:
        return [false()]  # more words than any name has
    if not words.words:
        return []
    match = literal_column("contact_search").op("MATCH")(full_text.expression(words, "name"))
    found = select(_names.c.rowid).where(match)
    if all(map(_is_plain, words.words)) and not _are_few(found):
        return [and_(*map(_begins, words.words))]
    return [Contact.id.in_(found)]


def _is_plain(word: Word) -> bool:
    """Whether a name itself is easily asked for a word that begins so."""
    key = sort_key(word.text)
    return not word.whole and key.isascii() and key.isalnum()


def _begins(word: Word) -> ColumnElement[bool]:
    """Whether a word of the name begins so: at its start, or after what is no letter or digit.

    Letters outside of ASCII end a word here, and not for the index: that is a find too much.
    """
    key = sort_key(word.text)
    name = Contact.name_key
    begins = or_(name.op("GLOB")(f"{key}*"), name.op("GLOB")(f"*[^a-z0-9]{key}*"))
    return and_(func.instr(name, key) > 0, begins)  # which is soon asked, and seldom so


def _are_few(found: Select[int]) -> bool:
    few = select(func.count()).select_from(found.limit(_FEW + 1).subquery())
    return reading().scalars(few).one() <= _FEW


def by_digits(digits: str) -> ColumnElement[bool]:
    """Whether the number of a contact has these digits in a row."""
    has_them = Contact.number.contains(digits, autoescape=True)
    if len(digits) < _INDEXED_DIGITS:
        return has_them
    match = literal_column("contact_number_search").op("MATCH")(f'"{digits}"')
    found = select(_numbers.c.rowid).where(match)
    return Contact.id.in_(found) if _are_few(found) else has_them


def _in_order(
    query: Select[Contact], order: Order, *, backwards: bool, start: int | None
) -> Select[Contact]:
    by, descends = _COLUMNS[order]
    downwards = descends != backwards
    place = tuple_(by, Contact.id)
    if start is not None:
        known = reading().execute(select(by, Contact.id).where(Contact.id == start)).one_or_none()
        if known is not None:
            query = query.where(place < tuple(known) if downwards else place > tuple(known))
    if downwards:
        return query.order_by(by.desc(), Contact.id.desc())
    return query.order_by(by, Contact.id)
