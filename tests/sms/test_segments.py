import pytest

from raspisms.sms.segments import GSM7_BASIC, GSM7_EXTENSION, Length, measure


def test_an_empty_text_takes_no_sms() -> None:
    assert measure("") == Length("GSM-7", 0, 0, 160, 160, ())


def test_the_default_alphabet_has_127_characters_beside_escape() -> None:
    assert len(GSM7_BASIC) == 127
    assert len(GSM7_EXTENSION) == 9
    assert not GSM7_BASIC & GSM7_EXTENSION


@pytest.mark.parametrize(
    ("characters", "segments", "per_segment", "left"),
    [
        (1, 1, 160, 159),
        (160, 1, 160, 0),
        (161, 2, 153, 145),
        (306, 2, 153, 0),
        (307, 3, 153, 152),
        (459, 3, 153, 0),
        (460, 4, 153, 152),
    ],
)
def test_gsm7_holds_160_then_153_to_a_part(
    characters: int, segments: int, per_segment: int, left: int
) -> None:
    expected = Length("GSM-7", characters, segments, per_segment, left, ())
    assert measure("a" * characters) == expected


@pytest.mark.parametrize(
    ("characters", "segments", "per_segment", "left"),
    [(1, 1, 70, 69), (70, 1, 70, 0), (71, 2, 67, 63), (134, 2, 67, 0), (135, 3, 67, 66)],
)
def test_ucs2_holds_70_then_67_to_a_part(
    characters: int, segments: int, per_segment: int, left: int
) -> None:
    expected = Length("UCS-2", characters, segments, per_segment, left, ("ê",))
    assert measure("ê" * characters) == expected


@pytest.mark.parametrize("character", "|^€{}[]~\\")
def test_an_extension_character_takes_two_septets(character: str) -> None:
    assert measure(character) == Length("GSM-7", 2, 1, 160, 158, ())
    assert measure(character * 80).segments == 1
    assert measure(character * 81).segments == 2


def test_an_escape_pair_moves_whole_to_the_next_part() -> None:
    # 152 septets, then a pair that would straddle the end of the first part.
    assert measure("a" * 152 + "€" + "a" * 7) == Length("GSM-7", 161, 2, 153, 144, ())
    assert measure("a" * 152 + "€" + "a" * 151).segments == 2
    assert measure("a" * 152 + "€" + "a" * 152).segments == 3


def test_a_surrogate_pair_moves_whole_to_the_next_part() -> None:
    assert measure("б" * 66 + "😀" + "б" * 3).left == 67 - 2 - 3
    assert measure("б" * 66 + "😀" + "б" * 65).segments == 2
    assert measure("б" * 66 + "😀" + "б" * 66).segments == 3


def test_an_emoji_takes_two_units() -> None:
    assert measure("😀" * 35) == Length("UCS-2", 70, 1, 70, 0, ("😀",))
    assert measure("😀" * 36).segments == 2


def test_small_c_cedilla_and_e_circumflex_force_ucs2_but_capital_c_cedilla_does_not() -> None:
    assert measure("Ça où été à Noël, Æ ñ ß").ucs2_because == ("ë",)
    assert measure("Ça où été").encoding == "GSM-7"
    assert measure("ça").encoding == "UCS-2"
    assert measure("même").encoding == "UCS-2"


def test_what_forces_ucs2_is_named_once_in_order_of_appearance() -> None:
    assert measure("fête ça fête 😀ç").ucs2_because == ("ê", "ç", "😀")


def test_extension_characters_take_one_unit_in_ucs2() -> None:
    assert measure("€ç").units == 2


def test_a_tab_is_not_in_gsm7_and_a_line_feed_is() -> None:
    assert measure("a\nb").encoding == "GSM-7"
    assert measure("a\tb").ucs2_because == ("\t",)
