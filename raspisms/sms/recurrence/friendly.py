"""Repetition as people say it, and as a rule writes it: every second week on Tuesday until June.

``rule`` makes the rule; ``read`` finds again what a rule says, or None where it says more than this
can: such a rule is left as text.
"""

from dataclasses import dataclass, replace
from datetime import date

from raspisms.errors import Invalid, say
from raspisms.sms.recurrence.rules import (
    DAILY,
    MONTHLY,
    MOST_EVERY,
    MOST_RUNS,
    MOST_YEARS,
    WEEKLY,
    YEARLY,
    Rule,
)

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
UNITS = {DAY: DAILY, WEEK: WEEKLY, MONTH: MONTHLY, YEAR: YEARLY}
LAST = -1
#: Which weekday of a month there can be: not every month has a fifth.
POSITIONS = (1, 2, 3, 4, LAST)
_SHORTEST_MONTH = 28
_LONGEST_MONTH = 31


@dataclass(frozen=True)
class Repetition:
    """Each ``every`` days, weeks, months or years, with an end or without.

    - A week has ``weekdays`` (0 is Monday), one at least.
    - A month and a year have either the ``day`` of the month, or the ``nth`` (one of POSITIONS)
      ``weekdays[0]`` of it. In a month that is too short for its day, the last day is meant, so
      that 31 is the end of each month.
    - A year has the ``month`` (1 to 12) too.
    """

    unit: str
    every: int = 1
    weekdays: tuple[int, ...] = ()
    day: int = 0
    nth: int = 0
    month: int = 0
    until: date | None = None
    count: int | None = None

    def rule(self) -> Rule:
        """The rule that says it. Raises Invalid with the field at fault."""
        _refuse_bad_numbers(self)
        rule = Rule(UNITS[self.unit], self.every, self.count, self.until)
        if self.unit == WEEK:
            return replace(rule, days=tuple((day, 0) for day in sorted(set(self.weekdays))))
        if self.unit == YEAR:
            rule = replace(rule, months=(self.month,))
        if self.unit == DAY:
            return rule
        if self.nth:
            return replace(rule, days=((self.weekdays[0], self.nth),))
        if self.day <= _SHORTEST_MONTH:
            return replace(rule, month_days=(self.day,))
        # The last of those days that the month has.
        days = tuple(range(_SHORTEST_MONTH, self.day + 1))
        return replace(rule, month_days=days, positions=(LAST,))


def read(rule: Rule) -> Repetition | None:
    """What a rule says, if a Repetition can say exactly the same."""
    unit = next(unit for unit, frequency in UNITS.items() if frequency == rule.frequency)
    said = Repetition(
        unit,
        rule.every,
        tuple(day for day, _ in rule.days),
        _day(rule),
        rule.days[0][1] if rule.days else 0,
        rule.months[0] if rule.months else 0,
        rule.until,
        rule.count,
    )
    try:
        return said if said.rule() == rule else None
    except Invalid:
        return None


def _day(rule: Rule) -> int:
    return rule.month_days[-1] if rule.month_days and not rule.days else 0


def _refuse_bad_numbers(said: Repetition) -> None:
    if said.unit not in UNITS:
        raise Invalid(
            say("It is not said how often it repeats."), say("Choose one of the list."), "unit"
        )
    most = MOST_YEARS if said.unit == YEAR else MOST_EVERY
    if not 1 <= said.every <= most:
        raise Invalid(
            say("It cannot repeat at such a distance."),
            say("Type a whole number from %(least)d to %(most)d.", least=1, most=most),
            "every",
        )
    if said.count is not None and not 1 <= said.count <= MOST_RUNS:
        raise Invalid(
            say("It cannot end after so many times."),
            say("Type a whole number from %(least)d to %(most)d.", least=1, most=MOST_RUNS),
            "count",
        )
    if said.unit == YEAR and not 1 <= said.month <= 12:
        raise Invalid(say("No month is chosen."), say("Choose the month."), "month")
    _refuse_bad_days(said)


def _refuse_bad_days(said: Repetition) -> None:
    if said.unit == WEEK and not said.weekdays:
        raise Invalid(say("No day of the week is chosen."), say("Choose one or more."), "weekdays")
    if said.unit not in (MONTH, YEAR):
        return
    if said.nth:
        if said.nth not in POSITIONS or len(said.weekdays) != 1:
            raise Invalid(say("No weekday is chosen."), say("Choose one."), "weekday")
    elif not 1 <= said.day <= _LONGEST_MONTH:
        raise Invalid(
            say("There is no such day in a month."),
            say("Type a whole number from %(least)d to %(most)d.", least=1, most=_LONGEST_MONTH),
            "day",
        )
    elif said.unit == YEAR and said.day > _longest(said.month):
        raise Invalid(
            say("This month has no such day."),
            say("Type at most %(most)d.", most=_longest(said.month)),
            "day",
        )


def _longest(month: int) -> int:
    return 29 if month == 2 else 30 if month in (4, 6, 9, 11) else _LONGEST_MONTH
