"""When schedules run, on the clocks of three households."""

from datetime import UTC, date, datetime, time
from itertools import pairwise
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
    Schedule,
    refuse_unusable,
)
from raspisms.sms.recurrence.rules import parse

PARIS = ZoneInfo("Europe/Paris")
ST_JOHNS = ZoneInfo("America/St_Johns")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
CHRISTMAS = {date(2026, 12, 25), date(2027, 1, 1)}


def repeated(
    rule: str, at: str = "18:30", starts: str = "2026-01-01", on_holiday: str = GO
) -> Repeated:
    return Repeated(date.fromisoformat(starts), time.fromisoformat(at), parse(rule), on_holiday)


def shown(
    schedule: Schedule, count: int, since: datetime = NEW_YEAR, zone: ZoneInfo = PARIS
) -> list[str]:
    dates = schedule.next_dates(count, since, zone, CHRISTMAS.__contains__)
    return [f"{one.astimezone(zone):%Y-%m-%d %H:%M}" for one in dates]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY", "01-01 01-02 01-03"),
        ("FREQ=DAILY;INTERVAL=10", "01-01 01-11 01-21"),
        ("FREQ=DAILY;BYDAY=SA,SU", "01-03 01-04 01-10"),
        ("FREQ=DAILY;BYMONTHDAY=-1", "01-31 02-28 03-31"),
        ("FREQ=WEEKLY", "01-01 01-08 01-15"),
        ("FREQ=WEEKLY;BYDAY=TU", "01-06 01-13 01-20"),
        # Thursday 1 January is in the first week, Monday 5 in the second, which is left out.
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "01-01 01-12 01-15"),
        ("FREQ=MONTHLY;BYDAY=1MO", "01-05 02-02 03-02"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "01-30 02-27 03-27"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "01-31 03-31 05-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "01-31 02-28 03-31"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", "01-15 04-15 07-15"),
        ("FREQ=YEARLY;BYMONTH=9;BYDAY=2SA", "2026-09-12 2027-09-11 2028-09-09"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29 2032-02-29 2036-02-29"),
        ("FREQ=DAILY;COUNT=2", "01-01 01-02"),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20260113", "01-06 01-13"),
    ],
)
def test_a_rule_runs_on_its_days(rule: str, expected: str) -> None:
    days = [day if len(day) > 5 else f"2026-{day}" for day in expected.split()]
    assert shown(repeated(rule), len(days)) == [f"{day} 18:30" for day in days]
    if "COUNT" in rule or "UNTIL" in rule:
        assert len(shown(repeated(rule), 9)) == len(days)


def test_several_hours_of_a_day_are_several_runs() -> None:
    schedule = repeated("FREQ=DAILY;BYHOUR=9,15")
    assert shown(schedule, 3) == ["2026-01-01 09:30", "2026-01-01 15:30", "2026-01-02 09:30"]


def test_years_later_a_rule_goes_on_in_step() -> None:
    """What is found from near is what is found by going through all of it."""
    for rule in ("FREQ=DAILY;INTERVAL=7", "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,WE"):
        endless = repeated(rule, starts="2016-02-29")
        counted = repeated(rule + ";COUNT=999", starts="2016-02-29")
        assert shown(endless, 5) == shown(counted, 5) != []


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;INTERVAL=3",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        "FREQ=MONTHLY;INTERVAL=7;BYHOUR=3,9;BYMONTHDAY=-31,30",
        "FREQ=YEARLY;INTERVAL=2",
        "FREQ=YEARLY;INTERVAL=3;BYMONTH=2,11",
        "FREQ=YEARLY;BYDAY=20MO;BYSETPOS=1",
    ],
)
@pytest.mark.parametrize("starts", ["2016-02-29", "2017-12-31"])
def test_months_and_years_go_on_in_step_without_being_gone_through(rule: str, starts: str) -> None:
    """A rule that counts its runs has to be gone through: both say the same."""
    schedule, counted = repeated(rule, starts=starts), repeated(f"{rule};COUNT=999", starts=starts)
    for year in range(2016, 2037, 3):
        since = datetime(year, 3, 31, 12, tzinfo=UTC)
        assert schedule.next_dates(3, since, PARIS) == counted.next_dates(3, since, PARIS)


def test_thousands_of_years_are_not_gone_through() -> None:
    hours = ",".join(map(str, range(24)))
    rule = f"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR={hours}"
    assert shown(repeated(rule, starts="0001-01-01"), 1) == ["2026-01-01 01:30"]


def test_a_first_day_long_ago_is_refused() -> None:
    refuse_unusable(repeated("FREQ=WEEKLY", starts="2016-03-01"), NEW_YEAR, PARIS)
    for schedule in (
        repeated("FREQ=DAILY;COUNT=999;BYMONTH=2;BYMONTHDAY=29", starts="0001-01-01"),
        Birthdays(date(1990, 1, 1), time(9), "birthday"),
    ):
        with pytest.raises(Invalid, match="more than ten years ago") as refused:
            refuse_unusable(schedule, NEW_YEAR, PARIS)
        assert refused.value.field == "starts"


def test_a_run_is_strictly_after_the_instant() -> None:
    schedule = repeated("FREQ=DAILY")
    first = schedule.after(NEW_YEAR, PARIS)
    assert first == datetime(2026, 1, 1, 17, 30, tzinfo=UTC)
    second = schedule.after(first, PARIS)
    assert second == datetime(2026, 1, 2, 17, 30, tzinfo=UTC)


def test_once_is_once() -> None:
    schedule = Once(datetime.fromisoformat("2026-03-28T18:30"))
    assert shown(schedule, 3) == ["2026-03-28 18:30"]
    at = schedule.after(NEW_YEAR, PARIS)
    assert at is not None
    assert schedule.after(at, PARIS) is None


@pytest.mark.parametrize(
    ("zone", "at", "since", "expected"),
    [
        (PARIS, "02:30", "2026-03-28", "03-28 02:30+01:00, 03-29 03:30+02:00, 03-30 02:30+02:00"),
        (PARIS, "02:30", "2026-10-24", "10-24 02:30+02:00, 10-25 02:30+02:00, 10-26 02:30+01:00"),
        (
            ST_JOHNS,
            "02:15",
            "2026-03-07",
            "03-07 02:15-03:30, 03-08 03:15-02:30, 03-09 02:15-02:30",
        ),
        (
            ST_JOHNS,
            "01:15",
            "2026-10-31",
            "10-31 01:15-02:30, 11-01 01:15-02:30, 11-02 01:15-03:30",
        ),
        # Half an hour only.
        (
            LORD_HOWE,
            "02:10",
            "2026-10-03",
            "10-03 02:10+10:30, 10-04 02:40+11:00, 10-05 02:10+11:00",
        ),
        (
            LORD_HOWE,
            "01:45",
            "2026-04-04",
            "04-04 01:45+11:00, 04-05 01:45+11:00, 04-06 01:45+10:30",
        ),
    ],
)
def test_the_clock_change_moves_a_run_out_of_the_gap_and_repeats_none(
    zone: ZoneInfo, at: str, since: str, expected: str
) -> None:
    midnight = datetime.fromisoformat(since).replace(tzinfo=zone)
    days = repeated("FREQ=DAILY", at).next_dates(3, midnight, zone)
    assert [one.astimezone(zone).isoformat(" ", "minutes")[5:] for one in days] == (
        expected.split(", ")
    )


def test_each_hour_of_the_night_of_the_change_runs_once() -> None:
    hourly = repeated("FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))))
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 24)):
        midnight = datetime.fromisoformat(day).replace(tzinfo=PARIS)
        dates = hourly.next_dates(24, midnight, PARIS)
        assert sum(one.astimezone(PARIS).date().isoformat() == day for one in dates) == hours
        assert all(early < late for early, late in pairwise(dates))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (GO, ["2026-12-25 18:30", "2027-01-01 18:30", "2027-01-08 18:30"]),
        (SKIP, ["2027-01-08 18:30", "2027-01-15 18:30", "2027-01-22 18:30"]),
        (MOVE, ["2026-12-28 18:30", "2027-01-04 18:30", "2027-01-08 18:30"]),
    ],
)
def test_a_public_holiday(choice: str, expected: list[str]) -> None:
    fridays = repeated("FREQ=WEEKLY;BYDAY=FR", on_holiday=choice)
    assert shown(fridays, 3, datetime(2026, 12, 20, tzinfo=UTC)) == expected


def test_what_is_moved_to_the_day_of_another_run_is_one_with_it() -> None:
    daily = repeated("FREQ=DAILY", on_holiday=MOVE)
    runs = daily.next_runs(4, datetime(2026, 12, 24, 20, tzinfo=UTC), PARIS, CHRISTMAS.__contains__)
    assert [(run.at.day, run.moved) for run in runs] == [
        (26, False), (27, False), (28, False), (29, False),
    ]  # fmt: skip


def test_a_run_tells_that_it_was_moved() -> None:
    fridays = repeated("FREQ=WEEKLY;BYDAY=FR", on_holiday=MOVE)
    run = fridays.next_run(datetime(2026, 12, 20, tzinfo=UTC), PARIS, CHRISTMAS.__contains__)
    assert run is not None
    assert (run.asked.isoformat(), run.moved) == ("2026-12-25T18:30:00", True)
    assert run.at == datetime(2026, 12, 28, 17, 30, tzinfo=UTC)


def test_counted_runs_on_holidays_count() -> None:
    fridays = repeated("FREQ=WEEKLY;BYDAY=FR;COUNT=3", starts="2026-12-18", on_holiday=SKIP)
    assert shown(fridays, 9) == ["2026-12-18 18:30"]


def test_birthdays_run_each_day_until_their_end() -> None:
    birthdays = Birthdays(date(2026, 2, 27), time(9), "birthday", until=date(2026, 3, 1))
    assert shown(birthdays, 9) == ["2026-02-27 09:00", "2026-02-28 09:00", "2026-03-01 09:00"]


@pytest.mark.parametrize(
    "schedule",
    [
        Once(datetime.fromisoformat("2026-03-28T18:30")),
        repeated("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,2SA;BYMONTH=1,3;WKST=SU;COUNT=7"),
        Repeated(date(2026, 1, 1), time(7), parse("FREQ=DAILY;UNTIL=20270101"), MOVE, "FR"),
        Birthdays(date(2026, 1, 1), time(9), "né-le", date(2027, 1, 1)),
        Birthdays(date(2026, 1, 1), time(9), "birthday"),
    ],
)
def test_a_schedule_is_read_as_it_was_kept(schedule: Schedule) -> None:
    assert Schedule.of(schedule.as_kept()) == schedule


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"kind": "sometimes"},
        {"kind": "once"},
        {"kind": "once", "at": 5},
        {"kind": "once", "at": "2026-03-28T18:30+01:00"},
        {"kind": "repeated", "starts": "2026-01-01", "at": "25:00", "rule": "FREQ=DAILY"},
        {"kind": "repeated", "starts": "2026-01-01", "at": "18:00", "rule": "FREQ=MINUTELY"},
        {"kind": "birthdays", "starts": "2026-01-01", "at": "18:00", "key": None},
    ],
)
def test_what_is_no_schedule_is_refused_in_words(kept: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        Schedule.of(kept)
    assert refused.value.hint is not None
