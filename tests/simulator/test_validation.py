"""What OVH's description does not provide for is refused, and what we answer fits it."""

from typing import Any

import ovh
import pytest

from raspisms.simulator import Simulator, validation
from raspisms.simulator.account import NUMBER, SENDER, SERVICE
from raspisms.simulator.api import ROUTES
from raspisms.simulator.numbers import with_zeros
from raspisms.simulator.schema import OPERATIONS

JOBS = f"/sms/{SERVICE}/jobs"
PHONE = "+33639980010"


@pytest.mark.parametrize(
    "change",
    [
        {"message": None},
        {"message": 3},
        {"message": ""},
        {"receivers": PHONE},
        {"receivers": [33639980010]},
        {"receivers": [None]},
        {"receivers": None},
        {"receivers": []},
        {"receivers": [PHONE] * 501},
        {"noStopClause": "true"},
        {"noStopClause": 1},
        {"noStopClause": None},
        {"charset": "utf-8"},
        {"priority": "urgent"},
        {"coding": "16bit"},
        {"_class": "alert"},
        {"validityPeriod": "2880"},
        {"differedPeriod": 1.5},
        {"differedPeriod": True},
        {"tag": 5},
        {"tag": None},
        {"tag": "x" * 21},
        {"sender": None},
        {"callBack": "http://127.0.0.1/"},
        {"receiversSlotId": "1"},
        {"message": "a" * 919},
        {"sender": "Unknown"},
        {"sender": ""},
    ],
    ids=str,
)
def test_a_job_that_does_not_fit_the_description_is_refused(
    sim: Simulator, client: ovh.Client, change: dict[str, Any]
) -> None:
    job = {"message": "m", "receivers": [PHONE], "sender": SENDER, "noStopClause": True}
    with pytest.raises(ovh.BadParametersError):
        client.post(JOBS, **(job | change))
    assert not sim.ledger.jobs


def test_everything_that_a_job_may_have_is_taken(sim: Simulator, client: ovh.Client) -> None:
    job = {"charset": "UTF-8", "_class": "phoneDisplay", "coding": "7bit", "priority": "high"}
    numbers = {"differedPeriod": 0, "validityPeriod": 2880}
    client.post(
        JOBS,
        message="m",
        receivers=[PHONE],
        sender=SENDER,
        noStopClause=True,
        tag="t",
        **job,
        **numbers,
    )
    assert len(sim.ledger.jobs) == 1


@pytest.mark.parametrize("name", ["sender", "senderForResponse", "noStopClause"])
def test_a_job_of_a_virtual_number_has_fewer_parameters(client: ovh.Client, name: str) -> None:
    value = SENDER if name == "sender" else True
    with pytest.raises(ovh.BadParametersError, match="not described"):
        client.post(
            f"/sms/{SERVICE}/virtualNumbers/{with_zeros(NUMBER)}/jobs",
            message="m",
            receivers=[PHONE],
            **{name: value},
        )


@pytest.mark.parametrize(
    "filters",
    [
        {"unknown": "x"},
        {"creationDatetime.from": "yesterday"},
        {"creationDatetime.from": "2026-07-15T12:24:10"},
        {"creationDatetime.to": None},
        {"deliveryReceipt": "one"},
        {"batchID": "5"},
        {"iamTags": "x"},
    ],
    ids=str,
)
def test_a_filter_that_does_not_fit_the_description_is_refused(
    client: ovh.Client, filters: dict[str, Any]
) -> None:
    with pytest.raises(ovh.BadParametersError):
        client.get(f"/sms/{SERVICE}/outgoing", **filters)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "disable"},
        {"creditsLeft": 5.0},
        {"smsResponse": None},
        {"smsResponse": {"responseType": "email"}},
        {"smsResponse": {"url": "http://127.0.0.1/"}},
        {"description": None},
        {"callBack": 5},
        {"callBack": "ftp://example.org/"},
        {"callBack": "http://[example.org/"},
        {"automaticRecreditAmount": 300},
        {"callback": "http://127.0.0.1/"},
    ],
    ids=str,
)
def test_a_change_of_a_service_that_does_not_fit_is_refused(
    client: ovh.Client, change: dict[str, Any]
) -> None:
    before = client.get(f"/sms/{SERVICE}")
    with pytest.raises(ovh.BadParametersError):
        client.put(f"/sms/{SERVICE}", **change)
    assert client.get(f"/sms/{SERVICE}") == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", JOBS, ["m"]),
        ("POST", JOBS, "m"),
        ("PUT", f"/sms/{SERVICE}", []),
        ("GET", "/sms", {"a": 1}),
        ("GET", f"/sms/{SERVICE}/jobs/first", None),
        ("GET", "/sms?a=1", None),
        ("GET", f"/sms/{SERVICE}/incoming?tag=a&tag=b", None),
    ],
)
def test_other_calls_that_do_not_fit_are_refused(
    client: ovh.Client, method: str, path: str, body: object
) -> None:
    with pytest.raises(ovh.BadParametersError):
        client.call(method, path, body)


@pytest.mark.parametrize(
    "path", ["/", "/sms/", f"/sms/{SERVICE}/users", "/me", f"/sms/{SERVICE}/jobs/1/more"]
)
def test_other_routes_are_not_found(client: ovh.Client, path: str) -> None:
    with pytest.raises(ovh.ResourceNotFoundError):
        client.get(path)


def test_every_answer_fits_the_description(sim: Simulator, client: ovh.Client) -> None:
    number = f"/sms/{SERVICE}/virtualNumbers/{with_zeros(NUMBER)}"
    job = {"message": "m", "receivers": [PHONE]}
    report = client.post(f"/sms/{SERVICE}/jobs", sender=SENDER, noStopClause=True, **job)
    sim.settle()
    incoming = sim.answer(PHONE, NUMBER, "STOP")
    waiting = client.post(
        f"{number}/jobs", message="m", receivers=["+33639980011"], differedPeriod=5
    )["ids"][0]
    samples: dict[str, dict[str, Any]] = {
        "/sms/{serviceName}/jobs/{id}": {"id": waiting},
        "/sms/{serviceName}/outgoing/{id}": {"id": report["ids"][0]},
        "/sms/{serviceName}/incoming/{id}": {"id": incoming.id},
        "/sms/{serviceName}/blacklists/{number}": {"number": PHONE},
        "/sms/{serviceName}/senders/{sender}": {"sender": SENDER},
        "/sms/{serviceName}/virtualNumbers/{number}/jobs/{id}": {"id": waiting},
        "/sms/{serviceName}/virtualNumbers/{number}/outgoing/{id}": {"id": 0},
        "/sms/{serviceName}/virtualNumbers/{number}/incoming/{id}": {"id": incoming.id},
        "/sms/ptts": {"ptt": 23},
        "/sms/rates/destinations": {"country": "be"},
    }
    checked = 0
    for key, operation in OPERATIONS.items():
        if operation.method != "GET" or key not in ROUTES:
            continue
        values = {"serviceName": SERVICE, "number": with_zeros(NUMBER)}
        values |= samples.get(operation.path, {})
        if values.get("id") == 0:
            continue
        path = operation.path.format_map(values)
        query = {name: values[name] for name in operation.placed("query") if name in values}
        answer = client.get(path, operation.signed, **query)
        validation.check(operation.returns, answer, key)
        if operation.returns in validation.TYPES:
            assert answer.keys() == validation.TYPES[operation.returns]["properties"].keys()
        checked += 1
    assert checked > 20
    validation.check("sms.SmsSendingReport", report, "report")


def test_every_route_of_the_excerpt_is_served() -> None:
    assert set(OPERATIONS) == set(ROUTES)
