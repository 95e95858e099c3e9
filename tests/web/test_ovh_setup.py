"""The set-up of a number from OVH, step by step, and each wrong turn, against the simulator."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import members, ovh_setup
from raspisms.messaging.transactions import writing
from raspisms.models import JournalEntry, Phone, PhoneSetup
from raspisms.simulator import Simulator, account
from raspisms.simulator.account import Application, Credential, Rule, Sender, Service, everything
from tests.household import Household
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import PASSWORD, logged_in

KEYS = (account.APPLICATION_KEY, account.APPLICATION_SECRET, account.CONSUMER_KEY)
SHOWN = "Application Key\n{}\nApplication Secret\n{}\nConsumer Key\n{}\n".format(*KEYS)
SECRETS = KEYS[1:]
STEPS = (PASTE, SERVICE, SENDER) = ("/phones/ovh", "/phones/ovh/service", "/phones/ovh/sender")
OUR_NUMBER = account.NUMBER


@pytest.fixture
def admin(household: Household) -> Browser:
    return logged_in(household.app, household.admin_id)


@pytest.fixture(autouse=True)
def nothing_secret_is_told(household: Household, admin: Browser) -> Iterator[None]:
    """No page that the administrator saw, and no entry of the journal, has a secret."""
    seen: list[str] = []
    get, post = admin.get, admin.post

    def noted(call: Any) -> Any:
        def ask(*args: Any, **kwargs: Any) -> Any:
            page = call(*args, **kwargs)
            seen.append(page.text + page.headers.get("Location", ""))
            return page

        return ask

    admin.get, admin.post = noted(get), noted(post)  # type: ignore[method-assign]
    yield
    with household.app.app_context():
        entries = [str(one.details) for one in db.session.scalars(db.select(JournalEntry))]
    assert not [secret for secret in SECRETS for text in (*seen, *entries) if secret in text]


def paste(browser: Browser, text: str = SHOWN) -> Any:
    return browser.submit(PASTE, {"keys": text})


def choose(browser: Browser, service: str = account.SERVICE) -> Any:
    return browser.submit(SERVICE, {"service": service})


def at_sender(browser: Browser, service: str = account.SERVICE) -> str:
    """The words of step 3."""
    assert paste(browser).status_code == 303, words(browser.page.text)
    assert choose(browser, service).status_code == 303, words(browser.page.text)
    return words(browser.follow().text)


def phones(household: Household) -> list[Phone]:
    with household.app.app_context():
        found = list(db.session.scalars(db.select(Phone).order_by(Phone.id)))
        db.session.expunge_all()
        return found


def setups(household: Household) -> int:
    with household.app.app_context():
        return db.session.query(PhoneSetup).count()


def with_rules(simulator: Simulator, *rules: tuple[str, str]) -> None:
    allowed = [Rule("GET", "/auth/currentCredential"), *(Rule(*rule) for rule in rules)]
    simulator.account.credentials[account.CONSUMER_KEY].rules = tuple(allowed)


def test_three_forms_make_a_phone(household: Household, admin: Browser) -> None:
    paste(admin)
    assert admin.page.headers["Location"] == SERVICE
    told = words(admin.follow().text)
    assert "step 2 of 5" in told
    assert "Household sms-ab12345-1 · Credits: 1,000 · active" in told
    choose(admin)
    told = words(admin.follow().text)
    assert "step 3 of 5" in told
    assert "06 39 98 00 01 A number of your own" in told
    assert form_fields(admin.page.text, SENDER)["name"] == "Household"
    admin.send_again(SENDER)
    (phone,) = phones(household)
    assert (phone.name, phone.number, phone.adapter) == (
        *("Household", OUR_NUMBER),
        "ovh_sms_virtual_number_adapter",
    )
    assert phone.verified_at is not None
    assert phone.settings["service_name"] == account.SERVICE
    assert admin.page.headers["Location"] == "/phones/1/callbacks?setup=1"
    assert "step 4 of 5" in words(admin.follow().text)
    assert "step 5 of 5" in words(admin.get("/phones/1/test?setup=1").text)
    assert setups(household) == 0
    with household.app.app_context():
        entry = db.session.scalars(db.select(JournalEntry)).all()[-1]
        assert (entry.action, entry.actor, entry.subject) == ("phone.added", "Ana", "Household")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_keys_are_taken_in_any_order(household: Household, admin: Browser, order: Any) -> None:
    assert paste(admin, "\n".join(f"  {KEYS[place]} " for place in order)).status_code == 303
    assert setups(household) == 1


def test_keys_can_be_entered_one_by_one(admin: Browser) -> None:
    names = ("app_key", "app_secret", "consumer_key")
    admin.submit(PASTE, dict(zip(names, KEYS, strict=True)))
    assert admin.page.headers["Location"] == SERVICE


def test_wrong_keys_are_said_and_not_shown_again(household: Household, admin: Browser) -> None:
    wrong = SHOWN.replace(account.APPLICATION_SECRET, "x1" * 16)
    assert paste(admin, wrong).status_code == 400
    told = words(admin.page.text)
    assert "does not go with the application key" in told
    assert "has to be pasted once more" in told
    assert "x1" * 16 not in admin.page.text
    assert setups(household) == 0

    fields = dict(
        zip(("app_key", "app_secret", "consumer_key"), KEYS, strict=True), consumer_key="y1" * 16
    )
    assert admin.submit(PASTE, fields).status_code == 400
    shown = form_fields(admin.page.text, PASTE)
    assert (shown["app_key"], shown["app_secret"], shown["keys"]) == (KEYS[0], "", "")
    assert "y1" * 16 not in admin.page.text


def test_nothing_pasted_is_said(admin: Browser) -> None:
    assert paste(admin, " \n ").status_code == 400
    assert "Nothing was pasted. Paste the three keys" in words(admin.page.text)
    assert "is missing" not in words(admin.page.text)
    assert admin.send_again(PASTE, {"keys": "hello"}).status_code == 400


@pytest.mark.parametrize(
    ("status", "words_of_it"),
    [("pendingValidation", "not valid"), ("expired", "not valid"), ("refused", "not valid")],
)
def test_keys_that_ovh_does_not_let_in(
    simulator: Simulator, household: Household, admin: Browser, status: str, words_of_it: str
) -> None:
    simulator.account.credentials[account.CONSUMER_KEY].status = status
    assert paste(admin).status_code == 400
    assert words_of_it in words(admin.page.text)
    assert setups(household) == 0


def test_keys_without_the_right_to_send_are_refused(simulator: Simulator, admin: Browser) -> None:
    with_rules(simulator, ("GET", "/sms"), ("GET", "/sms/*"))
    assert paste(admin).status_code == 400
    assert "right" in words(admin.page.text)


def test_what_the_keys_do_not_allow_beside_is_said(simulator: Simulator, admin: Browser) -> None:
    with_rules(simulator, ("GET", "/sms"), ("GET", "/sms/*"), ("POST", "/sms/*"))
    assert paste(admin).status_code == 303
    assert "These keys do not allow:" in words(admin.follow().text)


def test_keys_that_end_are_told(simulator: Simulator, admin: Browser) -> None:
    end = clock.now() + timedelta(days=40)
    simulator.account.credentials[account.CONSUMER_KEY].expiration = end
    paste(admin)
    assert f"These keys end on {end:%B} {end.day}, {end.year}" in words(admin.follow().text)


def test_who_may_not_list_services_enters_its_name(
    simulator: Simulator, household: Household, admin: Browser
) -> None:
    with_rules(simulator, *((method, "/sms/*") for method in ("GET", "POST", "PUT", "DELETE")))
    assert paste(admin).status_code == 303
    told = words(admin.follow().text)
    assert "they lack the right GET on /sms" in told
    assert 'href="/phones/new"' in admin.page.text
    admin.send_again(SERVICE, {"service": " SMS-AB12345-1 "})
    admin.follow()
    admin.send_again(SENDER, {"name": "Maison"})
    assert [phone.number for phone in phones(household)] == [OUR_NUMBER]


@pytest.mark.parametrize("typed", ["", "../me", "sms ab", "é"])
def test_what_is_no_service_is_refused(admin: Browser, typed: str) -> None:
    paste(admin)
    assert admin.submit(SERVICE, {"service": typed}).status_code == 400
    told = "This is no name of a service. It looks like" if typed else "No SMS service is chosen."
    assert told in words(admin.page.text)


def test_a_service_of_somebody_else_is_said(admin: Browser) -> None:
    paste(admin)
    choose(admin, "sms-zz99999-9")
    admin.follow()
    assert admin.page.headers["Location"] == SERVICE
    assert "no access to an SMS service “sms-zz99999-9”" in words(admin.follow().text)


def test_the_only_service_is_chosen_already_and_a_disabled_one_cannot_be(
    simulator: Simulator, household: Household, admin: Browser
) -> None:
    simulator.account.services[account.SECOND_SERVICE].status = "disable"
    paste(admin)
    admin.follow()
    assert "disabled at OVH" in words(admin.page.text)
    assert form_fields(admin.page.text, SERVICE)["service"] == account.SERVICE
    assert admin.page.text.count("disabled>") == 1

    choose(admin, account.SECOND_SERVICE)
    admin.follow()
    assert admin.page.status_code in (200, 303)
    if admin.page.status_code == 200:
        admin.send_again(SENDER, {"name": "Maison"})
        assert admin.page.status_code == 400
        assert "disabled" in words(admin.page.text)
    assert phones(household) == []


def test_an_account_without_a_service_is_told_what_to_do(
    simulator: Simulator, admin: Browser
) -> None:
    simulator.account.services.clear()
    paste(admin)
    assert "This account has no SMS service" in words(admin.follow().text)


def test_each_kind_of_sender_says_what_it_can_do(simulator: Simulator, admin: Browser) -> None:
    service = simulator.account.services[account.SERVICE]
    service.senders["Cave"] = Sender("Cave", "waitingValidation")
    told = at_sender(admin)
    assert "06 39 98 00 02 A number of your own" in told
    assert "within 48 hours" in told
    assert "Maison A name in place of a number" in told
    assert "Cave A name" not in told
    assert re.search(r'value="[^"]*sender=Cave[^"]*" disabled', admin.page.text)


def test_a_sender_is_a_phone_without_the_clause_where_that_is_wanted(
    household: Household, admin: Browser
) -> None:
    at_sender(admin)
    key = choice(admin, "sender=Maison")
    admin.send_again(SENDER, {"name": "Club", "choice": key, "no_stop_clause": "1"})
    assert admin.page.status_code == 303, words(admin.page.text)
    (phone,) = phones(household)
    assert (phone.adapter, phone.number) == ("ovh_sms_shortcode_adapter", "Maison")
    assert phone.settings["no_stop_clause"]


def choice(browser: Browser, part: str) -> str:
    found = re.search(rf'value="([^"]*{part}[^"]*)"', browser.page.text)
    assert found, browser.page.text
    return found[1].replace("&amp;", "&")


def test_a_service_without_numbers_says_so(simulator: Simulator, admin: Browser) -> None:
    service = simulator.account.services[account.SERVICE]
    service.numbers = ()
    assert "This service has no virtual number." in at_sender(admin)


@pytest.mark.parametrize(
    "tampered",
    [
        f"adapter=ovh_sms_virtual_number_adapter&number=%2B{account.THIRD_NUMBER[1:]}",
        "adapter=ovh_sms_shortcode_adapter&sender=Police",
        "adapter=test_adapter&number=%2B33639980001",
        "nonsense",
        "",
    ],
)
def test_what_was_not_offered_makes_no_phone(
    household: Household, admin: Browser, tampered: str
) -> None:
    at_sender(admin)
    admin.send_again(SENDER, {"name": "Maison", "choice": tampered})
    assert admin.page.status_code == 400
    assert 'href="#choice"' in admin.page.text
    assert form_fields(admin.page.text, SENDER)["name"] == "Maison"
    assert phones(household) == []
    assert setups(household) == 1


def test_a_number_that_is_a_phone_already_leads_to_it(household: Household, admin: Browser) -> None:
    with household.app.app_context():
        household.add_ovh_phone("Maison")
    told = at_sender(admin)
    assert "already the phone “Maison”: open it" in told
    assert 'href="/phones/1"' in admin.page.text
    assert "SECOND" not in told
    admin.send_again(SENDER)
    assert [phone.number for phone in phones(household)] == [OUR_NUMBER, account.SECOND_NUMBER]


def test_a_second_number_needs_no_pasting(household: Household, admin: Browser) -> None:
    with household.app.app_context():
        household.add_ovh_phone("Maison")
    assert "Use the keys of “Maison”" in words(admin.get(PASTE).text)
    admin.send_again(PASTE, {"phone": "1"})
    assert admin.page.headers["Location"] == SERVICE
    assert admin.submit(PASTE, {"phone": "7"}).status_code == 404


def test_a_name_that_is_taken_is_asked_again(household: Household, admin: Browser) -> None:
    with household.app.app_context():
        household.add_test_phone("Household")
    at_sender(admin)
    assert form_fields(admin.page.text, SENDER)["name"] == "06 39 98 00 01"
    admin.send_again(SENDER, {"name": "Household"})
    assert admin.page.status_code == 400
    assert "There is already a phone named “Household”." in words(admin.page.text)


def test_whom_the_phone_is_given_to(household: Household, admin: Browser) -> None:
    with household.app.app_context():
        sacha = members.create("Sacha", PASSWORD).id
    at_sender(admin)
    admin.send_again(SENDER, {"name": "Maison", "members": [str(sacha)]})
    with household.app.app_context():
        assert [one.name for one in _phones_of(sacha)] == ["Maison"]


def _phones_of(member_id: int) -> list[Phone]:
    from raspisms.messaging import phones as of_messaging
    from raspisms.models import Member

    return of_messaging.visible(db.session.get_one(Member, member_id))


def test_a_button_pressed_twice_makes_one_phone(household: Household, admin: Browser) -> None:
    at_sender(admin)
    fields = form_fields(admin.page.text, SENDER)
    places = [admin.post(SENDER, fields).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert len(phones(household)) == 1


def test_who_comes_back_goes_on_or_begins_anew(household: Household, admin: Browser) -> None:
    paste(admin)
    assert "You have begun already" in words(admin.get(PASTE).text)
    assert f'href="{SERVICE}"' in admin.page.text
    choose(admin)
    assert f'href="{SENDER}"' in admin.get(PASTE).text
    admin.send_again(f"{PASTE}/forget")
    assert setups(household) == 0
    assert "You have begun already" not in words(admin.follow().text)


@pytest.mark.parametrize("path", [SERVICE, SENDER])
def test_a_later_step_leads_to_the_first(admin: Browser, path: str) -> None:
    assert admin.get(path).headers["Location"] == PASTE
    assert "The keys come first." in words(admin.follow().text)


def test_step_three_without_a_service_leads_to_step_two(admin: Browser) -> None:
    paste(admin)
    assert admin.get(SENDER).headers["Location"] == SERVICE


def test_what_nobody_went_on_with_is_forgotten(household: Household, admin: Browser) -> None:
    paste(admin)
    with household.app.app_context():
        ovh_setup.forget_old(clock.now() + timedelta(hours=23))
        assert setups(household) == 1
        ovh_setup.forget_old(clock.now() + timedelta(hours=25))
    assert setups(household) == 0


def test_keys_older_than_a_day_are_not_used(household: Household, admin: Browser) -> None:
    paste(admin)
    with household.app.app_context(), writing() as session:
        session.query(PhoneSetup).update({"changed_at": clock.now() - timedelta(hours=25)})
    assert admin.get(SERVICE).headers["Location"] == PASTE


def test_two_administrators_do_not_meet(
    simulator: Simulator, household: Household, admin: Browser
) -> None:
    with household.app.app_context():
        other = logged_in(household.app, members.create("Noé", PASSWORD, is_admin=True).id)
    at_sender(admin)
    assert other.get(SERVICE).headers["Location"] == PASTE
    at_sender(other, account.SECOND_SERVICE)
    assert "SMS service: sms-ab12345-1" in words(admin.get(SENDER).text)
    admin.send_again(SENDER)
    other.send_again(SENDER)
    assert [one.number for one in phones(household)] == [OUR_NUMBER, account.THIRD_NUMBER]


@pytest.mark.parametrize("fault", ["connection_refused", "error_500_before", "html_200"])
def test_ovh_does_not_answer(
    simulator: Simulator, household: Household, admin: Browser, fault: str
) -> None:
    """At each step: it is said, nothing is lost, and it can be tried again."""

    def down() -> None:
        simulator.fault(fault, **({} if fault == "connection_refused" else {"match": "*"}))

    down()
    assert paste(admin).status_code == 503
    told = words(admin.page.text)
    assert "need not be pasted again" in told
    assert "then try again." in told  # nobody else does
    assert "Try again" in told
    assert admin.send_again(PASTE, {"again": "1", "keys": ""}).status_code == 503
    simulator.clear_faults()
    admin.send_again(PASTE, {"again": "1", "keys": ""})
    assert admin.page.headers["Location"] == SERVICE

    down()
    told = words(admin.follow().text)
    assert "OVH does not answer now" in told
    assert f'href="{SERVICE}">Try again' in admin.page.text
    simulator.clear_faults()
    choose(admin)

    down()
    assert "OVH does not answer now" in words(admin.follow().text)
    simulator.clear_faults()
    admin.get(SENDER)

    down()
    admin.send_again(SENDER, {"name": "Maison"})
    assert admin.page.status_code == 303
    (phone,) = phones(household)
    assert phone.verified_at is None
    assert phone.check_at is not None
    simulator.clear_faults()


@pytest.mark.parametrize("step", [2, 3, 4])
def test_keys_that_end_meanwhile_lead_back_to_the_first_step(
    simulator: Simulator, household: Household, admin: Browser, step: int
) -> None:
    paste(admin)
    if step > 2:
        choose(admin)
    if step > 3:
        admin.follow()
    simulator.account.credentials[account.CONSUMER_KEY].status = "expired"
    if step > 3:
        admin.send_again(SENDER, {"name": "Maison"})
    else:
        admin.get(STEPS[step - 1])
    assert admin.page.headers["Location"] == PASTE
    assert "Make new keys at OVH, and paste them below." in words(admin.follow().text)
    assert setups(household) == 0
    assert phones(household) == []


def other_keys(simulator: Simulator, consumer: str = "CK" + "z1" * 15) -> str:
    """New keys of the same account, as OVH's page shows them."""
    at = clock.now()
    key = Credential(consumer, account.APPLICATION_KEY, everything(), 9, at)
    simulator.account.credentials[consumer] = key
    return SHOWN.replace(account.CONSUMER_KEY, consumer)


def test_a_phone_gets_new_keys(simulator: Simulator, household: Household, admin: Browser) -> None:
    with household.app.app_context():
        token = household.add_ovh_phone("Maison").callback_token
    page = other_keys(simulator)
    del simulator.account.credentials[account.CONSUMER_KEY]
    admin.submit("/phones/1/keys", {"keys": page})
    assert admin.page.status_code == 303, words(admin.page.text)
    (phone,) = phones(household)
    assert phone.settings["consumer_key"] == "CK" + "z1" * 15
    assert (phone.name, phone.number, phone.callback_token) == ("Maison", OUR_NUMBER, token)
    assert phone.verified_at is not None
    with household.app.app_context():
        entry = db.session.scalars(db.select(JournalEntry)).all()[-1]
        assert entry.action == "phone.changed"
        assert entry.details["changed"] == ["consumer_key"]


def test_keys_of_another_account_are_not_taken_for_a_phone(
    simulator: Simulator, household: Household, admin: Browser
) -> None:
    """They are good ones, but do not reach the phone's service."""
    with household.app.app_context():
        household.add_ovh_phone("Maison")
    service = simulator.account.services.pop(account.SERVICE)
    assert isinstance(service, Service)
    admin.submit("/phones/1/keys", {"keys": other_keys(simulator)})
    assert admin.page.status_code == 400
    assert "no access to an SMS service “sms-ab12345-1”" in words(admin.page.text)
    assert phones(household)[0].settings["consumer_key"] == account.CONSUMER_KEY


def test_a_phone_without_keys_of_ovh_has_no_such_page(household: Household, admin: Browser) -> None:
    with household.app.app_context():
        household.add_test_phone()
    assert admin.get("/phones/1/keys").status_code == 404


def test_another_application_is_tried_too(simulator: Simulator, admin: Browser) -> None:
    simulator.account.applications["b1" * 8] = Application("b1" * 8, "c1" * 16, 2)
    key = Credential("d1" * 16, "b1" * 8, everything(), 3, clock.now())
    simulator.account.credentials["d1" * 16] = key
    assert paste(admin, f"{'d1' * 16} {'b1' * 8} {'c1' * 16}").status_code == 303
