"""Alerts on devices: each is told once to those who see it, while it is so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import alert_notices, logins, members, push, push_keys
from raspisms.messaging.transactions import writing
from raspisms.models import AlertNotice, Member, Phone, PushSubscription
from tests.household import Household
from tests.push_service import Device, PushService


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_test_phone()


def subscribed(
    household: Household, service: PushService, member: Member, **more: object
) -> Device:
    logins.begin(member.id, "Firefox")
    device = service.device(push_keys.public_key(household.engine.config))
    push.turn_on(household.engine, logins.of(member)[0], device.offer(**more))
    return device


def fail(phone_id: int, is_silent: bool = True) -> None:
    with writing() as session:
        phone = session.get_one(Phone, phone_id)
        phone.problem = "unreachable" if is_silent else None
        phone.problem_at = clock.now() - timedelta(hours=1) if is_silent else None
        phone.verified_at = clock.now()


def note(household: Household) -> None:
    """Do the first half of what the job does: write down what is to be told."""
    db.session.rollback()
    alert_notices.note(household.engine, clock.now())


def tell(household: Household) -> None:
    """Do what the job does."""
    note(household)
    now = clock.now()
    for lane in alert_notices.planned(now)[0]:
        alert_notices.send_due(household.engine, lane)
    db.session.rollback()


def kept() -> list[AlertNotice]:
    return list(db.session.scalars(select(AlertNotice)))


def test_who_sees_the_phone_is_told_once_and_again_when_it_comes_back(
    household: Household, service: PushService, phone: Phone
) -> None:
    phone_id, name = phone.id, phone.name
    lea = members.create("Léa", "trois mots simples", phones=[phone_id])
    noe = members.create("Noé", "trois mots simples")
    hers, his = (subscribed(household, service, one) for one in (lea, noe))
    tell(household)
    assert not kept()
    for told in (1, 2):
        fail(phone_id)
        tell(household)
        tell(household)
        assert len(hers.told) == told
        assert name in hers.told[-1].payload["title"]
        assert hers.told[-1].payload["page"] == "campaigns"
        fail(phone_id, is_silent=False)
        tell(household)
        assert not kept()
    assert not his.told


def test_a_device_that_hides_texts_is_told_only_that_there_is_something(
    household: Household, service: PushService, phone: Phone
) -> None:
    name = phone.name
    lea = members.create("Léa", "trois mots simples", phones=[phone.id])
    device = subscribed(household, service, lea, hides_text=True)
    fail(phone.id)
    tell(household)
    assert [one.payload["title"] for one in device.told] == ["Quelque chose a besoin de vous"]
    assert name not in str(device.told)


def test_a_device_can_be_told_of_messages_only(
    household: Household, service: PushService, phone: Phone
) -> None:
    lea = members.create("Léa", "trois mots simples", phones=[phone.id])
    quiet, other = (subscribed(household, service, lea) for _ in range(2))
    fail(phone.id)
    note(household)
    (device_id,) = db.session.scalars(
        select(PushSubscription.id).where(PushSubscription.endpoint == quiet.offer().endpoint)
    )
    push.tell_alerts(lea, device_id, False)
    tell(household)
    assert (len(quiet.told), len(other.told), len(kept())) == (0, 1, 1)
    push.tell_alerts(lea, device_id, True)
    tell(household)
    assert (len(quiet.told), len(other.told)) == (1, 1)


def test_what_is_over_before_it_was_told_is_not_told(
    household: Household, service: PushService, phone: Phone
) -> None:
    lea = members.create("Léa", "trois mots simples", phones=[phone.id])
    device = subscribed(household, service, lea)
    fail(phone.id)
    db.session.rollback()
    alert_notices.note(household.engine, clock.now())
    fail(phone.id, is_silent=False)
    for lane in alert_notices.planned(clock.now())[0]:
        alert_notices.send_due(household.engine, lane)
    assert not device.told
