"""What is kept between the steps of the set-up at OVH, and which keys are taken."""

from datetime import timedelta

import pytest

from raspisms import clock
from raspisms.adapters.errors import Unreachable
from raspisms.errors import Invalid, InvalidForm
from raspisms.messaging import members, ovh_setup
from raspisms.messaging.ovh_setup import StartAgain, Wanted
from raspisms.messaging.transactions import reading
from raspisms.models import Member, PhoneSetup
from raspisms.simulator import Simulator, account
from tests.household import Household

KEYS = {
    "app_key": account.APPLICATION_KEY,
    "app_secret": account.APPLICATION_SECRET,
    "consumer_key": account.CONSUMER_KEY,
}
PASTED = [
    f"Application Key {KEYS['app_key']} Application Secret {KEYS['app_secret']} "
    f"Consumer Key {KEYS['consumer_key']}"
]


def kept() -> list[PhoneSetup]:
    reading().rollback()
    return list(reading().query(PhoneSetup))


def test_checked_keys_are_kept_and_told_to_nobody(household: Household) -> None:
    with household.app.app_context():
        ovh_setup.take_keys(household.engine, household.admin, PASTED)
        begun = ovh_setup.require_begun(household.admin)
        assert dict(begun.keys) == KEYS
        assert begun.service is None
        assert not [secret for secret in KEYS.values() if secret in repr(begun)]


def test_wrong_keys_leave_what_was_there(household: Household) -> None:
    with household.app.app_context():
        ovh_setup.take_keys(household.engine, household.admin, PASTED)
        wrong = [PASTED[0].replace(KEYS["app_secret"], "x1" * 16)]
        with pytest.raises(InvalidForm):
            ovh_setup.take_keys(household.engine, household.admin, wrong)
        assert dict(ovh_setup.require_begun(household.admin).keys) == KEYS


def test_keys_that_could_not_be_checked_wait(household: Household, simulator: Simulator) -> None:
    with household.app.app_context():
        simulator.fault("connection_refused")
        with pytest.raises(Unreachable):
            ovh_setup.take_keys(household.engine, household.admin, PASTED)
        assert ovh_setup.begun(household.admin) is None
        assert ovh_setup.has_unchecked(household.admin)
        simulator.clear_faults()
        ovh_setup.check_again(household.engine, household.admin)
        assert not ovh_setup.has_unchecked(household.admin)
        with pytest.raises(StartAgain):
            ovh_setup.check_again(household.engine, household.admin)


def test_one_set_for_each_administrator(household: Household) -> None:
    with household.app.app_context():
        other = members.create("Noé", "trois mots simples", is_admin=True).id
        for member_id in (household.admin_id, other, other):
            member = reading().get_one(Member, member_id)
            ovh_setup.take_keys(household.engine, member, PASTED)
        assert {one.member_id for one in kept()} == {household.admin_id, other}
        ovh_setup.forget(household.admin)
        assert [one.member_id for one in kept()] == [other]


def test_what_is_a_day_old_is_forgotten(household: Household) -> None:
    with household.app.app_context():
        ovh_setup.take_keys(household.engine, household.admin, PASTED)
        ovh_setup.forget_old(clock.now() + timedelta(hours=23))
        assert len(kept()) == 1
        ovh_setup.forget_old(clock.now() + timedelta(hours=25))
        assert kept() == []


def test_the_same_service_chosen_again_writes_nothing(household: Household) -> None:
    with household.app.app_context():
        ovh_setup.take_keys(household.engine, household.admin, PASTED)
        admin = household.admin
        ovh_setup.choose_service(admin, ovh_setup.require_begun(admin), account.SERVICE, "Maison")
        at = kept()[0].changed_at
        ovh_setup.choose_service(admin, ovh_setup.require_begun(admin), account.SERVICE)
        assert kept()[0].changed_at == at
        assert ovh_setup.require_begun(admin).about == "Maison"
        with pytest.raises(Invalid):
            ovh_setup.choose_service(admin, ovh_setup.require_begun(admin), "a/b")


def test_a_phone_that_is_there_is_known_among_the_choices(household: Household) -> None:
    with household.app.app_context():
        household.add_ovh_phone("Maison")
        admin, engine = household.admin, household.engine
        ovh_setup.take_keys(engine, admin, PASTED)
        ovh_setup.choose_service(admin, ovh_setup.require_begun(admin), account.SERVICE)
        begun = ovh_setup.require_begun(admin)
        first, second = ovh_setup.choices(engine, household.admin, begun).numbers
        assert first.phone is not None
        assert (first.phone.name, first.usable, second.usable) == ("Maison", False, True)
        wanted = Wanted("Bureau", second.key, (), no_stop_clause=True)
        phone = ovh_setup.finish(engine, household.admin, begun, wanted, "t" * 43).phone
        assert (phone.number, phone.callback_token) == (account.SECOND_NUMBER, "t" * 43)
        assert kept() == []
