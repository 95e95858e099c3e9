"""Two members who decide about one campaign at once: one of them does, the other is told."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from raspisms.errors import Conflict
from raspisms.extensions import db
from raspisms.messaging import campaign_again, campaign_control, campaigns, members
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, JournalEntry, Member, Message
from raspisms.sms.lifecycle import Status
from tests.household import Household

PEOPLE = [f"+3363998000{n}" for n in range(8)]


@pytest.fixture
def together(household: Household) -> Iterator[Callable[[Callable[[Member], Any]], list[Any]]]:
    """Has two administrators do the same at once; what came of each."""
    with household.app.app_context():
        household.add_test_phone()
        other = members.create("Zoé", "trois mots simples", is_admin=True).id
        draft = Draft(1, "\n".join(PEOPLE), "Bonjour")
        campaigns.accept(household.engine, household.admin, draft)
        db.session.remove()
    start = threading.Barrier(2)

    def do(act: Callable[[Member], Any]) -> list[Any]:
        ends: list[Any] = []

        def one(member_id: int) -> None:
            with household.app.app_context():
                member = db.session.get_one(Member, member_id)
                start.wait(10)
                try:
                    ends.append(act(member))
                except Conflict as told:
                    ends.append(told)
                db.session.remove()

        ids = (household.admin_id, other)
        threads = [threading.Thread(target=one, args=(member_id,)) for member_id in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        return ends

    with household.app.app_context():
        yield do


def one_was_told(ends: list[Any]) -> bool:
    return sorted(isinstance(end, Conflict) for end in ends) == [False, True]


@pytest.mark.parametrize("act", ["pause", "cancel"])
def test_it_is_stopped_once(together: Callable[[Any], list[Any]], act: str) -> None:
    ends = together(lambda member: getattr(campaign_control, act)(member, 1))
    assert one_was_told(ends)
    assert len(PEOPLE) in ends
    db.session.rollback()
    acts = select(func.count()).select_from(JournalEntry)
    count = db.session.scalar(
        acts.where(JournalEntry.action.in_(("campaign.paused", "campaign.cancelled")))
    )
    assert count == 1


def test_what_failed_is_sent_again_once(
    household: Household, together: Callable[[Any], list[Any]]
) -> None:
    with writing() as session:
        failed = {"status": Status.FAILED, "reason": "absent"}
        session.execute(update(Message).values(failed))
    db.session.remove()
    ends = together(
        lambda member: campaign_again.send_again_failed(household.engine, member, 1, ["absent"], 0)
    )
    assert one_was_told(ends)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Campaign)) == 2
    waiting = select(Message.peer).where(Message.status == Status.PENDING)
    assert list(db.session.scalars(waiting)) == PEOPLE
