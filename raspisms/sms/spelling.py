"""What to write in place of characters that GSM-7 lacks, so that more fits into one SMS.

A text processor puts most of them in by itself: quotation marks, dashes, spaces that do not break.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from raspisms.sms.segments import GSM7_BASIC, GSM7_EXTENSION

_GSM7 = GSM7_BASIC | GSM7_EXTENSION

_ALIKE: Final = {
    "'": "‘’‚‛′´`ʼ‹›",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−•·",
    "...": "…",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
    "\u205f\u3000",
    # Signs that cannot be seen: left out.
    "": "\u00ad\u200b\u2060\ufe0e\ufe0f\ufeff",
    "oe": "œ",
    "OE": "Œ",
    "x": "×",
    ":": "÷",
    "o": "°º",
    "a": "ª",
    "(c)": "©",
    "(r)": "®",
    "(tm)": "™",
    "->": "→",
    "<-": "←",
    "=>": "⇒",
    "1/2": "½",
    "1/4": "¼",
    "3/4": "¾",
    "l": "ł",
    "L": "Ł",
    "d": "đ",
    "D": "Đ",
    "i": "ı",
    "u": "µ",
}
_INSTEAD: Final[Mapping[str, str]] = {
    sign: plain for plain, signs in _ALIKE.items() for sign in signs
}


@dataclass(frozen=True)
class Spelling:
    """A character, and what to write for it: "" to leave it out, None where nothing is alike."""

    character: str
    instead: str | None


def instead_of(character: str) -> str | None:
    """What GSM-7 has in place of one character that it lacks: ``e`` for ``ê``, ``oe`` for ``œ``."""
    if character in _INSTEAD:
        return _INSTEAD[character]
    parts = unicodedata.normalize("NFKD", character)
    plain = "".join(_INSTEAD.get(one, one) for one in parts if not unicodedata.combining(one))
    return plain if plain and _GSM7.issuperset(plain) else None


def spellings(characters: tuple[str, ...]) -> list[Spelling]:
    """For each of the characters because of which a text is UCS-2 (``Length.ucs2_because``)."""
    return [Spelling(one, instead_of(one)) for one in characters]


def plainer(text: str) -> str:
    """A text with everything replaced for which there is something alike."""
    if _GSM7.issuperset(text):
        return text
    return "".join(one if one in _GSM7 else _or_itself(one) for one in text)


def _or_itself(character: str) -> str:
    plain = instead_of(character)
    return character if plain is None else plain
