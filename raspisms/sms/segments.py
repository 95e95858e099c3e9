"""How long a text is on the air: its alphabet and the number of SMS it takes.

Sources: 3GPP TS 23.038, section 6.2.1 (the GSM 7-bit default alphabet and its
extension table) and 3GPP TS 23.040, section 9.2.3.24.1 (concatenation: six octets
of each part go to the user data header).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""One septet each: the default alphabet of TS 23.038 without ESC. ``Ç`` is in, ``ç`` is not."""

GSM7_EXTENSION = frozenset("^{}\\[~]|€")
"""Two septets each (ESC and one more): TS 23.038, table 6.2.1.1, without the page break."""

_GSM7 = GSM7_BASIC | GSM7_EXTENSION

Encoding = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True)
class Length:
    """What a text takes. A unit is a septet in GSM-7, a UTF-16 code unit in UCS-2.

    ``units`` counts what the characters take, without what stays empty at the end
    of a part because a pair did not fit. ``per_segment`` is the capacity in force:
    160 or 70 for a text of at most one SMS, 153 or 67 for the parts of a longer
    one. ``left`` is what still fits into the last part. ``ucs2_because`` holds the
    characters that GSM-7 lacks, each once, in order of appearance.
    """

    encoding: Encoding
    units: int
    segments: int
    per_segment: int
    left: int
    ucs2_because: tuple[str, ...]


def measure(text: str) -> Length:
    """The length of a text as it is sent: GSM-7 where every character is in it, else UCS-2.

    No escape pair and no surrogate pair is split over two parts: the one that does
    not fit moves whole to the next part. An empty text takes no SMS.
    """
    if _GSM7.issuperset(text):
        units = len(text) + sum(map(text.count, GSM7_EXTENSION))
        if units <= 160:  # as most are: told without a look at each character
            return Length("GSM-7", units, 1 if text else 0, 160, 160 - units, ())
        return _fill(text, _septets, "GSM-7", 160, 153, ())
    foreign = tuple(dict.fromkeys(c for c in text if c not in _GSM7))
    return _fill(text, _utf16_units, "UCS-2", 70, 67, foreign)


def _septets(character: str) -> int:
    return 2 if character in GSM7_EXTENSION else 1


def _utf16_units(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _fill(
    text: str,
    cost: Callable[[str], int],
    encoding: Encoding,
    alone: int,
    part: int,
    foreign: tuple[str, ...],
) -> Length:
    costs = [cost(character) for character in text]
    units = sum(costs)
    if units <= alone:
        return Length(encoding, units, 1 if text else 0, alone, alone - units, foreign)
    segments, left = _parts(costs, part)
    return Length(encoding, units, segments, part, left, foreign)


def _parts(costs: Iterable[int], part: int) -> tuple[int, int]:
    segments, left = 0, 0
    for units in costs:
        if units > left:
            segments, left = segments + 1, part
        left -= units
    return segments, left
