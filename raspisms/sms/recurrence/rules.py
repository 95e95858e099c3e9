"""Rules of repetition as RFC 5545 (section 3.3.10) writes them: ``FREQ=WEEKLY;BYDAY=TU``.

Less than the standard has: there is one run an hour at most, so that nothing may be said of minutes
and seconds, and several runs a day are told by their hours. What no household needs (numbers of
weeks and of days in a year) is refused rather than half understood.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from raspisms.errors import Invalid, Text, say

LONGEST_RULE = 200
MOST_RUNS = 999
MOST_EVERY = 99
MOST_YEARS = 10
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
_FREQUENCIES = (DAILY, WEEKLY, MONTHLY, YEARLY)
_TOO_OFTEN = ("MINUTELY", "SECONDLY", "BYMINUTE", "BYSECOND")
_DAY = re.compile(r"(?:([+-]?\d{1,2}))?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"(\d{8})(T\d{6})?", re.ASCII)
_MOST_WEEKS = 53
_MOST_WEEKS_OF_A_MONTH = 5
_LEAP_YEAR = 2028


@dataclass(frozen=True)
class Rule:
    """A rule that was read; ``until`` is the last day that may have a run.

    ``days`` are weekdays (0 is Monday) with which of them in a month or year (0 for each).
    """

    frequency: str
    every: int = 1
    count: int | None = None
    until: date | None = None
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    week_start: int = 0

    def __str__(self) -> str:
        """As RFC 5545 writes it."""
        parts = [f"FREQ={self.frequency}"]
        if self.every != 1:
            parts.append(f"INTERVAL={self.every}")
        if self.months:
            parts.append(f"BYMONTH={_listed(self.months)}")
        if self.month_days:
            parts.append(f"BYMONTHDAY={_listed(self.month_days)}")
        if self.days:
            parts.append(
                "BYDAY=" + ",".join(f"{nth or ''}{WEEKDAYS[day]}" for day, nth in self.days)
            )
        if self.hours:
            parts.append(f"BYHOUR={_listed(self.hours)}")
        if self.positions:
            parts.append(f"BYSETPOS={_listed(self.positions)}")
        if self.week_start:
            parts.append(f"WKST={WEEKDAYS[self.week_start]}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)


def _listed(values: tuple[int, ...]) -> str:
    return ",".join(map(str, values))


@lru_cache(maxsize=256)
def parse(text: str) -> Rule:
    """The rule that a text says. Raises Invalid (field "rule")."""
    parts = _parts(text)
    frequency = parts.pop("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise _no_frequency(frequency)
    values = {_FIELDS[name]: _READERS[name](name, value) for name, value in parts.items()}
    rule = Rule(frequency, **values)  # type: ignore[arg-type]
    _refuse_what_does_not_fit(rule)
    return rule


def _parts(text: str) -> dict[str, str]:
    text = text.strip().upper().removeprefix("RRULE:")
    if len(text) > LONGEST_RULE:
        raise _wrong(
            say("The rule is too long."), say("Type at most %(most)d signs.", most=LONGEST_RULE)
        )
    parts: dict[str, str] = {}
    for piece in filter(None, (piece.strip() for piece in text.split(";"))):
        name, equals, value = (side.strip() for side in piece.partition("="))
        if name in _TOO_OFTEN:
            raise _too_often()
        if not equals or (name != "FREQ" and name not in _READERS):
            raise _wrong(
                say("“%(part)s” is no part of a rule that can be used here.", part=_shown(piece)),
                say("Possible are %(names)s.", names=", ".join(["FREQ", *_READERS])),
            )
        if name in parts:
            raise _wrong(
                say("“%(part)s” is there twice.", part=name), say("Leave one of them out.")
            )
        parts[name] = value
    return parts


def _no_frequency(frequency: str) -> Invalid:
    if frequency in _TOO_OFTEN:
        return _too_often()
    if frequency == "HOURLY":
        return _wrong(
            say("A rule repeats each day or less often."),
            say("Name the hours of the day, for example FREQ=DAILY;BYHOUR=9,15."),
        )
    return _wrong(
        say("The rule does not say how often it repeats."),
        say("Begin it with FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY."),
    )


def _too_often() -> Invalid:
    return _wrong(
        say("That would run more often than once an hour, which is the most there can be."),
        say("Name days, and hours if need be; the minutes are those of the time that is chosen."),
    )


def _refuse_what_does_not_fit(rule: Rule) -> None:
    if rule.count is not None and rule.until is not None:
        raise _wrong(
            say("A rule ends after a number of runs or on a day, not both."),
            say("Leave COUNT or UNTIL out."),
        )
    if rule.frequency == YEARLY and rule.every > MOST_YEARS:
        raise _not_a_number("INTERVAL", str(rule.every), 1, MOST_YEARS)
    if any(nth for _, nth in rule.days) and rule.frequency not in (MONTHLY, YEARLY):
        raise _wrong(
            say("Only a month or a year has a first or last weekday."),
            say("Use FREQ=MONTHLY or FREQ=YEARLY, or leave the number before the day out."),
        )
    is_of_month = rule.frequency == MONTHLY or bool(rule.months)
    if is_of_month and any(abs(nth) > _MOST_WEEKS_OF_A_MONTH for _, nth in rule.days):
        raise _wrong(
            say("No month has so many of a weekday."),
            say("Write a number from -5 to 5 before the day, for example BYDAY=1MO."),
        )
    if rule.frequency == WEEKLY and rule.month_days:
        raise _wrong(
            say("A rule for weeks knows no days of the month."),
            say("Use FREQ=MONTHLY, or leave BYMONTHDAY out."),
        )
    if rule.frequency == DAILY and rule.positions:
        raise _wrong(
            say("BYSETPOS chooses among the days of a week, month or year."),
            say("Use FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY, or leave BYSETPOS out."),
        )
    if rule.positions and not (rule.days or rule.month_days or rule.months or rule.hours):
        raise _wrong(
            say("BYSETPOS chooses among days, and the rule names none."),
            say("Add BYDAY or BYMONTHDAY, or leave BYSETPOS out."),
        )
    if rule.months and rule.month_days and not _has_days(rule.months, rule.month_days):
        raise _wrong(
            say("There is no such day in the months that the rule names."),
            say("Change BYMONTHDAY or BYMONTH."),
        )


def _has_days(months: tuple[int, ...], month_days: tuple[int, ...]) -> bool:
    longest = max(monthrange(_LEAP_YEAR, month)[1] for month in months)
    return any(abs(day) <= longest for day in month_days)


def _number(least: int, most: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,4}", value, re.ASCII) or not least <= int(value) <= most:
            raise _not_a_number(name, value, least, most)
        return int(value)

    return read


def _numbers(least: int, most: int) -> Callable[[str, str], tuple[int, ...]]:
    read = _number(least, most)

    def read_each(name: str, value: str) -> tuple[int, ...]:
        found = {read(name, one.strip()) for one in value.split(",")}
        if least < 0 and 0 in found:
            raise _not_a_number(name, "0", least, most)
        return tuple(sorted(found))

    return read_each


def _days(name: str, value: str) -> tuple[tuple[int, int], ...]:
    found = set()
    for one in value.split(","):
        match = _DAY.fullmatch(one.strip())
        nth = int(match[1] or 0) if match else 0
        if match is None or (match[1] and not 1 <= abs(nth) <= _MOST_WEEKS):
            raise _wrong(
                say("“%(value)s” in %(part)s is no weekday.", value=_shown(one), part=name),
                say("Write MO, TU, WE, TH, FR, SA or SU, for example BYDAY=TU or BYDAY=1MO."),
            )
        found.add((WEEKDAYS.index(match[2]), nth))
    return tuple(sorted(found))


def _weekday(name: str, value: str) -> int:
    ((day, nth), *others) = _days(name, value)
    if nth or others:
        raise _wrong(
            say("“%(value)s” in %(part)s is no weekday.", value=_shown(value), part=name),
            say("Write one day, for example WKST=MO."),
        )
    return day


def _last_day(_name: str, value: str) -> date:
    match = _UNTIL.fullmatch(value)
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise _wrong(
            say("“%(value)s” after UNTIL is no day.", value=_shown(value)),
            say("Write the last day with year, month and day, for example UNTIL=20271231."),
        ) from None


_READERS: Mapping[str, Callable[[str, str], object]] = {
    "INTERVAL": _number(1, MOST_EVERY),
    "COUNT": _number(1, MOST_RUNS),
    "UNTIL": _last_day,
    "BYMONTH": _numbers(1, 12),
    "BYMONTHDAY": _numbers(-31, 31),
    "BYDAY": _days,
    "BYHOUR": _numbers(0, 23),
    "BYSETPOS": _numbers(-31, 31),
    "WKST": _weekday,
}
_FIELDS = {
    "INTERVAL": "every",
    "COUNT": "count",
    "UNTIL": "until",
    "BYMONTH": "months",
    "BYMONTHDAY": "month_days",
    "BYDAY": "days",
    "BYHOUR": "hours",
    "BYSETPOS": "positions",
    "WKST": "week_start",
}


def _not_a_number(name: str, value: str, least: int, most: int) -> Invalid:
    hint = say("Write a whole number from %(least)d to %(most)d.", least=least, most=most)
    if least < 0:
        hint = say(
            "Write a whole number from %(least)d to %(most)d, but not 0.", least=least, most=most
        )
    return _wrong(
        say("“%(value)s” cannot stand after %(part)s.", value=_shown(value), part=name), hint
    )


def _wrong(message: Text, hint: Text) -> Invalid:
    return Invalid(message, hint, field="rule")


def _shown(text: str) -> str:
    visible = "".join(sign if sign.isprintable() else " " for sign in text).strip()
    return visible if len(visible) <= 40 else f"{visible[:39]}…"
