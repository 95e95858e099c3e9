"""Contacts of a JSON file as RaspiSMS writes it: a list of ``{name, number, data, notes}``.

The file is looked through sign by sign for where each object ends; only one at a time is read, and
none that is too long or too deep.
"""

import json
import re
from collections.abc import Iterator
from typing import IO, Any, Final

from raspisms.errors import Invalid, say
from raspisms.sms.files import entry
from raspisms.sms.files.cells import text
from raspisms.sms.files.columns import key_of
from raspisms.sms.files.entry import Entry, Written
from raspisms.sms.files.limits import LONGEST_LINE
from raspisms.sms.files.source import CHOOSE_TEXT

_DEEPEST: Final = 20
_CHUNK: Final = 1 << 16
#: Outside of strings: what begins one, brackets in a row, and what parts elements.
_OUTSIDE: Final = re.compile(r'"|[{\[]+|[}\]]+|,')
#: Inside of one: all up to its end, or to the end of what is there.
_INSIDE: Final = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.S)
_BLANKS: Final = re.compile("[ \t\r\n,\ufeff]*")


def entries(file: IO[str]) -> Iterator[Entry]:
    """All entries. Raises Invalid (field "file") for what is no list."""
    for place, (written, fault) in enumerate(_elements(file), 1):
        yield entry.unreadable(place, written, fault) if fault else _entry(place, written)


def _entry(place: int, written: str) -> Entry:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return entry.unreadable(place, written, entry.SYNTAX)
    if not isinstance(found, dict):
        return entry.unreadable(place, written, entry.NOT_AN_OBJECT)
    try:
        number = _plain(found.get("number"))
        return Entry(
            place,
            " ".join(_plain(found.get("name")).split()),
            (Written(number),) if number else (),
            _data(found.get("data")),
            _plain(found.get("notes")),
            entry.kept(written),
        )
    except (TypeError, ValueError, RecursionError):  # data may be JSON within a text, however deep
        return entry.unreadable(place, written, entry.NO_TEXT)


def _data(found: object) -> dict[str, str]:
    """RaspiSMS stores data as JSON within a text, and PHP writes what is empty as a list."""
    if isinstance(found, str):
        found = json.loads(found) if found.strip() else {}
    if found is None or found == []:
        return {}
    if not isinstance(found, dict):
        raise TypeError(found)
    values = {key_of(text(key)): _plain(value) for key, value in found.items()}
    if "" in values:
        raise ValueError("a name without letters")
    return {key: value for key, value in values.items() if value}


def _plain(value: Any) -> str:
    """A value as text. Raises TypeError for a list or an object."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case str():
            return text(value)
        case int() | float():
            return str(value)
    raise TypeError(value)


def _elements(file: IO[str]) -> Iterator[tuple[str, str]]:
    """The text and the fault of each element of the list."""
    scanner = _Scanner()
    while chunk := file.read(_CHUNK):
        yield from scanner.feed(chunk)
        if scanner.is_over:
            return
    yield from scanner.end()


class _Scanner:
    """Where the elements of a list begin and end, told a piece of the file at a time."""

    def __init__(self) -> None:
        self.is_over = False
        self._begun = False
        self._depth = self._deepest = 0
        self._in_string = self._escaped = False
        self._parts: list[str] | None = None
        self._length = 0

    def feed(self, chunk: str) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(chunk) and not self.is_over:
            if self._parts is None:
                at = self._between(chunk, at)
                continue
            end, is_done = self._within(chunk, at)
            self._keep(chunk[at:end])
            at = end
            if is_done:
                yield self._element()

    def end(self) -> Iterator[tuple[str, str]]:
        """After the last piece: an element, or the list itself, may not have come to its end."""
        if not self._begun:
            raise Invalid(say("This file is empty."), CHOOSE_TEXT, field="file")
        if self._parts is not None:
            yield "".join(self._parts), entry.CUT_OFF
        elif not self.is_over:
            yield "", entry.CUT_OFF

    def _between(self, chunk: str, at: int) -> int:
        at = _BLANKS.match(chunk, at).end()  # type: ignore[union-attr]
        sign = chunk[at : at + 1]
        if not sign:
            return at
        if not self._begun:
            if sign != "[":
                raise Invalid(
                    say("This JSON file is not a list."),
                    say("RaspiSMS reads a list of objects, each with “name”, “number” and “data”."),
                    field="file",
                )
            self._begun = True
            return at + 1
        if sign == "]":
            self.is_over = True
            return at + 1
        self._parts, self._length = [], 0
        self._depth = self._deepest = 0
        return at

    def _within(self, chunk: str, at: int) -> tuple[int, bool]:
        """How far the element goes in this piece, and whether it ends there."""
        if self._escaped:
            self._escaped = False
            at += 1
        while at < len(chunk):
            if self._in_string:
                at = _INSIDE.match(chunk, at).end()  # type: ignore[union-attr]
                sign = chunk[at : at + 1]
                self._in_string = sign != '"'
                self._escaped = sign == "\\"
                at += len(sign)
                continue
            found = _OUTSIDE.search(chunk, at)
            if found is None:
                return len(chunk), False
            at, signs = found.end(), found[0]
            if signs == '"':
                self._in_string = True
            elif signs[0] in "{[":
                self._depth += len(signs)
                self._deepest = max(self._depth, self._deepest)
            elif self._depth == 0:  # a word or a number, which the next sign ends
                return found.start() + (signs[0] == "}"), True
            elif signs != ",":
                closed = min(len(signs), self._depth)
                self._depth -= closed
                if self._depth == 0:
                    return found.start() + closed, True
        return at, False

    def _keep(self, piece: str) -> None:
        assert self._parts is not None  # noqa: S101 - it is within an element
        if self._length <= LONGEST_LINE:
            self._parts.append(piece[: LONGEST_LINE + 1 - self._length])
        self._length += len(piece)

    def _element(self) -> tuple[str, str]:
        written = "".join(self._parts or ()).strip()
        self._parts = None
        if self._deepest > _DEEPEST:
            return written, entry.NOT_AN_OBJECT
        return written, entry.TOO_LONG if self._length > LONGEST_LINE else ""
