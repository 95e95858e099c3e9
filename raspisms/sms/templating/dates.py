"""Filters and functions for dates, which are read and written as PHP does it."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from raspisms.errors import say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.php import dates, letters
from raspisms.sms.php.date_words import zone_named
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.registry import offered
from raspisms.sms.templating.run import Run

#: How Twig writes a date if nothing else is said.
_USUAL_FORMAT = "F j, Y H:i"
_TIMESTAMP = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def date(run: Run, value: object, format_: object = None, timezone: object = None) -> str:
    """A date in PHP's letters, in the household's time zone or in another one."""
    wanted = _USUAL_FORMAT if format_ is None else run.text(format_)
    return letters.show(moment(run, value, timezone), wanted)


def date_modify(run: Run, value: object, modifier: object) -> datetime:
    """Another date, told from this one: ``+1 day``, ``first day of next month``."""
    return _read(run.text(modifier), moment(run, value, False))


def date_function(run: Run, _: object, date: object = None, timezone: object = None) -> datetime:
    """A date to compare or to write."""
    return moment(run, date, timezone)


def moment(run: Run, value: object, timezone: object) -> datetime:
    """A date as Twig takes it: a date, a text that PHP reads, seconds since 1970; nothing is now.

    Without a time zone it is told in the household's, with False in its own.
    """
    if timezone is False:
        zone = None
    else:
        zone = run.now.tzinfo if timezone is None else _zone(run, timezone)
    if isinstance(value, datetime):
        return _in(zone, value)
    text = run.text(value)
    if text == "now":
        return _in(zone, run.now)
    if _TIMESTAMP.fullmatch(text):
        return _in(zone or UTC, _after_epoch(text))
    return _in(zone, _read(text, run.now))


def _zone(run: Run, name: object) -> tzinfo:
    written = run.text(name)
    try:
        return zone_named(written)
    except ValueError as error:
        raise Trouble(
            say("There is no time zone “%(name)s”.", name=excerpt(written)),
            say("For example Europe/Paris."),
        ) from error


def _read(text: str, now: datetime) -> datetime:
    try:
        return dates.parse(text, now)
    except (ValueError, OverflowError) as error:
        raise Trouble(
            say("“%(text)s” is not a date.", text=excerpt(text)),
            say("A date is written 2026-12-31, or in English such as +1 day."),
        ) from error


def _after_epoch(seconds: str) -> datetime:
    try:
        return _EPOCH + timedelta(seconds=int(seconds))
    except OverflowError as error:
        raise Trouble(say("“%(text)s” is not a date.", text=seconds)) from error


def _in(zone: tzinfo | None, moment: datetime) -> datetime:
    try:
        return moment if zone is None else moment.astimezone(zone)
    except OverflowError as error:
        raise Trouble(say("The date is too far away.")) from error


date_function.__name__ = "date"

FILTERS = offered((date, date_modify), own=2)
FUNCTIONS = offered((date_function,), own=2)
