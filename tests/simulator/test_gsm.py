import pytest

from raspisms.simulator.gsm import Length, measure


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length(0, "7bits", 160, 1)),
        ("a" * 160, Length(160, "7bits", 160, 1)),
        ("a" * 161, Length(161, "7bits", 153, 2)),
        ("a" * 306, Length(306, "7bits", 153, 2)),
        ("a" * 307, Length(307, "7bits", 153, 3)),
        ("a" * 918, Length(918, "7bits", 153, 6)),
        ("€", Length(2, "7bits", 160, 1)),
        ("[]{}\\~^|", Length(16, "7bits", 160, 1)),
        ("àéèùìòÇ", Length(7, "7bits", 160, 1)),
        ("ê", Length(1, "unicode", 70, 1)),
        ("ç", Length(1, "unicode", 70, 1)),
        ("ê" * 70, Length(70, "unicode", 70, 1)),
        ("ê" * 71, Length(71, "unicode", 67, 2)),
        ("🙂", Length(2, "unicode", 70, 1)),
    ],
)
def test_a_text_is_measured_as_ovh_says(text: str, length: Length) -> None:
    assert measure(text) == length
