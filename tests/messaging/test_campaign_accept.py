"""Campaigns: who is excluded, by which phones, for how long, and once for a draft or a run."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from raspisms import clock
from raspisms.errors import Conflict, InvalidForm, RaspismsError
from raspisms.extensions import db
from raspisms.messaging import campaigns, contacts, groups, outbox, preview, receipts
from raspisms.messaging.campaigns import Acceptance, Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, CampaignDraft, CampaignPhone, Message, Phone
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import RECEIPT_GRACE, Status
from tests.household import Household

ANA, BOB, LEA = (f"+3363998{number}" for number in ("1111", "2222", "3333"))


@pytest.fixture
def club(household: Household, phone: Phone) -> Household:
    """Ana, Bob and Léa in the group "Club"; Bob alone in "Staff"."""
    named = {"Ana": ANA, "Bob": BOB, "Léa": LEA}
    ids = {name: contacts.add(household.engine, name, number).id for name, number in named.items()}
    for name, members in (("Club", named), ("Staff", ("Bob",))):
        groups.add_contacts(groups.add(None, name).id, [ids[one] for one in members])
    return household


def accept(household: Household, typed: str = "", **more: Any) -> Acceptance:
    draft = Draft(1, typed, more.pop("text", "Bonjour"), **{"groups": (1,), **more})
    return campaigns.accept(household.engine, household.admin, draft)


def refused(act: Callable[[], object]) -> list[tuple[str | None, str]]:
    with pytest.raises(RaspismsError) as error:
        act()
    assert db.session.scalars(select(Message)).all() == []
    problems = error.value.problems if isinstance(error.value, InvalidForm) else (error.value,)
    return [(one.field, str(one.message)) for one in problems]


def peers() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.peer).order_by(Message.id)))


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({"exclude": "Bob"}, [ANA, LEA]),
        ({"exclude": "06 39 98 11 11\nLéa"}, [BOB]),
        ({"exclude": "Staff, +33639980000"}, [ANA, LEA]),
        ({"exclude_groups": (2,), "exclude": " ；\n"}, [ANA, LEA]),
        ({"exclude_groups": (2,), "exclude": "ana"}, [LEA]),
    ],
)
def test_who_is_excluded_gets_nothing(
    club: Household, more: dict[str, Any], left: list[str]
) -> None:
    accepted = accept(club, **more)
    assert peers() == left
    assert accepted.count == len(left)
    assert accepted.excluded == 3 - len(left)
    assert not accepted.campaign.direct


def test_the_preview_says_the_same(club: Household) -> None:
    shown = preview.of(club.engine, club.admin, Draft(1, "", "Bonjour", groups=(1,), exclude="Bob"))
    assert shown
    assert [one.person.number for one in shown.going] == [ANA, LEA]


def test_nobody_is_left_after_exclusions(club: Household) -> None:
    said = "Nobody is left: all 3 recipients are excluded."
    assert refused(lambda: accept(club, exclude_groups=(1,))) == [("exclude", said)]


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"exclude": "Bobb"}, "exclude", "1 of the exclusions cannot be used."),
        ({"exclude": "Bobb", "skip_unusable": True}, "exclude", "1 of the exclusions cannot be"),
        ({"exclude_groups": (9,)}, "exclude_groups", "A group that you excluded was removed"),
        ({"phones": (1, 7)}, "phones", "One of the phones is not there any more"),
        ({"validity": 1}, "validity", "The network cannot be given this time"),
        ({"validity": 2881}, "validity", "The network cannot be given this time"),
        ({"pace": 0.0}, "pace", "This is no time from one message to the next."),
    ],
)
def test_what_cannot_be_used_is_refused(
    club: Household, more: dict[str, Any], field: str, said: str
) -> None:
    ((where, words),) = refused(lambda: accept(club, **more))
    assert where == field
    assert words.startswith(said)


def test_a_campaign_to_one_named_person_is_one_and_respects_stop(club: Household) -> None:
    accepted = accept(club, "Ana", groups=(), campaign=True, name="Rentrée", tag="école")
    assert not accepted.campaign.direct
    assert (accepted.campaign.name, accepted.campaign.tag) == ("Rentrée", "école")


def test_the_phones_are_kept_in_their_order(club: Household) -> None:
    second = club.add_test_phone().id
    accepted = accept(club, phones=(1, second))
    rows = select(CampaignPhone.phone_id).order_by(CampaignPhone.priority)
    assert list(db.session.scalars(rows)) == [1, second]
    assert accepted.campaign.phone_id == 1


def test_a_text_is_one_that_each_of_the_phones_can_send(club: Household) -> None:
    """The test phone takes ten SMS, that of OVH six: it may go by either."""
    longer = club.add_test_phone().id
    text = "{% if contact_metas.name == 'Bob' %}" + "x" * 1000 + "{% else %}Bonjour{% endif %}"
    accept(club, text=text, phones=(longer,))
    assert len(peers()) == 3
    with_both = Draft(longer, "Club", text, phones=(longer, 1))
    seen = preview.of(club.engine, club.admin, with_both)
    assert seen is not None
    assert [(one.person.number, why) for one, why in seen.skipped] == [(BOB, "text_error")]


def test_the_validity_is_told_to_the_provider_and_parts_calls(
    club: Household, simulator: Simulator
) -> None:
    accept(club, validity=90)
    accept(club, "Ana", groups=(), request="other")
    outbox.send_due(club.engine, 1)
    assert sorted((job.receiver, job.validity) for job in simulator.ledger.jobs) == [
        *((ANA, 90), (ANA, 2880)),
        *((BOB, 90), (LEA, 90)),
    ]


def test_no_receipt_is_awaited_for_longer_than_the_validity(club: Household) -> None:
    now = clock.now()
    accept(club, validity=90)
    accept(club, "Ana", groups=(), request="other")
    with writing() as session:
        for message in session.scalars(select(Message)):
            message.status, message.sent_at = Status.SENT, now
    receipts.expire(now + timedelta(minutes=89) + RECEIPT_GRACE)
    statuses = select(Message.status).order_by(Message.id)
    assert set(db.session.scalars(statuses)) == {Status.SENT}
    receipts.expire(now + timedelta(minutes=91) + RECEIPT_GRACE)
    assert list(db.session.scalars(statuses)) == [Status.EXPIRED] * 3 + [Status.SENT]


def kept(**more: Any) -> int:
    now = clock.now()
    with writing() as session:
        row = CampaignDraft(phone_id=1, content={}, created_at=now, updated_at=now, **more)
        session.add(row)
        session.flush()
        return row.id


def test_a_draft_becomes_one_campaign_whoever_confirms_it(club: Household) -> None:
    draft_id = kept()
    first = accept(club, confirms=(draft_id, 1), request="a")
    draft = Draft(1, "", "Bonjour", groups=(1,), confirms=(draft_id, 1), request="b")
    second = campaigns.accept(club.engine, None, draft)
    assert second.campaign.id == first.campaign.id
    assert len(peers()) == 3


def test_a_draft_that_was_changed_or_deleted_meanwhile_is_not_confirmed(club: Household) -> None:
    draft_id = kept(version=2)
    for confirmed, said in (((draft_id, 1), "changed"), ((99, 1), "deleted")):
        ((_, words),) = refused(lambda one=confirmed: accept(club, confirms=one))
        assert words == f"This draft was {said} meanwhile."


def test_it_goes_to_as_many_as_the_person_was_told_or_to_nobody(club: Household) -> None:
    said = "It would go to 3 people now, and not to 2 any more."
    assert refused(lambda: accept(club, expected=2)) == [(None, said)]
    assert accept(club, expected=3).count == 3


def test_a_run_is_stored_once_and_may_be_late_or_wait_for_a_person(club: Household) -> None:
    past = clock.now() - timedelta(days=3)
    for _ in range(2):
        accepted = accept(club, plan_id=1, run_at=past, due_at=past, hold=True)
        assert accepted.count == 3
    found = db.session.scalars(select(Message)).all()
    assert {(one.status, one.reason, one.due_at) for one in found} == {
        (Status.HELD, "overdue", past)
    }
    other = accept(club, plan_id=1, run_at=past + timedelta(days=1))
    assert other.campaign.id == accepted.campaign.id + 1
    assert len(db.session.scalars(select(Campaign)).all()) == 2


def test_a_phone_removed_meanwhile_is_told(club: Household) -> None:
    second = club.add_test_phone().id
    with writing() as session:
        session.get_one(Phone, second).removed_at = clock.now()
    with pytest.raises((Conflict, InvalidForm)):
        accept(club, phones=(1, second))
