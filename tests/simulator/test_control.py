"""The ledger and the controls, over HTTP and in process."""

import ast
import threading
import time
from pathlib import Path

import ovh
import pytest
import requests

import raspisms.simulator
from raspisms.simulator import Simulator
from raspisms.simulator.account import NUMBER, SENDER, SERVICE

from .conftest import Control, Listener

JOBS = f"/sms/{SERVICE}/jobs"
ANNE = "+33639980010"


def send(client: ovh.Client, text: str = "m") -> list[int]:
    job = {"message": text, "sender": SENDER, "noStopClause": True, "tag": "t"}
    ids: list[int] = client.post(JOBS, receivers=["0033639980010"], **job)["ids"]
    return ids


def test_the_ledger_has_every_job_call_callback_and_answer(
    sim: Simulator, client: ovh.Client, control: Control, listener: Listener
) -> None:
    sim.set_callback(SERVICE, listener.url)
    (sent,) = send(client, "Élodie ?")
    sim.settle()
    answered = sim.answer(ANNE, NUMBER, "Oui").id
    client.delete(f"/sms/{SERVICE}/incoming/{answered}")
    ledger = control.get("ledger").json()
    job, incoming = ledger["jobs"][0], ledger["incoming"][0]
    assert (job["id"], job["receiver"], job["text"], job["tag"], job["number"]) == (
        sent,
        ANNE,
        "Élodie ?",
        "t",
        None,
    )
    calls = [(call["method"], call["path"], call["status"]) for call in ledger["calls"]]
    assert calls == [
        ("GET", "/auth/time", 200),
        ("POST", JOBS, 200),
        ("DELETE", f"/sms/{SERVICE}/incoming/{answered}", 200),
    ]
    assert [entry["message"] for entry in ledger["callbacks"]] == [sent]
    assert (incoming["id"], incoming["text"]) == (answered, "Oui")
    assert incoming["deleted"]


def test_faults_are_chosen_over_http(control: Control, client: ovh.Client) -> None:
    chosen = control.post("fault", name="error_404", match="GET /sms", count=1)
    assert chosen.json()["in_force"] == ["error_404: GET /sms ×1"]
    with pytest.raises(ovh.ResourceNotFoundError):
        client.get("/sms")
    control.post("fault", name="error_404")
    assert control.delete("fault").json() == {"in_force": []}
    assert "error_404" in control.get("fault").json()["known"]
    assert send(client)


def test_answers_outcomes_and_settings_are_given_over_http(
    control: Control, client: ovh.Client
) -> None:
    body = {"from": ANNE, "to": NUMBER, "text": "Oui"}
    answered = control.post("answer", **body).json()["id"]
    assert client.get(f"/sms/{SERVICE}/incoming") == [answered]
    control.post("outcome", receiver=ANNE, kind="failed", ptt=21)
    control.post("settings", callbacks=False, delivery_delay=0, pickup_delay=0)
    (sent,) = send(client)
    assert control.post("settle", timeout=5).status_code == 200
    assert client.get(f"/sms/{SERVICE}/outgoing/{sent}")["ptt"] == 21
    control.post("service", service=SERVICE, credits=0, status="disable")
    shown = client.get(f"/sms/{SERVICE}")
    assert (shown["creditsLeft"], shown["status"]) == (0, "disable")
    control.post("callback", service=SERVICE, url="http://127.0.0.1:9/")
    assert client.get(f"/sms/{SERVICE}")["callBack"] == "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("fault", {"name": "earthquake"}, 400),
        ("fault", {}, 400),
        ("fault", {"name": "error_404", "match": "A B C"}, 400),
        ("hold", {"moment": "lunch"}, 400),
        ("outcome", {"receiver": "06", "kind": "failed"}, 400),
        ("outcome", {"receiver": ANNE, "kind": "lost"}, 400),
        ("settings", {"weather": "fine"}, 400),
        ("answer", {"from": ANNE, "to": "+33639989999", "text": "m"}, 404),
        ("callback", {"service": "unknown", "url": None}, 404),
    ],
)
def test_controls_that_make_no_sense_are_refused_in_words(
    control: Control, path: str, body: dict[str, object], status: int
) -> None:
    response = requests.post(control.url + path, json=body, timeout=5)
    assert response.status_code == status
    assert response.json()["error"]


def test_another_site_cannot_use_the_controls(control: Control) -> None:
    headers = {"Origin": "https://example.org"}
    url = control.url + "reset"
    assert requests.post(url, headers=headers, timeout=5).status_code == 403


def test_a_reset_forgets_everything_but_used_ids(
    sim: Simulator, control: Control, client: ovh.Client
) -> None:
    (first,) = send(client)
    sim.answer(ANNE, NUMBER, "STOP")
    sim.fault("error_404")
    sim.outcome("+33639980011", "failed")
    control.post("reset")
    assert all(not entries for entries in sim.ledger.as_json().values())
    assert client.get(f"/sms/{SERVICE}/incoming") == client.get(f"/sms/{SERVICE}/blacklists") == []
    assert client.get(f"/sms/{SERVICE}")["creditsLeft"] == 1000
    assert send(client)[0] > first


def test_many_clients_at_once_lose_nothing(sim: Simulator, client: ovh.Client) -> None:
    client.get("/sms")
    sent: list[int] = []
    threads = [threading.Thread(target=lambda: sent.extend(send(client))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(sent)) == 20
    assert {entry.id for entry in sim.ledger.jobs} == set(sent)


def test_stopping_is_prompt_and_leaves_no_thread() -> None:
    before = threading.active_count()
    with Simulator() as sim:
        requests.get(sim.url + "/auth/time", timeout=5)
        began = time.perf_counter()
    assert time.perf_counter() - began < 5
    assert threading.active_count() == before


def test_the_simulator_takes_nothing_from_the_product_but_what_knows_nothing_of_it() -> None:
    allowed = tuple(f"raspisms.{name}" for name in ("simulator", "paths", "clock", "ending"))
    for path in Path(raspisms.simulator.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                assert not name.startswith("raspisms") or name.startswith(allowed), path
