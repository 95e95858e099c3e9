"""A text that was found, cut around the first of the words looked for."""

from collections.abc import Iterator, Sequence

from raspisms.messaging.full_text import Piece

#: Signs shown of a text, and of what stands before the first word that was found.
LONGEST, BEFORE = 200, 60
_MORE = "…"


def excerpt(pieces: Sequence[Piece]) -> list[Piece]:
    """At most about LONGEST signs of a text in ``pieces``, with the first that was found."""
    text = "".join(piece.text for piece in pieces)
    if len(text) <= LONGEST:
        return list(pieces)
    begin = _word_before(text, _first_found(pieces) - BEFORE)
    end = begin + LONGEST
    shown = list(_between(pieces, begin, end))
    head = [Piece(_MORE, found=False)] if begin else []
    tail = [Piece(_MORE, found=False)] if end < len(text) else []
    return [*head, *shown, *tail]


def _first_found(pieces: Sequence[Piece]) -> int:
    """Where the first word that was found begins; 0 where there is none."""
    place = 0
    for piece in pieces:
        if piece.found:
            return place
        place += len(piece.text)
    return 0


def _word_before(text: str, place: int) -> int:
    """Where to begin so as not to cut a word, at ``place`` or somewhat before it."""
    if place <= 0:
        return 0
    space = text.rfind(" ", max(0, place - BEFORE // 2), place)
    return space + 1 if space >= 0 else place


def _between(pieces: Sequence[Piece], begin: int, end: int) -> Iterator[Piece]:
    place = 0
    for piece in pieces:
        part = piece.text[max(0, begin - place) : max(0, end - place)]
        if part:
            yield Piece(part, piece.found)
        place += len(piece.text)
