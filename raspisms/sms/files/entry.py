"""What the readers of all kinds of files give: one entry after the other, also unreadable ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from raspisms.sms.files.limits import LONGEST_ORIGINAL


class Written(NamedTuple):
    """A phone number as it stands in the file, not read yet.

    ``kind`` is "mobile", "home", "work", "main", "other", a word of the person's own, or empty.
    """

    number: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in a file, with any number of phone numbers.

    ``line`` is where it begins, counted from 1; of JSON, which may stand on a single line, which
    element it is. ``original`` is how it stood there, cut where it is long. ``fault`` is one of
    FAULTS where it cannot be read; all but those two is empty then.
    """

    line: int
    name: str = ""
    numbers: tuple[Written, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""
    original: str = ""
    fault: str = ""


#: Why an entry cannot be read.
TOO_LONG: Final = "too_long"
QUOTE: Final = "quote"
MORE_CELLS: Final = "more_cells"
NOT_AN_OBJECT: Final = "not_an_object"
NO_TEXT: Final = "no_text"
SYNTAX: Final = "syntax"
CUT_OFF: Final = "cut_off"
CARD: Final = "card"
FAULTS: Final = (TOO_LONG, QUOTE, MORE_CELLS, NOT_AN_OBJECT, NO_TEXT, SYNTAX, CUT_OFF, CARD)


def unreadable(line: int, original: str, fault: str) -> Entry:
    return Entry(line, original=kept(original), fault=fault)


def kept(original: str) -> str:
    """What is kept of an entry as it stood in the file."""
    original = original.rstrip("\n").replace("\0", "\ufffd")
    return original if len(original) <= LONGEST_ORIGINAL else f"{original[: LONGEST_ORIGINAL - 1]}…"
