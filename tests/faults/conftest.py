"""A served RaspiSMS and the same household seen from a second process: this one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from raspisms.simulator import Simulator
from tests.household import Household, settings_for
from tests.process import Served


@pytest.fixture
def served(simulator: Simulator, household: Household, tmp_path: Path) -> Iterator[Served]:
    """Not started yet. Asks about uncertain messages after a second."""
    settings = settings_for(simulator, RASPISMS_RECONCILE_SECONDS=1)
    served = Served(household.folder, **settings)
    with household.app.app_context():
        yield served
    served.__exit__(None, None, None)
