"""What tests of all folders share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from raspisms.messaging import members
from raspisms.simulator import Simulator
from tests.household import Household, settings_for

# The same method at a fraction of its cost: hundreds of accounts are made here.
members.PASSWORD_HASH = "scrypt:1024:8:1"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """An OVH of one's own, delivering quickly."""
    with Simulator(delivery_delay=0.2) as running:
        yield running


@pytest.fixture
def household(simulator: Simulator, tmp_path: Path) -> Iterator[Household]:
    """A household whose OVH is the simulator. Not in an application context."""
    household = Household(tmp_path / "instance", **settings_for(simulator))
    yield household
    household.close()
