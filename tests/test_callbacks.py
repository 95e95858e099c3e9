"""What a provider's call may do, and what it may not."""

import logging
import threading

import pytest
from flask.testing import FlaskClient

from raspisms.extensions import db
from raspisms.messaging import outbox, phone_removal, phones
from raspisms.models import Phone
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household

DELIVERED = {"ptt": "4", "date": "2026-11-23 21:00:00", "description": "1", "descriptionDlr": "OK"}


@pytest.fixture
def phone(household: Household) -> Phone:
    with household.app.app_context():
        return household.add_ovh_phone()


@pytest.fixture
def token(household: Household, phone: Phone) -> str:
    with household.app.app_context():
        return phones.find(household.admin, 1).callback_token


@pytest.fixture
def client(household: Household) -> FlaskClient:
    return household.client()


@pytest.fixture
def sent_uid(household: Household, token: str, simulator: Simulator) -> str:
    """The provider's id of message 1, of which nothing is known yet."""
    simulator.outcome(PEER, "silent")
    with household.app.app_context():
        household.write(1)
        outbox.send_due(household.engine, 1)
        return household.message(1).provider_uid or ""


def _status(household: Household) -> str:
    with household.app.app_context():
        return household.message(1).status


@pytest.mark.parametrize("method", ["GET", "POST", "POST with query"])
def test_a_call_tells_the_delivery_whichever_way_it_comes(
    household: Household, client: FlaskClient, token: str, sent_uid: str, method: str
) -> None:
    values = DELIVERED | {"id": sent_uid}
    path = f"/callback/{token}/status"
    match method:
        case "GET":
            answer = client.get(path, query_string=values)
        case "POST":
            answer = client.post(path, data=values)
        case _:
            answer = client.post(path, query_string=values)
    assert (answer.status_code, answer.text) == (200, "OK")
    assert _status(household) == Status.DELIVERED


def test_delivered_is_never_taken_back(
    household: Household, client: FlaskClient, token: str, sent_uid: str
) -> None:
    path = f"/callback/{token}/status"
    for dlr in ("1", "2", "16", "0", "4", "1", "2"):
        values = DELIVERED | {"id": sent_uid, "description": dlr}
        assert client.get(path, query_string=values).status_code == 200
        assert _status(household) == Status.DELIVERED


def test_a_call_about_an_unknown_id_is_answered_with_200(client: FlaskClient, token: str) -> None:
    path = f"/callback/{token}/status"
    assert client.get(path, query_string=DELIVERED | {"id": "987654"}).status_code == 200


@pytest.mark.parametrize("query", ["", "id=", "id=1", "id=%00&description=1", "x=" + "y" * 2000])
def test_a_call_that_makes_no_sense_harms_nobody(
    client: FlaskClient, token: str, query: str
) -> None:
    assert client.get(f"/callback/{token}/status?{query}").status_code == 200


def test_a_wrong_token_is_the_same_as_any_unknown_address(client: FlaskClient, token: str) -> None:
    wrong = client.get(f"/callback/{'x' * len(token)}/status", query_string=DELIVERED)
    unknown = client.get("/there/is/nothing", query_string=DELIVERED)
    other_event = client.get(f"/callback/{token}/other")
    assert wrong.status_code == unknown.status_code == other_event.status_code == 404
    assert _shape(wrong) == _shape(unknown) == _shape(other_event)


def _shape(answer: object) -> tuple[object, ...]:
    headers = {name: value for name, value in answer.headers if name != "Content-Length"}  # type: ignore[attr-defined]
    return headers, answer.text  # type: ignore[attr-defined]


def test_a_body_over_16_kb_is_refused(
    household: Household, client: FlaskClient, token: str, sent_uid: str
) -> None:
    values = DELIVERED | {"id": sent_uid, "more": "x" * 17_000}
    assert client.post(f"/callback/{token}/status", data=values).status_code == 413
    assert _status(household) == Status.SENT


def test_the_token_is_in_no_log(
    client: FlaskClient, token: str, sent_uid: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.get(f"/callback/{token}/status", query_string=DELIVERED | {"id": sent_uid})
    client.get(f"/callback/{token}/status")
    client.post(f"/callback/{token}/status", data={"x": "y" * 20_000})
    assert token not in caplog.text


def test_the_token_opens_nothing_else(client: FlaskClient, token: str) -> None:
    for path in (f"/setup/{token}", f"/callback/{token}", f"/phones/{token}"):
        assert client.get(path).status_code in (302, 303, 404), path


def test_a_phone_of_another_service_cannot_tell_about_this_one(
    household: Household, client: FlaskClient, token: str, sent_uid: str
) -> None:
    with household.app.app_context():
        other = household.add_ovh_phone(
            "Club", service_name=account.SECOND_SERVICE, number=account.THIRD_NUMBER
        ).callback_token
    client.get(f"/callback/{other}/status", query_string=DELIVERED | {"id": sent_uid})
    assert _status(household) == Status.SENT


def test_the_address_of_a_removed_phone_still_serves_the_others_of_its_service(
    household: Household, client: FlaskClient, token: str, sent_uid: str
) -> None:
    with household.app.app_context():
        second = household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
        second_id, second_token = second.id, second.callback_token
        phone_removal.remove(second_id)
    client.get(f"/callback/{second_token}/status", query_string=DELIVERED | {"id": sent_uid})
    assert _status(household) == Status.DELIVERED


def test_many_calls_at_once_are_all_stored_before_they_are_answered(
    household: Household, token: str, simulator: Simulator
) -> None:
    simulator.outcome(PEER, "silent")
    with household.app.app_context():
        for n in range(20):
            household.write(1, f"n° {n}")
        outbox.send_due(household.engine, 1)
    uids = [str(job.id) for job in simulator.ledger.jobs]
    told: list[str] = []

    def call(uid: str) -> None:
        client = household.client()
        values = DELIVERED | {"id": uid}
        path = f"/callback/{token}/status"
        if client.get(path, query_string=values).status_code == 200:
            with household.app.app_context():
                told.append(household.message(int(uids.index(uid)) + 1).status)

    threads = [threading.Thread(target=call, args=(uid,)) for uid in uids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [Status.DELIVERED] * 20


def test_a_call_that_cannot_be_stored_is_not_answered_with_200(
    household: Household, client: FlaskClient, token: str, sent_uid: str
) -> None:
    with household.app.app_context():
        db.session.execute(db.text("ALTER TABLE receipt RENAME TO gone"))
        db.session.commit()
    answer = client.get(f"/callback/{token}/status", query_string=DELIVERED | {"id": sent_uid})
    assert answer.status_code == 500
    with household.app.app_context():
        db.session.execute(db.text("ALTER TABLE gone RENAME TO receipt"))
        db.session.commit()
    client.get(f"/callback/{token}/status", query_string=DELIVERED | {"id": sent_uid})
    assert _status(household) == Status.DELIVERED
