"""A power cut around the run of a plan: the run is made once, for all, or it is made afterwards."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from raspisms.extensions import db
from raspisms.messaging import plan_runs, signals
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Message, Plan
from raspisms.sms.person import Person
from tests.faults.moments import killed_at
from tests.household import Household, eventually
from tests.messaging.planning import make, runs, weekly

PEOPLE = [Person(f"+336399800{n:02}") for n in range(12)]
MADE = datetime(2027, 1, 1, 9, tzinfo=UTC)
RUN_AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
LATER = datetime(2027, 1, 5, 8, 3, tzinfo=UTC)


@pytest.fixture
def planned(household: Household) -> Household:
    with household.app.app_context(), time_machine.travel(MADE, tick=False):
        household.add_test_phone()
        make(household, weekly(), fixed=True, people=PEOPLE)
        db.session.remove()
    return household


def run_due(household: Household) -> object:
    return plan_runs.run_due(household.engine, LATER)


def stored(household: Household) -> tuple[int, int, bool]:
    """Campaigns, messages, and whether the plan goes on with its next time."""
    with household.app.app_context():
        db.session.rollback()
        counts = [
            db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Campaign, Message)
        ]
        next_at = db.session.scalars(select(Plan.next_at)).one()
        db.session.remove()
        db.engine.dispose()
    return counts[0], counts[1], next_at is not None and next_at > LATER


def test_a_run_is_made_once_whenever_the_power_is_cut(planned: Household) -> None:
    nothing, made, stepped = (0, 0, False), (1, len(PEOPLE), False), (1, len(PEOPLE), True)
    with time_machine.travel(LATER, tick=False):
        moment, seen = 1, []
        while (
            killed_at(planned, run_due, moment)
            and (seen := [*seen, stored(planned)])[-1] == nothing
        ):
            moment += 1
        assert len(seen) > 8
        assert seen[-1] == made
        # What follows, of a run that is there already.
        moment, seen = 1, []
        while (
            killed_at(planned, run_due, moment) and (seen := [*seen, stored(planned)])[-1] == made
        ):
            moment += 1
        assert len(seen) > 2
        assert seen[-1] == stepped
        assert not killed_at(planned, run_due, 1000)
    assert stored(planned) == stepped
    with planned.app.app_context():
        assert runs(1) == [RUN_AT]


def test_the_jobs_make_it_by_themselves(household: Household) -> None:
    with household.app.app_context():
        phone = household.add_test_phone()
        now = household.engine.time.now()
        plan_id = make(household, weekly(), fixed=True, people=PEOPLE[:2], phones=(phone.id,))
        with household.jobs():
            _set_next(plan_id, now)
            eventually(lambda: runs(plan_id) == [now])
            eventually(
                lambda: set(db.session.scalars(select(Message.status))) <= {"sent", "delivered"}
            )


def _set_next(plan_id: int, at: datetime) -> None:
    """As if its time had come just now."""
    with writing() as session:
        session.get_one(Plan, plan_id).next_at = at
    signals.committed.send()
