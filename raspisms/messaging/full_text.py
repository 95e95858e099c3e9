"""What only SQLite's full-text search can do: expressions for it, and words marked in texts.

Another database would bring a module of its own in place of this one and of ``search_index``.
Facts: https://www.sqlite.org/fts5.html.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from unicodedata import category

from raspisms.messaging.search_words import SEPARATORS, Word, Words

#: The index knows the beginnings of words up to so many letters; longer ones it has to gather.
INDEXED_PREFIX = 3
#: What the tokenizer does by itself: it ignores case and accents, and parts words at all that is
#: neither letter nor digit.
TOKENIZER = f"unicode61 remove_diacritics 2 separators '{SEPARATORS}'"
#: What it does not: letters that stand for two. The triggers of the index know the same.
_LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ẞ": "ss"}
_BEGIN, _END = "\x02", "\x03"


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether it is one of the words looked for."""

    text: str
    found: bool


def expression(words: Words, column: str) -> str:
    """What a text in ``column`` must match to hold all ``words``; empty where there are none."""
    return _within(column, [_quoted(word.text, beginning=not word.whole) for word in words.words])


def rough_expression(words: Words, column: str) -> str:
    """What every text that matches ``expression`` matches too, and the index answers at once."""
    parts = dict.fromkeys(part for word in words.words for part in word.parts)
    cut = dict.fromkeys(_parted(part)[:INDEXED_PREFIX] for part in parts)
    return _within(column, [_quoted(part, beginning=True) for part in cut])


def is_rough_enough(words: Words) -> bool:
    """Whether ``expression`` itself is answered at once: no longer beginnings to be gathered."""
    return all(word.whole or _last_is_short(word) for word in words.words)


def any_of(tokens: Iterable[str], column: str) -> str:
    """What a text in ``column`` must match to hold one of ``tokens``."""
    return f"{column} : ({' OR '.join(_quoted(token, beginning=False) for token in tokens)})"


def all_of(expressions: Iterable[str]) -> str:
    """All of the ``expressions`` that say something."""
    return " AND ".join(f"({one})" for one in expressions if one)


def matching(texts: Mapping[int, str], words: Words) -> list[int]:
    """The keys, in their order, of those ``texts`` that hold all ``words``: for the few at hand."""
    with closing(_index_of(texts)) as index:
        query = "SELECT rowid FROM passage WHERE passage MATCH ?"
        found = {key for (key,) in index.execute(query, (expression(words, "body"),))}
    return [key for key in texts if key in found]


def marked(texts: Mapping[int, str], words: Words) -> dict[int, list[Piece]]:
    """Each text in pieces, of which those are marked that ``words`` looked for."""
    with closing(_index_of(texts)) as index:
        spans = dict(_highlighted(index, words)) if words.words else {}
    return {key: _pieces(text, spans.get(key, ""), words) for key, text in texts.items()}


def _highlighted(index: sqlite3.Connection, words: Words) -> Iterator[tuple[int, str]]:
    # Each by itself, so that a text is marked too that has not all of them.
    query = "SELECT rowid, highlight(passage, 0, ?, ?) FROM passage WHERE passage MATCH ?"
    each = [_quoted(word.text, beginning=not word.whole) for word in words.words]
    yield from index.execute(query, (_BEGIN, _END, " OR ".join(each)))


def _pieces(text: str, highlighted: str, words: Words) -> list[Piece]:
    is_found = _marks(text, highlighted)
    for place, sign in enumerate(text):
        is_found[place] |= sign in words.symbols
    signs = zip(text, is_found, strict=True)
    return [
        Piece("".join(sign for sign, _ in group), found)
        for found, group in groupby(signs, lambda one: one[1])
    ]


def _marks(text: str, highlighted: str) -> list[bool]:
    """For each sign of ``text`` whether it is between the marks; two letters may stand for one."""
    marks: list[bool] = []
    within, signs = False, iter(highlighted)
    for sign in text if highlighted else "":
        for _ in _parted(sign):
            while (mark := next(signs)) in (_BEGIN, _END):
                within = mark == _BEGIN
        marks.append(within)
    return marks or [False] * len(text)


def _index_of(texts: Mapping[int, str]) -> sqlite3.Connection:
    """An index of its own, in memory, that finds by the very rules of the large one."""
    index = sqlite3.connect(":memory:")
    index.execute(f'CREATE VIRTUAL TABLE passage USING fts5(body, tokenize = "{TOKENIZER}")')
    rows = ((key, _parted(_plain(text))) for key, text in texts.items())
    index.executemany("INSERT INTO passage (rowid, body) VALUES (?, ?)", rows)
    return index


def _plain(text: str) -> str:
    """As long as ``text``, without controls, of which some are our own marks."""
    return "".join(" " if category(sign) in ("Cc", "Cs") else sign for sign in text)


def _parted(text: str) -> str:
    for one, two in _LIGATURES.items():
        text = text.replace(one, two)
    return text


def _quoted(text: str, *, beginning: bool) -> str:
    """A string of the query language, in which nothing has a meaning of its own."""
    inner = _parted(text).replace('"', '""')
    return f'"{inner}" *' if beginning else f'"{inner}"'


def _within(column: str, strings: Sequence[str]) -> str:
    # Side by side instead of by AND: a string without a word in it is then left out.
    return f"{column} : ({' '.join(strings)})" if strings else ""


def _last_is_short(word: Word) -> bool:
    return len(_parted(word.parts[-1])) <= INDEXED_PREFIX
