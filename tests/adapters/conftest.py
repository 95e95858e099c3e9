"""Adapters alone, without a database: the interface is all that they know."""

from datetime import timedelta
from pathlib import Path

import pytest

from raspisms.adapters import registry
from raspisms.adapters.base import Adapter, Purpose, Surroundings
from raspisms.messaging.true_time import TrueTime
from raspisms.simulator import Simulator
from tests.household import KEYS


class FreeBudget:
    """Never in the way; it keeps what it was told."""

    def __init__(self) -> None:
        self.taken: list[Purpose] = []
        self.slowed: list[timedelta | None] = []

    def take(self, purpose: Purpose) -> None:
        self.taken.append(purpose)

    def slow_down(self, retry_after: timedelta | None) -> None:
        self.slowed.append(retry_after)


@pytest.fixture
def budget() -> FreeBudget:
    return FreeBudget()


VIRTUAL_NUMBER, SHORTCODE = "ovh_sms_virtual_number_adapter", "ovh_sms_shortcode_adapter"


def ovh_adapter(
    url: str, budget: FreeBudget, folder: Path, uid: str = VIRTUAL_NUMBER, **changed: str
) -> Adapter:
    kind = registry.get(uid)
    settings = kind.clean(KEYS | changed, "FR")
    return kind(settings, Surroundings("FR", folder, url, budget, TrueTime()))


@pytest.fixture
def ovh(simulator: Simulator, budget: FreeBudget, tmp_path: Path) -> Adapter:
    """An OVH phone whose number is spelled as OVH does, as after a check."""
    return ovh_adapter(simulator.url, budget, tmp_path)


@pytest.fixture(params=[VIRTUAL_NUMBER, SHORTCODE])
def either(
    simulator: Simulator, budget: FreeBudget, tmp_path: Path, request: pytest.FixtureRequest
) -> Adapter:
    """One of OVH's adapters after the other, for what they share."""
    return ovh_adapter(simulator.url, budget, tmp_path, request.param)
