"""Sentences for whoever does not look at a page just now, in the language that they read."""

from functools import cache
from gettext import NullTranslations, translation

from raspisms.errors import Text
from raspisms.messaging.engine import Engine
from raspisms.models import Member
from raspisms.paths import TRANSLATIONS

#: Where neither the member nor the household has chosen one, and there is no browser to ask.
_DEFAULT = "fr"


def of(engine: Engine, member: Member) -> str:
    """The language that a member reads."""
    return member.language or of_household(engine)


def of_household(engine: Engine) -> str:
    """The language of what the household as a whole writes."""
    return engine.config.language or _DEFAULT


def translate(text: Text, language: str) -> str:
    """A sentence in ``language``, with the sentences among its parameters."""
    shown = {
        name: translate(value, language) if isinstance(value, Text) else value
        for name, value in text.params.items()
    }
    sentence = _catalogue(language).gettext(text.msgid)
    return sentence % shown if shown else sentence


@cache
def _catalogue(language: str) -> NullTranslations:
    return translation("messages", TRANSLATIONS, [language], fallback=True)
