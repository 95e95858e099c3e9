"""Contacts of an address book as vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350).

Lines of a card are taken one by one: what nobody here reads, such as a photo, is passed over
without being kept. vobject takes the others apart.
"""

import io
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

from vobject.base import VObjectError, getLogicalLines, textLineToContentLine

from raspisms.sms.files import entry, source
from raspisms.sms.files.cells import text
from raspisms.sms.files.columns import key_of
from raspisms.sms.files.entry import Entry, Written
from raspisms.sms.files.limits import LONGEST_LINE
from raspisms.sms.files.phone_kinds import in_order, kind_of
from raspisms.sms.files.source import Line
from raspisms.sms.files.writers import BIRTHDAYS, X_DATA

#: Properties that become one value each, and its data key.
_VALUES: Final = {
    "EMAIL": "email",
    "ORG": "organization",
    "TITLE": "title",
    "ADR": "address",
    "CATEGORIES": "categories",
    "NICKNAME": "nickname",
    "URL": "url",
    "BDAY": BIRTHDAYS[1],
}
_LISTS: Final = {"ORG": ", ", "ADR": ", "}
_READ: Final = frozenset({"FN", "N", "TEL", "NOTE", "X-ABLABEL", X_DATA, *_VALUES})
_PROPERTY: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)[;:]")
#: What stands before a value. vobject's own expression means the same, but takes time that doubles
#: with each comma where it does not fit: only lines that do are for it.
_HEAD: Final = re.compile(
    r"(?:[A-Za-z0-9_-]+\.)?[A-Za-z0-9_-]+;?"
    r'(?:;[A-Za-z0-9_-]+(?:=(?:"[^"]*"|[^";:,]*))?(?:,(?:"[^"]*"|[^";:,]*))*)*:'
)
_ENCODING: Final = re.compile(r"quoted-printable", re.I)
_BIRTHDAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?")
_OMITTED_YEAR: Final = ("1604",)  # what Apple writes for a birthday without its year
_OWN_LABEL: Final = re.compile(r"_\$!<(.*)>!\$_")


class _Card:
    """The lines of a card that are read, as they come."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.lines: list[str] = []
        self.fault = ""
        self._length = 0
        self._is_kept = self._goes_on = False

    def add(self, line: Line) -> None:
        """A line within the card; one that belongs to the one before goes where that went."""
        written = line.text
        begins = not self._goes_on and written[:1] not in (" ", "\t")
        if begins:
            found = _PROPERTY.match(written)
            if found is None:  # of a photo that is not folded, or an empty line after one
                return
            self._is_kept = found[1].upper() in _READ
        is_printable = (
            bool(_ENCODING.search(written.partition(":")[0])) if begins else self._goes_on
        )
        self._goes_on = is_printable and written.endswith("=")
        if not self._is_kept:
            return
        self._length += len(written)
        if line.is_cut or self._length > LONGEST_LINE:
            self.fault = entry.TOO_LONG
        else:
            self.lines.append(written)

    @property
    def original(self) -> str:
        return "\n".join(["BEGIN:VCARD", *self.lines, "END:VCARD"])


def entries(file: IO[str]) -> Iterator[Entry]:
    """All entries, one for each card."""
    card: _Card | None = None
    for line in source.lines(file):
        mark = line.text.strip().upper()
        if mark == "BEGIN:VCARD":
            if card is not None:
                yield entry.unreadable(card.line, card.original, entry.CUT_OFF)
            card = _Card(line.number)
        elif mark == "END:VCARD" and card is not None:
            yield _entry(card)
            card = None
        elif card is not None:
            card.add(line)
        elif mark:
            yield entry.unreadable(line.number, line.text, entry.CARD)
    if card is not None:
        yield entry.unreadable(card.line, card.original, entry.CUT_OFF)


def _entry(card: _Card) -> Entry:
    if card.fault:
        return entry.unreadable(card.line, card.original, card.fault)
    try:
        lines = [_taken_apart(line) for line in _logical(card.lines)]
        read = _Read(lines)
        return Entry(
            card.line,
            read.name(),
            read.numbers(),
            read.data(),
            read.notes(),
            entry.kept(card.original),
        )
    except (VObjectError, ValueError, LookupError):
        return entry.unreadable(card.line, card.original, entry.CARD)


def _logical(lines: Iterable[str]) -> Iterator[str]:
    for line, _number in getLogicalLines(io.StringIO("\n".join(lines)), allowQP=True):
        yield line


def _taken_apart(line: str) -> Any:
    if not _HEAD.match(line):
        raise ValueError(line)
    head, colon, value = line.partition(":")
    return textLineToContentLine(f"{_ENCODING.sub('QUOTED-PRINTABLE', head)}{colon}{value}")


class _Read:
    """What the lines of a card say."""

    def __init__(self, lines: list[Any]) -> None:
        self._lines = lines
        self._labels = {line.group: line.value for line in lines if line.name == "X-ABLABEL"}

    def name(self) -> str:
        said = self._first("FN")
        if not said:
            family, given, more = self._name_parts()
            said = " ".join(part for part in (given, more, family) if part)
        for other in ("ORG", "NICKNAME", "EMAIL"):
            said = said or self._first(other)
        return " ".join(said.split())

    def numbers(self) -> tuple[Written, ...]:
        return in_order(
            Written(_number(line.value), self._kind(line)) for line in self._of("TEL") if line.value
        )

    def data(self) -> dict[str, str]:
        """Our own data where there are some, which are all then; else what other programs say."""
        own = (_unescaped(line.value).partition("=") for line in self._of(X_DATA))
        found = {key_of(key): text(value) for key, _, value in own}
        if not found:
            family, given, _ = self._name_parts()
            found = {"firstname": given, "lastname": family}
            for name, key in _VALUES.items():
                for number, line in enumerate(self._of(name), 1):
                    found[key if number == 1 else f"{key}_{number}"] = _value(name, line.value)
        return {key: value for key, value in found.items() if key and value}

    def notes(self) -> str:
        return text("\n".join(_unescaped(line.value) for line in self._of("NOTE")))

    def _of(self, name: str) -> list[Any]:
        return [line for line in self._lines if line.name == name]

    def _first(self, name: str) -> str:
        return next((_value(name, line.value) for line in self._of(name)), "")

    def _name_parts(self) -> tuple[str, str, str]:
        """Family name, given name, more given names."""
        parts = _parts(next((line.value for line in self._of("N")), ""))
        family, given, more = [*parts, "", "", ""][:3]
        return family, given, more

    def _kind(self, line: Any) -> str:
        types = [one for name in line.params for one in line.params[name] if name == "TYPE"]
        label = self._labels.get(line.group, "") if line.group else ""
        own = _OWN_LABEL.fullmatch(label)
        return kind_of([*types, *line.singletonparams, own[1] if own else label])


def _value(name: str, value: str) -> str:
    if name == "BDAY":
        return _birthday(value)
    if name in _LISTS:
        return text(_LISTS[name].join(part for part in _parts(value) if part))
    return text(_unescaped(value))


def _birthday(value: str) -> str:
    """An ISO date where there is a year; else as it stands."""
    found = _BIRTHDAY.fullmatch(value.strip())
    if found is None:
        return text(value)
    year, month, day = found.groups()
    return f"--{month}-{day}" if year in _OMITTED_YEAR else f"{year}-{month}-{day}"


def _number(value: str) -> str:
    """A number without what a ``tel:`` address has behind it."""
    value = _unescaped(value).strip()
    return value.partition(";")[0] if value[:4].lower() == "tel:" else value


def _parts(value: str) -> list[str]:
    """The parts of a value with several, parted by semicolons."""
    return [_unescaped(part).strip() for part in re.split(r"(?<!\\);", value)]


def _unescaped(value: str) -> str:
    """RFC 6350, 3.4."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
