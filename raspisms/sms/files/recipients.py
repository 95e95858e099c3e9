"""Recipients of a CSV file: column 1 is the number, whatever it is called; the rest are data.

A file without a first line that names its columns is one whose first cell is a number already; its
data are then called column_2, column_3 and so on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Final

from raspisms.errors import Invalid, say
from raspisms.sms.data_keys import LONGEST_VALUE, MOST_KEYS
from raspisms.sms.files import csv_reader, source
from raspisms.sms.files.cells import is_like_number, plain_cell, text
from raspisms.sms.files.columns import key_of, too_many_columns
from raspisms.sms.files.csv_records import Record, records
from raspisms.sms.files.limits import SAMPLE
from raspisms.sms.files.written_numbers import is_mangled

#: Lines of which each is told by its number; of more only how many they are.
_MOST_TOLD: Final = 20


@dataclass(frozen=True)
class Recipients:
    """What a file has: of each line the number as written, then a value for each of ``keys``.

    ``faulty`` are the first lines that cannot be used and ``faults`` how many they are; lines
    count from 1.
    """

    keys: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    has_header: bool = True
    faulty: tuple[int, ...] = ()
    faults: int = 0


def read(file: IO[bytes], most: int) -> Recipients:
    """The recipients of a file. Raises Invalid (field "csv") for what is none or has too many."""
    try:
        return _read(file, most)
    except Invalid as error:
        raise Invalid(error.message, error.hint, "csv") from error


def _read(file: IO[bytes], most: int) -> Recipients:
    source.refuse_binary(file.read(SAMPLE))
    opened = source.opened(file, source.encoding_of(file))
    try:
        delimiter = csv_reader.delimiter(opened)
        opened.seek(0)
        return _of_records(records(source.lines(opened), delimiter), most)
    finally:
        opened.detach()


def _of_records(found: Iterable[Record], most: int) -> Recipients:
    keys: tuple[str, ...] | None = None
    rows: list[tuple[str, ...]] = []
    has_header, faulty, count = True, list[int](), 0
    for record in found:
        cells = [text(plain_cell(cell)) for cell in record.cells]
        if keys is None and not record.fault:
            has_header = not is_like_number(record.cells[0])
            keys = _keys(cells if has_header else [""] * len(cells))
            if has_header:
                continue
        row = None if record.fault or keys is None else _row(cells, len(keys))
        if row is None:
            count += 1
            faulty += [record.line] if len(faulty) < _MOST_TOLD else []
            continue
        rows.append(row)
        if len(rows) > most:
            raise _too_many(most)
    if not rows:
        raise Invalid(
            say("There is no number in the first column of this file."),
            say("Put the numbers into column 1, what each text says into the others."),
        )
    return Recipients(keys or (), tuple(rows), has_header, tuple(faulty), count)


def _row(cells: Sequence[str], width: int) -> tuple[str, ...] | None:
    """The number and a value for each key; None where there is no number, or too much."""
    number, values = cells[0].replace("\n", " "), cells[1:]
    is_too_much = any(values[width:]) or any(len(value) > LONGEST_VALUE for value in values)
    if not number or is_mangled(number) or is_too_much:
        return None
    return (number, *values[:width], *[""] * (width - len(values)))


def _keys(heads: Sequence[str]) -> tuple[str, ...]:
    """The data keys of all columns but the first, each another."""
    if len(heads) > MOST_KEYS + 1:
        raise too_many_columns(len(heads), MOST_KEYS + 1)
    keys: list[str] = []
    for place, head in enumerate(heads[1:], 2):
        key = key_of(head) or f"column_{place}"
        keys.append(key if key not in keys else f"{key[:40]}_{place}")
    return tuple(keys)


def _too_many(most: int) -> Invalid:
    return Invalid(
        say("This file has more than %(most)d recipients.", most=most),
        say("Send to them in several parts."),
    )
