"""Sending, reading and answering when all is well."""

from datetime import datetime, timedelta

import ovh
import pytest

from raspisms.simulator import Simulator
from raspisms.simulator.account import (
    NUMBER,
    SECOND_NUMBER,
    SECOND_SERVICE,
    SENDER,
    SERVICE,
    THIRD_NUMBER,
)
from raspisms.simulator.errors import ApiError
from raspisms.simulator.numbers import with_zeros

PATH = f"/sms/{SERVICE}"
NUMBER_PATH = f"{PATH}/virtualNumbers/{with_zeros(NUMBER)}"
ANNE, BRUNO, CHLOE = "+33639980010", "+33639980011", "+33639980012"


def send(client: ovh.Client, *receivers: str, **changes: object) -> dict[str, list[int]]:
    job = {"message": "Bonjour", "sender": SENDER, "noStopClause": True}
    return client.post(f"{PATH}/jobs", receivers=list(receivers), **(job | changes))


def test_a_job_becomes_outgoing_under_the_same_id(sim: Simulator, client: ovh.Client) -> None:
    sim.change(pickup_delay=0.3, delivery_delay=0.4)
    (wanted,) = send(client, ANNE)["ids"]
    assert client.get(f"{PATH}/jobs") == [wanted]
    assert client.get(f"{PATH}/outgoing") == []
    assert client.get(f"{PATH}/jobs/{wanted}")["sentAt"] is None
    sim.settle()
    assert client.get(f"{PATH}/jobs") == []
    assert client.get(f"{PATH}/outgoing") == [wanted]
    shown = client.get(f"{PATH}/outgoing/{wanted}")
    assert (shown["deliveryReceipt"], shown["ptt"]) == (1, 4)
    assert shown["sentAt"]
    assert shown["deliveredAt"]


def test_a_call_with_a_poisonous_number_is_refused_whole(
    sim: Simulator, client: ovh.Client
) -> None:
    sim.outcome(BRUNO, "poison")
    with pytest.raises(ovh.exceptions.BadParametersError):
        send(client, ANNE, BRUNO)
    assert sim.ledger.jobs == ()
    assert send(client, ANNE, CHLOE)["ids"]


def test_times_are_those_of_paris(sim: Simulator, client: ovh.Client) -> None:
    (wanted,) = send(client, ANNE)["ids"]
    sim.settle()
    created = datetime.fromisoformat(client.get(f"{PATH}/outgoing/{wanted}")["creationDatetime"])
    assert created.utcoffset() in {timedelta(hours=1), timedelta(hours=2)}
    assert created.microsecond == 0


def test_a_job_that_still_waits_can_be_cancelled(sim: Simulator, client: ovh.Client) -> None:
    (wanted,) = send(client, ANNE, differedPeriod=1)["ids"]
    assert client.delete(f"{PATH}/jobs/{wanted}") is None
    assert client.get(f"{PATH}/jobs") == []
    with pytest.raises(ovh.ResourceNotFoundError):
        client.get(f"{PATH}/jobs/{wanted}")
    assert client.get(PATH)["creditsLeft"] == 1000


def test_numbers_are_taken_as_plus_or_zeros_and_shown_as_plus(client: ovh.Client) -> None:
    report = send(client, ANNE, "0033639980011", "0639980012", "36111", "+33 6 39 98 00 13")
    assert report["validReceivers"] == [ANNE, BRUNO]
    assert report["invalidReceivers"] == ["0639980012", "36111", "+33 6 39 98 00 13"]
    assert report["totalCreditsRemoved"] == 2


@pytest.mark.parametrize("receivers", [[ANNE, BRUNO], [ANNE, BRUNO, CHLOE, "+33639980013"]])
def test_no_id_stands_where_its_receiver_stands(
    sim: Simulator, client: ovh.Client, receivers: list[str]
) -> None:
    report = send(client, *receivers)
    sim.settle()
    owners = [client.get(f"{PATH}/outgoing/{wanted}")["receiver"] for wanted in report["ids"]]
    assert sorted(owners) == sorted(receivers)
    assert all(a != b for a, b in zip(owners, report["validReceivers"], strict=True))


def test_credits_are_counted_by_part_and_country(client: ovh.Client) -> None:
    assert send(client, ANNE, message="a" * 161)["totalCreditsRemoved"] == 2
    assert send(client, "+41791234567")["totalCreditsRemoved"] == 1.5
    assert client.get(PATH)["creditsLeft"] == 996.5


def test_the_stop_clause_is_paid_for(client: ovh.Client) -> None:
    assert send(client, ANNE, message="a" * 149, noStopClause=False)["totalCreditsRemoved"] == 1
    assert send(client, ANNE, message="a" * 150, noStopClause=False)["totalCreditsRemoved"] == 2


def test_without_credit_nothing_is_sent(sim: Simulator, client: ovh.Client) -> None:
    sim.account.services[SERVICE].credits = 1
    with pytest.raises(ovh.APIError, match="credits"):
        send(client, ANNE, BRUNO)
    assert not sim.ledger.jobs
    send(client, ANNE)


def test_a_disabled_service_sends_nothing_but_can_be_read(
    sim: Simulator, client: ovh.Client
) -> None:
    sim.account.services[SERVICE].status = "disable"
    with pytest.raises(ovh.APIError, match="disabled"):
        send(client, ANNE)
    assert client.get(PATH)["status"] == "disable"


def test_a_message_that_may_be_answered_comes_from_a_short_number(
    sim: Simulator, client: ovh.Client
) -> None:
    job = {"message": "Viens-tu ?", "receivers": [ANNE], "senderForResponse": True}
    client.post(f"{PATH}/jobs", **job)
    assert sim.ledger.jobs[0].sender == "38100"
    sim.answer(ANNE, "38100", "Oui")
    (wanted,) = client.get(f"{PATH}/incoming")
    assert client.get(f"{PATH}/incoming/{wanted}")["message"] == "Oui"


def test_a_link_cannot_go_out_from_a_short_number(client: ovh.Client) -> None:
    job = {"message": "https://example.org", "receivers": [ANNE], "senderForResponse": True}
    with pytest.raises(ovh.BadParametersError, match="contact information"):
        client.post(f"{PATH}/jobs", **job)


@pytest.mark.parametrize(
    "filters",
    [
        {"receiver": ANNE},
        {"tag": "mine"},
        {"message_differed": 0},
        {"deliveryReceipt": 2},
        {"ptt": 24},
        {"creationDatetime.from": "2020-01-01T00:00:00+01:00"},
        {"creationDatetime.to": "2020-01-01T00:00:00+01:00"},
        {"receiver": ANNE, "tag": "other"},
        {"sender": SENDER},
        {"batchID": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
    ],
    ids=str,
)
def test_outgoing_messages_can_be_filtered(
    sim: Simulator, client: ovh.Client, filters: dict[str, object]
) -> None:
    sim.outcome(ANNE, "failed", ptt=24)
    anne = send(client, ANNE, tag="mine")["ids"]
    bruno = send(client, BRUNO, tag="other")["ids"]
    sim.settle()
    everyone = [*anne, *bruno]
    wanted = {
        "{'receiver': '+33639980010'}": anne,
        "{'tag': 'mine'}": anne,
        "{'deliveryReceipt': 2}": anne,
        "{'ptt': 24}": anne,
        "{'creationDatetime.from': '2020-01-01T00:00:00+01:00'}": everyone,
        "{'sender': 'Maison'}": everyone,
    }
    if "message_differed" in filters:
        filters = {"differedDelivery": 0}
        wanted[str(filters)] = everyone
    assert client.get(f"{PATH}/outgoing", **filters) == wanted.get(str(filters), [])


def test_a_message_is_found_by_the_second_of_its_creation(
    sim: Simulator, client: ovh.Client
) -> None:
    (wanted,) = send(client, ANNE)["ids"]
    sim.settle()
    at = client.get(f"{PATH}/outgoing/{wanted}")["creationDatetime"]
    between = {"creationDatetime.from": at, "creationDatetime.to": at}
    assert client.get(f"{PATH}/outgoing", **between) == [wanted]


@pytest.mark.parametrize(
    ("name", "seconds", "found"),
    [
        ("creationDatetime.from", 0, True),
        ("creationDatetime.from", 0.5, False),
        ("creationDatetime.from", -0.5, True),
        ("creationDatetime.to", 0, True),
        ("creationDatetime.to", 0.5, True),
        ("creationDatetime.to", -0.5, False),
    ],
)
def test_dates_are_compared_as_they_are_shown(
    sim: Simulator, client: ovh.Client, name: str, seconds: float, found: bool
) -> None:
    """Not with the microseconds that only the simulator knows."""
    wanted = sim.answer(ANNE, NUMBER, "Oui")
    wanted.created = wanted.created.replace(microsecond=400_000)
    shown = datetime.fromisoformat(client.get(f"{PATH}/incoming/{wanted.id}")["creationDatetime"])
    filters = {name: (shown + timedelta(seconds=seconds)).isoformat()}
    assert (client.get(f"{PATH}/incoming", **filters) == [wanted.id]) == found


def test_outgoing_messages_can_be_deleted(sim: Simulator, client: ovh.Client) -> None:
    (wanted,) = send(client, ANNE)["ids"]
    sim.settle()
    assert client.delete(f"{PATH}/outgoing/{wanted}") is None
    assert client.get(f"{PATH}/outgoing") == []
    assert len(sim.ledger.jobs) == 1


def test_a_virtual_number_shows_only_its_own_messages(sim: Simulator, client: ovh.Client) -> None:
    send(client, ANNE)
    (wanted,) = client.post(f"{NUMBER_PATH}/jobs", message="m", receivers=[ANNE])["ids"]
    sim.settle()
    sim.answer(ANNE, NUMBER, "to the first")
    sim.answer(ANNE, SECOND_NUMBER, "to the second")
    assert client.get(f"{NUMBER_PATH}/outgoing") == [wanted]
    assert len(client.get(f"{PATH}/outgoing")) == 2
    assert len(client.get(f"{NUMBER_PATH}/incoming")) == 1
    assert len(client.get(f"{PATH}/incoming")) == 2
    assert client.get(f"/sms/{SECOND_SERVICE}/outgoing") == []


def test_a_french_virtual_number_reaches_france_only(client: ovh.Client) -> None:
    job = {"message": "m", "receivers": [ANNE, "+41791234567"]}
    report = client.post(f"{NUMBER_PATH}/jobs", **job)
    assert report["invalidReceivers"] == ["+41791234567"]


def test_virtual_numbers_are_listed_by_service_and_altogether(client: ovh.Client) -> None:
    ours = [with_zeros(NUMBER), with_zeros(SECOND_NUMBER)]
    assert client.get(f"{PATH}/virtualNumbers") == ours
    assert client.get("/sms/virtualNumbers") == [*ours, with_zeros(THIRD_NUMBER)]
    assert client.get(f"/sms/virtualNumbers/{ours[0]}")["countryCode"] == "fr"


@pytest.mark.parametrize("number", [NUMBER, with_zeros(THIRD_NUMBER), "0639980001"])
def test_a_virtual_number_is_found_only_under_its_service_and_with_zeros(
    client: ovh.Client, number: str
) -> None:
    with pytest.raises(ovh.ResourceNotFoundError):
        client.get(f"{PATH}/virtualNumbers/{number}")


def test_an_answer_is_listed_until_it_is_deleted(sim: Simulator, client: ovh.Client) -> None:
    wanted = sim.answer("0033639980010", NUMBER, "Oui, avec plaisir 🙂").id
    assert client.get(f"{PATH}/incoming", sender=ANNE) == [wanted]
    assert client.get(f"{PATH}/incoming", sender=BRUNO) == []
    shown = client.get(f"{PATH}/incoming/{wanted}")
    assert (shown["sender"], shown["message"]) == (ANNE, "Oui, avec plaisir 🙂")
    assert client.delete(f"{PATH}/incoming/{wanted}") is None
    with pytest.raises(ovh.ResourceNotFoundError):
        client.get(f"{PATH}/incoming/{wanted}")
    assert sim.ledger.incoming[0].deleted


def test_nobody_can_write_to_a_number_that_no_service_has(sim: Simulator) -> None:
    with pytest.raises(ApiError):
        sim.answer(ANNE, "+33639989999", "Allo ?")


def test_a_stop_answer_puts_the_number_on_the_blacklist(sim: Simulator, client: ovh.Client) -> None:
    (sent,) = send(client, ANNE)["ids"]
    sim.answer(ANNE, NUMBER, " stop ")
    assert client.get(f"{PATH}/blacklists") == [ANNE]
    assert client.get(f"{PATH}/blacklists", smsOutgoingID=sent) == [ANNE]
    assert client.get(f"{PATH}/blacklists/{ANNE}")["smsOutgoingID"] == sent
    assert send(client, ANNE, BRUNO)["invalidReceivers"] == [ANNE]
    client.delete(f"{PATH}/blacklists/{ANNE}")
    assert send(client, ANNE)["invalidReceivers"] == []


def test_a_new_sender_works_once_it_is_validated(client: ovh.Client) -> None:
    assert client.post(f"{PATH}/senders", sender="A & B", reason="why") == "A & B"
    with pytest.raises(ovh.BadParametersError, match="not enabled"):
        send(client, ANNE, sender="A & B")
    client.post(f"{PATH}/senders/A%20%26%20B/validate", code="1234")
    send(client, ANNE, sender="A & B")
    with pytest.raises(ovh.ResourceConflictError):
        client.post(f"{PATH}/senders", sender="A & B")
    client.delete(f"{PATH}/senders/A%20%26%20B")
    assert client.get(f"{PATH}/senders") == [SENDER]


def test_a_sender_can_be_disabled(client: ovh.Client) -> None:
    client.put(f"{PATH}/senders/{SENDER}", status="disable")
    with pytest.raises(ovh.BadParametersError, match="not enabled"):
        send(client, ANNE)


@pytest.mark.parametrize("sender", ["", "TwelveLetters", "0612345678"])
def test_some_names_cannot_be_senders(client: ovh.Client, sender: str) -> None:
    with pytest.raises(ovh.BadParametersError):
        client.post(f"{PATH}/senders", sender=sender)


def test_a_change_of_a_service_leaves_the_rest(client: ovh.Client) -> None:
    assert client.put(PATH, callBack="https://example.org/?a=1") is None
    assert client.put(PATH, smsResponse={"responseType": "text", "text": "Merci"}) is None
    shown = client.get(PATH)
    assert shown["callBack"] == "https://example.org/?a=1"
    assert shown["smsResponse"]["text"] == "Merci"
    assert shown["description"] == "Household"


def test_an_estimate_counts_the_stop_clause(client: ovh.Client) -> None:
    text = {"message": "a" * 150, "senderType": "alpha"}
    assert client.post("/sms/estimate", noStopClause=True, **text)["parts"] == 1
    assert client.post("/sms/estimate", noStopClause=False, **text) == {
        "characters": 161,
        "charactersClass": "7bits",
        "maxCharactersPerPart": 153,
        "parts": 2,
    }
