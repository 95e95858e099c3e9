"""Answers that the provider calls with: each is stored once, on its phone, whoever tells first."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import (
    accounts,
    conversations,
    inbox,
    logins,
    phone_removal,
    phones,
    signals,
)
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.transactions import writing
from raspisms.models import Message, Phone, PushNotice, PushSubscription
from raspisms.simulator import Simulator, account
from tests.household import KEYS, PEER, Household, eventually
from tests.statements import changes, statements

SHORT = "38100"


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_ovh_phone()


@pytest.fixture
def url(phone: Phone) -> str:
    return f"/callback/{phone.callback_token}/reply"


@pytest.fixture
def client(household: Household) -> FlaskClient:
    return household.client()


@pytest.fixture
def wanted(household: Household) -> Iterator[list[object]]:
    """Each time that the inbox is asked to be polled."""
    asked: list[object] = []
    with signals.inbox_wanted.connected_to(asked.append, sender=household.engine):
        yield asked


def form(**changed: str) -> dict[str, str]:
    """What OVH posts, as its users have seen it."""
    told = {"id": "5000001", "senderid": PEER, "message": "Oui", "keyword": "", "tag": ""}
    return told | {"shortcode": account.NUMBER} | changed


def received() -> list[tuple[int, str, str]]:
    """What is stored: of which phone, from whom and what."""
    db.session.rollback()
    query = db.select(Message).where(Message.direction == "in").order_by(Message.id)
    return [(one.phone_id, one.peer, one.body) for one in db.session.scalars(query)]


@pytest.mark.parametrize("method", ["POST", "GET", "POST with query"])
def test_an_answer_is_stored_whichever_way_the_call_is_made(
    client: FlaskClient, phone: Phone, url: str, method: str
) -> None:
    match method:
        case "GET":
            answer = client.get(url, query_string=form())
        case "POST":
            answer = client.post(url, data=form())
        case _:
            answer = client.post(f"{url}?{urlencode({'of': 'us'})}", data=form(of="us"))
    assert (answer.status_code, answer.text) == (200, "OK")
    assert received() == [(phone.id, PEER, "Oui")]


def test_called_polled_and_called_again_it_is_there_once(
    household: Household, client: FlaskClient, phone: Phone, url: str, simulator: Simulator
) -> None:
    first = simulator.answer(PEER, account.NUMBER, "Oui")
    client.post(url, data=form(id=str(first.id)))
    inbox.poll(household.engine, phone.id)
    second = simulator.answer(PEER, account.NUMBER, "Oui")
    inbox.poll(household.engine, phone.id)
    for one in (first, second, second):
        assert client.post(url, data=form(id=str(one.id))).status_code == 200
    assert received() == [(phone.id, PEER, "Oui")] * 2


def test_the_provider_calls_and_the_answer_is_there_before_any_poll(
    household: Household, phone: Phone, url: str, simulator: Simulator
) -> None:
    """The simulator's own call, doubled, reaches a real server."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, household.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        cgi = f"http://127.0.0.1:{server.port}{url}?of=us"
        simulator.account.services[account.SERVICE].response = {
            "responseType": "cgi",
            "cgiUrl": cgi,
        }
        simulator.fault("callbacks_doubled")
        simulator.answer(PEER, account.NUMBER, "Oui, à 8 h 😀 & demie+")
        simulator.settle()
    finally:
        server.shutdown()
        server.server_close()
    assert [entry.status for entry in simulator.ledger.callbacks] == [200, 200]
    assert received() == [(phone.id, PEER, "Oui, à 8 h 😀 & demie+")]


def test_many_at_once_and_each_twice_are_all_stored_once(
    household: Household, phone: Phone, url: str
) -> None:
    answers: list[int] = []

    def call(uid: int) -> None:
        data = form(id=str(uid), message=f"n° {uid}")
        answers.append(household.client().post(url, data=data).status_code)

    threads = [threading.Thread(target=call, args=(n % 10 + 1,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 20
    assert sorted(body for _, _, body in received()) == sorted(f"n° {n + 1}" for n in range(10))


def test_devices_and_open_pages_are_told_as_of_one_that_was_polled(
    household: Household, client: FlaskClient, phone: Phone, url: str
) -> None:
    logins.begin(household.admin_id, "Firefox")
    device = PushSubscription(
        member_id=household.admin_id,
        login_id=logins.of(household.admin)[0].id,
        endpoint="https://push.example/1",
        p256dh="",
        auth="",
        site="",
        browser="",
        hides_text=False,
        created_at=clock.now(),
    )
    with writing() as session:
        session.add(device)
    shown = household.engine.commits.stamp()
    client.post(url, data=form())
    db.session.rollback()
    assert household.engine.commits.stamp() != shown
    assert db.session.scalars(db.select(PushNotice.message_id)).all() == [1]


# To which phone.


@pytest.mark.parametrize(
    "written", [account.SECOND_NUMBER, "0033639980002", "33639980002", "06 39 98 00 02"]
)
def test_it_is_stored_on_the_phone_whose_number_was_written_to(
    household: Household, client: FlaskClient, phone: Phone, url: str, written: str
) -> None:
    second = household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
    client.post(url, data=form(shortcode=written))
    assert received() == [(second.id, PEER, "Oui")]


def test_one_to_another_number_of_the_account_is_no_phone_s(
    household: Household,
    client: FlaskClient,
    url: str,
    wanted: list[object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    other = household.add_ovh_phone(
        "Club", service_name=account.SECOND_SERVICE, number=account.THIRD_NUMBER
    )
    caplog.set_level(logging.DEBUG)
    for number in (account.SECOND_NUMBER, other.number or "", "garbage", "1234567"):
        data = form(shortcode=number, message="un secret")
        assert client.post(url, data=data).status_code == 200
    assert (received(), wanted) == ([], [])
    assert "no phone of ours" in caplog.text
    assert "un secret" not in caplog.text
    assert PEER not in caplog.text


@pytest.mark.parametrize("to", ["", SHORT])
def test_without_a_number_it_is_the_only_phone_s(
    client: FlaskClient, phone: Phone, url: str, wanted: list[object], to: str
) -> None:
    client.post(url, data=form(shortcode=to))
    assert (received(), wanted) == ([(phone.id, PEER, "Oui")], [])


@pytest.mark.parametrize("to", ["", SHORT])
def test_without_a_number_and_with_several_phones_the_inbox_is_asked_instead(
    household: Household, client: FlaskClient, url: str, wanted: list[object], to: str
) -> None:
    household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
    assert client.post(url, data=form(shortcode=to)).status_code == 200
    assert (received(), wanted) == ([], [household.engine])


@pytest.mark.parametrize("to", ["", SHORT])
def test_without_a_number_it_is_the_phone_s_that_has_none(
    household: Household, client: FlaskClient, url: str, wanted: list[object], to: str
) -> None:
    """That of a sender's name gets no answers, so it is not meant either."""
    short = _add_shortcode(household, "Court")
    _add_shortcode(household, "Nom", sender=account.SENDER)
    client.post(url, data=form(shortcode=to))
    assert (received(), wanted) == ([(short.id, PEER, "Oui")], [])


def test_the_address_of_a_sender_s_name_serves_the_others_of_its_account(
    household: Household, client: FlaskClient, phone: Phone
) -> None:
    token = _add_shortcode(household, "Nom", sender=account.SENDER).callback_token
    client.post(f"/callback/{token}/reply", data=form(shortcode=account.NUMBER))
    assert received() == [(phone.id, PEER, "Oui")]


def _add_shortcode(household: Household, name: str, **changed: str) -> Phone:
    draft = PhoneDraft(name, "ovh_sms_shortcode_adapter", KEYS | changed)
    return phones.add(household.engine, draft, phones.new_token()).phone


def test_the_inbox_that_is_asked_instead_is_asked_at_once(
    household: Household, client: FlaskClient, phone: Phone, url: str, simulator: Simulator
) -> None:
    household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
    household.engine.go_by(replace(household.engine.config, inbox_poll_seconds=3600))
    with household.jobs():
        eventually(lambda: _polls(simulator) >= 2)
        simulator.answer(PEER, account.NUMBER, "Oui")
        client.post(url, data=form(shortcode=""))
        eventually(received)


def _polls(simulator: Simulator) -> int:
    return sum(call.path.endswith("/incoming") for call in simulator.ledger.calls)


def test_the_address_of_a_removed_phone_serves_the_others_of_its_account(
    household: Household, client: FlaskClient, phone: Phone, url: str
) -> None:
    second = household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
    phone_removal.remove(phone.id)
    client.post(url, data=form(shortcode=account.SECOND_NUMBER))
    client.post(url, data=form(id="2", shortcode=account.NUMBER))
    assert received() == [(second.id, PEER, "Oui")]


def test_a_paused_phone_gets_it_after_the_pause_however_long_that_was(
    household: Household, client: FlaskClient, phone: Phone, url: str, simulator: Simulator
) -> None:
    inbox.poll(household.engine, phone.id)
    phones.pause(phone.id, True)
    first = simulator.answer(PEER, account.NUMBER, "Pendant la pause")
    assert client.post(url, data=form(id=str(first.id))).status_code == 200
    assert received() == []
    phones.pause(phone.id, False)
    client.post(url, data=form(id="987654", message="Après"))
    inbox.poll(household.engine, phone.id)
    assert [body for _, _, body in received()] == ["Après", "Pendant la pause"]


# What a call can be.


@pytest.mark.parametrize(
    ("sender", "peer"),
    [
        ("0033639981111", PEER),
        ("33639981111", PEER),
        ("06 39 98 11 11", PEER),
        ("ORANGE", "ORANGE"),
    ],
)
def test_a_sender_is_one_person_however_it_is_written(
    household: Household, client: FlaskClient, url: str, sender: str, peer: str
) -> None:
    client.post(url, data=form(senderid=sender))
    db.session.rollback()
    (summary,) = conversations.recent(household.admin)
    assert (summary.conversation.peer, summary.unread) == (peer, True)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("", ""),
        ("👩‍👩‍👧 🎂", "👩‍👩‍👧 🎂"),
        ("a\0b\x07\r\nc", "ab\nc"),
        ("x" * 100_000, "x" * 100_000),
    ],
)
def test_any_text_is_kept(client: FlaskClient, url: str, text: str, stored: str) -> None:
    assert client.post(url, data=form(message=text)).status_code == 200
    assert [body for _, _, body in received()] == [stored]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"id=1",
        b"id=%00&senderid=1&message=x",
        b"id=1&senderid=%2B33639981111&message=caf%E9",
        b"id=1&senderid=%2B33639981111&message=caf\xe9",
        b"id=1&senderid=%2B33639981111&message=%ED%A0%80",
        b"\xff\xfe\x00",
        b"a=1&" * 500,
        b'{"id": 1, "senderid": "+33639981111", "message": "x"}',
    ],
)
def test_what_cannot_be_read_is_left_to_the_inbox(
    client: FlaskClient, url: str, body: bytes
) -> None:
    kind = "application/x-www-form-urlencoded"
    assert client.post(url, data=body, content_type=kind).status_code == 200
    assert received() == []


def test_a_body_that_no_sms_has_is_refused(client: FlaskClient, url: str) -> None:
    assert client.post(url, data=form(message="x" * 200_000)).status_code == 413
    assert received() == []


def test_a_phone_of_files_is_not_told_anything(household: Household, client: FlaskClient) -> None:
    with household.app.app_context():
        token = household.add_test_phone().callback_token
        assert client.post(f"/callback/{token}/reply", data=form()).status_code == 200
        assert received() == []


def test_a_wrong_token_is_an_unknown_address_and_writes_nothing(
    household: Household, client: FlaskClient, phone: Phone
) -> None:
    with statements(household.app) as asked:
        assert client.post(f"/callback/{'x' * 43}/reply", data=form()).status_code == 404
    assert not any(one.startswith("BEGIN IMMEDIATE") for one in asked)
    assert changes(asked) == []


def test_neither_token_nor_text_nor_sender_is_in_a_log(
    client: FlaskClient, phone: Phone, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for data in (form(message="un secret"), form(id="x", message="un secret"), {}):
        client.post(url, data=data)
    for secret in (phone.callback_token, "un secret", PEER):
        assert secret not in caplog.text


def test_one_that_cannot_be_stored_is_not_answered_with_200(client: FlaskClient, url: str) -> None:
    db.session.execute(db.text("ALTER TABLE message RENAME TO gone"))
    db.session.commit()
    assert client.post(url, data=form()).status_code == 500
    db.session.execute(db.text("ALTER TABLE gone RENAME TO message"))
    db.session.commit()
    assert client.post(url, data=form()).status_code == 200
    assert [body for _, _, body in received()] == ["Oui"]


# When the provider last called.


def test_it_is_kept_when_the_provider_last_called_once_a_minute(
    household: Household, client: FlaskClient, phone: Phone, url: str
) -> None:
    status = url.replace("/reply", "/status")
    with statements(household.app) as asked:
        for n in range(3):
            client.get(status, query_string={"id": str(n + 1), "description": "1"})
    assert sum("INTO provider_account" in one for one in asked) == 1
    kept = accounts.of(phone.service)
    assert kept is not None
    assert kept.called_at is not None
    assert kept.reply_called_at is None
    assert household.engine.is_called_back(phone.service)
    client.post(url, data=form())
    db.session.rollback()
    kept = accounts.of(phone.service)
    assert kept is not None
    assert kept.reply_called_at is not None


def test_answers_do_not_tell_that_receipts_are_called_back(
    household: Household, client: FlaskClient, phone: Phone, url: str
) -> None:
    client.post(url, data=form())
    assert not household.engine.is_called_back(phone.service)


def test_a_call_that_says_nothing_new_changes_nothing(
    household: Household, client: FlaskClient, url: str
) -> None:
    client.post(url, data=form())
    with statements(household.app) as asked:
        client.post(url, data=form())
    assert changes([one for one in asked if one != "COMMIT"]) == []
