"""Filters that tell the names of countries, currencies, languages and time zones."""

from babel.dates import get_timezone_name
from babel.numbers import get_currency_name, get_currency_symbol

from raspisms.sms.php.date_words import zone_named
from raspisms.sms.templating import locales
from raspisms.sms.templating.registry import offered
from raspisms.sms.templating.run import Run

# As in Twig, nothing has no name, and a code that nobody knows is its own name.


def country_name(run: Run, value: object, locale: object = None) -> str:
    """FR is France."""
    code = run.text(value)
    return str(locales.of(run, locale).territories.get(code, code))


def currency_name(run: Run, value: object, locale: object = None) -> str:
    """EUR is euro."""
    code = run.text(value)
    return str(get_currency_name(code, locale=locales.of(run, locale))) if code else ""


def currency_symbol(run: Run, value: object, locale: object = None) -> str:
    """EUR is €."""
    code = run.text(value)
    return str(get_currency_symbol(code, locale=locales.of(run, locale))) if code else ""


def language_name(run: Run, value: object, locale: object = None) -> str:
    """fr is French."""
    code = run.text(value)
    return str(locales.of(run, locale).languages.get(code.replace("-", "_"), code))


def locale_name(run: Run, value: object, locale: object = None) -> str:
    """fr_FR is French (France)."""
    code = run.text(value)
    named = locales.named(code) if code else None
    if named is None:
        return code
    return named.get_display_name(locales.of(run, locale)) or code


def timezone_name(run: Run, value: object, locale: object = None) -> str:
    """Europe/Paris is Central European Time (Paris)."""
    name = run.text(value)
    language = locales.of(run, locale)
    try:
        zone = zone_named(name)
    except ValueError:
        return name
    told = get_timezone_name(zone, locale=language)
    city = language.time_zones.get(name, {}).get("city") or name.rpartition("/")[2]
    return f"{told} ({city.replace('_', ' ')})" if "/" in name else told


FILTERS = offered(
    (country_name, currency_name, currency_symbol, language_name, locale_name, timezone_name),
    own=2,
)
