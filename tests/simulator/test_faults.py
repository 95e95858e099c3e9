"""Each fault does what its name says, as the real client sees it."""

import time

import ovh
import pytest
import requests

from raspisms.simulator import Simulator
from raspisms.simulator.account import NUMBER, SERVICE
from raspisms.simulator.delivery import CROWD
from raspisms.simulator.faults import FAULTS, told
from raspisms.simulator.numbers import with_zeros

from .conftest import Connect
from .sending import ANNE, BRUNO, CHLOE, send
from .test_faults_callbacks import CALLBACKS
from .test_faults_reports import REPORTS

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


def test_the_inbox_can_be_flooded(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("inbox_flood")
    listed = client.get(f"/sms/{SERVICE}/virtualNumbers/{with_zeros(NUMBER)}/incoming")
    assert len(set(listed)) == len(sim.ledger.incoming) == 5000
    newest = client.get(f"/sms/{SERVICE}/incoming/{listed[-1]}")
    assert newest["message"] == "Message 5000"
    since = {"creationDatetime.from": newest["creationDatetime"]}
    assert client.get(f"/sms/{SERVICE}/incoming", **since) == listed[-1:]
    sim.clear_faults()
    assert len(client.get(f"/sms/{SERVICE}/incoming", sender=CROWD[7])) == 100


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


def test_a_service_can_be_disabled_in_the_middle(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("service_disabled", after=2)
    assert sim.world.faults.described() == ["service_disabled: POST */jobs after 2"]
    assert [len(send(client)["ids"]) for _ in range(2)] == [1, 1]
    with pytest.raises(ovh.APIError, match="disabled"):
        send(client)


def test_faults_of_different_steps_act_together(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("tags_dropped")
    sim.fault("some_invalid", count=1)
    sim.fault("cut_after_acceptance", count=1)
    with pytest.raises(ovh.HTTPError):
        send(client, ANNE, BRUNO, CHLOE)
    assert sim.ledger.calls[-1].fault == "cut_after_acceptance+some_invalid+tags_dropped"
    sim.settle()
    assert len(sim.ledger.jobs) == 2
    assert client.get(f"/sms/{SERVICE}/outgoing", tag="mine") == []
    assert send(client, ANNE, BRUNO, CHLOE)["tag"] == ""


def test_all_can_be_well_once_more(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("error_503")
    sim.fault("happy", count=1)
    assert send(client)["ids"]
    with pytest.raises(ovh.InvalidResponse):
        send(client)


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
    with pytest.raises(ValueError, match="is a number"):
        sim.fault("slow_after_acceptance", delay="long")
    with pytest.raises(ValueError, match="not about calls"):
        sim.fault("connection_refused", count=1)
    assert sim.world.faults.described() == []


def test_a_fault_can_hit_any_call(sim: Simulator) -> None:
    sim.fault("cut_before_reading", match="*")
    with pytest.raises(requests.ConnectionError):
        requests.get(sim.url + "/auth/time", timeout=5)
    assert sim.ledger.calls[-1].end == "cut: cut_before_reading"


def test_every_fault_is_shown_above() -> None:
    shown = {name for name, *_ in RAISING} | {name for name, *_ in REPORTS}
    shown |= {name for name, _ in CALLBACKS}
    shown |= {"slow_after_acceptance", "slow_before_acceptance"}
    shown |= {"inbox_unreadable", "inbox_vanished", "inbox_flood", "wrong_clock"}
    shown |= {"connection_refused", "connect_timeout", "name_not_resolved"}  # test_network.py
    assert shown == set(FAULTS)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_fault_is_told_in_one_line(name: str) -> None:
    line = (FAULTS[name].__doc__ or "").partition("\n")[0]
    assert line.endswith(".")
    assert told(name).startswith(line.replace("``", ""))
    assert all(f"{option}=" in told(name) for option in FAULTS[name].options)
