"""Faults of the network have a beginning and an end, and take nothing with them."""

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import ovh
import pytest
import requests

from raspisms.simulator import Simulator
from raspisms.simulator.account import SENDER, SERVICE

from .conftest import Control

ANNE = "+33639980010"


def knock(sim: Simulator) -> int:
    return requests.get(sim.url + "/auth/time", timeout=(0.2, 5)).status_code


def knock_until_reached(sim: Simulator) -> int:
    """Knock until somebody opens, for as long as a busy machine may take to open the door again."""
    give_up_at = time.monotonic() + 10
    while time.monotonic() < give_up_at:
        with contextlib.suppress(requests.ConnectionError):
            return knock(sim)
        time.sleep(0.05)
    return knock(sim)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("connection_refused", requests.ConnectionError),
        ("connect_timeout", requests.ConnectTimeout),
        ("name_not_resolved", requests.ConnectionError),
    ],
)
def test_nobody_is_reached_until_the_fault_is_cleared(
    sim: Simulator, name: str, kind: type[Exception]
) -> None:
    where = sim.url
    sim.fault(name)
    for _ in range(2):
        with pytest.raises(kind) as raised:
            knock(sim)
    assert ("Name or service not known" in str(raised.value)) == (name == "name_not_resolved")
    assert sim.ledger.calls == ()
    assert sim.world.faults.described() == [name]
    sim.clear_faults()
    assert sim.url == where
    assert knock(sim) == 200


def test_under_a_name_that_does_not_exist_only_the_name_is_wrong(
    sim: Simulator, control: Control
) -> None:
    sim.fault("name_not_resolved")
    assert (urlsplit(sim.url).hostname or "").endswith(".invalid")
    assert sim.url.endswith("/1.0")
    assert control.get("ledger").status_code == 200


@pytest.mark.parametrize("name", ["connection_refused", "connect_timeout"])
def test_chosen_from_another_process_it_ends_by_itself(
    sim: Simulator, control: Control, name: str
) -> None:
    chosen = control.post("fault", name=name, seconds=0.3)
    assert chosen.json() == {"in_force": [name]}
    with pytest.raises(requests.ConnectionError):
        knock(sim)
    sim.settle(0.05)  # which does not wait for the end of the fault
    assert knock_until_reached(sim) == 200
    assert control.get("fault").json()["in_force"] == []


def test_a_fault_that_is_cleared_early_does_not_end_the_next_one(sim: Simulator) -> None:
    sim.fault("connection_refused", seconds=0.05)
    sim.clear_faults()
    sim.fault("connection_refused")
    time.sleep(0.1)
    with pytest.raises(requests.ConnectionError):
        knock(sim)


def test_of_two_the_last_wins_and_the_first_comes_back(sim: Simulator) -> None:
    sim.fault("connection_refused")
    sim.fault("connect_timeout", seconds=0.25)
    with pytest.raises(requests.ConnectTimeout):
        knock(sim)
    time.sleep(0.1)
    with pytest.raises(requests.ConnectionError, match="refused"):
        knock(sim)
    sim.clear()
    assert knock(sim) == 200


def test_calls_under_way_go_on(sim: Simulator, client: ovh.Client) -> None:
    client.get("/sms")
    hold = sim.hold("accepted")
    job = {"message": "m", "sender": SENDER, "noStopClause": True, "receivers": [ANNE]}
    with ThreadPoolExecutor(1) as later:
        sending = later.submit(client.post, f"/sms/{SERVICE}/jobs", **job)
        hold.wait(5)
        sim.fault("connection_refused")
        hold.release()
        assert sending.result(5)["ids"]


def test_nobody_else_gets_the_port_meanwhile(sim: Simulator) -> None:
    sim.fault("connection_refused")
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", urlsplit(sim.url).port or 0))


@pytest.mark.parametrize("name", ["connection_refused", "connect_timeout"])
def test_chosen_before_the_start_it_is_cleared_after_it(name: str) -> None:
    before = threading.active_count()
    simulator = Simulator()
    simulator.fault(name)
    with simulator:
        with pytest.raises(requests.ConnectionError):
            knock(simulator)
        simulator.clear_faults()
        assert knock(simulator) == 200
        simulator.fault(name, seconds=60)
        began = time.perf_counter()
    assert time.perf_counter() - began < 10
    assert threading.active_count() == before


def test_stopped_under_a_fault_it_leaves_the_port_free() -> None:
    with Simulator() as first:
        port = urlsplit(first.url).port or 0
        first.fault("connection_refused")
    with Simulator(port=port) as second:
        assert knock(second) == 200
