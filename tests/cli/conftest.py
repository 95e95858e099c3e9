"""Households on the disk, for the command line to work on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from raspisms.messaging import contacts
from tests.cli.program import Program
from tests.household import Household


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    """An administrator Ana, the test phone Essai, the contact Léa. In no application context."""
    household = Household(tmp_path / "instance")
    with household.app.app_context():
        household.add_test_phone()
        contacts.add(household.engine, "Léa", "06 39 98 12 34")
    yield household
    household.close()


@pytest.fixture
def program(household: Household) -> Program:
    """The command line of that household, whose database nobody else has open."""
    household.close()
    return Program(household.folder)


@pytest.fixture
def new(tmp_path: Path) -> Program:
    """The command line where RaspiSMS was never started."""
    return Program(tmp_path / "instance")
