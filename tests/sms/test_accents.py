"""Accents without end in a row would keep the whole process busy: such a text stays as it is."""

import unicodedata
from collections.abc import Callable

import pytest

from raspisms.sms.accents import composed, taken_apart
from raspisms.sms.content import clean_text
from raspisms.sms.data_keys import clean_value
from raspisms.sms.files.cells import text

#: Out of their order, of which a sort by insertion makes the most work.
ENDLESS = "e" + "\u0301\u0316" * 300


@pytest.mark.parametrize("text", [ENDLESS, "\uff9e\u0316\u0301" * 200, "\u0f73\u0f75" * 300])
def test_accents_without_end_are_left_as_they_are(text: str) -> None:
    assert unicodedata.normalize("NFKD", text) != text
    assert composed(text) == taken_apart(text) == text


def test_as_many_as_any_language_has_are_composed_however_long_the_text_is() -> None:
    written = "e\u0301" * 1000 + "e" + "\u0301" * 30
    assert composed(written) == unicodedata.normalize("NFC", written)
    assert taken_apart("é" * 1000) == "e\u0301" * 1000


@pytest.mark.parametrize(
    "read", [text, lambda raw: clean_value("a", raw), lambda raw: clean_text(raw, 255)]
)
def test_whatever_comes_in_is_composed_within_these_bounds(read: Callable[[str], str]) -> None:
    assert read(ENDLESS) == ENDLESS
    assert read("e\u0301") == "é"
