"""What is said of a phone's parts, from what really happened with the simulated OVH."""

import socket
from datetime import timedelta

import pytest
import time_machine

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import (
    callback_setup,
    diagnosis,
    outbox,
    phone_faults,
    phones,
    receipt_polling,
)
from raspisms.messaging.diagnosis import Part
from raspisms.messaging.diagnosis_checks import check_now
from raspisms.messaging.transactions import writing
from raspisms.models import Phone
from raspisms.simulator import Simulator, account
from tests.household import PEER, Household

HOME = "http://192.168.1.20:8000"
PUBLIC = "https://sms.dupont.fr"
CALLBACKS = "/callback/{token}/status"


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the Internet for a name."""
    known = socket.getaddrinfo

    def look_up(host: str, *rest: object, **more: object) -> object:
        if host.endswith((".fr", ".com")):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return known(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def _parts(household: Household, phone: Phone, root: str = HOME) -> dict[str, Part]:
    db.session.rollback()
    return {one.name: one for one in diagnosis.of(household.engine, phone, root)}


def _levels(household: Household, phone: Phone, root: str = HOME) -> dict[str, str]:
    return {name: part.level for name, part in _parts(household, phone, root).items()}


def _words(part: Part) -> str:
    return " ".join(str(text) for text in (part.words, *part.advice))


def _check(household: Household, phone: Phone, root: str = HOME) -> dict[str, Part]:
    check_now(household.engine, phone.id, root)
    return _parts(household, phone, root)


def _send(household: Household, phone: Phone, count: int = 1) -> None:
    for number in range(count):
        household.write(phone.id, f"Message {number}", PEER[:-1] + str(number))
    outbox.send_due(household.engine, phone.id)


def _sent_and_asked_about(household: Household, phone: Phone, simulator: Simulator) -> None:
    """Three messages, whose receipts came by asking only."""
    _send(household, phone, 3)
    simulator.settle()
    receipt_polling.poll(household.engine, phone.id, 0)


def _set(simulator: Simulator, url: str) -> None:
    simulator.set_callback(account.SERVICE, url)


def test_all_is_well_after_a_check(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.answer(PEER, account.NUMBER, "Coucou")
    _send(household, phone)
    parts = _check(household, phone)
    receipt_polling.poll(household.engine, phone.id, 0)
    parts = _parts(household, phone)
    assert {name: part.level for name, part in parts.items()} == {
        "sending": "ok",
        "receiving": "ok",
        "callback": "off",
        "polling": "ok",
        "keys": "ok",
        "clock": "ok",
    }
    facts = {fact.name: fact.at for part in parts.values() for fact in part.facts}
    for name in ("last_sent", "last_received", "inbox_read", "receipts_asked", "last_confirmed"):
        assert facts[name] is not None, name
    assert not [part.fault for part in parts.values() if part.fault]
    rights = diagnosis.rights(household.engine, phone)
    assert rights
    assert all(right.granted for right in rights)


def test_looking_asks_nobody_and_says_what_is_not_known(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    before = len(simulator.ledger.calls)
    parts = _parts(household, phone)
    assert len(simulator.ledger.calls) == before
    facts = {fact.name: fact for part in parts.values() for fact in part.facts}
    assert facts["inbox_read"].at is None
    assert str(facts["inbox_read"].otherwise) == "Not since the start"
    assert str(facts["last_sent"].otherwise) == "Never"
    assert "Check now" in _words(parts["keys"])


def test_ovh_is_down(household: Household, phone: Phone, simulator: Simulator) -> None:
    simulator.fault("error_503", match="*")
    parts = _check(household, phone)
    assert [parts[name].level for name in ("sending", "receiving", "polling", "keys")] == [
        "waiting",
        "ok",
        "ok",
        "waiting",
    ]
    fault = parts["keys"].fault
    assert fault is not None
    assert fault.query_id.startswith("EU.")
    simulator.clear_faults()
    parts = _check(household, phone)
    assert (parts["keys"].level, parts["keys"].fault) == ("ok", fault)


def test_the_inbox_alone_cannot_be_read(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_503", match="*/incoming")
    receiving = _check(household, phone)["receiving"]
    assert (receiving.level, receiving.fault is not None) == ("waiting", True)
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        assert _levels(household, phone)["receiving"] == "ok"  # another process may ask
    simulator.clear_faults()
    assert _check(household, phone)["receiving"].level == "ok"


def test_delivery_states_cannot_be_asked_for(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.outcome(PEER, "silent")
    _send(household, phone)
    simulator.fault("error_503", match="*/outgoing*")
    receipt_polling.poll(household.engine, phone.id, 0)
    assert _levels(household, phone)["polling"] == "waiting"


@pytest.mark.parametrize("status", ["expired", "refused"])
def test_keys_that_ovh_does_not_take_any_more(
    household: Household, phone: Phone, simulator: Simulator, status: str
) -> None:
    simulator.account.credentials[account.CONSUMER_KEY].status = status
    parts = _check(household, phone)
    assert parts["keys"].level == "error"
    assert parts["sending"].level == "error"
    assert "new keys" in _words(parts["keys"])
    assert parts["keys"].fault is not None


def test_answers_are_read_although_the_keys_may_not_send(
    household: Household, phone: Phone
) -> None:
    since = clock.now() - timedelta(hours=1)
    with writing() as session:
        saved = session.get_one(Phone, phone.id)
        saved.problem, saved.problem_at, saved.aside_at = "not_granted", since, since
    assert set(_levels(household, phone).values()) >= {"error"}
    household.engine.last_worked.note(phone.id, phone_faults.RECEIVE)
    parts = _parts(household, phone)
    assert [parts[name].level for name in ("sending", "receiving", "polling")] == [
        "error",
        "ok",
        "error",
    ]
    told = _words(parts["sending"])
    assert told.startswith("Set aside The phone's keys do not have the right to send. Make")
    assert told.endswith("go by the others until it works.")


@pytest.mark.parametrize(("days", "level"), [(1, "waiting"), (13, "waiting"), (15, "ok")])
def test_keys_that_end_are_told_two_weeks_before(
    household: Household, phone: Phone, simulator: Simulator, days: int, level: str
) -> None:
    end = clock.now() + timedelta(days=days)
    simulator.account.credentials[account.CONSUMER_KEY].expiration = end
    keys = _check(household, phone)["keys"]
    day = end.astimezone(household.engine.config.timezone).date()
    assert (keys.level, keys.words.params["day"]) == (level, day)


def test_the_clock_is_off_by_five_minutes_and_more(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.change(time_offset=310)
    parts = _check(household, phone)
    assert parts["clock"].level == "error"
    assert str(parts["clock"].words) in (
        "It is 310 s behind the provider's.",
        "It is 309 s behind the provider's.",
    )
    simulator.change(time_offset=-310)
    assert "ahead" in str(_check(household, phone)["clock"].words)
    simulator.change(time_offset=1)
    assert _check(household, phone)["clock"].level == "ok"


def test_a_paused_phone_does_nothing(household: Household, phone: Phone) -> None:
    phones.pause(phone.id, True)
    levels = _levels(household, phone)
    assert [levels[name] for name in ("sending", "receiving", "polling")] == ["off"] * 3


def test_a_test_phone_has_only_what_applies(household: Household, phone: Phone) -> None:
    test = household.add_test_phone()
    parts = _check(household, test)
    assert {name: part.level for name, part in parts.items()} == {
        "sending": "ok",
        "receiving": "ok",
        "callback": "off",
        "polling": "ok",
    }


def test_rights_that_are_lacking(household: Household, phone: Phone, simulator: Simulator) -> None:
    credential = simulator.account.credentials[account.CONSUMER_KEY]
    everything = credential.rules
    credential.rules = tuple(one for one in everything if one.method != "PUT")
    keys = _check(household, phone)["keys"]
    assert (keys.level, "of use" in _words(keys)) == ("waiting", True)
    lacking = [one for one in diagnosis.rights(household.engine, phone) if not one.granted]
    assert [one.needed for one in lacking] == [False]
    credential.rules = tuple(one for one in everything if one.method != "POST")
    assert _check(household, phone)["keys"].level == "error"


def test_new_settings_are_not_judged_by_an_older_check(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    _check(household, phone)
    phone = db.session.get_one(Phone, phone.id)
    db.session.execute(db.update(Phone).values(version=Phone.version + 1))
    db.session.commit()
    assert "Check now" in _words(_parts(household, phone)["keys"])


# Callbacks: what the address, the provider and the receipts show.


def test_an_address_of_the_home_network(household: Household, phone: Phone) -> None:
    callback = _check(household, phone)["callback"]
    assert callback.level == "off"
    assert "home network" in _words(callback)


def test_an_address_without_https(household: Household, phone: Phone) -> None:
    callback = _parts(household, phone, "http://sms.dupont.fr")["callback"]
    assert (callback.level, "https" in _words(callback)) == ("waiting", True)


def test_nothing_is_set(household: Household, phone: Phone, simulator: Simulator) -> None:
    callback = _parts(household, phone, PUBLIC)["callback"]
    assert "has not looked yet" in _words(callback)
    simulator.set_callback(account.SERVICE, None)
    callback = _check(household, phone, PUBLIC)["callback"]
    assert (callback.level, callback.settable) == ("off", True)
    assert "No address is set" in _words(callback)


def test_another_address_is_set_and_nothing_of_it_but_the_host_is_told(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    _set(simulator, "https://shop.example.com/hook?key=s3cret")
    callback = _check(household, phone, PUBLIC)["callback"]
    assert (callback.level, callback.settable) == ("waiting", True)
    assert "shop.example.com" in _words(callback)
    assert "s3cret" not in _words(callback)
    assert "hook" not in _words(callback)


def test_an_address_of_another_phone_of_the_same_account_is_ours(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    other = household.add_ovh_phone("Bureau", number=account.SECOND_NUMBER)
    _set(simulator, PUBLIC + CALLBACKS.format(token=other.callback_token))
    told = _words(_check(household, phone, PUBLIC)["callback"])
    assert "next messages show" in told
    assert "does not find the name" in told
    assert "a hint only" in told


def test_the_house_has_moved(household: Household, phone: Phone, simulator: Simulator) -> None:
    old = CALLBACKS.format(token=phone.callback_token)
    _set(simulator, f"https://old.dupont.fr{old}")
    household.engine._config = household.engine.config.__class__(
        **{**vars(household.engine.config), "public_url": PUBLIC}
    )
    callback = _check(household, phone, PUBLIC)["callback"]
    assert (callback.level, callback.settable) == ("waiting", True)
    assert "earlier address of this RaspiSMS (old.dupont.fr)" in _words(callback)


def test_calls_come(household: Household, phone: Phone, simulator: Simulator) -> None:
    _set(simulator, PUBLIC + CALLBACKS.format(token=phone.callback_token))
    _check(household, phone, PUBLIC)
    _called(household, phone)
    callback = _parts(household, phone, PUBLIC)["callback"]
    assert (callback.level, str(callback.words)) == ("ok", "The provider calls.")
    assert callback.facts[0].at is not None


def test_set_but_no_call_comes(household: Household, phone: Phone, simulator: Simulator) -> None:
    root = f"{PUBLIC}:8443"
    _set(simulator, root + CALLBACKS.format(token=phone.callback_token))
    simulator.change(callbacks=False)
    _check(household, phone, root)
    _sent_and_asked_about(household, phone, simulator)
    assert _levels(household, phone, root)["callback"] == "ok"  # it may come yet
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        callback = _parts(household, phone, root)["callback"]
    assert callback.level == "error"
    assert "port 8443" in _words(callback)
    assert "certificate of sms.dupont.fr" in _words(callback)


def test_another_port_is_another_address_for_all_who_judge(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    _set(simulator, f"{PUBLIC}:8443" + CALLBACKS.format(token=phone.callback_token))
    _check(household, phone, PUBLIC)
    callback = _parts(household, phone, PUBLIC)["callback"]
    assert (callback.level, callback.settable) == ("waiting", True)
    assert callback_setup.status_of(phone, PUBLIC).state == "moved"


def test_two_messages_are_not_enough_to_say_so(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    _set(simulator, PUBLIC + CALLBACKS.format(token=phone.callback_token))
    simulator.change(callbacks=False)
    _check(household, phone, PUBLIC)
    _send(household, phone, 2)
    simulator.settle()
    receipt_polling.poll(household.engine, phone.id, 0)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert _levels(household, phone, PUBLIC)["callback"] == "ok"


def _called(household: Household, phone: Phone) -> None:
    """The provider called with a receipt."""
    values = {"id": "1", "ptt": "4", "date": "2026-01-01 00:00:00", "description": "1"}
    answer = household.client().post(CALLBACKS.format(token=phone.callback_token), data=values)
    assert answer.status_code == 200
