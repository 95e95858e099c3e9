from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raspisms.errors import Invalid
from raspisms.sms.numbers import (
    display,
    is_subscriber,
    parse_number,
    parse_recipient,
    parse_sender,
)

countries = st.one_of(
    st.sampled_from(["FR", "RE", "GP", "MQ", "GF", "YT", "BE", "GB", "US", "IT"]),
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
)
digits = st.text("0123456789", min_size=1, max_size=17)
prefixed = st.builds(
    "{}{}".format,
    st.sampled_from(
        ["", "+", "00", "0", "06", "069", "+33", "+330", "0033", "+262", "+1", "+39", "+7", "+549"]
    ),
    digits,
)
junk = st.text("+0123456789 ().-/\xa0\u200ex\0", max_size=30)
texts = st.one_of(prefixed, junk, st.text(max_size=80))
numbers = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)).flatmap(
    lambda region: st.integers(0, 10**6).map(lambda change: nearby(region, change))
)


def nearby(region: str, change: int) -> str:
    """A number like the library's example of a mobile number, its last digits changed."""
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return "+33612345678"
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    return e164[:-4] + f"{change % 10_000:04}"


def read(raw: str, country: str) -> str | None:
    try:
        return parse_recipient(raw, country)
    except Invalid:
        return None


def refusal(parse: Callable[[str, str], str], raw: str, country: str) -> str | None:
    try:
        parse(raw, country)
    except Invalid as refused:
        return str(refused)
    return None


@given(texts, countries)
def test_any_text_is_read_or_refused_in_words(raw: str, country: str) -> None:
    for parse in (parse_number, parse_recipient):
        sentence = refusal(parse, raw, country)
        assert sentence is None or (sentence and sentence.isprintable())


@given(texts, countries, countries)
def test_reading_a_kept_number_again_changes_nothing(raw: str, country: str, other: str) -> None:
    number = read(raw, country)
    if number is not None:
        assert parse_recipient(number, country) == number
        assert parse_sender(number, country) == number
        assert is_subscriber(number) == number.startswith("+")
    if number is not None and is_subscriber(number):
        assert parse_number(number, other) == number


@given(texts, countries)
def test_a_sender_is_always_something_and_stays_the_same(raw: str, country: str) -> None:
    sender = parse_sender(raw, country)
    assert 0 < len(sender) <= 64
    assert parse_sender(sender, country) == sender


@given(texts, countries, countries)
def test_what_is_shown_reads_back_as_the_same_number(raw: str, country: str, other: str) -> None:
    number = read(raw, country)
    if number is not None:
        assert read(display(number, country), country) == number
    if number is not None and is_subscriber(number):
        assert read(display(number, other), other) == number


@given(numbers, countries)
def test_mobile_numbers_of_the_world_survive_writing_and_reading(number: str, home: str) -> None:
    kept = read(number, home)
    if kept is not None:
        shown = display(kept, home)
        assert parse_number(shown, home) == kept
        assert "\xa0" not in shown


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS - {"TA"}))
def test_the_example_number_of_each_country_is_taken_in_all_its_forms(region: str) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    forms = phonenumbers.PhoneNumberFormat
    e164 = phonenumbers.format_number(example, forms.E164)
    for form in (forms.E164, forms.INTERNATIONAL, forms.NATIONAL):
        assert parse_recipient(phonenumbers.format_number(example, form), region) == e164
