"""Numbers and names of contacts from a file, as spreadsheets and people write them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from raspisms.cli import inputs
from raspisms.messaging import contacts, groups
from raspisms.messaging.recipients import lines_of
from raspisms.sms.files.columns import key_of
from raspisms.sms.files.csv_records import Record, delimiter_of, records
from raspisms.sms.files.source import Line
from raspisms.sms.names import sort_key

STANDARD_INPUT = "-"
#: Lines that tell what parts the columns.
_SAMPLE = 100
# Its first column, which may stand in quotes and then hold what else would end it.
_FIRST_COLUMN = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))')
#: What stands above a column of numbers, as ``sms.names.sort_key`` has it.
_HEADERS = frozenset(
    {
        *("number", "numbers", "phone", "phones", "phone number", "phone numbers", "telephone"),
        *("mobile", "recipient", "recipients", "to", "tel", "tel.", "numero", "numeros"),
        *("numero de telephone", "numeros de telephone", "portable", "destinataire"),
        *("destinataires", "destination"),
    }
)


@dataclass(frozen=True)
class Listed:
    """What stands in each line of a file for one recipient; empty for a header or a comment, so
    that the others can be told by their place. ``data`` is what else a line says, by its number.
    """

    lines: list[str] = field(default_factory=list)
    data: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def read(path: str) -> Listed:
    """The recipients of a file, or of standard input. Raises Invalid in words for what is no text.

    Where the first line names more columns than that of the numbers, these are data of each.
    """
    from_input = path == STANDARD_INPUT
    written = lines_of(inputs.all_input() if from_input else inputs.content_of(Path(path)))
    delimiter = delimiter_of(written[:_SAMPLE])
    rows = records((Line(n, text) for n, text in enumerate(written, start=1)), delimiter)
    head = next(rows, None)
    if head is None or len(head.cells) < 2 or not _is_header(head.cells[0].strip()):
        return Listed(_first_columns(written))
    return _with_data(head, rows, len(written))


def _with_data(head: Record, rows: Iterable[Record], count: int) -> Listed:
    keys = [key_of(name) for name in head.cells[1:]]
    lines, data = [""] * count, {}
    for row in rows:
        if row.original.lstrip().startswith("#"):
            continue
        lines[row.line - 1] = row.cells[0].strip() if row.cells else row.original
        pairs = zip(keys, row.cells[1:], strict=False)
        data[row.line] = {key: cell.strip() for key, cell in pairs if key and cell.strip()}
    return Listed(lines, data)


def _first_columns(written: Sequence[str]) -> list[str]:
    first = [_first_column(line) for line in written]
    if _is_header(first[0]):
        first[0] = ""
    return first


def _first_column(line: str) -> str:
    if line.lstrip().startswith("#"):
        return ""
    column = _FIRST_COLUMN.match(line)
    if column is None:
        return ""
    quoted, plain = column.groups()
    return (plain if quoted is None else quoted.replace('""', '"')).strip()


def _is_header(written: str) -> bool:
    """Whether it names the column; a contact or a group may bear such a name, and then is meant."""
    if sort_key(written.replace("_", " ")) not in _HEADERS:
        return False
    return not contacts.numbers_named([written]) and not groups.named([written])
