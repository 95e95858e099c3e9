"""Inside an application context, with an OVH phone; no job runs but those that a test calls."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from raspisms.extensions import db
from raspisms.messaging.engine import Engine
from raspisms.models import Message, Phone
from raspisms.outbound import Outbound
from tests.household import Household
from tests.push_service import PushService


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_ovh_phone()


@pytest.fixture
def service(household: Household, tmp_path: Path) -> Iterator[PushService]:
    """The push service of the members' devices; it may refuse nothing that it was sent."""
    with PushService(tmp_path).running() as running:
        household.engine.outbound = Outbound(lambda _: True, running.ca_file)
        yield running
        assert not running.refused, running.refused


def later(engine: Engine, **passed: float) -> None:
    """Let time pass for what is stored, and let rests end."""
    by = timedelta(**passed)
    for message in db.session.scalars(db.select(Message)).all():
        for name in ("attempt_at", "ask_at"):
            value = getattr(message, name)
            if value is not None:
                db.session.execute(
                    db.update(Message).where(Message.id == message.id).values({name: value - by})
                )
    db.session.commit()
    engine._rests.clear()
    engine._buckets.clear()  # the budget is measured by a clock that no test can move
