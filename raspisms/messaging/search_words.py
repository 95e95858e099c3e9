"""What people type into a search field, read so that nothing of it can be wrong.

Words are looked for at the beginnings of words, all of them; what stands in quotes is looked for as
it stands. There is no other rule: ``AND``, ``-`` and ``*`` mean themselves.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

from raspisms.errors import Invalid, say

LONGEST = 200
MOST_WORDS = 30

#: The quotes that people type, English, French and German ones.
_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»|„([^“”]*)[“”]')
#: Signs that may be looked for by themselves: emoji and other symbols, and currencies.
_SYMBOLS = ("So", "Sc")
#: What else parts words: marks of direction, currencies, and the blocks of emoji, of which new ones
#: come each year. The tokenizer of the index takes all that came after Unicode 6.1 for letters.
SEPARATORS = "".join(
    chr(sign)
    for first, last in (
        (0x061C, 0x061C),
        (0x2066, 0x2069),
        (0x20BA, 0x20CF),
        (0x23F4, 0x23FF),
        (0x2B00, 0x2BFF),
        (0x1F000, 0x1FAFF),
    )
    for sign in range(first, last + 1)
)
_SEPARATORS = frozenset(SEPARATORS)
_UNSEEN = ("Cc", "Cf", "Cs")
#: Marks that combine with the letter before them.
_COMBINING = range(0x0300, 0x0370)


@dataclass(frozen=True)
class Word:
    """Something to find: a word by its beginning, or, where ``whole``, words as they stand."""

    text: str
    whole: bool = False

    @property
    def parts(self) -> list[str]:
        """The words that it is made of: “l’école” is two of them.

        What only some versions of Unicode know may be taken for a letter here and for none by the
        index, never the other way round.
        """
        return ["".join(signs) for is_part, signs in groupby(self.text, _is_part) if is_part]


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


def _is_part(sign: str) -> bool:
    """Whether a sign belongs to a word: whatever the first version of Unicode here knew as none."""
    if sign in _SEPARATORS:
        return False
    kind = unicodedata.ucd_3_2_0.category(sign)
    return ord(sign) in _COMBINING or not (kind[0] in "MPSZ" or kind in _UNSEEN)


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
