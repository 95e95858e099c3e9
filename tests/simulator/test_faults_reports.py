"""A job is accepted, but its report is not what one expects."""

from collections.abc import Callable

import ovh
import pytest

from raspisms.simulator import Simulator
from raspisms.simulator.account import SERVICE

from .sending import ANNE, BRUNO, CHLOE, send

# name, a check of the report for three receivers, how many messages were accepted
REPORTS: list[tuple[str, Callable[[dict[str, list[int]]], bool], int]] = [
    ("happy", lambda r: len(set(r["ids"])) == len(r["validReceivers"]) == 3, 3),
    ("other_shape", lambda r: "ids" not in r, 3),
    ("json_list", lambda r: isinstance(r, list), 3),
    ("fewer_ids", lambda r: len(r["ids"]) == 2, 3),
    ("more_ids", lambda r: len(r["ids"]) == 4, 3),
    ("repeated_ids", lambda r: len(r["ids"]) == 3 and len(set(r["ids"])) == 2, 3),
    ("no_ids", lambda r: r["ids"] == [] and len(r["validReceivers"]) == 3, 3),
    ("all_invalid", lambda r: r["ids"] == [] and len(r["invalidReceivers"]) == 3, 0),
    ("some_invalid", lambda r: r["invalidReceivers"] == [BRUNO], 2),
    ("tags_dropped", lambda r: r["tag"] == "", 3),
]


@pytest.mark.parametrize(("name", "check", "accepted"), REPORTS)
def test_an_odd_report_comes_for_a_job_that_was_accepted(
    sim: Simulator,
    client: ovh.Client,
    name: str,
    check: Callable[[dict[str, list[int]]], bool],
    accepted: int,
) -> None:
    sim.fault(name)
    assert check(send(client, ANNE, BRUNO, CHLOE))
    assert len(sim.ledger.jobs) == accepted


def test_a_dropped_tag_finds_nothing(sim: Simulator, client: ovh.Client) -> None:
    sim.fault("tags_dropped")
    send(client)
    sim.settle()
    assert client.get(f"/sms/{SERVICE}/outgoing", tag="mine") == []
    assert sim.ledger.jobs[0].tag == "mine"


# name, a check of the ids reported, given those that there are
HUNDREDS: list[tuple[str, Callable[[list[int], set[int]], bool]]] = [
    ("fewer_ids", lambda ids, real: len(ids) == 90 and set(ids) < real),
    ("more_ids", lambda ids, real: len(ids) == 110 and len(set(ids) - real) == 10),
    ("repeated_ids", lambda ids, real: len(ids) == 100 and len(set(ids)) == 50),
    ("some_invalid", lambda ids, real: len(ids) == 50 and set(ids) == real),
]


@pytest.mark.parametrize(("name", "check"), HUNDREDS)
def test_a_report_for_a_hundred_is_wrong_in_part(
    sim: Simulator,
    client: ovh.Client,
    name: str,
    check: Callable[[list[int], set[int]], bool],
) -> None:
    sim.fault(name)
    ids = send(client, *(f"+336399810{n:02}" for n in range(100)))["ids"]
    assert check(ids, {entry.id for entry in sim.ledger.jobs})
