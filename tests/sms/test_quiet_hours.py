"""Quiet hours by weekday, and when the clocks change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from raspisms.errors import Invalid
from raspisms.sms.quiet_hours import MARKETING, NEVER_QUIET, QuietHours, read, read_day

PARIS = ZoneInfo("Europe/Paris")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


def _at(text: str, zone: ZoneInfo = PARIS, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-27 12:00", None),
        ("2026-11-27 07:59:59", "2026-11-27 08:00"),
        ("2026-11-27 08:00", None),
        ("2026-11-27 20:00", "2026-11-28 08:00"),
        ("2026-11-28 20:00", "2026-11-30 08:00"),
        ("2026-11-29 12:00", "2026-11-30 08:00"),
    ],
)
def test_advertising_waits_for_the_next_hours_in_which_it_may_leave(
    now: str, end: str | None
) -> None:
    assert MARKETING.until(_at(now), PARIS) == (_at(end) if end else None)


def test_a_public_holiday_is_quiet_all_day_where_it_is_wanted() -> None:
    def is_holiday(day: date) -> bool:
        return day == date(2026, 12, 25)

    noon = _at("2026-12-25 12:00")
    assert MARKETING.until(noon, PARIS, is_holiday) == _at("2026-12-26 08:00")
    assert read("mon-sun 08:00-20:00").until(noon, PARIS, is_holiday) is None


def test_the_end_is_by_the_clock_on_the_wall_when_it_changes() -> None:
    hours = read("mon-sun 02:30-23:00")
    assert hours.until(_at("2026-03-29 01:00"), PARIS) == _at("2026-03-29 03:30")
    assert hours.until(_at("2026-10-25 01:00"), PARIS) == _at("2026-10-25 02:30")
    again = _at("2026-10-25 02:10", fold=1)
    assert hours.until(again, PARIS) is None, "what began the first time is not taken back"
    lord = read("mon-sun 02:15-23:00")
    assert lord.until(_at("2026-10-04 01:00", LORD_HOWE), LORD_HOWE) == _at(
        "2026-10-04 02:45", LORD_HOWE
    )


def test_hours_are_written_and_read_back() -> None:
    hours = read("mon-fri 8h-12h, 14:00-24:00; sun none; holidays none")
    assert hours.write().startswith("mon 08:00-12:00, 14:00-24:00; tue ")
    assert hours.write().endswith("sat 00:00-24:00; sun none; holidays none")
    assert QuietHours.of(hours.as_kept()) == hours
    assert QuietHours.of(None) is None
    assert QuietHours.of(NEVER_QUIET.as_kept()) == NEVER_QUIET
    assert read("") == read("always") == NEVER_QUIET
    assert NEVER_QUIET.until(_at("2026-11-27 03:00"), PARIS) is None


def test_days_may_be_french() -> None:
    french = read(
        "lun-ven 8h-12h, 14:00-19:00\u00a0; samedi 10:00-12:00; dim aucune; fériés aucune"
    )
    english = "mon-fri 08:00-12:00, 14:00-19:00; sat 10:00-12:00; sun none; holidays none"
    assert french == read(english)


@pytest.mark.parametrize(
    "text",
    [
        "lune 8:00-20:00",
        "mon 20:00-08:00",
        "mon 8-25:00",
        "mon 08:61-10:00",
        "mon 1",
        "x" * 2000,
        "mon-sun none",
        "mon 08:00-12:00, 11:00-13:00",
        "fri-mon 08:00-12:00",
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.hint


def test_one_day_is_read_alone() -> None:
    assert [str(span) for span in read_day("14:00 – 20:00, 8:00-12:00")] == [
        "08:00-12:00",
        "14:00-20:00",
    ]
    assert read_day(" ") == ()
