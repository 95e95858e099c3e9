"""Contacts as files: CSV, RaspiSMS's JSON, and vCard 4.0. The readers beside read them all back.

What a reader has to know:

- CSV: the first two columns are called ``name`` and ``number``; all that follow are data keys as
  they are called, but for the last, the notes. That is ``notes``, or ``(notes)`` where there is a
  data key of that name. Cells are made harmless as ``formulas`` says.
- JSON: a list of ``{name, number, data}``, with ``notes`` only where there are some.
- vCard: each data key is a line ``X-RASPISMS-DATA:key=value``. Where a card has such a line, it has
  all data, and ``BDAY``, which is there for other programs, adds nothing to it.

Everything is made line by line, however many contacts there are.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from raspisms.sms.files.formulas import defused

BOM: Final = "\ufeff"
NAME, NUMBER, NOTES, OTHER_NOTES = "name", "number", "notes", "(notes)"
#: A data key and its value in a vCard.
X_DATA: Final = "X-RASPISMS-DATA"
#: Data keys whose value, an ISO date, other programs know as a birthday.
BIRTHDAYS: Final = ("birthday", "birthdate")
#: RFC 6350, 3.2: a line is folded after so many bytes.
_LONGEST_LINE = 75
_TO_ESCAPE = re.compile(r"[\\,;]")
_BREAK = re.compile(r"\r\n?|\n")


class Row(NamedTuple):
    """One contact; values of ``data`` are texts."""

    name: str
    number: str
    data: Mapping[str, str]
    notes: str = ""


def csv_lines(
    rows: Iterable[Row],
    keys: Sequence[str],
    *,
    for_spreadsheet: bool = False,
    delimiter: str = ",",
) -> Iterator[str]:
    """``keys`` are all data keys that any of ``rows`` has, in the order of their columns.

    ``for_spreadsheet``: as a spreadsheet program reads it best, with a mark of the encoding, and
    with numbers that it does not take for sums.
    """
    notes = OTHER_NOTES if NOTES in keys else NOTES
    number = defused if for_spreadsheet else str
    lines = _Lines(delimiter)
    yield (BOM if for_spreadsheet else "") + lines.line([NAME, NUMBER, *map(defused, keys), notes])
    for row in rows:
        data = [defused(row.data.get(key, "")) for key in keys]
        yield lines.line([defused(row.name), number(row.number), *data, defused(row.notes)])


def table_lines(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    for_spreadsheet: bool = False,
    delimiter: str = ",",
) -> Iterator[str]:
    """Any other table as CSV; the first of each row is a number, which stays as it is."""
    number = defused if for_spreadsheet else str
    lines = _Lines(delimiter)
    yield (BOM if for_spreadsheet else "") + lines.line(header)
    for row in rows:
        yield lines.line([number(row[0]), *map(defused, row[1:])])


def json_lines(objects: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """A list, an object on each line."""
    before = "[\n"
    for one in objects:
        yield before + json.dumps(one, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def as_object(row: Row) -> dict[str, object]:
    """A contact as RaspiSMS writes it in JSON."""
    found: dict[str, object] = {"name": row.name, "number": row.number, "data": dict(row.data)}
    return found | ({"notes": row.notes} if row.notes else {})


def vcard_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A card for each contact, one after the other."""
    for row in rows:
        yield "".join(_folded(line) for line in _card(row))


def _card(row: Row) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"FN:{_escaped(row.name)}"
    # RFC 3966 has no plain form of a short code, which is of one network only.
    yield f"TEL;VALUE=uri:tel:{row.number}" if row.number[0] == "+" else f"TEL:{row.number}"
    for key in BIRTHDAYS:
        if born := _date(row.data.get(key, "")):
            yield f"BDAY:{born:%Y%m%d}"
            break
    for key, value in row.data.items():
        yield f"{X_DATA}:{_escaped(f'{key}={value}')}"
    if row.notes:
        yield f"NOTE:{_escaped(row.notes)}"
    yield "END:VCARD"


def _escaped(text: str) -> str:
    return _BREAK.sub(r"\\n", _TO_ESCAPE.sub(r"\\\g<0>", text))


def _folded(line: str) -> str:
    """A line in pieces that are short enough, of which none cuts a letter in two."""
    if len(line.encode()) <= _LONGEST_LINE:
        return f"{line}\r\n"
    pieces, room = [""], _LONGEST_LINE
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append("")
            room = _LONGEST_LINE - 1  # the blank at the beginning counts
        pieces[-1] += sign
        room -= size
    return "\r\n ".join(pieces) + "\r\n"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2000-01-01") else None
    except ValueError:
        return None


class _Lines:
    """Lines of CSV, one at a time: what the writer of Python writes, handed on.

    A line with anything that parts cells elsewhere has all its cells in quotes: a spreadsheet that
    parts them by more than one sign would find formulas in the midst of what is defused.
    """

    def __init__(self, delimiter: str) -> None:
        self._writer = csv.writer(self, delimiter=delimiter, lineterminator="\r\n")
        self._quoting = csv.writer(
            self, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL
        )
        self._parts = [sign for sign in ";,\t" if sign != delimiter]
        self._line = ""

    def write(self, line: str) -> None:
        self._line = line

    def line(self, cells: Iterable[str]) -> str:
        cells = list(cells)
        is_parted = any(sign in cell for cell in cells for sign in self._parts)
        (self._quoting if is_parted else self._writer).writerow(cells)
        return self._line
