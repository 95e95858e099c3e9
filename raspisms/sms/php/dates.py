"""Date texts as PHP's ``strtotime`` and ``new DateTime`` read them: ``monday this week``."""

import re
from datetime import datetime
from functools import lru_cache

from raspisms.sms.php.date_forms import longest
from raspisms.sms.php.date_parts import Parts, moment

LONGEST_DATE = 200
"""In characters; PHP knows no bound."""

#: What most data have, and a rule may ask of a hundred thousand people: found without trying all
#: forms, and the same as by them.
_PLAIN = re.compile(r"([0-9]{4})-(0[0-9]|1[0-2])-([0-2][0-9]|3[01])")


def parse(text: str, now: datetime) -> datetime:
    """The moment that a text means, aware; ``now`` is aware, in the household's time zone.

    As in PHP 8.1: an empty text means now, days overflow into the next month, and ``-24 hours``
    are 24 true hours when the clocks change. A time that spring skips moves forward by the gap,
    one that autumn repeats is the first. A text that names a zone gives a moment in that zone.
    Raises ValueError for what PHP refuses, and for years before 1 and after 9999.
    """
    return moment(_read(text.strip()), now)


@lru_cache(maxsize=2000)
def _read(text: str) -> Parts:
    """Without the time that it is now, so that what many people's data repeat is read once."""
    if plain := _PLAIN.fullmatch(text):
        year, month, day = map(int, plain.groups())
        return Parts(year=year, month=month, day=day, has_date=True)
    if len(text) > LONGEST_DATE:
        raise ValueError("too long for a date")
    parts = Parts()
    place = 0
    while place < len(text):
        match = longest(text, place)
        if match is None:
            raise ValueError(f"no date: {text!r}")
        found, form = match
        form.read(found, parts)
        place = found.end()
    return parts
