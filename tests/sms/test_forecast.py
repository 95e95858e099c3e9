"""When a campaign would begin and end, played by its rules."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from raspisms.sms import quiet_hours
from raspisms.sms.forecast import Forecast, Line, Rules, forecast
from raspisms.sms.limits import Limit

PARIS = ZoneInfo("Europe/Paris")
#: A Friday.
NOON = datetime(2026, 3, 27, 11, 0, tzinfo=UTC)


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def test_it_takes_as_long_as_the_calls_do() -> None:
    assert forecast(NOON, 600, Rules(60), PARIS) == Forecast(NOON, after(minutes=10), going=600)
    assert forecast(NOON, 1, Rules(6000), PARIS).end == after(seconds=0.01)


def test_quiet_hours_interrupt_it() -> None:
    # 21:00 in Paris is 20:00 UTC, 8:00 the next morning 7:00 UTC.
    rules = Rules(1, quiet=quiet_hours.NIGHTS)
    told = forecast(NOON, 600, rules, PARIS)
    assert told == Forecast(NOON, datetime(2026, 3, 28, 8, 0, tzinfo=UTC), quiet=True, going=600)


def test_it_begins_when_quiet_hours_end() -> None:
    late = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # Saturday: the clocks go forward that night
    told = forecast(late, 60, Rules(60, quiet=quiet_hours.MARKETING), PARIS)
    assert told.start == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)
    assert told.end == datetime(2026, 3, 30, 6, 1, tzinfo=UTC)
    assert told.quiet
    assert not told.limited


def test_at_a_limit_the_others_wait() -> None:
    line = Line([Limit(10, "-1 hour")], [after(minutes=-30)] * 4)
    told = forecast(NOON, 10, Rules(600, [line]), PARIS)
    assert told.going == 6
    assert told.limited
    assert told.start == NOON
    assert told.end is not None
    assert after(minutes=30) <= told.end <= after(minutes=31)


def test_what_one_phone_may_not_the_next_one_sends() -> None:
    lines = [Line([Limit(5, "today")]), Line([Limit(7, "today")])]
    told = forecast(NOON, 12, Rules(600, lines), PARIS)
    assert (told.going, told.limited) == (12, False)
    told = forecast(NOON, 13, Rules(600, lines), PARIS)
    assert (told.going, told.limited) == (12, True)
    assert told.end is not None
    assert told.end.astimezone(PARIS).day == 28


def test_a_limit_of_none_lets_nothing_leave() -> None:
    told = forecast(NOON, 3, Rules(60, [Line([Limit(0, "today")])]), PARIS)
    assert told == Forecast(None, None, limited=True)


def test_what_takes_weeks_is_told_at_once() -> None:
    line = Line([Limit(20, "today")])
    told = forecast(NOON, 10_000, Rules(60, [line]), PARIS)
    assert told.end is not None
    assert timedelta(days=490) < told.end - NOON < timedelta(days=510)
    assert forecast(NOON, 10_000, Rules(60, [Line([Limit(2, "today")])]), PARIS).end is None
