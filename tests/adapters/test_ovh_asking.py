"""What the adapter asks of OVH: inbox, receipts, a lost message, whether settings are right."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from raspisms.adapters.answers import (
    Absent,
    Accepted,
    Batch,
    CannotTell,
    Finding,
    Found,
    ReceiptNews,
    Sought,
)
from raspisms.adapters.base import Adapter, Purpose
from raspisms.adapters.errors import Misconfigured, Throttled, Unreachable, UnreadableMessage
from raspisms.adapters.ovh import client as ovh_client
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import ReceiptState
from tests.adapters.conftest import FreeBudget, ovh_adapter
from tests.household import PEER

OTHER = "+33639982222"


def _send(adapter: Adapter, text: str = "Bonjour", tag: str = "rsmark", to: str = PEER) -> str:
    outcome = adapter.send(Batch(text, (to,), tag, timedelta(hours=48))).outcomes[to]
    assert isinstance(outcome, Accepted)
    assert outcome.provider_uid is not None
    return outcome.provider_uid


def _sought(**changed: object) -> Sought:
    usual: dict[str, object] = {
        "receivers": (PEER,),
        "text": "Bonjour",
        "tag": "rsmark",
        "since": datetime.now(UTC) - timedelta(minutes=1),
        "known": lambda _uids: (),
    }
    return Sought(**usual | changed)  # type: ignore[arg-type]


def _find(adapter: Adapter, **changed: object) -> Finding:
    """What is found of the only receiver."""
    sought = _sought(**changed)
    return adapter.find_sent(sought).findings[sought.receivers[0]]


@pytest.mark.parametrize("place", ["jobs", "outgoing"])
def test_a_message_is_found_by_the_mark_of_its_call_or_by_what_it_is(
    ovh: Adapter, simulator: Simulator, place: str
) -> None:
    simulator.change(pickup_delay=60 if place == "jobs" else 0, delivery_delay=60)
    uid = _send(ovh)
    time.sleep(0.2)
    assert _find(ovh) == Found(uid, 1.0)


def test_where_marks_are_not_kept_receiver_text_and_time_find_it(
    ovh: Adapter, simulator: Simulator
) -> None:
    simulator.fault("tags_dropped")
    uid = _send(ovh)
    simulator.settle(5)
    assert _find(ovh) == Found(uid, 1.0)


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "Bonsoir", "tag": "rsother"},
        {"receivers": (OTHER,)},
        {"tag": "rsother"},
        {"since": datetime.now(UTC) + timedelta(hours=2), "tag": "rsother"},
    ],
    ids=["another text", "another person", "the mark of another call", "from before"],
)
def test_what_is_another_message_is_not_taken_for_it(
    ovh: Adapter, simulator: Simulator, changed: dict[str, object]
) -> None:
    _send(ovh)
    simulator.settle(5)
    assert _find(ovh, **changed) == Absent()


def test_its_mark_finds_it_also_where_ovh_shows_the_text_otherwise(
    ovh: Adapter, simulator: Simulator
) -> None:
    uid = _send(ovh, "Bonjour ")
    simulator.settle(5)
    assert _find(ovh, text="autrement écrit") == Found(uid, 1.0)


def test_of_two_alike_without_marks_the_one_known_to_be_another_s_is_left_out(
    ovh: Adapter, simulator: Simulator
) -> None:
    simulator.fault("tags_dropped")
    first, second = _send(ovh, "OK"), _send(ovh, "OK")
    simulator.settle(5)
    assert isinstance(_find(ovh, text="OK"), CannotTell)
    assert _find(ovh, text="OK", known=lambda _uids: {first}) == Found(second, 1.0)


def test_receipts_are_asked_for_in_bulk_with_one_more_call_for_each_failure(
    ovh: Adapter, simulator: Simulator
) -> None:
    simulator.outcome(OTHER, "failed", ptt=28)
    good = [_send(ovh, f"n° {n}") for n in range(5)]
    bad = _send(ovh, to=OTHER)
    simulator.settle(5)
    before = len(simulator.ledger.calls)
    news = {one.provider_uid: one for one in ovh.poll_receipts(_ago(), _now(), {*good, bad}).news}
    assert {news[uid].state for uid in good} == {ReceiptState.DELIVERED}
    assert (news[bad].state, news[bad].reason) == (ReceiptState.FAILED, "spam")
    assert len(simulator.ledger.calls) - before == 3


def test_receipts_of_messages_that_are_not_ours_are_left_out(
    ovh: Adapter, simulator: Simulator
) -> None:
    _send(ovh)
    simulator.settle(5)
    assert ovh.poll_receipts(_ago(), _now(), {"1", "2", "3"}).news == ()


def _now() -> datetime:
    return datetime.now(UTC)


def _ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def test_what_came_in_is_listed_and_fetched(ovh: Adapter, simulator: Simulator) -> None:
    simulator.answer(PEER, account.NUMBER, "Ça va ? 👍")
    (uid,) = ovh.list_inbox(None)
    inbound = ovh.fetch(uid)
    assert inbound is not None
    assert (inbound.sender, inbound.text) == (PEER, "Ça va ? 👍")
    assert inbound.sent_at is not None
    assert abs(inbound.sent_at - datetime.now(UTC)) < timedelta(seconds=10)
    assert ovh.list_inbox(datetime.now(UTC) + timedelta(hours=1)) == []


def test_an_entry_that_vanished_is_nothing(ovh: Adapter, simulator: Simulator) -> None:
    simulator.answer(PEER, account.NUMBER, "Adieu")
    simulator.fault("inbox_vanished")
    (uid,) = ovh.list_inbox(None)
    assert ovh.fetch(uid) is None


def test_an_entry_that_cannot_be_read_is_told_apart(ovh: Adapter, simulator: Simulator) -> None:
    simulator.answer(PEER, account.NUMBER, "?")
    simulator.fault("inbox_unreadable")
    (uid,) = ovh.list_inbox(None)
    with pytest.raises(UnreadableMessage):
        ovh.fetch(uid)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("cut_before_reading", Unreachable),
        ("cut_in_answer", Unreachable),
        ("html_200", Unreachable),
        ("empty_200", Unreachable),
        ("other_shape", Unreachable),
        ("error_list", Unreachable),
        ("error_502", Unreachable),
        ("error_500_before", Unreachable),
        ("error_403", Misconfigured),
        ("error_401", Misconfigured),
        ("error_404", Misconfigured),
        ("error_429", Throttled),
    ],
)
@pytest.mark.parametrize("operation", ["list_inbox", "poll_receipts", "find_sent"])
def test_asking_fails_in_the_interface_s_own_terms(
    ovh: Adapter, simulator: Simulator, fault: str, error: type[Exception], operation: str
) -> None:
    simulator.fault(fault, match="GET /sms/*")
    arguments = {
        "list_inbox": (None,),
        "poll_receipts": (_ago(), _now(), {"1", "2", "3"}),
        "find_sent": (_sought(),),
    }
    with pytest.raises(error):
        getattr(ovh, operation)(*arguments[operation])


@pytest.mark.parametrize("fault", ["cut_in_answer", "empty_200", "html_200", "other_shape"])
def test_a_look_up_without_a_clear_answer_says_nothing(
    ovh: Adapter, simulator: Simulator, fault: str
) -> None:
    uid = _send(ovh)
    simulator.fault(fault, match="GET /sms/*")
    with pytest.raises(Unreachable):
        ovh.look_up(uid)


def test_a_look_up_tells_whose_a_message_is_and_what_became_of_it(
    ovh: Adapter, simulator: Simulator
) -> None:
    simulator.outcome(PEER, "failed", ptt=24)
    uid = _send(ovh)
    simulator.settle(5)
    news = ovh.look_up(uid)
    assert news is not None
    assert (news.receiver, news.state, news.reason) == (PEER, ReceiptState.FAILED, "absent")
    assert ovh.look_up("1") is None


def test_right_settings_have_no_problem_and_teach_ovh_s_spelling(ovh: Adapter) -> None:
    report = ovh.check()
    assert (report.problems, report.notices) == ((), ())
    assert report.learned == {"number_at_ovh": account.NUMBER.replace("+", "00")}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"app_key": "AKnobodyKnowsThis"}, "app_key", "does not know this application key"),
        ({"app_secret": "wrong"}, "app_secret", "does not go with the application key"),
        ({"consumer_key": "CKwrong"}, "consumer_key", "does not accept this consumer key"),
        ({"service_name": "sms-zz99999-9"}, "service_name", "no access to an SMS service"),
        ({"number": account.THIRD_NUMBER}, "number", "does not belong to the service"),
        ({"number": "+33612345678"}, "number", "does not belong to the service"),
    ],
)
def test_each_wrong_setting_is_told_beside_its_field(
    simulator: Simulator,
    budget: FreeBudget,
    tmp_path: Path,
    changed: dict[str, str],
    field: str,
    words: str,
) -> None:
    (problem,) = ovh_adapter(simulator.url, budget, tmp_path, **changed).check().problems
    assert problem.field == field
    assert words in str(problem.message)
    assert problem.hint is not None


@pytest.mark.parametrize("status", ["pendingValidation", "expired", "refused"])
def test_a_consumer_key_that_is_not_valid_is_told_so(
    ovh: Adapter, simulator: Simulator, status: str
) -> None:
    simulator.account.credentials[account.CONSUMER_KEY].status = status
    (problem,) = ovh.check().problems
    assert problem.field == "consumer_key"
    assert "not valid" in str(problem.message)


def test_keys_without_the_right_to_send_are_told_so(ovh: Adapter, simulator: Simulator) -> None:
    credential = simulator.account.credentials[account.CONSUMER_KEY]
    credential.rules = tuple(rule for rule in credential.rules if rule.method != "POST")
    (problem,) = ovh.check().problems
    assert problem.field == "consumer_key"
    assert "POST" in str(problem.message)


def test_a_disabled_service_is_told_so(ovh: Adapter, simulator: Simulator) -> None:
    simulator.account.services[account.SERVICE].status = "disable"
    (problem,) = ovh.check().problems
    assert problem.field == "service_name"
    assert "disabled" in str(problem.message)


def test_a_clock_that_is_off_is_told_without_standing_in_the_way(
    ovh: Adapter, simulator: Simulator
) -> None:
    simulator.change(time_offset=900)
    report = ovh.check()
    assert report.problems == ()
    assert "15 minutes" in str(report.notices[0])


@pytest.mark.parametrize("fault", ["cut_before_reading", "html_200", "slow_before_acceptance"])
def test_an_ovh_that_cannot_be_reached_is_nobody_s_fault(
    ovh: Adapter, simulator: Simulator, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ovh_client, "TIMEOUT", (1, 1))
    options = {"delay": 3} if fault.startswith("slow") else {}
    simulator.fault(fault, match="*", **options)
    with pytest.raises(Unreachable):
        ovh.check()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"id": "7", "ptt": "4", "description": "1"}, ("7", ReceiptState.DELIVERED, "")),
        ({"id": "7", "ptt": "0", "dlr": "1"}, ("7", ReceiptState.DELIVERED, "")),
        ({"id": "7", "dlr": "2", "description": "1"}, ("7", ReceiptState.FAILED, "")),
        ({"id": "7", "ptt": "24", "description": "2"}, ("7", ReceiptState.FAILED, "absent")),
        ({"id": "7", "ptt": "23", "description": "16"}, ("7", ReceiptState.FAILED, "bad_number")),
        ({"id": "7", "ptt": "1", "description": "4"}, ("7", ReceiptState.UNDER_WAY, "retrying")),
        ({"id": "7", "ptt": "3", "description": "8"}, ("7", ReceiptState.UNDER_WAY, "retrying")),
        ({"id": "7", "ptt": "4"}, ("7", ReceiptState.DELIVERED, "")),
        ({"id": "7", "ptt": "28"}, ("7", ReceiptState.FAILED, "spam")),
        ({"id": "7", "ptt": "4", "description": "Delivered"}, ("7", ReceiptState.DELIVERED, "")),
    ],
)
def test_a_callback_says_what_its_delivery_id_says(
    ovh: Adapter, values: dict[str, str], expected: tuple[str, ReceiptState, str]
) -> None:
    (news,) = ovh.parse_callback(values)
    assert isinstance(news, ReceiptNews)
    assert (news.provider_uid, news.state, news.reason) == expected


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"id": "7"},
        {"id": "", "description": "1"},
        {"id": "abc", "description": "1"},
        {"id": "7" * 40, "description": "1"},
        {"id": "٧", "description": "1"},
        {"id": "7", "description": "99"},
        {"id": "7", "ptt": "999"},
    ],
)
def test_a_callback_that_makes_no_sense_says_nothing(ovh: Adapter, values: dict[str, str]) -> None:
    assert ovh.parse_callback(values) == ()


def test_receipts_that_are_known_are_kept_when_the_budget_ends_in_the_middle(
    ovh: Adapter, simulator: Simulator, budget: FreeBudget, monkeypatch: pytest.MonkeyPatch
) -> None:
    peers = [f"+3363998{n:04}" for n in range(300, 308)]
    for peer in peers:
        simulator.outcome(peer, "failed", ptt=24)
    good, bad = _send(ovh), {_send(ovh, to=peer) for peer in peers}
    simulator.settle(5)
    left = iter(range(3))

    def take(_purpose: Purpose) -> None:
        if next(left, None) is None:
            raise Throttled(timedelta(seconds=1))

    monkeypatch.setattr(budget, "take", take)
    polled = ovh.poll_receipts(_ago(), _now(), {good, *bad})
    assert not polled.complete
    assert good in {one.provider_uid for one in polled.news}
    assert len(polled.news) == 2
