"""The page of credit, and what other pages tell of it."""

from collections.abc import Iterator

import pytest

from raspisms.messaging import accounts, members, outbox
from raspisms.simulator import Simulator, gsm
from raspisms.simulator.account import SERVICE
from tests.household import PEER, Household
from tests.web.browser import FRENCH, Browser, words
from tests.web.conftest import logged_in

PAGE = "/credits"


@pytest.fixture
def admin(household: Household) -> Iterator[Browser]:
    """The browser of the administrator, whose OVH phone is the first."""
    with household.app.app_context():
        household.add_ovh_phone()
    return logged_in(household.app, household.admin_id)


@pytest.fixture
def guest(household: Household, admin: Browser) -> Browser:
    """The browser of a member to whom the phone is given."""
    with household.app.app_context():
        member_id = members.create("Noé", "trois mots simples", phones=[1]).id
    return logged_in(household.app, member_id)


def _has(household: Household, simulator: Simulator, left: float) -> None:
    simulator.account.service(SERVICE).credits = left
    with household.app.app_context():
        accounts.refresh(household.engine, 1)


def _count(browser: Browser, text: str, number: str = PEER) -> str:
    form = {"phone": "1", "number": number, "text": text, "count": "1"}
    assert browser.submit("/write", form).status_code == 200
    return words(browser.page.text)


def test_the_balance_stands_where_one_looks_for_it(
    household: Household, simulator: Simulator, admin: Browser, guest: Browser
) -> None:
    for path in ("/phones", "/write", PAGE):
        assert "not known yet" in words(admin.get(path).text)
    _has(household, simulator, 1234.5)
    for browser in (admin, guest):
        for path in ("/phones", "/write", PAGE):
            assert "1,234.5 (as of" in words(browser.get(path).text)
    french = logged_in(household.app, household.admin_id)
    french.headers = dict(FRENCH)
    assert "1 234,5" in words(french.get(PAGE).text)
    nobody = household.app.test_client().get(PAGE)
    assert nobody.status_code == 302


def test_a_phone_of_somebody_else_shows_no_balance(
    household: Household, simulator: Simulator, admin: Browser
) -> None:
    _has(household, simulator, 1234.5)
    with household.app.app_context():
        stranger = members.create("Sacha", "trois mots simples").id
    browser = logged_in(household.app, stranger)
    for path in ("/phones", "/write", PAGE):
        assert "1,234.5" not in browser.get(path).text


def test_low_credit_is_told_on_every_page_to_administrators_until_there_is_enough(
    household: Household, simulator: Simulator, admin: Browser, guest: Browser
) -> None:
    _has(household, simulator, 19.5)
    told = words(admin.get("/contacts").text)
    assert f"What is left of the credit of {SERVICE}: 19.5." in told
    assert "These phones send with it: Maison" in told
    assert "Little credit is left" not in words(guest.get("/contacts").text)
    simulator.account.service(SERVICE).credits = 500
    admin.submit(f"{PAGE}/ask", on=PAGE)
    admin.follow()
    assert "Little credit" not in admin.page.text
    assert "500 (as of" in words(admin.page.text)


def test_a_provider_that_does_not_answer_is_told_to_who_asked(
    household: Household, simulator: Simulator, admin: Browser
) -> None:
    simulator.fault("error_500_before", match="GET /sms/*")
    admin.submit(f"{PAGE}/ask", on=PAGE)
    assert "The credit of “Maison” is not known" in words(admin.follow().text)


def test_where_one_answers_only_low_credit_is_told(
    household: Household, simulator: Simulator, guest: Browser
) -> None:
    with household.app.app_context():
        household.write(1)
    _has(household, simulator, 100)
    assert "Credit of" not in words(guest.get("/conversations/1").text)
    _has(household, simulator, 2.5)
    assert "Credit of “Maison”: 2.5" in words(guest.get("/conversations/1").text)


def test_months_and_campaigns_are_added_up(household: Household, admin: Browser) -> None:
    assert "Nothing was sent yet" in words(admin.get(PAGE).text)
    with household.app.app_context():
        first = household.write(1, "a" * 161, f"{PEER}\n+33639981112")
        outbox.send_due(household.engine, 1)
    row = words(admin.get(PAGE).text).rpartition("Credits ")[2]
    assert row.split()[2:] == ["Maison", "2", "4", "4"]
    told = words(admin.get(f"/messages/{first}").text)
    assert "2 of 2 messages taken by the provider; credits so far: 4" in told


def test_counting_tells_what_a_message_would_cost(admin: Browser) -> None:
    assert "Credits for 2 recipients: about 2." in _count(admin, "Bonjour", f"{PEER}, 0639981112")
    assert "Credits for" not in _count(admin, "")  # nothing to send yet, and no complaint
    assert "Credits for" not in _count(admin, "Bonjour", "nobody known")


def test_a_review_warns_by_what_the_provider_asks_for(
    household: Household, simulator: Simulator, admin: Browser
) -> None:
    _has(household, simulator, 2)  # one SMS to France, and one to Belgium, which takes two
    form = {"phone": "1", "number": PEER, "more": "+32470123456", "text": "Bonjour"}
    admin.submit("/write", form)
    told = words(admin.follow().text)
    assert "Credits for 2 recipients: about 3." in told
    assert "The credit is too low: 2 are left, and about 3 are needed." in told


def test_a_text_on_which_ovh_is_of_two_minds_is_counted_by_ovh(
    admin: Browser, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The provider counts the same" in _count(admin, "ê" * 100)
    monkeypatch.setattr(gsm, "BASIC", gsm.BASIC | {"ê"})
    told = _count(admin, "ê" * 100)
    assert "Credits for 1 recipient: about 1. The provider counts 1 SMS for this text" in told
    journal = words(admin.get("/settings/journal").text)
    assert "The provider of “Maison” counts a text otherwise." in journal
    assert "RaspiSMS counts 2 SMS, the provider 1." in journal
    simulator.fault("error_500_before", match="POST /sms/estimate")
    assert "The provider did not answer: this is RaspiSMS's own count." in _count(admin, "ê" * 100)
