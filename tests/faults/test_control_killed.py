"""A power cut while a campaign is stopped, resumed or changed: it is done wholly or not at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import campaign_again, campaign_changes, campaign_control, campaigns
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, JournalEntry, Message
from raspisms.sms.lifecycle import Status
from tests.faults.moments import killed_at
from tests.household import Household

PEOPLE = 12
FAILED = 4


@pytest.fixture
def written(household: Household) -> Household:
    """A campaign of which some failed and the rest waits."""
    with household.app.app_context():
        household.add_test_phone()
        typed = "\n".join(f"+336399800{n:02}" for n in range(PEOPLE))
        campaigns.accept(household.engine, household.admin, Draft(1, typed, "Bonjour"))
        with writing() as session:
            values = {"status": Status.FAILED, "reason": "absent"}
            session.execute(update(Message).where(Message.id <= FAILED).values(values))
        db.session.remove()
    return household


def pause(household: Household) -> None:
    campaign_control.pause(household.admin, 1)


def resume(household: Household) -> None:
    campaign_control.resume(household.admin, 1)


def cancel(household: Household) -> None:
    campaign_control.cancel(household.admin, 1)


def change_text(household: Household) -> None:
    version = campaign_changes.version_of(db.session.get_one(Campaign, 1))
    text = "Salut {{ contact_metas.number }}"
    campaign_changes.change_text(household.engine, household.admin, 1, text, version)


def change_time(household: Household) -> None:
    at = (clock.now() + timedelta(days=3)).isoformat()
    campaign_changes.change_time(household.engine, household.admin, 1, at)


def send_again(household: Household) -> None:
    engine, member = household.engine, household.admin
    campaign_again.send_again_failed(engine, member, 1, ["absent"], seen=0)


def stored(household: Household) -> dict[str, Any]:
    """What an act changes, without its time."""
    with household.app.app_context():
        db.session.rollback()
        rows = db.session.scalars(select(Message).order_by(Message.id)).all()
        now = clock.now()
        found = {
            "messages": [
                (one.status, one.reason, one.attempt_at is None, one.due_at > now, one.body)
                for one in rows
            ],
            "campaigns": [
                (one.paused_at is None, one.cancelled_at is None, one.due_at > now, one.body)
                for one in db.session.scalars(select(Campaign).order_by(Campaign.id))
            ],
            "acts": db.session.scalar(select(func.count()).select_from(JournalEntry)),
        }
        db.session.remove()
        db.engine.dispose()
    return found


def done(household: Household, act: Callable[[Household], None]) -> None:
    with household.app.app_context():
        act(household)
        db.session.remove()


@pytest.mark.parametrize(
    ("before", "act"),
    [
        ((), pause),
        ((pause,), resume),
        ((pause,), cancel),
        ((), change_text),
        ((), change_time),
        ((), send_again),
    ],
)
def test_an_act_is_done_wholly_or_not_at_all(
    written: Household,
    before: tuple[Callable[[Household], None], ...],
    act: Callable[[Household], None],
) -> None:
    for one in before:
        done(written, one)
    nothing, moment, seen = stored(written), 1, []
    while killed_at(written, act, moment):
        seen.append(stored(written))
        moment += 1
        if seen[-1] != nothing:
            break
    if not seen or seen[-1] == nothing:  # it came to its end
        seen.append(stored(written))
    assert len(seen) > 3
    assert seen[:-1] == [nothing] * (len(seen) - 1)
    whole = seen[-1]
    assert whole["acts"] == nothing["acts"] + 1
    assert whole["messages"] != nothing["messages"]
    # What is there is the whole of it: each of those who wait is treated alike.
    waiting = {one for one in whole["messages"] if one[0] != "failed"}
    numbered = {(one[0], one[1], one[2], one[3]) for one in waiting}
    assert len(numbered) == 1
    assert len(whole["messages"]) == PEOPLE + (FAILED if act is send_again else 0)
