"""Sentences and days in the language that is in force, for pages and for commands."""

import re
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale, gettext

from raspisms.errors import Text

#: The number of a day before the name of its month.
_FIRST_OF_MONTH = re.compile(r"\b1 (?=[^\W\d])")


def translate(text: Text | str) -> str:
    """A sentence in the reader's language, with the sentences among its parameters."""
    if isinstance(text, str):
        return text
    sentence: str = gettext(text.msgid) if text.msgid else ""
    if not text.params:
        return sentence
    shown = {name: _shown(value) for name, value in text.params.items()}
    return sentence % shown


def _shown(value: object) -> object:
    """A parameter of a sentence: sentences and days as the reader writes them."""
    if isinstance(value, Text):
        return translate(value)
    return day_in_words(value, "long") if type(value) is date else value


def day_in_words(day: date, pattern: str) -> str:
    """A day in the reader's language, by a pattern of CLDR or the name of one ("full", "long").

    French counts days from the first on (1er février, 2 février), which CLDR's patterns cannot say.
    """
    locale = get_locale()
    words: str = format_date(day, pattern, locale=locale)
    is_first = day.day == 1 and str(locale).startswith("fr")
    return _FIRST_OF_MONTH.sub("1er ", words) if is_first else words
