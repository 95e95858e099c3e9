"""The round mark beside a name: its initials on one of a few tints, always the same for a name."""

import re
import unicodedata
from dataclasses import dataclass
from zlib import crc32

#: How many tints there are: ``.tint-0`` … of components.css.
TINTS = 8
#: Bidirectional classes of letters that are written from right to left.
_RIGHT_TO_LEFT = frozenset({"R", "AL"})

#: What is said of somebody in brackets, as in "Nora (gardienne)".
_ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Avatar:
    """``initials`` are empty where a name has no letter: a mark of a person stands there then."""

    initials: str
    tint: int


def avatar_of(name: str | None) -> Avatar:
    """What stands for ``name``, which is as people typed it: of any script, with anything in it."""
    text = unicodedata.normalize("NFC", name or "").strip()
    return Avatar(initials(text), crc32(text.casefold().encode(errors="replace")) % TINTS)


def initials(name: str) -> str:
    """The first letters of the first and of the last word that have one.

    One letter alone where the script is written from right to left: two would join into a word.
    """
    words = _ASIDE.sub(" ", name).split() or name.split()
    letters = [letter for letter in map(_first_letter, words) if letter]
    if not letters:
        return ""
    if len(letters) == 1 or unicodedata.bidirectional(letters[0][0]) in _RIGHT_TO_LEFT:
        return letters[0]
    return letters[0] + letters[-1]


def _first_letter(word: str) -> str:
    """The first letter of a word, as a capital and with the marks above or below it."""
    for place, sign in enumerate(word):
        if sign.isalpha():
            return _capital(sign) + _marks(word[place + 1 :])
    return ""


def _capital(letter: str) -> str:
    capital = letter.upper()
    return capital if len(capital) == 1 else letter  # some letters have a capital of two signs


def _marks(rest: str) -> str:
    """The combining marks that ``rest`` begins with: at most two, whatever somebody piled up."""
    marks = ""
    for sign in rest[:2]:
        if not unicodedata.category(sign).startswith("M"):
            break
        marks += sign
    return marks
