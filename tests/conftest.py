"""What tests of all folders share."""

import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from raspisms.messaging import passwords
from raspisms.simulator import Simulator
from tests.household import Household, settings_for

FOLDER = Path(__file__).parent

# How long an example takes tells how busy the machine is, and nothing about the property.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

# A process that was started in the background, or by nohup, ignores these signals, and so would all
# that it starts. With a handler here, the commands under test get them as from a terminal.
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)

# What pytest and Python make of a file is kept, also where that is turned off: else each of the
# workers makes all of it again.
sys.dont_write_bytecode = False

# The same method at a fraction of its cost: hundreds of accounts are made here.
passwords.METHOD = "scrypt:1024:8:1"


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Of all that is loaded by several workers, each begins with another part.

    Where a checkout is new, pytest rewrites each file before it is loaded, and Hypothesis reads it,
    which takes longer than the loading. Both keep what they made, so that it is there already when
    the others come to it.
    """
    gc.disable()  # what is loaded is no garbage
    worker = getattr(session.config, "workerinput", None)
    if worker is None or [session.startpath / arg for arg in session.config.args] != [FOLDER]:
        return
    files = sorted(FOLDER.rglob("test_*.py"))
    number = int(worker["workerid"].removeprefix("gw"))
    first = len(files) * number // worker["workercount"]
    for file in files[first:] + files[:first]:
        # What is wrong with a file is told where it is collected.
        with suppress(Exception):
            import_module(".".join(file.relative_to(FOLDER.parent).with_suffix("").parts))


#: Where tests are that start processes, the longest first.
SLOW = ("browser", "faults", "test_wheel.py", "test_serving.py", "test_checks.py", "cli")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that no worker is left alone with one at the end.

    Those of a browser are in one go then: Chromium starts once.
    """
    items.sort(key=lambda item: _turn(item.path))


def _turn(path: Path) -> int:
    place = path.relative_to(FOLDER).parts[0]
    return SLOW.index(place) if place in SLOW else len(SLOW)


def pytest_collection_finish() -> None:
    """What is there now stays: Python need not look again and again for what of it is in use."""
    gc.freeze()
    gc.set_threshold(3000)
    gc.enable()


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
