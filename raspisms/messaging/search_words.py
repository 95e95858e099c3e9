"""What people type into a search field, read so that nothing of it can be wrong.

Words are looked for at the beginnings of words, all of them; what stands in quotes is looked for as
it stands. There is no other rule: ``AND``, ``-`` and ``*`` mean themselves.
"""

import re
import unicodedata
from dataclasses import dataclass

from raspisms.errors import Invalid, say

LONGEST = 200
MOST_WORDS = 30

#: The quotes that people type, English, French and German ones.
_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»|„([^“”]*)[“”]')
#: Signs that may be looked for by themselves: emoji and other symbols, and currencies.
_SYMBOLS = ("So", "Sc")
#: Letters, digits, private signs; and the marks that combine with the letter before them.
_PART = re.compile(r"(?:[^\W_]|[\ue000-\uf8ff])(?:[^\W_]|[\ue000-\uf8ff]|[\u0300-\u036f])*")


@dataclass(frozen=True)
class Word:
    """Something to find: a word by its beginning, or, where ``whole``, words as they stand."""

    text: str
    whole: bool = False

    @property
    def parts(self) -> list[str]:
        """The words that it is made of: “l’école” is two of them."""
        return _PART.findall(self.text)


@dataclass(frozen=True)
class Words:
    """All that has to be in a text: words, and symbols, of which there are no beginnings."""

    words: tuple[Word, ...] = ()
    symbols: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.symbols)


def read(typed: str) -> Words:
    """What ``typed`` looks for; nothing where it holds neither letters, digits nor symbols.

    Raises Invalid (field ``q``) where it is longer than anything that can be looked for.
    """
    typed = "".join(" " if _is_unseen(sign) else sign for sign in typed).strip()
    if len(typed) > LONGEST:
        raise _too_long()
    quoted = [Word(_inner(found), whole=True) for found in _QUOTED.finditer(typed)]
    single = [Word(one) for one in _QUOTED.sub(" ", typed).split()]
    every = dict.fromkeys(word for word in (*quoted, *single) if word.parts)
    if sum(len(word.parts) for word in every) > MOST_WORDS:
        raise _too_long()
    return Words(tuple(every), tuple(dict.fromkeys(filter(_is_symbol, typed))))


def _inner(found: re.Match[str]) -> str:
    return next(part for part in found.groups() if part is not None)


def _is_unseen(sign: str) -> bool:
    """Controls and halves of surrogate pairs, which no database takes."""
    return unicodedata.category(sign) in ("Cc", "Cs")


def _is_symbol(sign: str) -> bool:
    return unicodedata.category(sign) in _SYMBOLS


def _too_long() -> Invalid:
    return Invalid(
        say("That is too long to be looked for."),
        say(
            "Type at most %(words)d words and %(signs)d characters.",
            words=MOST_WORDS,
            signs=LONGEST,
        ),
        field="q",
    )
