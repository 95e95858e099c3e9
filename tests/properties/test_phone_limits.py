"""No window of a limit ever holds too many, whatever the clock and the machine do; nothing fails.

The clock of the provider is known in half of the cases, as with OVH; else only the machine's own
is, which cannot say what day it is when it is wrong, so that the limits then are of hours.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import campaigns, outbox, times
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, CampaignPhone, Conversation, Message, Phone, PhoneLimit
from raspisms.sms.lifecycle import Status
from raspisms.sms.limits import Limit
from tests.household import Household

#: Each is half a day before a change of the clocks in Paris.
BEGINNINGS = [datetime(2026, 10, 24, 13, tzinfo=UTC), datetime(2026, 3, 28, 13, tzinfo=UTC)]
BY_HOURS = ["-1 hour", "-5 hours", "-24 hours"]
BY_DATE = ["today", "this week midnight", "first day of this month midnight", "-1 month", "-7 days"]
MOST_WAKINGS = 100
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 4)),
        st.tuples(st.just("pass"), st.integers(1, 20 * 60)),
        st.tuples(st.just("jump"), st.integers(-10 * 60, 10 * 60)),
        st.tuples(st.just("restart"), st.just(0)),
    ),
    min_size=4,
    max_size=10,
)


@dataclass
class World:
    """Two phones, in true time, which the machine's clock does not always show."""

    home: Household
    phone_ids: list[int]
    now: datetime
    knows_time: bool
    off: timedelta = timedelta(0)
    written: int = 0
    #: By phone, when something left in true time.
    left: dict[int, list[datetime]] = field(default_factory=dict)

    def do(self, act: str, amount: int) -> None:
        match act:
            case "pass":
                self.now += timedelta(minutes=amount)
            case "jump":
                self.off += timedelta(minutes=amount)
        with self.clocks():
            if act == "restart":
                self.home.engine = Engine(self.home.engine.config)
                times.mend()
            if act == "write":
                self._write(amount)
            self._send()

    @contextmanager
    def clocks(self) -> Iterator[None]:
        """The machine's clock as it is now, and the one that never jumps."""
        passed = (self.now - BEGINNINGS[-1]).total_seconds()
        with (
            time_machine.travel(self.now + self.off, tick=False),
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr(clock, "steady", lambda: passed)
            yield

    def _write(self, count: int) -> None:
        """A campaign on the first phone; every other one may go by the second, too."""
        peers = [f"+3363998{5000 + self.written + one}" for one in range(count)]
        self.written += count
        phones = tuple(self.phone_ids) if count % 2 else ()
        text = f"Mot {self.written}"
        draft = campaigns.Draft(self.phone_ids[0], ", ".join(peers), text, phones=phones)
        campaigns.accept(self.home.engine, self.home.admin, draft)

    def _send(self) -> None:
        """What the jobs do now, and what left by it."""
        if self.knows_time:
            self.home.engine.time.learn(-self.off)
        for _ in range(2):  # what was moved to the other phone goes, too
            for phone_id in self.phone_ids:
                outbox.send_due(self.home.engine, phone_id)
        for phone_id in self.phone_ids:
            gone = select(func.count()).where(
                Message.phone_id == phone_id, Message.status.in_([Status.SENT, Status.DELIVERED])
            )
            known = self.left.setdefault(phone_id, [])
            known += [self.now] * ((db.session.scalar(gone) or 0) - len(known))
        db.session.rollback()

    def next_wanted(self) -> datetime | None:
        """When the jobs look again, in true time."""
        with self.clocks():
            ready, later = outbox.phones_with_work(self.home.engine, clock.now())
            db.session.rollback()
        assert not ready, "the jobs turn in circles"
        return None if later is None else later - self.off

    def statuses(self) -> set[str]:
        found = set(db.session.scalars(select(Message.status)))
        db.session.rollback()
        return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    folder: Path = tmp_path_factory.mktemp("limits")
    calls = {"RASPISMS_HOLD_AFTER_HOURS": 720, "RASPISMS_OVH_CALLS_PER_MINUTE": 6000}
    home = Household(folder, **calls)
    with home.app.app_context():
        home.add_test_phone("Un")
        home.add_test_phone("Deux", "+33639987778")
        yield home
    home.close()


def _begin(home: Household, known: Sequence[Limit], at: datetime, *, knows_time: bool) -> World:
    """All anew: nothing was sent yet; each phone has one of the limits."""
    with writing() as session:
        for table in (Message, Conversation, CampaignPhone, Campaign, PhoneLimit):
            session.execute(delete(table))
        ids = list(session.scalars(select(Phone.id).order_by(Phone.id)))
        for phone_id, limit in zip(ids, known, strict=True):
            session.add(
                PhoneLimit(phone_id=phone_id, volume=limit.volume, startpoint=limit.startpoint)
            )
    return World(home, ids, at, knows_time)


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # to make a case smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(beginning=st.sampled_from(BEGINNINGS), knows_time=st.booleans(), data=st.data())
def test_no_window_ever_holds_too_many_and_nothing_fails(
    home: Household, beginning: datetime, knows_time: bool, data: st.DataObject
) -> None:
    some = st.sampled_from(BY_HOURS + BY_DATE if knows_time else BY_HOURS)
    limit = st.builds(Limit, st.integers(1, 3), some)
    known = data.draw(st.tuples(limit, limit))
    world = _begin(home, known, beginning, knows_time=knows_time)
    world.do("restart", 0)
    for act, amount in data.draw(STEPS):
        world.do(act, amount)
    _go_on_until_all_left(world)
    zone = home.engine.config.timezone
    for phone_id, its_limit in zip(world.phone_ids, known, strict=True):
        left = world.left[phone_id]
        for place, at in enumerate(left):
            window = [one for one in left[: place + 1] if one >= its_limit.since(at, zone)]
            assert len(window) <= its_limit.volume, (its_limit, at, window)


def _go_on_until_all_left(world: World) -> None:
    world.do("jump", -round(world.off / timedelta(minutes=1)))  # the clock is right again
    for _ in range(MOST_WAKINGS):
        if Status.PENDING not in world.statuses():
            break
        wanted = world.next_wanted()
        assert wanted is not None, "it waits for ever"
        world.now = max(wanted, world.now) + timedelta(seconds=1)
        world.do("wake", 0)
    assert world.statuses() <= {Status.SENT, Status.DELIVERED}
