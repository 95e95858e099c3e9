"""A year of plans in three zones, through both changes of their clocks, with a machine that is off
now and then: each run is made once, for the stated local time.
"""

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from raspisms.extensions import db
from raspisms.messaging import plan_runs
from raspisms.models import Campaign
from raspisms.simulator import Simulator
from tests.household import PEER, Household, settings_for
from tests.messaging.planning import make, peers, weekly

#: Sundays are the days on which the clocks change; these times are skipped or come twice.
TIMES = (time(1, 45), time(2, 15))
START = datetime(2027, 1, 1, 9, tzinfo=UTC)
SUNDAYS = [datetime(2027, 1, 3) + timedelta(weeks=week) for week in range(56)]  # noqa: DTZ001
LATE = timedelta(minutes=10)


@pytest.mark.parametrize("name", ["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe"])
def test_a_year_of_plans(name: str, simulator: Simulator, tmp_path: Path) -> None:
    zone = ZoneInfo(name)
    named = {at: [instant_of(day, at, zone) for day in SUNDAYS] for at in TIMES}
    household = Household(tmp_path / "home", **settings_for(simulator, RASPISMS_TIMEZONE=name))
    with household.app.app_context(), time_machine.travel(START, tick=False) as clock:
        household.add_test_phone()
        made = {at: make(household, weekly("SU", at), recipients=PEER) for at in TIMES}
        expected = live(household, clock, named, Random(name))
        for at in TIMES:
            got = peers(made[at])
            assert {run: due_at(made[at], run) for run in got} == expected[at]
            assert all(numbers == [PEER] for numbers in got.values())
            # Only what the spring change skips is not at the time itself.
            assert sum(run.astimezone(zone).time() != at for run in got) <= 1
        assert any(run != due for one in expected.values() for run, due in one.items())
        db.session.rollback()
    household.close()


def live(
    household: Household,
    clock: time_machine.Traveller,
    named: dict[time, list[datetime]],
    random: Random,
) -> dict[time, dict[datetime, datetime]]:
    """Go through the year: on, the machine wakes when it said; off, it comes back late. Now and
    then its clock is set back in between. Which runs there must be, and when each is due.
    """
    expected: dict[time, dict[datetime, datetime]] = {at: {} for at in named}
    now, end = START, START + timedelta(days=366)
    while now < end:
        clock.move_to(now, tick=False)
        wakes = plan_runs.run_due(household.engine, household.engine.time.now())
        for at, instants in named.items():
            last = bisect_right(instants, now)
            if last:
                run = instants[last - 1]
                expected[at].setdefault(run, now if now - run > LATE else run)
        assert wakes is not None
        if random.random() < 0.15:
            clock.move_to(now - timedelta(hours=random.randint(1, 30)), tick=False)
            plan_runs.run_due(household.engine, household.engine.time.now())
        if random.random() < 0.2:
            now += timedelta(hours=random.randint(1, 24 * 25))
        else:
            now = max(wakes, now)
    return expected


def instant_of(day: datetime, at: time, zone: ZoneInfo) -> datetime:
    """What the clock on the wall means, by the offset before a gap and the first of two."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def due_at(plan_id: int, run: datetime) -> datetime:
    query = select(Campaign.due_at).where(Campaign.plan_id == plan_id, Campaign.run_at == run)
    return db.session.scalars(query).one()
