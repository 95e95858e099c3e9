"""Limits of phones in PHP's words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raspisms.errors import Invalid
from raspisms.sms.limits import THIS_HOUR, Limit, coming, read, room

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
#: What RaspiSMS 3 offers, and what stands for an hour here.
STARTPOINTS = [
    "today",
    "-24 hours",
    "this week midnight",
    "-7 days",
    "this week midnight -1 week",
    "-14 days",
    "first day of this month midnight",
    "-1 month",
    "-28 days",
    "-30 days",
    "-31 days",
    "-1 hour",
    THIS_HOUR,
]


def _left(*minutes_ago: int) -> list[datetime]:
    return [NOW - timedelta(minutes=ago) for ago in sorted(minutes_ago, reverse=True)]


@pytest.mark.parametrize(
    ("startpoint", "next_one"),
    [
        ("today", datetime(2026, 11, 27, 23, tzinfo=UTC)),
        ("this week midnight", datetime(2026, 11, 29, 23, tzinfo=UTC)),
        ("first day of this month midnight", datetime(2026, 11, 30, 23, tzinfo=UTC)),
        ("-24 hours", NOW + timedelta(hours=23, minutes=30)),
        ("-1 hour", NOW + timedelta(minutes=30)),
        ("-7 days", NOW + timedelta(days=6, hours=23, minutes=30)),
    ],
)
def test_a_full_limit_says_when_the_next_may_go(startpoint: str, next_one: datetime) -> None:
    limit, left = Limit(2, startpoint), _left(30, 10)
    assert limit.room(left, NOW, PARIS) == 0
    until = limit.until(left, NOW, PARIS)
    assert until is not None
    assert timedelta(0) <= until - next_one <= timedelta(seconds=1)
    assert limit.room(left, until, PARIS) >= 1
    assert limit.room(left, until - timedelta(seconds=2), PARIS) == 0


def test_of_several_limits_the_tightest_holds() -> None:
    limits = [Limit(5, "today"), Limit(2, "-1 hour")]
    assert room(limits, _left(30), NOW, PARIS) == 1
    assert room(limits, _left(30, 20, 10), NOW, PARIS) == 0
    assert room([], _left(30), NOW, PARIS) is None
    planned = list(coming(limits, _left(30, 20), NOW, PARIS))
    assert [count for _, count in planned[:3]] == [1, 1, 1]
    assert planned[2][0].astimezone(PARIS).hour < 24
    assert planned[3][0] >= datetime(2026, 11, 27, 23, tzinfo=UTC), "five a day are used up"


def test_a_limit_of_none_never_lets_any_go() -> None:
    assert Limit(0, "today").room([], NOW, PARIS) == 0
    assert Limit(0, "today").until([], NOW, PARIS) is None
    assert list(coming([Limit(0, "today"), Limit(5, "today")], [], NOW, PARIS)) == []
    assert Limit(1, "2020-01-01").until(_left(1), NOW, PARIS) is None


@given(
    startpoint=st.sampled_from(STARTPOINTS),
    minutes=st.integers(0, 400 * 24 * 60),
    step=st.integers(1, 5 * 24 * 60),
    zone=st.sampled_from(["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe"]),
)
def test_what_was_counted_out_never_counts_again(
    startpoint: str, minutes: int, step: int, zone: str
) -> None:
    """Else a window that was full, and then had room, would hold too many later."""
    limit = Limit(1, startpoint)
    one = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    other = one + timedelta(minutes=step)
    assert limit.since(one, ZoneInfo(zone)) <= limit.since(other, ZoneInfo(zone))


@pytest.mark.parametrize("startpoint", [*STARTPOINTS, "-1 day", "yesterday noon"])
@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Paris", ["2026-10-25T01:00Z", "2027-03-28T01:00Z"]),
        ("America/St_Johns", ["2026-11-01T04:30Z", "2027-03-14T05:30Z"]),
        ("Australia/Lord_Howe", ["2027-04-03T15:00Z", "2026-10-03T15:30Z"]),
    ],
)
def test_around_a_change_of_the_clocks_nothing_counts_again(
    startpoint: str, zone: str, changes: list[str]
) -> None:
    limit, known = Limit(1, startpoint), ZoneInfo(zone)
    for change in changes:
        begin = datetime.fromisoformat(change) - timedelta(hours=4)
        for after in (timedelta(0), timedelta(days=1), timedelta(days=7)):
            instants = [begin + after + timedelta(minutes=20 * n) for n in range(24)]
            since = [limit.since(one, known) for one in instants]
            assert since == sorted(since)


def test_the_end_of_a_short_month_does_not_let_too_many_go() -> None:
    """PHP reads -1 month on 31 March as 3 March, and a day later as 1 March."""
    limit = Limit(1, "-1 month")
    assert limit.since(datetime(2026, 3, 31, 10, tzinfo=UTC), PARIS) <= datetime(
        2026, 3, 1, tzinfo=UTC
    )


@pytest.mark.parametrize("startpoint", STARTPOINTS)
def test_what_raspisms_offers_is_read(startpoint: str) -> None:
    assert read(" 12 ", startpoint, NOW, PARIS) == Limit(12, startpoint)


@pytest.mark.parametrize(
    ("volume", "startpoint", "field"),
    [
        ("x", "today", "volume"),
        ("-1", "today", "volume"),
        ("99999999999", "today", "volume"),
        ("1", "", "startpoint"),
        ("1", "quand je veux", "startpoint"),
        ("1", "tomorrow", "startpoint"),
        ("1", "now", "startpoint"),
        ("1", "today " * 20, "startpoint"),
    ],
)
def test_what_is_no_limit_is_refused(volume: str, startpoint: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(volume, startpoint, NOW, PARIS)
    assert refused.value.field == field
