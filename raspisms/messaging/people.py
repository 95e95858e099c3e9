"""People as rules and texts know them, read from the address book."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from raspisms.messaging.transactions import reading
from raspisms.models import Contact
from raspisms.models.base import listed
from raspisms.sms.person import Person

#: Contacts read at once.
_PORTION = 2000
_COLUMNS = (
    Contact.id,
    Contact.name_key,
    Contact.name,
    Contact.number,
    Contact.data,
    Contact.created_at,
    Contact.updated_at,
)


class Row(NamedTuple):
    """A contact as a person, with what finds it and puts it in order."""

    contact_id: int
    name_key: str
    person: Person


def of_contact(contact: Contact) -> Person:
    return Person(
        contact.number, contact.name, contact.data, contact.created_at, contact.updated_at
    )


def of_numbers(numbers: Iterable[str]) -> dict[str, Person]:
    """For each number its person, in the order given; a bare one where there is no contact."""
    wanted = list(dict.fromkeys(numbers))
    query = select(*_COLUMNS).where(Contact.number.in_(listed(wanted)))
    found = {row.person.number: row.person for row in _read(query)}
    return {number: found.get(number) or Person(number) for number in wanted}


def rows(query: Select[Contact]) -> Iterator[Row]:
    """The people of a query of contacts that has no limit of its own, in the order of their ids.

    They are read in portions, without an object of the database for each.
    """
    query = query.with_only_columns(*_COLUMNS).order_by(None).order_by(Contact.id).limit(_PORTION)
    after = 0
    while True:
        portion = list(_read(query.where(Contact.id > after)))
        yield from portion
        if len(portion) < _PORTION:
            return
        after = portion[-1].contact_id


def rows_of(contact_ids: Iterable[int]) -> Iterator[Row]:
    """The same of contacts by their ids, each once, in the order of these."""
    wanted = sorted(set(contact_ids))
    for start in range(0, len(wanted), _PORTION):
        portion = listed(wanted[start : start + _PORTION])
        yield from _read(select(*_COLUMNS).where(Contact.id.in_(portion)).order_by(Contact.id))


def _read(query: Select[*tuple[Any, ...]]) -> Iterator[Row]:
    for contact_id, key, name, number, data, created_at, updated_at in reading().execute(query):
        yield Row(contact_id, key, Person(number, name, data or {}, created_at, updated_at))
