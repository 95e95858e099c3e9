import pytest

from raspisms.errors import Invalid
from raspisms.sms.content import clean_text, printable
from raspisms.sms.segments import measure


def refusal(raw: str, max_segments: int = 10) -> Invalid:
    with pytest.raises(Invalid) as caught:
        clean_text(raw, max_segments)
    assert caught.value.field == "text"
    assert caught.value.hint is not None
    return caught.value


@pytest.mark.parametrize(
    "raw", ["a\nb", "a\r\nb", "a\rb", "a\u2028b", "a\u2029b", "a\u0085b"], ids=ascii
)
def test_every_line_end_becomes_a_line_feed(raw: str) -> None:
    assert clean_text(raw, 1) == "a\nb"


def test_combining_accents_are_composed_so_that_they_fit_gsm7() -> None:
    text = clean_text("e\u0301te\u0301", 1)
    assert text == "été"
    assert measure(text).encoding == "GSM-7"


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👩\u200d👧 ❤\ufe0f",
        "\u202bשלום\u202c",
        "  two blanks \n",
        "a\tb",
        "\xa0 a",
        "ç œ €",
    ],
    ids=ascii,
)
def test_all_else_stays_as_written(text: str) -> None:
    assert clean_text(text, 5) == text


@pytest.mark.parametrize("raw", ["", " ", "\r\n", "\t \n", "\xa0", "\u200b\u200e"], ids=ascii)
def test_an_empty_or_blank_text_is_refused(raw: str) -> None:
    assert "empty" in str(refusal(raw))


@pytest.mark.parametrize(
    ("raw", "code", "position"),
    [
        ("\0", "U+0000", 1),
        ("Salut\x07", "U+0007", 6),
        ("a\r\nb\x1b", "U+001B", 4),
        ("é\x7f", "U+007F", 2),
        ("a\x0bb", "U+000B", 2),
        ("a\x9fb", "U+009F", 2),
        ("a\ud83d", "U+D83D", 2),
    ],
    ids=ascii,
)
def test_a_control_character_is_refused_by_code_and_place(
    raw: str, code: str, position: int
) -> None:
    params = refusal(raw).message.params
    assert (params["code"], params["position"]) == (code, position)


def test_a_text_of_exactly_the_allowed_length_is_taken() -> None:
    assert clean_text("a" * 306, 2) == "a" * 306


def test_a_text_that_is_too_long_is_refused_with_its_length_and_the_limit() -> None:
    error = refusal("a" * 307, 2)
    assert str(error.message) == "The message takes 3 SMS; at most 2 are allowed."
    assert "Shorten" in str(error.hint)


def test_a_stop_clause_that_the_provider_adds_counts_in_the_length_and_not_in_the_text() -> None:
    def with_clause(text: str) -> str:
        return f"{text}\nSTOP:36111"

    assert clean_text("a" * 149, 1, with_clause) == "a" * 149
    with pytest.raises(Invalid) as raised:
        clean_text("a" * 150, 1, with_clause)
    assert str(raised.value.message) == (
        "With the STOP clause that the provider adds, the message takes 2 SMS;"
        " at most 1 are allowed."
    )


def test_a_text_that_is_too_long_for_its_accents_is_told_which() -> None:
    assert str(refusal("ç" * 70 + "ê", 1).hint).endswith(": ç ê")


def test_of_many_rare_characters_only_the_first_are_named() -> None:
    assert str(refusal("абвгдежзик" * 10, 1).hint).endswith(": а б в г д е ж з …")


def test_a_received_text_loses_its_control_characters_and_nothing_else() -> None:
    assert printable("a\0b\x07\r\nc\td\x1b\x9f😀\u200e\ud800") == "ab\nc\td😀\u200e"


def test_a_received_text_may_be_empty() -> None:
    assert printable("\0") == ""
