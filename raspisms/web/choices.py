"""What the lists of forms offer: countries, languages, time zones, hours."""

import unicodedata
import zoneinfo
from functools import cache

import phonenumbers
from babel import Locale
from flask_babel import get_locale, gettext

from raspisms.settings_values import NEVER

#: Each in its own words.
LANGUAGES = {"fr": "Français", "en": "English"}


@cache
def zone_names() -> tuple[str, ...]:
    """Zones named after places; the others are old names of these or shifts without a place."""
    places = (name for name in zoneinfo.available_timezones() if "/" in name)
    return (*sorted(name for name in places if not name.startswith("Etc/")), "UTC")


def zones(chosen: str) -> list[tuple[str, str]]:
    """All zones, and the one that is in force, whatever it is called."""
    names = zone_names() if chosen in zone_names() else (chosen, *zone_names())
    return [(name, name.replace("_", " ")) for name in names]


def countries() -> list[tuple[str, str]]:
    """The countries whose numbers can be read, by their name in the reader's language."""
    return list(_countries(str(get_locale())))


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale(language).territories
    named = ((code, names.get(code, code)) for code in phonenumbers.SUPPORTED_REGIONS)
    return tuple(sorted(named, key=lambda pair: _without_accents(pair[1])))


def _without_accents(name: str) -> str:
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()


def hours() -> list[tuple[str, str]]:
    """Full hours of the day, and never."""
    return [(NEVER, gettext("Never")), *((str(hour), f"{hour:02}:00") for hour in range(24))]
