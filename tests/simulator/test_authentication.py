import time

import ovh
import pytest
import requests

from raspisms.simulator import Simulator
from raspisms.simulator.account import CONSUMER_KEY, SERVICE, Rule

from .conftest import Connect, Control


def test_a_signed_call_is_answered_under_both_names_of_the_api(client: ovh.Client) -> None:
    assert SERVICE in client.get("/sms")
    assert SERVICE in client.get("/v1/sms")


def test_the_signature_covers_the_query_as_the_client_wrote_it(client: ovh.Client) -> None:
    path = f"/sms/{SERVICE}/outgoing"
    assert client.get(path, receiver="+33639980010", tag="été & co", sender="A B") == []


def test_a_wrong_secret_is_an_invalid_signature(connect: Connect) -> None:
    with pytest.raises(ovh.BadParametersError, match="Invalid signature"):
        connect(application_secret="wrong").get("/sms")


def test_an_unknown_application_key_is_refused(connect: Connect) -> None:
    with pytest.raises(ovh.APIError, match="This application key is invalid") as refusal:
        connect(application_key="unknown").get("/sms")
    assert refusal.value.response.status_code == 403


def test_an_unknown_consumer_key_is_refused(connect: Connect) -> None:
    with pytest.raises(ovh.APIError, match="This credential does not exist") as refusal:
        connect(consumer_key="unknown").get("/sms")
    assert refusal.value.response.status_code == 403


def test_a_call_without_a_signature_must_login_first(sim: Simulator) -> None:
    response = requests.get(sim.url + "/sms", timeout=5)
    assert response.status_code == 401
    assert response.json() == {
        "class": "Client::Unauthorized",
        "message": "You must login first",
    }


@pytest.mark.parametrize("status", ["pendingValidation", "expired", "refused"])
def test_a_consumer_key_works_only_when_validated(
    client: ovh.Client, control: Control, status: str
) -> None:
    control.post("credential", consumer_key=CONSUMER_KEY, status=status)
    with pytest.raises(ovh.APIError, match="This credential is not valid"):
        client.get("/sms")


@pytest.mark.parametrize(
    ("rule", "path", "granted"),
    [
        (Rule("GET", "/sms"), "/sms", True),
        (Rule("GET", "/sms/*"), "/sms", False),
        (Rule("GET", "/sms/"), "/sms", False),
        (Rule("GET", "/sms"), f"/sms/{SERVICE}", False),
        (Rule("GET", "/sms/*"), f"/sms/{SERVICE}", True),
        (Rule("GET", "/sms/*/jobs"), f"/sms/{SERVICE}/jobs", True),
        (Rule("POST", "/sms/*"), f"/sms/{SERVICE}/jobs", False),
        (Rule("GET", "/*"), f"/sms/{SERVICE}/jobs", True),
    ],
)
def test_rules_say_which_calls_are_granted(
    sim: Simulator, client: ovh.Client, rule: Rule, path: str, granted: bool
) -> None:
    sim.account.credentials[CONSUMER_KEY].rules = (rule,)
    if granted:
        client.get(path)
    else:
        with pytest.raises(ovh.APIError, match="This call has not been granted") as refusal:
            client.get(path)
        assert refusal.value.response.status_code == 403


def test_errors_come_in_the_legacy_shape_where_that_is_chosen(
    sim: Simulator, client: ovh.Client, connect: Connect
) -> None:
    sim.change(legacy_errors=True)
    sim.account.credentials[CONSUMER_KEY].rules = ()
    with pytest.raises(ovh.exceptions.NotGrantedCall) as refusal:
        client.get("/sms")
    assert refusal.value.response.json() == {
        "errorCode": "NOT_GRANTED_CALL",
        "httpCode": "403 Forbidden",
        "message": "This call has not been granted",
    }
    with pytest.raises(ovh.exceptions.InvalidKey):
        connect(application_key="unknown").get("/sms")
    with pytest.raises(ovh.exceptions.NotCredential):
        connect(consumer_key="unknown").get("/sms")


def test_every_answer_has_a_query_id(sim: Simulator, client: ovh.Client) -> None:
    assert requests.get(sim.url + "/auth/time", timeout=5).headers["X-Ovh-Queryid"]
    with pytest.raises(ovh.ResourceNotFoundError) as refusal:
        client.get("/sms/unknown")
    assert refusal.value.query_id


def test_a_client_follows_a_clock_that_is_off_as_a_whole(
    sim: Simulator, client: ovh.Client
) -> None:
    sim.change(time_offset=-7200)
    assert abs(client.time_delta + 7200) <= 1
    assert client.get("/sms")


def test_a_signature_of_another_time_is_refused(sim: Simulator, client: ovh.Client) -> None:
    client.get("/sms")
    sim.change(time_offset=480)
    with pytest.raises(ovh.BadParametersError, match="out of time"):
        client.get("/sms")


def test_the_time_is_a_bare_integer(sim: Simulator) -> None:
    assert abs(requests.get(sim.url + "/auth/time", timeout=5).json() - time.time()) < 5


def test_the_current_credential_shows_its_rules(client: ovh.Client) -> None:
    credential = client.get("/auth/currentCredential")
    assert credential["status"] == "validated"
    assert {"method": "POST", "path": "/sms/*"} in credential["rules"]


def test_a_new_consumer_key_works_once_a_person_has_allowed_it(
    sim: Simulator, connect: Connect
) -> None:
    client = connect(consumer_key=None)
    request = client.new_consumer_key_request()
    request.add_rule("GET", "/sms")
    given = request.request()
    assert given["state"] == "pendingValidation"
    with pytest.raises(ovh.APIError, match="This credential is not valid"):
        client.get("/sms")
    page = requests.get(given["validationUrl"], timeout=5)
    assert "GET /sms" in page.text
    token = given["validationUrl"].rpartition("=")[2]
    decision = {"credentialToken": token, "decision": "allow"}
    requests.post(sim.web_url + "auth/", data=decision, timeout=5)
    assert SERVICE in client.get("/sms")


def test_a_refused_consumer_key_stays_refused(sim: Simulator, connect: Connect) -> None:
    client = connect(consumer_key=None)
    request = client.new_consumer_key_request()
    request.add_rule("GET", "/sms")
    token = request.request()["validationUrl"].rpartition("=")[2]
    for decision in ("refuse", "allow"):
        data = {"credentialToken": token, "decision": decision}
        requests.post(sim.web_url + "auth/", data=data, timeout=5)
    with pytest.raises(ovh.APIError, match="This credential is not valid"):
        client.get("/sms")


def test_the_page_of_no_consumer_key_is_not_found(sim: Simulator) -> None:
    assert requests.get(sim.web_url + "auth/?credentialToken=", timeout=5).status_code == 404


def test_after_the_decision_the_person_goes_where_the_application_wished(
    sim: Simulator, connect: Connect
) -> None:
    request = connect(consumer_key=None).new_consumer_key_request()
    request.add_rule("GET", "/sms")
    token = request.request("http://127.0.0.1:9/back")["validationUrl"].rpartition("=")[2]
    page = requests.get(sim.web_url + f"auth/?credentialToken={token}", timeout=5)
    assert "form-action 'self' http://127.0.0.1:9" in page.headers["Content-Security-Policy"]
    data = {"credentialToken": token, "decision": "allow"}
    answer = requests.post(sim.web_url + "auth/", data=data, timeout=5, allow_redirects=False)
    assert answer.headers["Location"] == "http://127.0.0.1:9/back"
