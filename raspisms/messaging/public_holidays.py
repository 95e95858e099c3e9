"""Public holidays by country, from the package ``holidays``.

A country is its two letters (ISO 3166-1), which France's overseas have each their own of; the two
parts of France with a law of their own have theirs of ISO 3166-2. Of other countries only the days
that all of the country has are known.
"""

from datetime import date
from functools import cache, lru_cache

from raspisms.errors import Invalid, Text, say
from raspisms.sms.recurrence import Holidays, Schedule, no_holidays
from raspisms.sms.recurrence.schedule import Repeated

#: Parts of a country that have days of their own.
PARTS: dict[str, Text] = {
    "FR-6AE": say("France: Alsace"),
    "FR-57": say("France: Moselle"),
}
_LETTERS = 2


def of(country: str) -> Holidays:
    """Whether a day is a public holiday in a country ("" for none). Raises Invalid."""
    if not country:
        return no_holidays
    refuse_unknown(country)
    return lambda day: day in _days(country, day.year)


def for_schedule(schedule: Schedule) -> Holidays:
    """Those that a schedule goes by; a country that is not known any more has none."""
    country = schedule.country if isinstance(schedule, Repeated) else ""
    return of(country) if is_known(country) else no_holidays


def is_known(country: str) -> bool:
    return country in PARTS or country in countries()


def refuse_unknown(country: str) -> None:
    """Raises Invalid (field "country")."""
    if not is_known(country):
        raise Invalid(
            say("Nothing is known of the public holidays of this country."),
            say("Choose a country of the list."),
            "country",
        )


@cache
def countries() -> frozenset[str]:
    """The countries whose public holidays are known."""
    # Imported when it is first wanted: it takes time to load on a small machine.
    from holidays import list_supported_countries

    # Without aliases: UK is GB once more, and no country by ISO 3166-1, so that it has no name.
    codes = list_supported_countries(include_aliases=False)
    return frozenset(code for code in codes if len(code) == _LETTERS)


@lru_cache(maxsize=64)
def _days(country: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    # A year at a time, and kept apart: the package's own calendars grow while they are read, which
    # two threads must not do at once.
    code, _, part = country.partition("-")
    return frozenset(country_holidays(code, part or None, years=year, expand=False))
