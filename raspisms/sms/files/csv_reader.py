"""Contacts of a CSV file."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Final

from raspisms.sms.files import columns, entry, source
from raspisms.sms.files.cells import plain_cell, text
from raspisms.sms.files.columns import DATA, FIRST, KIND, LAST, NAME, NOTES, NUMBER, Layout
from raspisms.sms.files.csv_records import Record, delimiter_of, records
from raspisms.sms.files.entry import Entry, Written
from raspisms.sms.files.limits import MOST_COLUMNS
from raspisms.sms.files.phone_kinds import in_order, kind_of

_SAMPLE_LINES: Final = 100
_SEVERAL: Final = ":::"  # how Google parts several numbers in one cell


def delimiter(file: IO[str]) -> str:
    """What parts the cells of a file; it is left where its sample ends."""
    return delimiter_of([line.text for line in islice(source.lines(file), _SAMPLE_LINES)])


def sample(file: IO[str], parted_by: str) -> list[list[str]]:
    """The first rows of a file. Raises Invalid where there are none, or too many columns."""
    read = islice(records(source.lines(file), parted_by), _SAMPLE_LINES)
    rows = [record.cells for record in read if not record.fault]
    widest = max(map(len, rows), default=0)
    if widest > MOST_COLUMNS:
        raise columns.too_many_columns(widest, MOST_COLUMNS)
    return rows


def entries(file: IO[str], parted_by: str, layout: Layout) -> Iterator[Entry]:
    """All entries, by what ``layout`` says of the columns."""
    read = records(source.lines(file), parted_by)
    if layout.has_header:
        next(read, None)
    yield from rows_as_entries(read, layout)


def rows_as_entries(rows: Iterable[Record], layout: Layout) -> Iterator[Entry]:
    kinds = [kind_of([head]) for head in layout.heads]
    for row in rows:
        if row.fault:
            yield entry.unreadable(row.line, row.original, row.fault)
        elif any(cell.strip() for cell in row.cells[len(layout.roles) :]):
            yield entry.unreadable(row.line, row.original, entry.MORE_CELLS)
        else:
            yield _entry(row, layout.roles, kinds)


def _entry(row: Record, roles: Sequence[str], kinds: Sequence[str]) -> Entry:
    said, numbers, kind = dict[str, str](), list[Written](), ""
    for place, (role, cell) in enumerate(zip(roles, row.cells, strict=False)):
        if not role or not cell:
            continue
        value = text(plain_cell(cell))
        if role == KIND:
            kind = kind_of([value])
        elif role == NUMBER:
            each = (part.strip() for part in value.split(_SEVERAL))
            numbers += (Written(one, kind or kinds[place]) for one in each if one)
            kind = ""
        elif value:
            said[role] = value
    return Entry(
        row.line,
        _name(said),
        in_order(numbers),
        _data(said),
        said.get(NOTES, ""),
        entry.kept(row.original),
    )


def _name(said: dict[str, str]) -> str:
    parts = " ".join(said[role] for role in (FIRST, LAST) if role in said)
    return " ".join((said.get(NAME) or parts).split())


def _data(said: dict[str, str]) -> dict[str, str]:
    """What is known beside; the parts of a name can be used in texts."""
    parts = {"firstname": said.get(FIRST, ""), "lastname": said.get(LAST, "")}
    data = {role[len(DATA) :]: value for role, value in said.items() if role.startswith(DATA)}
    return {key: value for key, value in parts.items() if value} | data


__all__ = ["columns", "delimiter", "entries", "rows_as_entries", "sample"]
