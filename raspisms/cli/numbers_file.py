"""Numbers and names of contacts from a file, as spreadsheets and people write them."""

import re
from pathlib import Path

from raspisms.cli import inputs
from raspisms.messaging import contacts
from raspisms.messaging.recipients import lines_of

STANDARD_INPUT = "-"
# Its first column, which may stand in quotes and then hold what else would end it.
_FIRST_COLUMN = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))')
#: What stands above a column of numbers, as ``contacts.sort_key`` has it.
_HEADERS = frozenset(
    {
        *("number", "numbers", "phone", "phones", "phone number", "phone numbers", "telephone"),
        *("mobile", "recipient", "recipients", "to", "tel", "tel.", "numero", "numeros"),
        *("numero de telephone", "numeros de telephone", "portable", "destinataire"),
        *("destinataires",),
    }
)


def read(path: str) -> list[str]:
    """What stands in each line of a file, or of standard input, for one recipient.

    Lines without a recipient, such as a header or a comment, are there as empty ones, so that the
    others can be told by their place. Raises Invalid in words for what is no text.
    """
    from_input = path == STANDARD_INPUT
    content = inputs.all_input() if from_input else inputs.content_of(Path(path))
    written = [_first_column(line) for line in lines_of(content)]
    if _is_header(written[0]):
        written[0] = ""
    return written


def _first_column(line: str) -> str:
    if line.lstrip().startswith("#"):
        return ""
    column = _FIRST_COLUMN.match(line)
    if column is None:
        return ""
    quoted, plain = column.groups()
    return (plain if quoted is None else quoted.replace('""', '"')).strip()


def _is_header(written: str) -> bool:
    """Whether it names the column; a contact may bear such a name, and then is meant."""
    return contacts.sort_key(written) in _HEADERS and not contacts.numbers_named([written])
