"""Keys made while it runs: on the page, in process and over HTTP; services and senders too."""

import re
from datetime import UTC, datetime, timedelta

import ovh
import pytest
import requests

from raspisms.simulator import Simulator
from raspisms.simulator.account import CONSUMER_KEY, SERVICE

from .conftest import Connect, Control

NAMES = {
    "app_key": "application_key",
    "app_secret": "application_secret",
    "consumer_key": "consumer_key",
}


def with_keys(connect: Connect, keys: dict[str, str]) -> ovh.Client:
    return connect(**{NAMES[name]: value for name, value in keys.items()})


def make(sim: Simulator, query: str, **form: str) -> requests.Response:
    headers = {"Accept-Language": "en"}
    url = f"{sim.web_url}createToken/?{query}"
    return requests.post(url, data=form, headers=headers, timeout=5)


def test_keys_are_shown_once_and_end_when_it_was_chosen(sim: Simulator, connect: Connect) -> None:
    answer = make(sim, "GET=/sms", name="Maison", validity="30")
    assert answer.headers["Cache-Control"] == "no-store"
    key, secret, consumer = re.findall(r"<dd><code>(\w+)</code>", answer.text)
    assert (len(key), len(secret), len(consumer)) == (16, 32, 32)
    client = connect(application_key=key, application_secret=secret, consumer_key=consumer)
    shown = client.get("/auth/currentCredential")
    assert shown["rules"] == [{"method": "GET", "path": "/sms"}]
    end = datetime.fromisoformat(shown["expiration"]) - datetime.now(UTC)
    assert timedelta(days=29) < end < timedelta(days=31)
    again = requests.get(answer.url, timeout=5).text
    assert key not in again
    assert "OVH simulator" in answer.text


@pytest.mark.parametrize(
    ("query", "form", "words"),
    [
        ("", {}, "names no right"),
        ("FETCH=/sms", {}, "names no right"),
        ("GET=sms", {}, "does not exist"),
        ("GET=/sms", {"validity": "7000"}, "how long"),
        ("GET=/sms", {"validity": "x"}, "how long"),
    ],
)
def test_keys_that_cannot_be_made_are_refused_in_words(
    sim: Simulator, query: str, form: dict[str, str], words: str
) -> None:
    known = len(sim.account.credentials)
    answer = make(sim, query, **form)
    assert answer.status_code == 400
    assert words in answer.text
    assert len(sim.account.credentials) == known


def test_another_site_makes_no_keys(sim: Simulator) -> None:
    url = f"{sim.web_url}createToken/?GET=/sms"
    answer = requests.post(url, headers={"Origin": "https://example.org"}, timeout=5)
    assert answer.status_code == 403


def test_a_valid_key_may_ask_about_itself_and_a_fault_refuses_it(
    sim: Simulator, connect: Connect
) -> None:
    client = with_keys(connect, sim.add_credential(["GET /sms"]))
    assert client.get("/auth/currentCredential")["status"] == "validated"
    with pytest.raises(ovh.APIError):
        client.get("/auth/details")
    sim.fault("error_403", match="GET /auth/currentCredential")
    with pytest.raises(ovh.APIError, match="not been granted"):
        client.get("/auth/currentCredential")
    assert SERVICE in client.get("/sms")


@pytest.mark.parametrize("status", ["expired", "pendingValidation", "refused"])
def test_a_key_that_is_not_valid_may_ask_about_itself_only_where_that_is_set(
    sim: Simulator, connect: Connect, status: str
) -> None:
    client = with_keys(connect, sim.add_credential(status=status))
    with pytest.raises(ovh.APIError, match="not valid"):
        client.get("/auth/currentCredential")
    sim.change(states_shown=True)
    assert client.get("/auth/currentCredential")["status"] == status
    with pytest.raises(ovh.APIError, match="not valid"):
        client.get("/sms")


def test_a_key_that_has_ended_is_expired(sim: Simulator, connect: Connect) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    keys = sim.add_credential(expiration=past)
    with pytest.raises(ovh.APIError, match="not valid"):
        with_keys(connect, keys).get("/sms")
    assert sim.account.credentials[keys["consumer_key"]].status == "expired"


def test_keys_of_another_account_see_nothing_of_this_one(sim: Simulator, connect: Connect) -> None:
    client = with_keys(connect, sim.add_credential(foreign=True))
    assert client.get("/sms") == []
    assert client.get("/sms/virtualNumbers") == []
    for path in ("", "/senders", "/virtualNumbers"):
        with pytest.raises(ovh.ResourceNotFoundError):
            client.get(f"/sms/{SERVICE}{path}")


def test_services_senders_and_keys_are_added_over_http(
    sim: Simulator, control: Control, connect: Connect
) -> None:
    added = control.post("services", name="sms-zz1-1", status="disable", description="Leer")
    assert added.status_code == 201
    assert control.post("sender", service="sms-zz1-1", name="Le Bar", status="refused").ok
    client = with_keys(connect, control.post("credentials", rules=["GET /sms/*"]).json())
    shown = client.get("/sms/sms-zz1-1")
    assert (shown["status"], shown["description"]) == ("disable", "Leer")
    assert client.get("/sms/sms-zz1-1/virtualNumbers") == []
    assert client.get("/sms/sms-zz1-1/senders/Le%20Bar")["status"] == "refused"
    with pytest.raises(ovh.APIError):
        client.get("/sms")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("services", {"name": SERVICE}, 400),
        ("services", {}, 400),
        ("sender", {"service": SERVICE, "name": "X", "status": "liked"}, 400),
        ("sender", {"service": "sms-none-1", "name": "X"}, 404),
        ("credentials", {"rules": ["FETCH /sms"]}, 400),
        ("credentials", {"rules": ["GET sms"]}, 400),
        ("credentials", {"rules": ["GET"]}, 400),
        ("credentials", {"status": "lost"}, 400),
    ],
)
def test_what_cannot_be_added_is_refused(
    control: Control, path: str, body: dict[str, object], status: int
) -> None:
    answer = requests.post(control.url + path, json=body, timeout=5)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_members_of_a_response_that_are_left_out_are_lost(
    sim: Simulator, client: ovh.Client
) -> None:
    path = f"/sms/{SERVICE}"
    client.put(path, smsResponse={"responseType": "text", "text": "Merci"})
    client.put(path, smsResponse={"responseType": "cgi", "cgiUrl": "http://127.0.0.1:9/"})
    assert client.get(path)["smsResponse"]["text"] is None
    client.put(path, description="Maison")
    assert client.get(path)["smsResponse"]["cgiUrl"] == "http://127.0.0.1:9/"
    assert CONSUMER_KEY in sim.account.credentials
