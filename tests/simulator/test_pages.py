"""The page with the handsets, as a browser without scripts sees it."""

import re

import ovh
import pytest
import requests

from raspisms.simulator import Simulator
from raspisms.simulator.account import NUMBER, SECOND_SERVICE, SENDER, SERVICE
from raspisms.simulator.numbers import with_zeros
from tests.simulator.conftest import Connect

ANNE = "+33639980010"
JOBS = f"/sms/{SERVICE}/virtualNumbers/{with_zeros(NUMBER)}/jobs"


def page(sim: Simulator, language: str = "en") -> str:
    headers = {"Accept-Language": language}
    return requests.get(sim.web_url, headers=headers, timeout=5).text


def press(sim: Simulator, path: str, **form: str) -> requests.Response:
    headers = {"Accept-Language": "en"}
    return requests.post(sim.web_url + path, data=form, headers=headers, timeout=5)


def test_what_was_sent_arrives_on_a_card_with_its_state(sim: Simulator, client: ovh.Client) -> None:
    assert "Nobody has got or sent anything yet." in page(sim)
    sim.outcome("+33639980011", "failed", ptt=24)
    sim.outcome("+33639980012", "silent")
    receivers = [ANNE, "+33639980011", "+33639980012"]
    client.post(JOBS, message="<b>Jeudi ?</b>", receivers=receivers)
    sim.settle()
    shown = page(sim)
    assert shown.count("&lt;b&gt;Jeudi ?&lt;/b&gt;") == 3
    assert shown.count("<article") == 3
    for state in (">delivered</span>", "failed, reason 24", "on its way"):
        assert state in shown


def test_a_phone_answers_with_a_plain_form(sim: Simulator, client: ovh.Client) -> None:
    client.post(JOBS, message="Jeudi ?", receivers=[ANNE])
    form = {"from": ANNE, "to": NUMBER, "text": "Oui\r\navec plaisir"}
    answer = press(sim, "answer", **form)
    assert answer.history[0].status_code == 303
    assert "avec plaisir" in answer.text
    assert sim.ledger.incoming[0].text == "Oui\navec plaisir"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"from": "", "to": NUMBER, "text": "Typed"}, "Give the number"),
        ({"from": ANNE, "to": NUMBER, "text": "  "}, "Write a text first"),
        ({"from": ANNE, "to": NUMBER, "text": "a" * 2001}, "too long"),
        ({"from": ANNE, "to": "1", "text": "Typed"}, "No service has the number 1."),
    ],
)
def test_an_answer_that_cannot_be_sent_says_why_and_keeps_what_was_typed(
    sim: Simulator, form: dict[str, str], words: str
) -> None:
    answer = press(sim, "answer", fresh="1", **form)
    assert answer.status_code in {400, 404}
    assert words in answer.text
    assert form["text"] in answer.text
    assert not sim.ledger.incoming


def test_a_named_sender_cannot_be_answered(sim: Simulator, client: ovh.Client) -> None:
    job = {"message": "m", "sender": SENDER, "noStopClause": True, "receivers": [ANNE]}
    client.post(f"/sms/{SERVICE}/jobs", **job)
    assert "This sender cannot be answered." in page(sim)


def test_callbacks_and_faults_are_switched_on_the_page(sim: Simulator, client: ovh.Client) -> None:
    assert "Switch callbacks on" in press(sim, "callbacks", callbacks="off").text
    assert not sim.world.settings.callbacks
    assert "Switch callbacks off" in press(sim, "callbacks", callbacks="on").text
    assert "error_404: POST */jobs ×1" in press(sim, "fault", name="error_404", times="once").text
    assert "error_404: POST */jobs" in press(sim, "fault", name="error_404", times="always").text
    for name in ("earthquake", "connection_refused"):
        assert press(sim, "fault", name=name).status_code == 400
        assert name not in page(sim)
    assert "error_404:" not in press(sim, "fault/clear").text


@pytest.mark.parametrize(
    ("asked", "language"), [("en-GB,en", "en"), ("fr-CH", "fr"), ("de", "fr"), ("", "fr")]
)
def test_the_page_speaks_the_language_of_the_browser(
    sim: Simulator, asked: str, language: str
) -> None:
    assert f'<html lang="{language}">' in page(sim, asked)


def test_the_page_needs_no_inline_script_or_style(sim: Simulator, client: ovh.Client) -> None:
    client.post(JOBS, message="m", receivers=[ANNE])
    response = requests.get(sim.web_url, timeout=5)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "<style" not in response.text
    assert " style=" not in response.text
    assert " on" not in [part[:3] for part in response.text.split('"')]
    assert "<script>" not in response.text


@pytest.mark.parametrize("path", ["static/css/simulator.css", "static/js/simulator.js"])
def test_what_the_page_needs_is_served(sim: Simulator, path: str) -> None:
    assert requests.get(sim.web_url + path, timeout=5).status_code == 200


def test_keys_are_made_on_a_page_with_the_rights_of_its_address(
    sim: Simulator, connect: Connect
) -> None:
    address = f"{sim.web_url}createToken/?GET=/sms&GET=/sms/*"
    headers = {"Accept-Language": "en"}
    shown = requests.get(address, headers=headers, timeout=5).text
    assert "<code>GET /sms/*</code>" in shown
    made = requests.post(address, headers=headers, timeout=5).text
    keys = re.findall(r"<dt>(\w+ \w+)</dt><dd><code>(\w+)</code>", made)
    assert [name for name, _ in keys] == ["Application Key", "Application Secret", "Consumer Key"]
    key, secret, consumer = (value for _, value in keys)
    client = connect(application_key=key, application_secret=secret, consumer_key=consumer)
    assert client.get("/sms") == [SERVICE, SECOND_SERVICE]
    with pytest.raises(ovh.APIError):
        client.post(f"/sms/{SERVICE}/jobs", message="m", receivers=[ANNE])
    assert press(sim, "createToken/").status_code == 400
