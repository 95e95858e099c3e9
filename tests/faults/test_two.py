"""Two of everything on one database: one does the jobs, the other says so, and nothing doubles."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from raspisms import sqlite
from raspisms.messaging import backups
from raspisms.simulator import Simulator
from tests.cli.program import Program
from tests.household import PEER, Household, eventually, settings_for
from tests.process import Served


@pytest.fixture
def second(simulator: Simulator, household: Household) -> Iterator[Served]:
    """One more on the same folder, at a port of its own. Not started yet."""
    settings = settings_for(simulator, RASPISMS_RECONCILE_SECONDS=1)
    second = Served(household.folder, **settings)
    yield second
    second.__exit__(None, None, None)


def test_the_second_takes_over_what_the_first_was_sending_when_it_was_killed(
    household: Household, served: Served, second: Served, simulator: Simulator
) -> None:
    """Until then it only shows the pages."""
    phone_id = household.add_ovh_phone().id
    served.start()
    second.start()
    texts = [f"Message {number}" for number in range(12)]
    hold = simulator.hold("accepted", match="POST */jobs")
    messages = [household.write(phone_id, text) for text in texts]
    hold.wait(30)
    assert requests.get(f"{second.url}/login", timeout=5).ok
    served.kill()
    hold.release("cut")
    eventually(lambda: _all_taken(household, messages), within=60, what=second.output)
    assert sorted(job.text for job in simulator.ledger.jobs) == sorted(texts)


def test_the_command_line_sends_through_the_one_that_runs_and_restores_nothing_under_it(
    household: Household, served: Served, simulator: Simulator, tmp_path: Path
) -> None:
    phone_id = household.add_ovh_phone("Maison").id
    backups.back_up(household.folder, tmp_path / "copy")
    served.start()
    program = Program(household.folder, settings_for(simulator))
    here = household.write(phone_id, "D'ici")
    there = int(program.done("send", "--phone", "Maison", PEER, "De la ligne de commande").out)
    eventually(lambda: _all_taken(household, [here, there]), what=served.output)
    household.close()
    before = (household.folder / sqlite.DATABASE).stat().st_ino
    refused = program.run("restore", tmp_path / "copy")
    assert (refused.code, refused.out) == (1, "")
    assert "is running" in refused.err
    assert (household.folder / sqlite.DATABASE).stat().st_ino == before
    assert sorted(job.text for job in simulator.ledger.jobs) == ["D'ici", "De la ligne de commande"]


def _all_taken(household: Household, messages: list[int]) -> bool:
    """Whether it is known of each that the provider has it."""
    return all(household.message(one).provider_uid for one in messages)
