"""Accents composed with their letters, and taken apart from them, within a bounded time.

Both take time that grows with the square of the accents in a row, while nothing else in the process
goes on. No language has more than a few on one letter (Unicode Standard Annex 15, “Stream-Safe Text
Format”, says 30), so a text with more is left as it is.
"""

import unicodedata
from typing import Final

import regex

#: Marks, and the two signs that become some when they are taken apart.
_ENDLESS: Final = regex.compile("[\\p{M}\uff9e\uff9f]{31}")
#: Characters of a text that takes no time whatever is in it.
_SHORT: Final = 500


def composed(text: str) -> str:
    """The text with one character for a letter and its accents, where there is one (NFC)."""
    return text if _is_endless(text) else unicodedata.normalize("NFC", text)


def taken_apart(text: str) -> str:
    """The text with accents apart from their letters, and ligatures as letters (NFKD)."""
    return text if _is_endless(text) else unicodedata.normalize("NFKD", text)


def _is_endless(text: str) -> bool:
    return len(text) > _SHORT and not text.isascii() and _ENDLESS.search(text) is not None
