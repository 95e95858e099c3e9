"""The page of a phone: how each part of it is doing, and what a check found."""

from collections.abc import Iterator

import pytest

from raspisms.messaging import inbox
from raspisms.models import Phone
from raspisms.simulator import Simulator, account
from tests.household import Household
from tests.web.browser import Browser, words
from tests.web.conftest import logged_in

PAGE = "/phones/1"


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_ovh_phone()


@pytest.fixture
def ana(household: Household, phone: Phone) -> Browser:
    return logged_in(household.app, household.admin_id)


def _check(browser: Browser) -> str:
    browser.submit(f"{PAGE}/check", on=PAGE)
    assert browser.page.status_code == 303
    return words(browser.follow().text)


def test_before_a_check_it_says_what_is_not_known(ana: Browser) -> None:
    told = words(ana.get(PAGE).text)
    for title in ("Sending", "Receiving", "Callback", "Polling", "Keys"):
        assert title in told
    assert "Not since the start" in told
    assert "“Check now” tells what they allow" in told
    assert "What the keys allow" not in told


def test_a_check_asks_about_all_of_it_and_shows_the_rights(
    ana: Browser, simulator: Simulator
) -> None:
    credential = simulator.account.credentials[account.CONSUMER_KEY]
    credential.rules = tuple(one for one in credential.rules if one.method != "PUT")
    told = _check(ana)
    assert "The provider was asked. The keys do not have all rights that are of use." in told
    assert "The provider was asked about all of it: " in told
    assert "Send messages Yes" in told
    assert "Set the addresses that the SMS account calls No" in told
    assert "It is right: " in told


def test_the_last_error_is_shown_with_ovh_s_name_for_the_call(
    ana: Browser, household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_503", match="*/incoming")
    inbox.poll(household.engine, phone.id)
    told = words(ana.get(PAGE).text)
    assert "The inbox could not be read the last time." in told
    assert "The provider's support asks for this: EU." in told
    simulator.clear_faults()
    told = _check(ana)
    assert "The provider was asked: all is well." in told
    assert "could not be read the last time" not in told
    assert "The provider's support asks for this: EU." in told


def test_ovh_is_down(ana: Browser, simulator: Simulator) -> None:
    simulator.fault("error_503", match="*")
    told = _check(ana)
    assert "The provider was asked. Not verified." in told
    assert "To be looked at" in told
    simulator.clear_faults()
    simulator.account.services[account.SERVICE].status = "disable"
    told = _check(ana)
    why = f"The SMS service “{account.SERVICE}” is disabled at OVH."
    assert f"The provider was asked. {why} Enable it in OVH's control panel" in told
    assert told.count(why) > 2  # beside sending, too
    assert "Make new keys" not in told


def test_no_secret_and_no_token_of_another_is_on_the_page(
    ana: Browser, simulator: Simulator
) -> None:
    simulator.set_callback(account.SERVICE, "https://shop.example.com/hook?key=s3cret")
    _check(ana)
    for secret in ("s3cret", account.APPLICATION_SECRET, account.CONSUMER_KEY):
        assert secret not in ana.page.text
