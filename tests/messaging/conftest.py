"""Inside an application context, with an OVH phone; no job runs but those that a test calls."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from raspisms.extensions import db
from raspisms.messaging.engine import Engine
from raspisms.models import Message, Phone
from tests.household import Household


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_ovh_phone()


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
