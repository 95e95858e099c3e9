from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from raspisms.errors import Invalid
from raspisms.sms.localtime import parse_due, parse_local, to_utc

PARIS = ZoneInfo("Europe/Paris")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
NOW = datetime(2026, 3, 1, 12, 0, 40, tzinfo=UTC)


def utc(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-15T08:30", utc(2026, 1, 15, 7, 30)),
        ("2026-07-15T08:30", utc(2026, 7, 15, 6, 30)),
        ("2026-07-15 08:30", utc(2026, 7, 15, 6, 30)),
        ("2026-07-15T08:30:15", utc(2026, 7, 15, 6, 30, 15)),
        (" 2026-07-15 08:30:15 ", utc(2026, 7, 15, 6, 30, 15)),
    ],
)
def test_a_wall_clock_time_becomes_an_instant_in_utc(text: str, expected: datetime) -> None:
    instant = parse_local(text, PARIS)
    assert instant == expected
    assert instant.tzinfo is UTC


def test_a_time_that_spring_skips_moves_forward_by_the_gap() -> None:
    assert parse_local("2026-03-29 02:30", PARIS) == parse_local("2026-03-29 03:30", PARIS)
    assert parse_local("2026-03-29 02:30", PARIS) == utc(2026, 3, 29, 1, 30)
    assert parse_local("2026-03-29 01:59", PARIS) == utc(2026, 3, 29, 0, 59)


def test_a_gap_of_half_an_hour_moves_by_half_an_hour() -> None:
    skipped = parse_local("2026-10-04 02:15", LORD_HOWE)
    assert skipped == parse_local("2026-10-04 02:45", LORD_HOWE)


def test_a_time_that_autumn_repeats_is_taken_the_first_time() -> None:
    assert parse_local("2026-10-25 02:30", PARIS) == utc(2026, 10, 25, 0, 30)


def test_the_second_reading_of_a_repeated_time_cannot_be_asked_for_by_fold() -> None:
    wall = datetime(2026, 10, 25, 2, 30, fold=1)  # noqa: DTZ001
    assert to_utc(wall, PARIS) == utc(2026, 10, 25, 0, 30)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "demain",
        "2026-13-01T10:00",
        "2026-02-30T10:00",
        "2026-02-01T24:00",
        "2026-02-01T10:60",
        "2026-02-01",
        "10:00",
        "2026-W05-1T10:00",
        "20260201T1000",
        "2026-02-01T10",
        "٢٠٢٦-02-01T10:00",
        "2026-02-01T10:00\x00",
        "2026-02-01T10:00+99:00",
        "0000-01-01T00:00",
        "2026-02-01T10:00" * 50,
    ],
    ids=ascii,
)
def test_what_is_no_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid, match="is not a date and time") as caught:
        parse_due(text, PARIS, NOW)
    assert caught.value.field == "at"
    assert caught.value.hint is not None
    with pytest.raises(Invalid, match="is not a date and time") as caught:
        parse_local(text, PARIS)
    assert caught.value.field is None


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "9999-12-31T23:59Z",
        "9999-12-31T23:59-12:00",
        "0001-01-01T00:00+12:00",
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_ends_of_the_calendar_are_refused_in_words(text: str, zone: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_due(text, ZoneInfo(zone), NOW)
    assert caught.value.field == "at"


def test_an_instant_outside_of_the_calendar_is_refused() -> None:
    with pytest.raises(Invalid):
        to_utc(datetime(1, 1, 1), PARIS)  # noqa: DTZ001
    with pytest.raises(Invalid):
        to_utc(datetime(9999, 12, 31, 23), ZoneInfo("America/Los_Angeles"))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T10:00Z",
        "2026-03-02T11:00+01:00",
        "2026-03-02T11:00+0100",
        "2026-03-02T05:00:00-05:00",
        "2026-03-02T10:00:00.000Z",
        "2026-03-02T11:00",
    ],
)
def test_a_due_time_may_carry_its_offset(text: str) -> None:
    due = parse_due(text, PARIS, NOW)
    assert due == utc(2026, 3, 2, 10)
    assert due.tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-03-01T13:00", "2026-03-01T12:59:40", "2026-03-01T12:00Z"])
def test_a_time_within_the_last_minute_means_now(text: str) -> None:
    assert parse_due(text, PARIS, NOW) == NOW


def test_now_may_be_given_in_any_zone() -> None:
    due = parse_due("2026-03-01T13:00", PARIS, NOW.astimezone(PARIS))
    assert due == NOW
    assert due.tzinfo is UTC


def test_a_time_more_than_a_minute_past_is_refused() -> None:
    with pytest.raises(Invalid, match="is past") as caught:
        parse_due("2026-03-01T12:59:39", PARIS, NOW)
    assert caught.value.field == "at"


def test_two_years_ahead_is_the_limit() -> None:
    limit = NOW + timedelta(days=731)
    assert parse_due(limit.isoformat(), PARIS, NOW) == limit
    with pytest.raises(Invalid, match="two years ahead") as caught:
        parse_due((limit + timedelta(seconds=1)).isoformat(), PARIS, NOW)
    assert caught.value.field == "at"
