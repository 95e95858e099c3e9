"""Inside an application context, with an OVH phone; no job runs but those that a test calls."""

from collections.abc import Iterator

import pytest

from raspisms.models import Phone
from tests.household import Household


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_ovh_phone()
