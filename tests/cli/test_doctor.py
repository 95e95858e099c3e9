"""``raspisms doctor``: the same as the pages of the phones, and what is about the machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from raspisms.cli import faults
from raspisms.scheduling import SchedulerLock
from raspisms.simulator import Simulator, account
from tests.cli.program import Answer, Program
from tests.household import Household, settings_for

SECRETS = (account.APPLICATION_SECRET, account.CONSUMER_KEY)


@pytest.fixture
def online(tmp_path: Path, simulator: Simulator) -> Program:
    """The command line of a household with an OVH phone and a test phone."""
    settings = settings_for(simulator)
    household = Household(tmp_path / "instance", **settings)
    with household.app.app_context():
        household.add_ovh_phone()
        household.add_test_phone()
    household.close()
    return Program(household.folder, settings)


@pytest.fixture
def served(online: Program) -> Iterator[Program]:
    """The same while somebody sends and receives for it."""
    lock = SchedulerLock(online.instance)
    assert lock.acquire()
    yield online
    lock.release()


def _parts(answer: Answer) -> dict[tuple[str | None, str], dict[str, Any]]:
    return {(line["phone"], line["part"]): line for line in answer.lines}


def test_all_is_well(served: Program) -> None:
    answer = served.done("doctor")
    assert answer.err == ""
    for words in (
        "Database: Works",
        "Sending and receiving: Works",
        "Maison  +33639980001",
        "Essai  +33639987777",
        "Receiving: Works",
        "    Send messages: Yes",
        "Clock: Works",
    ):
        assert f"{words}\n" in answer.out
    parts = _parts(served.done_here("doctor", "--json"))
    assert {line["level"] for line in parts.values()} == {"ok", "off"}
    assert parts["Maison", "receiving"]["facts"]["inbox_read"] is not None
    assert parts[None, "address"]["level"] == "off"


def test_only_the_phones_that_are_named(served: Program) -> None:
    parts = _parts(served.done_here("doctor", "essai", "--json"))
    assert {phone for phone, _ in parts} == {None, "Essai"}
    assert "no phone named" in served.here("doctor", "Nobody").err


def test_nobody_sends_and_receives(online: Program) -> None:
    answer = online.here("doctor", "--json")
    assert answer.code == faults.FAULT
    assert _parts(answer)[None, "jobs"]["level"] == "error"


def test_ovh_is_down_and_its_name_for_the_call_is_told(
    served: Program, simulator: Simulator
) -> None:
    simulator.fault("error_503", match="*")
    answer = served.here("doctor", "--json")
    assert answer.code == faults.FAULT
    keys = _parts(answer)["Maison", "keys"]
    assert (keys["level"], keys["error"]["query_id"][:3]) == ("waiting", "EU.")
    assert "EU." in served.here("doctor", "Maison").out


def test_it_speaks_the_language_of_the_household_and_tells_no_secret(
    served: Program, simulator: Simulator
) -> None:
    simulator.set_callback(account.SERVICE, "https://shop.example.com/hook?key=s3cret")
    public = {"RASPISMS_PUBLIC_URL": "https://192.168.1.20"}
    told = served.here("doctor", RASPISMS_LANGUAGE="fr", **public).out
    told += served.here("doctor", "--json", **public).out
    assert "Oui" in told
    for secret in (*SECRETS, "s3cret", "/callback/"):
        assert secret not in told
