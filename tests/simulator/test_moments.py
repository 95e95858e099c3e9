"""A call, or a callback, can be stopped at a named instant."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import ovh
import pytest

from raspisms.simulator import Simulator
from raspisms.simulator.account import NUMBER, SENDER, SERVICE
from raspisms.simulator.moments import OF_CALLS

from .conftest import Control, Listener

JOBS = f"/sms/{SERVICE}/jobs"
ANNE = "+33639980010"


@pytest.fixture
def later() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def send(client: ovh.Client) -> object:
    job = {"message": "m", "sender": SENDER, "noStopClause": True, "receivers": [ANNE]}
    return client.post(JOBS, **job)


@pytest.mark.parametrize("moment", OF_CALLS)
def test_a_call_waits_at_a_moment_until_released(
    sim: Simulator, client: ovh.Client, later: ThreadPoolExecutor, moment: str
) -> None:
    hold = sim.hold(moment)
    sending: Future[object] = later.submit(send, client)
    hold.wait(5)
    assert bool(sim.ledger.jobs) == (moment != "request_read")
    assert client.get("/sms")
    if moment != "answer_written":
        assert not sending.done()
    hold.release()
    assert sending.result(5)


@pytest.mark.parametrize("moment", ["request_read", "accepted", "answer_half_written"])
def test_a_call_can_be_cut_at_a_moment(
    sim: Simulator, client: ovh.Client, later: ThreadPoolExecutor, moment: str
) -> None:
    hold = sim.hold(moment)
    sending = later.submit(send, client)
    hold.wait(5)
    hold.release("cut")
    with pytest.raises(ovh.HTTPError):
        sending.result(5)
    assert bool(sim.ledger.jobs) == (moment != "request_read")
    assert send(client)


def test_only_matching_calls_wait_and_only_so_many(sim: Simulator, client: ovh.Client) -> None:
    hold = sim.hold("accepted", match="GET /sms")
    send(client)
    hold.release()
    client.get("/sms")
    assert hold.reached == 0


def test_several_calls_can_be_held_together(
    sim: Simulator, client: ovh.Client, later: ThreadPoolExecutor
) -> None:
    client.get("/sms")
    hold = sim.hold("accepted", count=2)
    calls = [later.submit(send, client) for _ in range(2)]
    hold.wait(5, reached=2)
    hold.release()
    assert all(call.result(5) for call in calls)


def test_waiting_in_vain_is_an_error(sim: Simulator) -> None:
    with pytest.raises(TimeoutError):
        sim.hold("accepted").wait(0.01)


def test_unknown_moments_and_outcomes_are_refused(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="is none of"):
        sim.hold("lunch")
    with pytest.raises(ValueError, match="is none of"):
        sim.hold("accepted").release("explode")


def test_a_callback_can_be_stopped_before_it_goes(
    sim: Simulator, client: ovh.Client, listener: Listener
) -> None:
    sim.set_callback(SERVICE, listener.url)
    hold = sim.hold("callback_about_to_go")
    send(client)
    hold.wait(5)
    assert not listener.got
    hold.release("cut")
    sim.settle()
    assert not listener.got
    assert sim.ledger.callbacks[0].result == "cut"


def test_a_callback_can_be_stopped_once_it_is_answered(
    sim: Simulator, client: ovh.Client, listener: Listener
) -> None:
    sim.set_callback(SERVICE, listener.url)
    hold = sim.hold("callback_answered", match="GET /receipt")
    send(client)
    hold.wait(5)
    assert len(listener.got) == 1
    hold.release()


def test_moments_can_be_held_over_http(
    control: Control, client: ovh.Client, later: ThreadPoolExecutor
) -> None:
    hold = control.post("hold", moment="accepted", match="POST */jobs").json()
    path = f"hold/{hold['id']}"
    assert control.post(f"{path}/wait", timeout=0.01).status_code == 408
    sending = later.submit(send, client)
    assert control.post(f"{path}/wait", timeout=5).json()["reached"] == 1
    assert control.get(path).json()["reached"] == 1
    assert control.post(f"{path}/release", outcome="cut").status_code == 200
    with pytest.raises(ovh.HTTPError):
        sending.result(5)
    assert control.post("hold/999/release").status_code == 404


def test_stopping_ends_calls_that_are_held(later: ThreadPoolExecutor) -> None:
    before = threading.active_count()
    with Simulator() as sim:
        hold = sim.hold("callback_about_to_go")
        response = {"responseType": "cgi", "cgiUrl": sim.web_url}
        sim.account.services[SERVICE].response = dict(response)
        sim.answer(ANNE, NUMBER, "Oui")
        hold.wait(5)
    assert threading.active_count() == before
