"""Segments against an encoder that builds the very octets of each part and reads them back.

The encoder shares nothing with the program: its tables are written out by septet
value, as in 3GPP TS 23.038, tables 6.2.1 and 6.2.1.1.
"""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from raspisms.sms.segments import measure

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
ESCAPE = 0x1B
USER_DATA_OCTETS = 140
BY_CHARACTER = {c: (septet,) for septet, c in enumerate(BASIC) if septet != ESCAPE} | {
    c: (ESCAPE, septet) for septet, c in EXTENSION.items()
}

gsm7 = st.text(st.sampled_from(sorted(BY_CHARACTER)), max_size=700)
escapes = st.text(st.sampled_from("a€[é"), max_size=700)
anything = st.text(max_size=300)
emoji = st.text(st.sampled_from("😀бa"), max_size=300)
texts = st.one_of(gsm7, escapes, anything, emoji)


def packed(septets: list[int], fill_bits: int) -> bytes:
    """Septets as octets, least significant bit first (TS 23.038, 6.1.2.1)."""
    bits = 0
    for index, septet in enumerate(septets):
        bits |= septet << (fill_bits + 7 * index)
    return bits.to_bytes((fill_bits + 7 * len(septets) + 7) // 8, "little")


def unpacked(octets: bytes, count: int, fill_bits: int) -> list[int]:
    bits = int.from_bytes(octets, "little") >> fill_bits
    return [bits >> (7 * index) & 0x7F for index in range(count)]


def header(total: int, number: int) -> bytes:
    """Six octets: UDHL, then the concatenation element (TS 23.040, 9.2.3.24.1)."""
    return bytes([5, 0, 3, 0x2A, total % 256, number % 256])


def gsm7_decoded(septets: list[int]) -> str:
    text, values = "", iter(septets)
    for value in values:
        text += EXTENSION[next(values)] if value == ESCAPE else BASIC[value]
    return text


def cut(atoms: Sequence[tuple[int, ...]], capacity: int) -> list[list[tuple[int, ...]]]:
    """Atoms dealt out in order into parts of the capacity, none of them split."""
    parts: list[list[tuple[int, ...]]] = []
    for atom in atoms:
        if not parts or sum(map(len, parts[-1])) + len(atom) > capacity:
            parts.append([])
        parts[-1].append(atom)
    return parts


def fewest(sizes: tuple[int, ...], capacity: int) -> int:
    """The least number of parts, by trying every possible last part for each length."""
    least = [0]
    for end in range(1, len(sizes) + 1):
        size, start, best = sizes[end - 1], end - 1, end
        while size <= capacity:
            best = min(best, least[start] + 1)
            if start == 0:
                break
            start -= 1
            size += sizes[start]
        least.append(best)
    return least[-1]


def gsm7_messages(text: str) -> list[tuple[bytes, int]]:
    """Each part as its user data octets and the number of its septets beside the header."""
    atoms = [BY_CHARACTER[c] for c in text]
    septets = [septet for atom in atoms for septet in atom]
    if len(septets) <= 160:
        return [(packed(septets, 0), len(septets))]
    parts = cut(atoms, 153)
    messages = []
    for number, part in enumerate(parts, start=1):
        flat = [septet for atom in part for septet in atom]
        messages.append((header(len(parts), number) + packed(flat, 1), len(flat)))
    return messages


def ucs2_messages(text: str) -> list[bytes]:
    if len(text.encode("utf-16-be")) <= USER_DATA_OCTETS:
        return [text.encode("utf-16-be")]
    atoms = [tuple(c.encode("utf-16-be")) for c in text]
    parts = cut(atoms, USER_DATA_OCTETS - 6)
    return [
        header(len(parts), number) + bytes(octet for atom in part for octet in atom)
        for number, part in enumerate(parts, start=1)
    ]


@given(st.one_of(gsm7, escapes).filter(bool))
def test_gsm7_parts_fit_into_140_octets_and_read_back_one_by_one(text: str) -> None:
    messages = gsm7_messages(text)
    single = len(messages) == 1
    read = ""
    for octets, count in messages:
        assert len(octets) <= USER_DATA_OCTETS
        read += gsm7_decoded(unpacked(octets if single else octets[6:], count, 0 if single else 1))
    assert read == text
    assert measure(text).encoding == "GSM-7"
    assert measure(text).segments == len(messages)
    capacity = 160 if single else 153
    assert measure(text).per_segment == capacity
    assert measure(text).left == capacity - messages[-1][1]


@given(st.one_of(anything, emoji).filter(lambda text: not set(text) <= set(BY_CHARACTER)))
def test_ucs2_parts_fit_into_140_octets_and_read_back_one_by_one(text: str) -> None:
    messages = ucs2_messages(text)
    bodies = messages if len(messages) == 1 else [octets[6:] for octets in messages]
    assert all(len(octets) <= USER_DATA_OCTETS for octets in messages)
    assert "".join(body.decode("utf-16-be") for body in bodies) == text
    assert measure(text).encoding == "UCS-2"
    assert measure(text).segments == len(messages)
    capacity = 70 if len(messages) == 1 else 67
    assert measure(text).per_segment == capacity
    assert measure(text).left == capacity - len(bodies[-1]) // 2


@given(texts)
def test_no_cut_between_whole_characters_takes_fewer_parts(text: str) -> None:
    length = measure(text)
    if length.encoding == "GSM-7":
        sizes = tuple(len(BY_CHARACTER[c]) for c in text)
    else:
        sizes = tuple(len(c.encode("utf-16-be")) // 2 for c in text)
    assert length.units == sum(sizes)
    assert length.segments == fewest(sizes, length.per_segment)


@given(texts)
def test_the_characters_named_are_those_outside_of_gsm7(text: str) -> None:
    assert measure(text).ucs2_because == tuple(
        dict.fromkeys(c for c in text if c not in BY_CHARACTER)
    )


@given(texts, texts)
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert measure(text + more).segments >= measure(text).segments
