"""The records of a CSV file as spreadsheets write them, whatever parts their cells.

A quote that is not closed costs the line that it is on, and no more.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import mode
from typing import Final, NamedTuple

from raspisms.sms.files import entry
from raspisms.sms.files.limits import LONGEST_LINE, MOST_LINES
from raspisms.sms.files.source import Line

DELIMITERS: Final = (",", ";", "\t", "|")
_SEP = "sep="
#: Characters of a line that tell what parts its cells.
_TELLING: Final = 4_000
_EXPORTED: Final = re.compile(r"\ufeff?name([;,])number\1")

#: Gives the next line, None after the last one.
Taking = Callable[[], Line | None]


class Record(NamedTuple):
    """The cells of one entry, or one of ``entry.FAULTS``."""

    line: int
    cells: list[str]
    original: str
    fault: str = ""


def delimiter_of(sample: Sequence[str]) -> str:
    """What parts the cells of a file that begins with these lines: the line ``sep=;`` says it, or
    the first two columns, as they are named in exports; else the sign that parts most lines into
    as many cells, and into the most.
    """
    said = _said(sample[0]) if sample else None
    if said:
        return said
    if sample and (exported := _EXPORTED.match(sample[0])):
        return exported[1]
    best, score = ",", (0, 0)
    for sign in DELIMITERS:
        beginnings = [line[:_TELLING] for line in sample if line.strip()]
        counts = [len(cells) for line in beginnings if (cells := _loosely(line, sign))]
        usual = mode(counts) if counts else 1
        mine = (counts.count(usual), usual) if usual > 1 else (0, 0)
        if mine > score:
            best, score = sign, mine
    return best


def records(lines: Iterable[Line], delimiter: str) -> Iterator[Record]:
    """All records that have anything in them; a line ``sep=;`` is none."""
    waiting = deque[Line]()
    source = iter(lines)

    def take() -> Line | None:
        return waiting.popleft() if waiting else next(source, None)

    while (line := take()) is not None:
        if line.is_cut:
            yield Record(line.number, [], line.text, entry.TOO_LONG)
        elif (line.number == 1 and _said(line.text)) or not line.text.strip(f" \0{delimiter}"):
            continue
        elif '"' not in line.text:
            yield Record(line.number, line.text.split(delimiter), line.text)
        else:
            yield _quoted(line, delimiter, take, waiting)


def _quoted(line: Line, delimiter: str, take: Taking, waiting: deque[Line]) -> Record:
    """A record with quotes, which may go on over more lines; those not used go to ``waiting``."""
    text, more, quotes = line.text, list[Line](), line.text.count('"')
    while quotes % 2:
        following = take() if len(more) < MOST_LINES and len(text) < LONGEST_LINE else None
        if following is None or following.is_cut:
            waiting.extendleft(reversed([*more, *([following] if following else [])]))
            return _alone(line, delimiter)
        more.append(following)
        text += f"\n{following.text}"
        quotes += following.text.count('"')
    try:
        (cells,) = csv.reader([text], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        waiting.extendleft(reversed(more))
        return _alone(line, delimiter)
    return Record(line.number, cells, text)


def _alone(line: Line, delimiter: str) -> Record:
    """A line whose quotes do not fit, by itself: quotes within a cell are meant as they are."""
    cells = _loosely(line.text, delimiter)
    if cells is None:
        return Record(line.number, [], line.text, entry.QUOTE)
    return Record(line.number, cells, line.text)


def _loosely(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line; only a quote at the end of a cell closes it. None for an open one."""
    cells, at = list[str](), 0
    while True:
        if line.startswith('"', at):
            end = _closing(line, at + 1, delimiter)
            if end is None:
                return None
            cells.append(line[at + 1 : end].replace('""', '"'))
            at = end + 1
            if at == len(line):
                return cells
        else:
            end = line.find(delimiter, at)
            if end == -1:
                return [*cells, line[at:]]
            cells.append(line[at:end])
            at = end
        at += len(delimiter)


def _closing(line: str, begin: int, delimiter: str) -> int | None:
    """Where the quote is that closes a cell, whose text begins at ``begin``."""
    at = line.find('"', begin)
    while at != -1:
        if line[at + 1 : at + 2] == '"' and line[at + 2 : at + 3] not in ("", delimiter):
            at += 1  # two of them mean one
        elif line[at + 1 : at + 2] in ("", delimiter):
            return at
        at = line.find('"', at + 1)
    return None


def _said(line: str) -> str | None:
    """The delimiter that Excel's own first line names."""
    line = line.strip('" ') if line.strip('" ')[:4].lower() == _SEP else ""
    return line[4:5] or ("\t" if line else None)
