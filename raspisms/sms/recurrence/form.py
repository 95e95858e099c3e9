"""The form of a schedule: what a person typed, and what it means.

What is typed may be wrong or half: it is kept as it is, and told where it is made a schedule. The
names of its fields begin with PREFIX, because they stand among those of a larger form.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, time
from typing import Any, TypeVar

from raspisms.errors import Invalid, InvalidForm, Text, say
from raspisms.sms.recurrence import rules
from raspisms.sms.recurrence.friendly import DAY, MONTH, UNITS, WEEK, YEAR, Repetition
from raspisms.sms.recurrence.holidays import CHOICES, GO
from raspisms.sms.recurrence.schedule import Birthdays, Repeated, Schedule

PREFIX = "repeat_"
BIRTHDAYS, RULE = "birthdays", "rule"
KINDS: dict[str, Text] = {
    DAY: say("Days"),
    WEEK: say("Weeks"),
    MONTH: say("Months"),
    YEAR: say("Years"),
    BIRTHDAYS: say("Birthdays"),
    RULE: say("A rule as calendars write it (RFC 5545)"),
}
BY_DATE, BY_WEEKDAY = "date", "weekday"
#: Data that most often have a birthday, the likeliest first.
BIRTHDAY_KEYS = (
    "birthday",
    "birthdate",
    "birth_date",
    "anniversaire",
    "date_naissance",
    "naissance",
)

_LONGEST = 300
_TIME = re.compile(r"(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,6}", re.ASCII)
_WEEKDAYS = frozenset("0123456")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class ScheduleForm:
    """As typed: days as YYYY-MM-DD, times as HH:MM, weekdays as numbers (0 is Monday).

    ``kind`` is a key of KINDS, ``by`` how the day of a month or year is told. Without ``until`` and
    ``count`` it goes on until somebody ends it.
    """

    kind: str = WEEK
    at: str = ""
    starts: str = ""
    every: str = "1"
    weekdays: tuple[str, ...] = ()
    by: str = BY_DATE
    day: str = ""
    nth: str = "1"
    weekday: str = "0"
    month: str = ""
    rule: str = ""
    key: str = ""
    until: str = ""
    count: str = ""
    on_holiday: str = GO
    country: str = ""

    def as_kept(self) -> dict[str, Any]:
        """It as JSON can keep it."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return kept | {"weekdays": list(self.weekdays)}

    @staticmethod
    def of(kept: Mapping[str, Any]) -> "ScheduleForm":
        """What was kept, or typed; what is none of the form is left out."""
        values: dict[str, Any] = {}
        for one in fields(ScheduleForm):
            value = kept.get(one.name)
            if one.name == "weekdays":
                days = value if isinstance(value, list | tuple) else ()
                values[one.name] = tuple(day for day in map(str, days) if day in _WEEKDAYS)
            elif isinstance(value, str):
                values[one.name] = value.strip()[:_LONGEST]
        return ScheduleForm(**values)

    def schedule(self) -> Schedule:
        """The schedule that it says. Raises InvalidForm with a problem for each field at fault."""
        problems: list[Invalid] = []
        made = _Reader(self, problems).schedule()
        if made is None or problems:
            raise InvalidForm(problems)
        return made


class _Reader:
    """Reads the fields of a form one after the other, and notes what is wrong with each."""

    def __init__(self, form: ScheduleForm, problems: list[Invalid]) -> None:
        self._form = form
        self._problems = problems

    def schedule(self) -> Schedule | None:
        form = self._form
        at = self._time()
        starts = self._date("starts", say("It is not said from when on."))
        if form.kind == BIRTHDAYS:
            until = self._until()
            return Birthdays(starts, at, form.key, until) if at and starts else None
        rule = self._rule() if form.kind == RULE else self._said()
        choice = form.on_holiday if form.on_holiday in CHOICES else GO
        if choice != GO and not form.country:
            self._note(
                "country",
                say("It is not said whose public holidays."),
                say("Choose the country, or let it go on holidays too."),
            )
        if at is None or starts is None or rule is None:
            return None
        return Repeated(starts, at, rule, choice, form.country if choice != GO else "")

    def _rule(self) -> rules.Rule | None:
        return self._noting(lambda: rules.parse(self._form.rule))

    def _said(self) -> rules.Rule | None:
        form = self._form
        # What is no number is told as one that cannot be.
        every, day = _number(form.every), _number(form.day)
        if form.kind == WEEK:
            days = tuple(sorted(map(int, form.weekdays)))
            said = Repetition(WEEK, every, days)
        elif form.kind in (MONTH, YEAR) and form.by == BY_WEEKDAY:
            weekday = (_number(form.weekday),) if form.weekday in _WEEKDAYS else ()
            said = Repetition(form.kind, every, weekday, nth=_number(form.nth) or 9)
        elif form.kind in UNITS:
            said = Repetition(form.kind, every, day=day)
        else:
            said = Repetition("", every)
        if form.kind == YEAR:
            said = replace(said, month=_number(form.month))
        if form.count:
            said = replace(said, count=_number(form.count))
        said = replace(said, until=self._until())
        if form.count and form.until:
            self._note(
                "count",
                say("It cannot end on a day and after a number of times."),
                say("Leave one of them empty."),
            )
        return self._noting(said.rule)

    def _until(self) -> date | None:
        if not self._form.until:
            return None
        return self._date("until", say("The last day is none."))

    def _time(self) -> time | None:
        match = _TIME.fullmatch(self._form.at)
        if match and int(match[1]) < 24 and int(match[2]) < 60:
            return time(int(match[1]), int(match[2]))
        self._note(
            "at", say("It is not said at what time."), say("Type hour and minute, such as 18:30.")
        )
        return None

    def _date(self, name: str, message: Text) -> date | None:
        typed: str = getattr(self._form, name)
        try:
            return date.fromisoformat(typed if _DATE.fullmatch(typed) else "")
        except ValueError:
            self._note(name, message, say("Choose a day, such as 2026-12-24."))
            return None

    def _noting(self, read: Callable[[], _Value]) -> _Value | None:
        try:
            return read()
        except Invalid as problem:
            field = "kind" if problem.field == "unit" else problem.field or "kind"
            self._note(field, problem.message, problem.hint)
            return None

    def _note(self, name: str, message: Text, hint: Text | None) -> None:
        self._problems.append(Invalid(message, hint, PREFIX + name))


def _number(typed: str) -> int:
    return int(typed) if _WHOLE.fullmatch(typed) else 0
