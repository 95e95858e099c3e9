"""Repetition as people say it: rules, sentences, and what is wrong with it, in words."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from raspisms.errors import Invalid
from raspisms.sms.recurrence import (
    GO,
    MOVE,
    SKIP,
    Birthdays,
    Once,
    Repeated,
    Repetition,
    Schedule,
    is_birthday,
    refuse_unusable,
)
from raspisms.sms.recurrence.friendly import LAST, read
from raspisms.sms.recurrence.rules import parse

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
STARTS = date(2026, 12, 1)
AT = time(18, 30)


@pytest.mark.parametrize(
    ("said", "rule", "sentence"),
    [
        (Repetition("day"), "FREQ=DAILY", "Every day at 18:30"),
        (Repetition("day", 3), "FREQ=DAILY;INTERVAL=3", "Every 3 days at 18:30"),
        (
            Repetition("week", weekdays=(1,)),
            "FREQ=WEEKLY;BYDAY=TU",
            "Every week on Tuesdays at 18:30",
        ),
        (
            Repetition("week", 2, (0, 2, 4)),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
            "Every 2 weeks on Mondays, Wednesdays and Fridays at 18:30",
        ),
        (
            Repetition("week", weekdays=tuple(range(7))),
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU",
            "Every day at 18:30",
        ),
        (
            Repetition("month", day=15),
            "FREQ=MONTHLY;BYMONTHDAY=15",
            "Every month on day 15 at 18:30",
        ),
        (
            Repetition("month", 3, day=31),
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            "Every 3 months on the last day at 18:30",
        ),
        (
            Repetition("month", day=30),
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
            "Every month on day 30 (or the last of a shorter month) at 18:30",
        ),
        (
            Repetition("month", weekdays=(0,), nth=1),
            "FREQ=MONTHLY;BYDAY=1MO",
            "Every month on the first Monday at 18:30",
        ),
        (
            Repetition("month", weekdays=(4,), nth=LAST),
            "FREQ=MONTHLY;BYDAY=-1FR",
            "Every month on the last Friday at 18:30",
        ),
        (
            Repetition("year", day=14, month=7),
            "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=14",
            "Every year on July 14 at 18:30",
        ),
        (
            Repetition("year", 2, day=29, month=2),
            "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
            "Every 2 years on February 29 (28 in other years) at 18:30",
        ),
        (
            Repetition("year", weekdays=(5,), nth=2, month=9),
            "FREQ=YEARLY;BYMONTH=9;BYDAY=2SA",
            "Every year on the second Saturday of September at 18:30",
        ),
    ],
)
def test_what_is_said_is_a_rule_and_a_sentence(said: Repetition, rule: str, sentence: str) -> None:
    assert str(said.rule()) == rule
    assert read(parse(rule)) == said
    shown = str(Repeated(STARTS, AT, said.rule()).sentence())
    assert shown == f"{sentence}, from 2026-12-01."


@pytest.mark.parametrize(
    ("end", "rule", "sentence"),
    [
        ({"until": date(2027, 6, 30)}, "UNTIL=20270630", "from 2026-12-01 until 2027-06-30."),
        ({"count": 10}, "COUNT=10", "from 2026-12-01, 10×."),
    ],
)
def test_it_ends_on_a_day_or_after_a_number_of_times(
    end: dict[str, date | int], rule: str, sentence: str
) -> None:
    said = Repetition("day", **end)  # type: ignore[arg-type]
    assert str(said.rule()) == f"FREQ=DAILY;{rule}"
    assert read(said.rule()) == said
    assert str(Repeated(STARTS, AT, said.rule()).sentence()) == f"Every day at 18:30, {sentence}"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1",
        "FREQ=YEARLY",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=DAILY;BYHOUR=9,15",
        "FREQ=WEEKLY;BYDAY=MO;WKST=SU",
    ],
)
def test_a_rule_that_says_more_is_left_as_text(rule: str) -> None:
    assert read(parse(rule)) is None
    shown = str(Repeated(STARTS, AT, parse(rule + ";COUNT=3")).sentence())
    hours = "09:30, 15:30" if "BYHOUR" in rule else "18:30"
    assert shown == f"By the rule {rule}, at {hours}, from 2026-12-01, 3×."


@pytest.mark.parametrize(
    ("choice", "told"), [(GO, "01."), (SKIP, "public holidays."), (MOVE, "next working day.")]
)
def test_the_sentence_tells_what_becomes_of_holidays(choice: str, told: str) -> None:
    assert str(Repeated(STARTS, AT, parse("FREQ=DAILY"), choice).sentence()).endswith(told)


def test_sentences_of_the_others() -> None:
    assert str(Once(datetime.fromisoformat("2026-12-24T18:30")).sentence()) == (
        "Once, on 2026-12-24 at 18:30."
    )
    assert str(Birthdays(STARTS, time(9), "né-le").sentence()) == (
        "On each birthday by “né-le”, at 09:00, from 2026-12-01."
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Repetition("minute"), "unit"),
        (Repetition("day", 0), "every"),
        (Repetition("day", 100), "every"),
        (Repetition("year", 11, day=1, month=1), "every"),
        (Repetition("day", count=0), "count"),
        (Repetition("week"), "weekdays"),
        (Repetition("month"), "day"),
        (Repetition("month", day=32), "day"),
        (Repetition("month", nth=1), "weekday"),
        (Repetition("month", nth=5, weekdays=(0,)), "weekday"),
        (Repetition("year", day=1), "month"),
        (Repetition("year", day=31, month=4), "day"),
    ],
)
def test_what_cannot_be_said_is_told_beside_its_field(said: Repetition, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        said.rule()
    assert refused.value.field == field
    assert refused.value.hint is not None


@pytest.mark.parametrize(
    ("schedule", "field", "told"),
    [
        (Once(datetime.fromisoformat("2026-11-27T12:30")), "at", "is past"),
        (Once(datetime.fromisoformat("2029-11-27T12:30")), "at", "more than two years"),
        (Repeated(STARTS, AT, parse("FREQ=DAILY;UNTIL=20261126")), "until", "day is past"),
        (Repeated(STARTS, AT, parse("FREQ=DAILY;UNTIL=20261130")), "until", "before the first"),
        (Repeated(date(2029, 1, 1), AT, parse("FREQ=DAILY")), "starts", "more than two years"),
        (Repeated(date(2026, 1, 1), AT, parse("FREQ=DAILY;COUNT=9")), "starts", "never run"),
        (Repeated(STARTS, AT, parse("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261203")), "starts", "never run"),
        (Birthdays(STARTS, AT, " "), "key", "where a birthday is kept"),
        (Birthdays(STARTS, AT, "date of birth"), "key", "cannot be used"),
        (Birthdays(STARTS, AT, "birthday", date(2026, 1, 1)), "until", "day is past"),
    ],
)
def test_what_never_runs_cannot_be_planned(schedule: Schedule, field: str, told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        refuse_unusable(schedule, NOW, PARIS)
    assert refused.value.field == field
    assert refused.value.hint is not None


@pytest.mark.parametrize(
    "schedule",
    [
        Once(datetime.fromisoformat("2026-11-27T13:01")),
        Repeated(date(2020, 1, 1), AT, parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")),
        Birthdays(date(2020, 1, 1), AT, "birthday", date(2026, 11, 27)),
    ],
)
def test_what_runs_can_be_planned(schedule: Schedule) -> None:
    refuse_unusable(schedule, NOW, PARIS)


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("1990-10-22", "2026-10-22"),
        ("19901022", "2026-10-22"),
        ("1990-10-22T00:00:00Z", "2026-10-22"),
        ("--10-22", "2026-10-22"),
        ("--1022", "2026-10-22"),
        (" 22/10/1990 ", "2026-10-22"),
        ("22.10.1990", "2026-10-22"),
        ("2/1/90", "2026-01-02"),
        ("22/10", "2026-10-22"),
        ("2000-02-29", "2026-02-28 2027-02-28 2028-02-29"),
        ("29/02", "2026-02-28 2028-02-29"),
        ("28/02/2001", "2026-02-28 2028-02-28"),
        ("", ""),
        ("October", ""),
        ("1990-13-22", ""),
        ("31/11/1990", ""),
        ("00/00/0000", ""),
    ],
)
def test_whose_birthday_a_day_is(value: str, days: str) -> None:
    expected = [date.fromisoformat(day) for day in days.split()]
    assert all(is_birthday(value, day) for day in expected)
    others = [*map(date.fromisoformat, ("2026-03-01", "2028-02-27", "2026-11-30", "2026-12-01"))]
    if "2028-02-28" not in days:
        others.append(date(2028, 2, 28))
    assert not any(is_birthday(value, day) for day in others)
