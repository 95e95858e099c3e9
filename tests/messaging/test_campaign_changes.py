"""Changing what has not left of a campaign: its text, made anew for each person, and its time."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from raspisms import clock
from raspisms.errors import Conflict, Invalid
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_changes,
    campaign_control,
    campaigns,
    claims,
    contacts,
    outbox,
)
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, JournalEntry, Message, Phone
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from tests.household import Household

ANA, BOB, LEA = (f"+3363998{number}" for number in ("1111", "2222", "3333"))

MADE = "{% if contact.at %}{{ contact_metas.name }}, {{ contact.at }} "


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        phone = household.add_test_phone()
        for name, number, data in (
            ("Ana", ANA, {"at": "14:00"}),
            ("Bob", BOB, {"at": "15:00"}),
            ("Léa", LEA, {}),
        ):
            contacts.add(household.engine, name, number, data)
        yield phone


def wrote(household: Household, text: str = "Bonjour", **more: object) -> int:
    draft = Draft(1, f"{ANA}\n{BOB}\n{LEA}", text, **more)  # type: ignore[arg-type]
    return campaigns.accept(household.engine, household.admin, draft).campaign.id


def changed(
    household: Household, campaign_id: int, text: str, version: str | None = None
) -> campaign_changes.Changed:
    version = version or campaign_changes.version_of(stored(campaign_id))
    return campaign_changes.change_text(
        household.engine, household.admin, campaign_id, text, version
    )


def stored(campaign_id: int) -> Campaign:
    db.session.rollback()
    return db.session.get_one(Campaign, campaign_id)


def bodies() -> dict[str, tuple[str, int, str]]:
    """Text, segments and status of the message to each."""
    db.session.rollback()
    found = select(Message.peer, Message.body, Message.segments, Message.status)
    return {peer: (body, parts, status) for peer, body, parts, status in db.session.execute(found)}


def test_each_gets_the_new_text_as_it_is_for_them(household: Household, phone: Phone) -> None:
    campaign = wrote(household, at=(clock.now() + timedelta(hours=1)).isoformat())
    told = changed(household, campaign, MADE + "x" * 170 + "{% endif %}")
    assert (told.count, told.skipped) == (2, 1)
    assert bodies() == {
        ANA: ("Ana, 14:00 " + "x" * 170, 2, "pending"),
        BOB: ("Bob, 15:00 " + "x" * 170, 2, "pending"),
        LEA: ("Bonjour", 1, "skipped"),
    }
    assert stored(campaign).template
    assert db.session.scalars(select(JournalEntry.action)).all()[-1] == "campaign.text_changed"
    # What is skipped is over.
    assert changed(household, campaign, "Salut").count == 2
    assert not stored(campaign).template
    assert bodies()[ANA] == ("Salut", 1, "pending")


def test_who_has_it_keeps_what_they_got(household: Household, phone: Phone) -> None:
    campaign = wrote(household)
    batch = claims.choose(household.engine, phone)
    claims.claim(household.engine, phone, batch[:1])
    assert changed(household, campaign, "Salut").count == 2
    assert [bodies()[one][0] for one in (ANA, BOB, LEA)] == ["Bonjour", "Salut", "Salut"]


def test_what_was_chosen_for_a_call_does_not_leave_with_the_text_before(
    household: Household, phone: Phone
) -> None:
    campaign = wrote(household)
    batch = claims.choose(household.engine, phone)
    db.session.rollback()
    changed(household, campaign, "Salut")
    phone = db.session.get_one(Phone, 1)
    assert claims.claim(household.engine, phone, batch) is None
    outbox.send_due(household.engine, 1)
    assert {body for body, _, _ in bodies().values()} == {"Salut"}
    with pytest.raises(Conflict, match="has left already"):
        changed(household, campaign, "Hé")


def test_a_text_that_cannot_go_to_anybody_changes_nothing(
    household: Household, phone: Phone
) -> None:
    campaign = wrote(household)
    before = bodies()
    for text, said in (
        ("", "text"),
        ("{{ contact.none }}", "Nobody would get it"),
        ("{{ contact.", "."),
        ("x" * 5000, "at most 10"),
    ):
        with pytest.raises(Invalid, match=said):
            changed(household, campaign, text)
    assert bodies() == before
    assert stored(campaign).body == "Bonjour"


def test_a_new_text_is_one_that_each_of_the_phones_can_send(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    shorter = household.add_ovh_phone().id
    campaign = wrote(household, phones=(phone.id, shorter))
    with pytest.raises(Invalid, match="at most 6"):
        changed(household, campaign, "x" * 1000)
    only_bob = "{% if contact.at == '15:00' %}" + "x" * 1000 + "{% else %}Salut{% endif %}"
    told = changed(household, campaign, only_bob)
    assert (told.count, told.skipped) == (2, 1)


def test_braces_that_went_as_written_still_do(household: Household, phone: Phone) -> None:
    campaign = wrote(household, "{{ contact.at }}", template=False)
    changed(household, campaign, "Tapez {{ contact.at }}")
    assert bodies()[LEA] == ("Tapez {{ contact.at }}", 1, "pending")


def test_of_two_who_change_it_the_second_is_told(household: Household, phone: Phone) -> None:
    campaign = wrote(household)
    seen = campaign_changes.version_of(stored(campaign))
    changed(household, campaign, "Salut", seen)
    with pytest.raises(Conflict, match="meanwhile"):
        changed(household, campaign, "Coucou", seen)
    assert bodies()[ANA][0] == "Salut"


def test_another_time_is_for_all_that_has_not_left(household: Household, phone: Phone) -> None:
    campaign = wrote(household)
    claims.claim(household.engine, phone, claims.choose(household.engine, phone)[:1])
    with writing() as session:
        late = {"status": Status.HELD, "reason": "overdue"}
        session.execute(update(Message).where(Message.peer == BOB).values(late))
    at = (clock.now() + timedelta(days=2)).replace(microsecond=0)
    moved = campaign_changes.change_time(
        household.engine, household.admin, campaign, at.isoformat()
    )
    assert moved == 2
    db.session.rollback()
    found = db.session.scalars(select(Message).where(Message.peer.in_([BOB, LEA]))).all()
    assert {(one.due_at, one.attempt_at, one.status, one.reason) for one in found} == {
        (at, at, "pending", None)
    }
    assert stored(campaign).due_at == at


def test_another_time_of_what_is_paused_holds_once_it_goes_on(
    household: Household, phone: Phone
) -> None:
    campaign = wrote(household)
    campaign_control.pause(household.admin, campaign)
    at = (clock.now() + timedelta(days=2)).replace(microsecond=0)
    campaign_changes.change_time(household.engine, household.admin, campaign, at.isoformat())
    rows = select(Message.attempt_at, Message.reason)
    assert Counter(map(tuple, db.session.execute(rows))) == {(None, "campaign_paused"): 3}
    campaign_control.resume(household.admin, campaign)
    assert set(db.session.scalars(select(Message.attempt_at))) == {at}


def test_no_time_that_is_past_and_nothing_after_the_end(household: Household, phone: Phone) -> None:
    campaign = wrote(household)
    change = campaign_changes.change_time
    with pytest.raises(Invalid) as refused:
        change(household.engine, household.admin, campaign, "2020-01-01T10:00")
    assert refused.value.field == "at"
    soon = (clock.now() + timedelta(hours=1)).isoformat()
    campaign_control.cancel(household.admin, campaign)
    with pytest.raises(Conflict, match="cancelled"):
        change(household.engine, household.admin, campaign, soon)
    with pytest.raises(Conflict, match="cancelled"):
        changed(household, campaign, "Salut")
    sent = wrote(household)
    outbox.send_due(household.engine, 1)
    with pytest.raises(Conflict, match="has left"):
        change(household.engine, household.admin, sent, soon)
