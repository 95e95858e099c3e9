"""What leaves the address book as files: contacts, numbers that opted out, invalid numbers.

Each is a stream of pieces of text, read from the database in portions: it is as light for a hundred
thousand contacts as for one. The transaction that it reads in stays open until its end, so that
what is written while it is made neither changes nor tears it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, true, tuple_

from raspisms import clock
from raspisms.errors import NotFound, say
from raspisms.messaging import contact_list, groups, invalid_numbers
from raspisms.messaging.engine import Engine
from raspisms.messaging.invalid_numbers import Rates
from raspisms.messaging.transactions import reading
from raspisms.models import Contact, OptOut
from raspisms.models.base import listed
from raspisms.sms.files import writers

#: Rows read at once.
_PORTION = 1000
#: RaspiSMS's own columns of the list of invalid numbers (RaspiSMS 3.9.5).
INVALID_COLUMNS = ("Destination", "Total SMS Sent", "Failed Percentage", "Unknown Percentage")


class Format(StrEnum):
    """As what; the words are part of addresses and of the command line."""

    CSV = "csv"
    SPREADSHEET = "spreadsheet"
    JSON = "json"
    VCARD = "vcard"


class What(StrEnum):
    """What is exported."""

    CONTACTS = "contacts"
    OPT_OUTS = "opt-outs"
    INVALID_NUMBERS = "invalid-numbers"


@dataclass(frozen=True)
class Selection:
    """Which contacts: those of a group, the ``chosen`` ones of the list, or all."""

    group_id: int | None = None
    chosen: contact_list.Selection | None = None


def contacts(
    engine: Engine, selection: Selection, form: Format, *, delimiter: str = ","
) -> Iterator[str]:
    """Contacts by name, in any format. Raises NotFound for a group that there is not."""
    which = _which(engine, selection)
    if form is Format.JSON:
        return writers.json_lines(map(writers.as_object, _rows(which)))
    if form is Format.VCARD:
        return writers.vcard_lines(_rows(which))
    return writers.csv_lines(
        _rows(which),
        _keys(which),
        for_spreadsheet=form is Format.SPREADSHEET,
        delimiter=delimiter,
    )


def opt_outs(form: Format, *, delimiter: str = ",") -> Iterator[str]:
    """The numbers that want no campaigns, by number. Times are ISO 8601.

    As a card each is its contact, or has its number for a name, with the reason as a note.
    """
    rows = _opt_out_rows()
    if form is Format.JSON:
        return writers.json_lines(one._asdict() | {"at": one.at.isoformat()} for one in rows)
    if form is Format.VCARD:
        cards = (writers.Row(one.name or one.number, one.number, {}, one.reason) for one in rows)
        return writers.vcard_lines(cards)
    cells = (
        (one.number, one.name or "", one.at.isoformat(), one.source, one.reason) for one in rows
    )
    return _table(_OptedOut._fields, cells, form, delimiter)


def invalid(engine: Engine, form: Format, *, delimiter: str = ",") -> Iterator[str]:
    """The numbers that nothing arrives at; as CSV in RaspiSMS's form. Rates are from 0 to 1."""
    found = invalid_numbers.each(engine)
    if form is Format.VCARD:
        return writers.vcard_lines(
            writers.Row(one.name or one.rates.number, one.rates.number, {}) for one in found
        )
    if form is Format.JSON:
        return writers.json_lines(
            {
                "number": one.rates.number,
                "sent": one.rates.sent,
                "failed": round(one.rates.failed_share, 4),
                "unknown": round(one.rates.unknown_share, 4),
            }
            for one in found
        )
    cells = ((rates.number, str(rates.sent), *_shares(rates)) for rates in (f.rates for f in found))
    return _table(INVALID_COLUMNS, cells, form, delimiter)


def _shares(rates: Rates) -> tuple[str, str]:
    return f"{rates.failed_share:.4g}", f"{rates.unknown_share:.4g}"


def _table(
    header: Sequence[str], rows: Iterable[Sequence[str]], form: Format, delimiter: str
) -> Iterator[str]:
    for_spreadsheet = form is Format.SPREADSHEET
    return writers.table_lines(header, rows, for_spreadsheet=for_spreadsheet, delimiter=delimiter)


def _which(engine: Engine, selection: Selection) -> ColumnElement[bool]:
    if selection.group_id is not None:
        groups.get(selection.group_id)
        here = clock.now().astimezone(engine.config.timezone)
        people = groups.people([selection.group_id], here)
        return Contact.number.in_(listed(one.number for one in people))
    if selection.chosen is not None:
        found = selection.chosen.where()
        if reading().scalar(select(Contact.id).where(found).limit(1)) is None:
            raise NotFound(
                say("None of these contacts is there any more."),
                say("Go back to the list of contacts."),
            )
        return found
    return Contact.id.is_not(None)


def _keys(which: ColumnElement[bool]) -> list[str]:
    """All data keys of some contacts, those that most of them have first."""
    pairs = func.json_each(Contact.data).table_valued("key")
    query = select(pairs.c.key).join_from(Contact, pairs, true()).where(which).group_by(pairs.c.key)
    return list(reading().scalars(query.order_by(func.count().desc(), pairs.c.key)))


def _rows(which: ColumnElement[bool]) -> Iterator[writers.Row]:
    place = tuple_(Contact.name_key, Contact.id)
    query = (
        select(
            Contact.name_key, Contact.id, Contact.name, Contact.number, Contact.data, Contact.notes
        )
        .where(which)
        .order_by(Contact.name_key, Contact.id)
        .limit(_PORTION)
    )
    portion = reading().execute(query).all()
    while portion:
        for row in portion:
            yield writers.Row(row.name, row.number, row.data or {}, row.notes)
        if len(portion) < _PORTION:
            return
        last = portion[-1]
        portion = reading().execute(query.where(place > (last.name_key, last.id))).all()


class _OptedOut(NamedTuple):
    """A number that opted out, with the name of its contact."""

    number: str
    name: str | None
    at: datetime
    source: str
    reason: str


def _opt_out_rows() -> Iterator[_OptedOut]:
    query = (
        select(OptOut.number, Contact.name, OptOut.at, OptOut.source, OptOut.reason)
        .outerjoin_from(OptOut, Contact, Contact.number == OptOut.number)
        .order_by(OptOut.number)
        .limit(_PORTION)
    )
    portion = reading().execute(query).all()
    while portion:
        yield from (_OptedOut(*row) for row in portion)
        after = portion[-1].number
        portion = reading().execute(query.where(OptOut.number > after)).all()
