import pytest

from raspisms.errors import Invalid
from raspisms.sms.emergencies import is_emergency
from raspisms.sms.numbers import (
    UNKNOWN_SENDER,
    display,
    is_subscriber,
    parse_number,
    parse_recipient,
    parse_sender,
)


@pytest.mark.parametrize(
    "raw",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "(06) 12 34 56 78",
        "06\xa012\u202f34\u200956 78",
        "06\u201112\u221234 56 78",
        " 0612345678\r\n",
        "\u202a+33 6 12 34 56 78\u202c",
        "\ufeff0612345678\u200b",
        "０６１２３４５６７８",
        "＋33（0）612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "0033612345678",
        "00 33 6 12 34 56 78",
        "0033(0)612345678",
        "+33612345678",
        "+33 (0)6 12 34 56 78",
        "+330612345678",
        "(+33) 612345678",
        "33612345678",
        "612345678",
        "tel:+33612345678",
        "TEL: 06 12 34 56 78",
    ],
    ids=ascii,
)
def test_one_french_number_however_it_is_written(raw: str) -> None:
    assert parse_number(raw, "FR") == "+33612345678"
    assert parse_recipient(raw, "FR") == "+33612345678"
    assert parse_sender(raw, "FR") == "+33612345678"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+44 7911 123456", "+447911123456"),
        ("+44 (0)7911 123456", "+447911123456"),
        ("00 1 202 555 0123", "+12025550123"),
        ("+39 06 1234 5678", "+390612345678"),
        ("+225 07 07 12 34 56", "+2250707123456"),
    ],
)
def test_a_foreign_number_keeps_its_country(raw: str, expected: str) -> None:
    assert parse_number(raw, "FR") == expected


@pytest.mark.parametrize(
    ("raw", "country", "expected"),
    [("07911 123456", "GB", "+447911123456"), ("0470 12 34 56", "BE", "+32470123456")],
)
def test_a_national_number_is_read_in_the_households_country(
    raw: str, country: str, expected: str
) -> None:
    assert parse_number(raw, country) == expected


def test_a_possible_number_of_an_unassigned_range_is_taken() -> None:
    assert parse_number("07 00 11 22 33", "FR") == "+33700112233"
    assert parse_number("+33 700112233", "BE") == "+33700112233"


@pytest.mark.parametrize("country", ["FR", "RE", "GP", "MQ", "GF", "YT"])
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("0612345678", "+33612345678"),
        ("0123456789", "+33123456789"),
        ("0690123456", "+590690123456"),
        ("0692123456", "+262692123456"),
        ("0693123456", "+262693123456"),
        ("0694123456", "+594694123456"),
        ("0696123456", "+596696123456"),
        ("0639123456", "+262639123456"),
        ("0262123456", "+262262123456"),
        ("+33 692 12 34 56", "+262692123456"),
        ("+262 692 12 34 56", "+262692123456"),
        ("00 596 696 12 34 56", "+596696123456"),
    ],
)
def test_ten_french_digits_name_their_department_from_anywhere_in_france(
    country: str, raw: str, expected: str
) -> None:
    assert parse_number(raw, country) == expected


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "is missing"),
        (" \u200e ", "is missing"),
        ("tel:", "is missing"),
        ("+", "no digits"),
        ("Maman", "contains letters"),
        ("06 12 34 56 7O", "contains letters"),
        ("0612345678 ext. 5", "contains letters"),
        ("0612345678, 0698765432", "has a “,”"),
        ("0612345678#5", "has a “#”"),
        ("0612345678+33", "has a “+”"),
        ("061234567", "too few digits"),
        ("+33 6 12 34 56 7", "too few digits"),
        ("36111", "too few digits"),
        ("0612345678 9", "too many digits"),
        ("0612345678/0698765432", "too many digits"),
        ("1" * 3000, "too many digits"),
        ("+999 612345678", "country code that does not exist"),
        ("+1 555-0123", "cannot be a phone number of its country"),
        ("06\x0012345678", "control character"),
        ("06\n12345678", "control character"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_each_fault_has_its_own_sentence(raw: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_number(raw, "FR")
    assert words in str(caught.value.message)
    assert caught.value.hint is not None
    assert caught.value.field is None


def test_a_sentence_about_a_number_shows_neither_controls_nor_endless_input() -> None:
    with pytest.raises(Invalid) as caught:
        parse_number("\u202e06x" + "x" * 500, "FR")
    assert "\u202e" not in str(caught.value)
    assert len(str(caught.value.message)) < 120


@pytest.mark.parametrize(
    ("raw", "code"),
    [("36111", "36111"), ("3 61 11", "36111"), ("112", "112"), ("118 712", "118712")],
)
def test_a_short_code_can_be_written_to(raw: str, code: str) -> None:
    assert parse_recipient(raw, "FR") == code
    assert not is_subscriber(code)


@pytest.mark.parametrize(
    ("country", "for_emergencies", "others"),
    [
        ("FR", "112 114 115 119 191 196 197 116000 116117", "111 118712 36111 3114 11200 911"),
        ("RE", "112 114 119", "36111"),
        ("US", "112 911", "114 311 39242"),
        ("GB", "112 999", "119 60006"),
    ],
)
def test_emergency_numbers_are_known_by_country(
    country: str, for_emergencies: str, others: str
) -> None:
    assert all(is_emergency(number, country) for number in for_emergencies.split())
    assert not any(is_emergency(number, country) for number in others.split())
    assert not is_emergency("+33112", country)


def test_a_short_code_is_one_even_where_numbers_may_be_as_short() -> None:
    assert parse_recipient("22622", "DE") == "22622"


def test_a_mobile_number_of_a_small_country_is_no_short_code() -> None:
    assert parse_recipient("312345", "AD") == "+376312345"


@pytest.mark.parametrize("raw", ["12", "0612", "061234", "1234567"])
def test_what_is_neither_short_code_nor_number_is_refused(raw: str) -> None:
    with pytest.raises(Invalid, match="too few digits"):
        parse_recipient(raw, "FR")


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        ("+33612345678", "+33612345678"),
        ("36111", "36111"),
        ("SFR", "SFR"),
        ("  La Poste\x00\u200e ", "La Poste"),
        ("Ameli.fr", "Ameli.fr"),
        ("é" * 80, "é" * 64),
        ("12", "12"),
        ("1234567", "1234567"),
        ("+999123", "+999123"),
        ("", UNKNOWN_SENDER),
        (" \0\u200b", UNKNOWN_SENDER),
    ],
    ids=ascii,
)
def test_a_sender_is_kept_whatever_it_is(raw: str, sender: str) -> None:
    assert parse_sender(raw, "FR") == sender
    assert parse_sender(sender, "FR") == sender


def test_a_sender_may_come_without_its_plus() -> None:
    assert parse_sender("447911123456", "FR") == "+447911123456"
    assert parse_sender("33612345678", "RE") == "+33612345678"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+33612345678", True),
        ("+33700112233", True),
        ("+262692123456", True),
        ("36111", False),
        ("SFR", False),
        (UNKNOWN_SENDER, False),
        ("", False),
        ("+", False),
        ("+999123", False),
        ("+33 612345678", False),
        ("0612345678", False),
    ],
)
def test_a_reply_can_go_only_to_a_number_in_e164(number: str, expected: bool) -> None:
    assert is_subscriber(number) is expected


@pytest.mark.parametrize(
    ("number", "country", "shown"),
    [
        ("+33612345678", "FR", "06 12 34 56 78"),
        ("+33612345678", "BE", "+33 6 12 34 56 78"),
        ("+33612345678", "RE", "+33 6 12 34 56 78"),
        ("+262692123456", "RE", "0692 12 34 56"),
        ("+262692123456", "FR", "+262 692 12 34 56"),
        ("+447911123456", "FR", "+44 7911 123456"),
        ("36111", "FR", "36111"),
        ("La Poste", "FR", "La Poste"),
        (UNKNOWN_SENDER, "FR", UNKNOWN_SENDER),
        ("+999123", "FR", "+999123"),
        ("", "FR", ""),
    ],
)
def test_a_number_is_shown_as_the_household_writes_it(
    number: str, country: str, shown: str
) -> None:
    assert display(number, country) == shown


@pytest.mark.parametrize("country", ["FR", "RE"])
@pytest.mark.parametrize("raw", ["06 39 98 00 01", "+33 6 39 98 00 01", "0033639980001"])
def test_numbers_kept_for_films_are_of_the_mainland(raw: str, country: str) -> None:
    assert parse_number(raw, country) == "+33639980001"
