"""The budget of calls, on a clock that the test moves."""

from collections import Counter
from datetime import timedelta

import pytest

from raspisms.adapters.base import Purpose
from raspisms.adapters.errors import Throttled
from raspisms.messaging.throttle import TokenBucket


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Clock:
    return Clock()


@pytest.fixture
def bucket(steady: Clock) -> TokenBucket:
    return TokenBucket(60, steady)


def _taken(bucket: TokenBucket, purpose: Purpose, tries: int = 200) -> int:
    count = 0
    for _ in range(tries):
        try:
            bucket.take(purpose)
        except Throttled:
            break
        count += 1
    return count


def test_over_ten_minutes_there_are_no_more_calls_than_allowed(
    bucket: TokenBucket, steady: Clock
) -> None:
    made = 0
    for _ in range(6000):
        made += _taken(bucket, Purpose.SEND)
        steady.now += 0.1
    assert 600 <= made <= 610


def test_who_must_wait_is_told_how_long_and_may_go_then(bucket: TokenBucket, steady: Clock) -> None:
    _taken(bucket, Purpose.SEND)
    with pytest.raises(Throttled) as refused:
        bucket.take(Purpose.SEND)
    steady.now += refused.value.retry_after.total_seconds()
    bucket.take(Purpose.SEND)


def test_asking_leaves_some_calls_to_sending(bucket: TokenBucket) -> None:
    _taken(bucket, Purpose.RECEIPTS)
    assert _taken(bucket, Purpose.SEND) >= 3


def test_asking_is_served_in_the_end_however_much_is_sent(
    bucket: TokenBucket, steady: Clock
) -> None:
    served = 0
    for _ in range(1200):
        _taken(bucket, Purpose.SEND)
        served += _taken(bucket, Purpose.INBOX, tries=1)
        steady.now += 0.1
    assert served >= 2


def test_too_many_calls_stop_all_for_as_long_as_the_provider_wants(
    bucket: TokenBucket, steady: Clock
) -> None:
    bucket.slow_down(timedelta(seconds=30))
    steady.now += 29
    assert _taken(bucket, Purpose.SEND) == 0
    steady.now += 1.1
    assert _taken(bucket, Purpose.SEND) >= 1


def test_one_call_a_minute_still_lets_everything_happen(steady: Clock) -> None:
    bucket = TokenBucket(1, steady)
    for purpose in Purpose:
        assert _taken(bucket, purpose) >= 1
        steady.now += 120


def _served(bucket: TokenBucket, steady: Clock, purposes: list[Purpose], seconds: int) -> Counter:
    """How many calls each purpose gets when all of them want all they can get."""
    got: Counter[Purpose] = Counter()
    for _ in range(seconds * 10):
        for purpose in purposes:
            got[purpose] += _taken(bucket, purpose, 50)
        steady.now += 0.1
    return got


def test_sending_goes_first_and_nothing_starves(bucket: TokenBucket, steady: Clock) -> None:
    got = _served(bucket, steady, [Purpose.RECEIPTS, Purpose.INBOX, Purpose.SEND], 600)
    assert got[Purpose.SEND] > got[Purpose.INBOX] > got[Purpose.RECEIPTS]
    assert got[Purpose.INBOX] >= 0.15 * 600
    assert got[Purpose.RECEIPTS] >= 0.08 * 600
    assert got[Purpose.SEND] >= 0.6 * 600
    assert sum(got.values()) <= 611


def test_the_inbox_goes_before_receipts(bucket: TokenBucket, steady: Clock) -> None:
    got = _served(bucket, steady, [Purpose.RECEIPTS, Purpose.INBOX], 600)
    assert got[Purpose.INBOX] > 2 * got[Purpose.RECEIPTS] > 0


def test_too_many_calls_halve_the_pace_which_comes_back_slowly(
    bucket: TokenBucket, steady: Clock
) -> None:
    bucket.slow_down(timedelta(seconds=7))
    with pytest.raises(Throttled) as refused:
        bucket.take(Purpose.SEND)
    assert refused.value.retry_after >= timedelta(seconds=7)
    assert bucket.calls_per_minute() == pytest.approx(30)
    steady.now += 120
    assert 30 < bucket.calls_per_minute() < 50
    steady.now += 600
    assert bucket.calls_per_minute() == pytest.approx(60)


def test_several_at_once_that_are_told_too_many_halve_it_once(bucket: TokenBucket) -> None:
    for _ in range(3):
        bucket.slow_down(None)
    assert bucket.calls_per_minute() == pytest.approx(30)


def test_too_many_again_and_again_still_leaves_some_calls(
    bucket: TokenBucket, steady: Clock
) -> None:
    for _ in range(20):
        bucket.slow_down(None)
        steady.now += 6
    assert bucket.calls_per_minute() >= 60 / 8


def test_it_says_about_how_long_a_queue_takes(bucket: TokenBucket) -> None:
    assert bucket.time_for(5) == timedelta(0)
    _taken(bucket, Purpose.SEND)
    assert bucket.time_for(30).total_seconds() == pytest.approx(30, abs=2)
