"""The table of a message's life: what can never happen, whatever comes in whatever order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raspisms.sms.lifecycle import (
    FINAL,
    FIRST_RETRY,
    LONGEST_RETRY,
    TRANSITIONS,
    Event,
    Hold,
    IllegalTransitionError,
    ReceiptState,
    Retry,
    Status,
    after_not_sent,
    allows,
    event_of_receipts,
    next_asking,
    next_status,
)

RECEIPT_EVENTS = {Event.RECEIPT_DELIVERED, Event.RECEIPT_FAILED}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIX_HOURS = timedelta(hours=6)


@given(st.lists(st.sampled_from(ReceiptState)), st.randoms())
def test_receipts_say_the_same_in_any_order_and_number(
    states: list[ReceiptState], chance: object
) -> None:
    shuffled = list(states)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert event_of_receipts(states) == event_of_receipts(shuffled * 2)


@given(st.lists(st.sampled_from(ReceiptState)))
def test_a_message_told_step_by_step_ends_where_all_receipts_together_put_it(
    states: list[ReceiptState],
) -> None:
    status = Status.SENT
    for count in range(1, len(states) + 1):
        event = event_of_receipts(states[:count])
        if event is not None and allows(status, event):
            status = next_status(status, event)
    event = event_of_receipts(states)
    assert status == (next_status(Status.SENT, event) if event else Status.SENT)


def test_no_path_leads_back_from_a_final_state() -> None:
    for (status, event), after in TRANSITIONS.items():
        if status in FINAL:
            assert event in RECEIPT_EVENTS, (status, event)
            assert after in FINAL


def test_delivered_is_never_left() -> None:
    assert not [event for event in Event if allows(Status.DELIVERED, event)]


def test_nothing_uncertain_goes_out_again_by_itself_unless_surely_absent() -> None:
    ways = {
        event
        for (status, event), after in TRANSITIONS.items()
        if status is Status.UNCERTAIN and after is Status.PENDING
    }
    assert ways == {Event.SURELY_ABSENT, Event.SEND_AGAIN}


def test_only_a_claim_leads_to_a_call() -> None:
    ways = [pair for pair, after in TRANSITIONS.items() if after is Status.SENDING]
    assert ways == [(Status.PENDING, Event.CLAIM)]


@given(st.sampled_from(Status), st.sampled_from(Event))
def test_a_step_that_is_not_in_the_table_is_refused(status: Status, event: Event) -> None:
    if not allows(status, event):
        with pytest.raises(IllegalTransitionError):
            next_status(status, event)


@given(st.integers(1, 500), st.floats(0, 1))
def test_retries_come_ever_more_rarely_and_never_too_soon(attempts: int, jitter: float) -> None:
    decision = after_not_sent(attempts, NOW, NOW, SIX_HOURS, None, jitter)
    assert isinstance(decision, Retry)
    assert FIRST_RETRY * 0.75 <= decision.at - NOW <= LONGEST_RETRY


@given(st.timedeltas(timedelta(0), timedelta(days=3)))
def test_the_provider_s_wish_is_obeyed_within_reason(wish: timedelta) -> None:
    decision = after_not_sent(1, NOW, NOW, SIX_HOURS, wish, 0)
    assert isinstance(decision, Retry)
    assert decision.at - NOW >= min(wish, SIX_HOURS)


@given(st.timedeltas(timedelta(hours=6, seconds=1), timedelta(days=900)))
def test_what_is_long_overdue_is_held_and_not_failed(late: timedelta) -> None:
    assert after_not_sent(3, NOW - late, NOW, SIX_HOURS, None, 0) == Hold()


@given(st.integers(0, 10_000), st.integers(1, 3600))
def test_asking_goes_on_for_ever_at_a_bounded_pace(asked: int, first: int) -> None:
    pause = next_asking(timedelta(seconds=first), asked)
    assert timedelta(seconds=first) <= pause <= timedelta(hours=1)
