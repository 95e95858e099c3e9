"""What tests of all folders share."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from raspisms.messaging import members
from raspisms.simulator import Simulator
from tests.household import Household, settings_for

# A process that was started in the background, or by nohup, ignores these signals, and so would all
# that it starts. With a handler here, the commands under test get them as from a terminal.
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)

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
