"""A year of repetition with a machine that is off at random and a clock that jumps.

Whatever happens, a run comes once, at the wall-clock time that its schedule says; a machine that
was off makes up for the last one only.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raspisms.errors import Invalid
from raspisms.sms.recurrence import GO, MOVE, SKIP, Birthdays, Repeated, Repetition, Schedule
from raspisms.sms.recurrence.birthdays import celebrated
from raspisms.sms.recurrence.friendly import LAST, read
from raspisms.sms.recurrence.rules import DAILY, MONTHLY, WEEKLY, YEARLY, Rule, parse

ZONES = [ZoneInfo(name) for name in ("Europe/Paris", "America/St_Johns", "Australia/Lord_Howe")]
unhurried = settings(deadline=None, max_examples=25)

times = st.times(time(0), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
#: The hours that the clocks change are likelier than others.
odd_times = st.one_of(
    times, st.sampled_from([time(hour, 15 * n) for hour in (1, 2, 3) for n in range(4)])
)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
holidays = st.frozensets(days, max_size=40)


@st.composite
def repetitions(draw: st.DrawFn) -> Repetition:
    unit = draw(st.sampled_from(["day", "week", "month", "year"]))
    every = draw(st.integers(1, 4))
    end = draw(st.sampled_from([{}, {"count": 5}, {"until": date(2026, 10, 26)}]))
    if unit == "week":
        weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
        return Repetition(unit, every, tuple(sorted(weekdays)), **end)
    if unit == "day":
        return Repetition(unit, every, **end)
    month = draw(st.integers(1, 12)) if unit == "year" else 0
    if draw(st.booleans()):
        nth, weekday = draw(st.sampled_from([1, 2, 3, 4, LAST])), draw(st.integers(0, 6))
        return Repetition(unit, every, (weekday,), nth=nth, month=month, **end)
    longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return Repetition(unit, every, day=draw(st.integers(1, longest)), month=month, **end)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules beyond what the friendly form says, too."""
    if draw(st.booleans()):
        return draw(repetitions()).rule()
    frequency = draw(st.sampled_from([DAILY, WEEKLY, MONTHLY, YEARLY]))
    weekdays = st.frozensets(st.sampled_from([(day, 0) for day in range(7)]), max_size=3)
    hours = draw(st.frozensets(st.integers(0, 23), max_size=4))
    found = Rule(
        frequency,
        draw(st.integers(1, 5)),
        days=tuple(sorted(draw(weekdays))),
        months=tuple(sorted(draw(st.frozensets(st.integers(1, 12), max_size=3)))),
        hours=tuple(sorted(hours)),
    )
    try:
        return parse(str(found))
    except Invalid:
        return Rule(DAILY)


def walls_by_hand(said: Repetition, starts: date, until: date) -> Iterator[date]:
    """The days that a repetition means, told day by day, without any library."""
    monday = starts - timedelta(days=starts.weekday())
    for n in range((until - starts).days + 1):
        day = starts + timedelta(days=n)
        months = (day.year - starts.year) * 12 + day.month - starts.month
        last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if said.nth:
            which = -1 if said.nth == LAST else said.nth - 1
            fits = [
                d
                for d in range(1, last.day + 1)
                if day.replace(day=d).weekday() == said.weekdays[0]
            ]
            is_day = day.day == fits[which]
        else:
            is_day = day.day == min(said.day, last.day)
        if {
            "day": n % said.every == 0,
            "week": day.weekday() in said.weekdays and (day - monday).days // 7 % said.every == 0,
            "month": is_day and months % said.every == 0,
            "year": is_day
            and day.month == said.month
            and (day.year - starts.year) % said.every == 0,
        }[said.unit]:
            yield day


@unhurried
@given(repetitions(), days, st.sampled_from(ZONES), odd_times)
def test_a_repetition_runs_on_the_days_that_it_says(
    said: Repetition, starts: date, zone: ZoneInfo, at: time
) -> None:
    end = starts + timedelta(days=400)
    expected = list(walls_by_hand(said, starts, min(end, said.until or end)))
    expected = expected[: said.count or len(expected)]
    runs = list(each_run(Repeated(starts, at, said.rule()), zone, starts, end))
    assert [one.astimezone(zone).date() for one in runs] == expected
    assert read(said.rule()) == said
    for one in runs:
        assert_at_its_time(one, zone, {at})


@unhurried
@given(
    rules(), days, st.sampled_from(ZONES), odd_times, st.sampled_from([GO, SKIP, MOVE]), holidays
)
def test_runs_are_apart_and_on_no_holiday_that_counts(
    rule: Rule, starts: date, zone: ZoneInfo, at: time, choice: str, free: frozenset[date]
) -> None:
    schedule = Repeated(starts, at, rule, choice, "FR")
    runs = list(each_run(schedule, zone, starts, starts + timedelta(days=90), free))
    assert all(late - early >= timedelta(minutes=30) for early, late in pairwise(runs))
    for one in runs:
        local = one.astimezone(zone)
        assert_at_its_time(one, zone, {at.replace(hour=hour) for hour in rule.hours} or {at})
        assert choice == GO or local.date() not in free
    assert Schedule.of(schedule.as_kept()) == schedule


#: How a machine fares: after so many minutes it is there again and looks what is due, or its clock
#: is set back.
lives = st.lists(
    st.tuples(
        st.sampled_from(["look", "look", "back"]),
        st.one_of(st.integers(600, 2000), st.integers(2000, 60 * 24 * 30)),
    ),
    min_size=5,
    max_size=40,
)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@unhurried
@given(rules(), odd_times, lives, st.booleans())
def test_a_year_with_a_machine_that_is_off_at_random(
    zone: ZoneInfo, rule: Rule, at: time, life: list[tuple[str, int]], is_birthday: bool
) -> None:
    starts, end = date(2026, 1, 1), datetime(2027, 1, 1, tzinfo=UTC)
    schedule: Schedule = (
        Birthdays(starts, at, "birthday") if is_birthday else Repeated(starts, at, rule)
    )
    now = last = datetime(2025, 12, 30, tzinfo=UTC)
    made: list[datetime] = []
    turn = 0
    while now < end:
        what, minutes = life[turn % len(life)]
        turn += 1
        now += timedelta(minutes=minutes)
        for seen in [now, now - timedelta(minutes=minutes // 2), now] if what == "back" else [now]:
            run = latest(schedule, last, seen, zone)
            if run is not None:
                made.append(run)
                last = run
    assert all(count == 1 for count in Counter(made).values())
    every = set(each_run(schedule, zone, starts, end.date()))
    assert {one for one in made if one < end} <= every
    for one in made:
        hours = set() if is_birthday else {at.replace(hour=hour) for hour in rule.hours}
        assert_at_its_time(one, zone, hours or {at})


def latest(schedule: Schedule, last: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The last run that has come since ``last``: those before it are not made up for."""
    found = None
    while (run := schedule.after(found or last, zone)) is not None and run <= now:
        found = run
    return found


def each_run(
    schedule: Schedule, zone: ZoneInfo, starts: date, end: date, free: frozenset[date] = frozenset()
) -> Iterator[datetime]:
    at = datetime.combine(starts, time(0), zone).astimezone(UTC) - timedelta(seconds=1)
    until = datetime.combine(end, time(23, 59), zone).astimezone(UTC)
    while (run := schedule.after(at, zone, free.__contains__)) is not None and run <= until:
        assert run > at
        yield run
        at = run


def assert_at_its_time(run: datetime, zone: ZoneInfo, expected: set[time]) -> None:
    """At one of the times; or, where the clocks skipped it, later by what they skipped."""
    local = run.astimezone(zone)
    if local.time() in expected:
        # Of a time that comes twice it is the first.
        assert local.fold == 0
        return
    skipped = local.utcoffset() - (run - timedelta(hours=2)).astimezone(zone).utcoffset()  # type: ignore[operator]
    assert skipped > timedelta(0)
    assert (local - skipped).time() in expected


@unhurried
@given(st.integers(1970, 2100))
def test_each_day_of_birth_is_celebrated_once_a_year(year: int) -> None:
    day, counted = date(year, 1, 1), Counter[object]()
    while day.year == year:
        counted.update(celebrated(day))
        day += timedelta(days=1)
    assert len(counted) == 366
    assert set(counted.values()) == {1}
