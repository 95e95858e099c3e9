"""Each fault does what its name says, as the real client sees it."""

import time
from collections.abc import Callable

import ovh
import pytest
import requests

from raspisms.simulator import Simulator
from raspisms.simulator.account import NUMBER, SENDER, SERVICE
from raspisms.simulator.faults import FAULTS

from .conftest import Connect, Listener

JOBS = f"/sms/{SERVICE}/jobs"
ANNE, BRUNO, CHLOE = "+33639980010", "+33639980011", "+33639980012"


def send(client: ovh.Client, *receivers: str) -> dict[str, list[int]]:
    job = {"message": "m", "sender": SENDER, "noStopClause": True, "tag": "mine"}
    return client.post(JOBS, receivers=list(receivers or [ANNE]), **job)


# name, what python-ovh raises, the status in it, whether the message was accepted
RAISING = [
    ("cut_before_reading", ovh.HTTPError, None, False),
    ("cut_after_acceptance", ovh.HTTPError, None, True),
    ("cut_in_answer", ovh.HTTPError, None, True),
    ("empty_200", ovh.InvalidResponse, None, True),
    ("html_200", ovh.InvalidResponse, None, True),
    ("truncated_json", ovh.InvalidResponse, None, True),
    ("html_408", ovh.InvalidResponse, None, False),
    ("error_list", AttributeError, None, False),
    ("error_string", AttributeError, None, False),
    ("error_400", ovh.BadParametersError, 400, False),
    ("invalid_signature", ovh.BadParametersError, 400, False),
    ("error_401", ovh.APIError, 401, False),
    ("error_403", ovh.APIError, 403, False),
    ("error_403_legacy", ovh.exceptions.NotGrantedCall, 403, False),
    ("invalid_credential", ovh.APIError, 403, False),
    ("error_404", ovh.ResourceNotFoundError, 404, False),
    ("error_409", ovh.ResourceConflictError, 409, False),
    ("error_429", ovh.APIError, 429, False),
    ("error_429_retry_after", ovh.APIError, 429, False),
    ("error_460", ovh.exceptions.ResourceExpiredError, 460, False),
    ("error_500_before", ovh.APIError, 500, False),
    ("error_500_after", ovh.APIError, 500, True),
    ("error_502", ovh.InvalidResponse, None, False),
    ("error_503", ovh.InvalidResponse, None, False),
    ("error_504", ovh.InvalidResponse, None, False),
    ("error_504_after", ovh.InvalidResponse, None, True),
    ("no_credit", ovh.APIError, 403, False),
    ("service_disabled", ovh.APIError, 403, False),
]


@pytest.mark.parametrize(("name", "kind", "status", "accepted"), RAISING)
def test_a_failing_send_raises_and_is_or_is_not_accepted(
    sim: Simulator,
    client: ovh.Client,
    name: str,
    kind: type[Exception],
    status: int | None,
    accepted: bool,
) -> None:
    sim.fault(name, count=1)
    with pytest.raises(kind) as raised:
        send(client)
    if status is not None:
        assert isinstance(raised.value, ovh.APIError)
        assert raised.value.response.status_code == status
    assert len(sim.ledger.jobs) == int(accepted)
    assert send(client)["ids"]


# name, a check of the report for three receivers, how many messages were accepted
REPORTS: list[tuple[str, Callable[[dict[str, list[int]]], bool], int]] = [
    ("happy", lambda r: len(set(r["ids"])) == len(r["validReceivers"]) == 3, 3),
    ("other_shape", lambda r: "ids" not in r, 3),
    ("json_list", lambda r: isinstance(r, list), 3),
    ("fewer_ids", lambda r: len(r["ids"]) == 2, 3),
    ("more_ids", lambda r: len(r["ids"]) == 4, 3),
    ("repeated_ids", lambda r: len(r["ids"]) == 3 and len(set(r["ids"])) == 1, 3),
    ("no_ids", lambda r: r["ids"] == [] and len(r["validReceivers"]) == 3, 3),
    ("all_invalid", lambda r: r["ids"] == [] and len(r["invalidReceivers"]) == 3, 0),
    ("some_invalid", lambda r: r["invalidReceivers"] == [BRUNO], 2),
    ("tags_dropped", lambda r: r["tag"] == "", 3),
]


@pytest.mark.parametrize(("name", "check", "accepted"), REPORTS)
def test_an_odd_report_comes_for_a_job_that_was_accepted(
    sim: Simulator,
    client: ovh.Client,
    name: str,
    check: Callable[[dict[str, list[int]]], bool],
    accepted: int,
) -> None:
    sim.fault(name)
    assert check(send(client, ANNE, BRUNO, CHLOE))
    assert len(sim.ledger.jobs) == accepted


def test_a_dropped_tag_finds_nothing(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("tags_dropped")
    send(client)
    sim.settle()
    assert client.get(f"/sms/{SERVICE}/outgoing", tag="mine") == []
    assert sim.ledger.jobs[0].tag == "mine"


@pytest.mark.parametrize(
    ("name", "accepted_at_once"),
    [("slow_after_acceptance", True), ("slow_before_acceptance", False)],
)
def test_a_slow_answer_outlasts_the_client(
    sim: Simulator, connect: Connect, name: str, accepted_at_once: bool
) -> None:
    client = connect(timeout=0.2)
    client.get("/auth/time", _need_auth=False)
    sim.fault(name, count=1, delay=0.4)
    with pytest.raises(ovh.HTTPError):
        send(client)
    assert bool(sim.ledger.jobs) == accepted_at_once
    end = time.perf_counter() + 5
    while not sim.ledger.jobs and time.perf_counter() < end:
        time.sleep(0.01)
    assert len(sim.ledger.jobs) == 1


def test_too_many_requests_may_say_when_to_come_back(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("error_429", count=1)
    sim.fault("error_429_retry_after", count=1, retry_after=7)
    headers = []
    for _ in range(2):
        with pytest.raises(ovh.APIError) as refusal:
            send(client)
        headers.append(refusal.value.response.headers.get("Retry-After"))
    assert headers == ["7", None]


# name, what is called back: (whether the id is the message's, the receipt)
CALLBACKS = [
    ("callbacks_in_steps", [(True, "8"), (True, "1")]),
    ("callbacks_reordered", [(True, "1"), (True, "8")]),
    ("callbacks_doubled", [(True, "1"), (True, "1")]),
    ("callbacks_wrong_id", [(False, "1")]),
    ("callbacks_off", []),
    ("callbacks_before_answer", [(True, "1")]),
]


@pytest.mark.parametrize(("name", "expected"), CALLBACKS)
def test_receipts_come_otherwise(
    sim: Simulator,
    client: ovh.Client,
    listener: Listener,
    name: str,
    expected: list[tuple[bool, str]],
) -> None:
    sim.set_callback(SERVICE, listener.url)
    sim.fault(name, count=1)
    (wanted,) = send(client)["ids"]
    sim.settle()
    got = [(query["id"] == str(wanted), query["description"]) for _, query, _ in listener.got]
    assert got == expected
    assert client.get(f"/sms/{SERVICE}/outgoing", deliveryReceipt=1) == [wanted]


def test_a_receipt_may_be_there_before_the_answer(
    sim: Simulator, client: ovh.Client, listener: Listener
) -> None:
    sim.set_callback(SERVICE, listener.url)
    sim.fault("callbacks_before_answer")
    ids = send(client, ANNE, BRUNO)["ids"]
    assert sorted(int(query["id"]) for _, query, _ in listener.got) == sorted(ids)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("inbox_unreadable", ovh.APIError), ("inbox_vanished", ovh.ResourceNotFoundError)],
)
def test_one_entry_of_the_inbox_cannot_be_fetched(
    sim: Simulator, client: ovh.Client, name: str, kind: type[Exception]
) -> None:
    bad, good = (sim.answer(ANNE, NUMBER, text).id for text in ("bad", "good"))
    sim.fault(name, match=f"GET */incoming/{bad}")
    assert client.get(f"/sms/{SERVICE}/incoming") == [bad, good]
    with pytest.raises(kind):
        client.get(f"/sms/{SERVICE}/incoming/{bad}")
    assert client.get(f"/sms/{SERVICE}/incoming/{good}")["message"] == "good"


def test_a_wrong_clock_spoils_every_signature(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("wrong_clock", seconds=3600)
    with pytest.raises(ovh.BadParametersError):
        client.get("/sms")


def test_a_fault_concerns_sending_where_nothing_else_is_said(
    sim: Simulator, client: ovh.Client
) -> None:
    sim.fault("error_500_before")
    assert client.get("/sms")
    with pytest.raises(ovh.APIError):
        send(client)
    sim.clear_faults()
    assert send(client)["ids"]


def test_a_fault_can_be_for_other_calls_and_for_some_times(
    sim: Simulator, client: ovh.Client
) -> None:
    sim.fault("error_500_before", match="GET /sms", count=2)
    for _ in range(2):
        with pytest.raises(ovh.APIError):
            client.get("/sms")
    assert client.get("/sms")


def test_the_fault_chosen_last_wins(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("error_404")
    sim.fault("error_409", count=1)
    with pytest.raises(ovh.ResourceConflictError):
        send(client)
    with pytest.raises(ovh.ResourceNotFoundError):
        send(client)


def test_an_unknown_fault_or_option_is_refused(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="is none of"):
        sim.fault("earthquake")
    with pytest.raises(ValueError, match="has no option"):
        sim.fault("error_500_before", delay=1)


def test_a_fault_can_hit_any_call(sim: Simulator) -> None:
    sim.fault("cut_before_reading", match="*")
    with pytest.raises(requests.ConnectionError):
        requests.get(sim.url + "/auth/time", timeout=5)
    assert sim.ledger.calls[-1].end == "cut: cut_before_reading"


def test_every_fault_is_shown_above() -> None:
    shown = {name for name, *_ in RAISING} | {name for name, *_ in REPORTS}
    shown |= {name for name, _ in CALLBACKS}
    shown |= {"slow_after_acceptance", "slow_before_acceptance"}
    shown |= {"inbox_unreadable", "inbox_vanished", "wrong_clock"}
    assert shown == set(FAULTS)
