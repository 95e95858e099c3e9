"""Wall-clock times of the household, and the instants that they mean.

The rule for the two odd hours of the year: a time that the spring change skips is
moved forward by the length of the gap (02:30 means 03:30), and one that the autumn
change repeats is taken the first time.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from raspisms.errors import Invalid, Text, say

_GRACE = timedelta(minutes=1)
_FARTHEST = timedelta(days=2 * 365 + 1)
_WALL = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?"
_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)"


def to_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant, aware in UTC, that a naive wall-clock time means in a time zone.

    Raises Invalid (without a field) at the ends of the calendar, where UTC has no
    such year.
    """
    try:
        # fold=0 reads a skipped time with the offset before the gap, which moves it
        # forward, and a repeated one as the first of the two (PEP 495).
        return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    except OverflowError:
        raise _unreadable(wall.isoformat(" ")) from None


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant, aware in UTC, at which a day begins in a time zone. Raises as ``to_utc``."""
    return to_utc(datetime.combine(day, time.min), zone)


def parse_local(text: str, zone: ZoneInfo) -> datetime:
    """The instant, aware in UTC, of ``YYYY-MM-DDTHH:MM[:SS]`` on the household's clock.

    This is what ``<input type=datetime-local>`` sends; a space may stand for the T.
    Raises Invalid (without a field).
    """
    return to_utc(_read(text, _WALL), zone)


def parse_due(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """When a message is due, aware in UTC; ``text`` may also be ISO 8601 with an offset or Z.

    A time within the minute before ``now`` (aware) means ``now``, because forms know
    no seconds. Raises Invalid (field ``at``) for what cannot be read, is past, or
    lies more than two years ahead.
    """
    try:
        due = _instant(text, zone)
    except Invalid as unreadable:
        unreadable.field = "at"
        raise
    if due < now - _GRACE:
        raise _refused(say("The time %(time)s is past.", time=_apart(text)))
    if due > now + _FARTHEST:
        raise _refused(say("The time %(time)s is more than two years ahead.", time=_apart(text)))
    return max(due, now.astimezone(UTC))


def _instant(text: str, zone: ZoneInfo) -> datetime:
    if not re.fullmatch(_WALL + _OFFSET, text.strip(), re.ASCII):
        return parse_local(text, zone)
    try:
        return _read(text, _WALL + _OFFSET).astimezone(UTC)
    except OverflowError:
        raise _unreadable(text) from None


def _read(text: str, form: str) -> datetime:
    text = text.strip()
    if not re.fullmatch(form, text, re.ASCII):
        raise _unreadable(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable(text) from None


def _unreadable(text: str) -> Invalid:
    return Invalid(
        say("“%(time)s” is not a date and time.", time=_shown(text)),
        say("Enter both, for example 2026-03-28 18:30."),
    )


def _refused(message: Text) -> Invalid:
    return Invalid(message, say("Choose a time between now and two years ahead."), field="at")


def _apart(text: str) -> str:
    """A time that could be read, as people write it: a blank for the T that forms send."""
    return _shown(text.replace("T", " "))


def _shown(text: str) -> str:
    visible = "".join(c if c.isprintable() else " " for c in text).strip()
    return visible if len(visible) <= 40 else f"{visible[:39]}…"
