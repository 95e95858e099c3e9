"""Whom a provider calls: seen as it is, set where nobody is called, never taken from another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from raspisms.extensions import db
from raspisms.messaging import accounts, callback_setup, phone_faults, phone_removal, phones
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.transactions import writing
from raspisms.models import JournalEntry, Phone, ProviderAccount
from raspisms.simulator import Simulator, account
from tests.household import KEYS, Household, settings_for
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import logged_in

HOME = "https://sms.exemple.fr"
OLD = "https://ancienne.exemple.fr"
OTHER = "https://crm.exemple.com/ovh?key=abc"
SET = "All set The provider calls RaspiSMS."
PUT = "PUT /sms/*"


@pytest.fixture
def house(simulator: Simulator, tmp_path: Path) -> Iterator[Household]:
    """A household at HOME, with one phone."""
    house = Household(tmp_path / "instance", **settings_for(simulator, RASPISMS_PUBLIC_URL=HOME))
    with house.app.app_context():
        house.add_ovh_phone()
    yield house
    house.close()


@pytest.fixture
def ana(house: Household) -> Browser:
    return logged_in(house.app, house.admin_id)


def path_of(house: Household) -> str:
    return f"/phones/{phone_of(house).id}/callbacks"


def phone_of(house: Household, name: str = "Maison") -> Phone:
    with house.app.app_context():
        phone = db.session.scalars(db.select(Phone).where(Phone.name == name)).one()
        db.session.expunge_all()
        return phone


def status_url(house: Household, root: str = HOME, name: str = "Maison") -> str:
    return f"{root}/callback/{phone_of(house, name).callback_token}/status"


def reply_url(house: Household, root: str = HOME) -> str:
    return f"{root}/callback/{phone_of(house).callback_token}/reply"


def let_call(simulator: Simulator, status: str | None, reply: str | None = None) -> None:
    """Enter addresses as a person does in OVH's panel."""
    simulator.set_callback(account.SERVICE, status)
    service = simulator.account.service(account.SERVICE)
    service.response |= {"responseType": "cgi" if reply else "none", "cgiUrl": reply}


def called(simulator: Simulator) -> str | None:
    return simulator.account.service(account.SERVICE).callback


def entries(house: Household) -> list[JournalEntry]:
    with house.app.app_context():
        query = db.select(JournalEntry).where(JournalEntry.action == "phone.callbacks_set")
        found = list(db.session.scalars(query))
        db.session.expunge_all()
        return found


def state(house: Household, root: str = HOME, name: str = "Maison") -> str:
    """How a phone stands, from what is stored."""
    with house.app.app_context():
        phone = db.session.scalars(db.select(Phone).where(Phone.name == name)).one()
        return callback_setup.status_of(phone, root).state


def remember(house: Household) -> None:
    """Ask the provider, so that what it calls is stored."""
    with house.app.app_context():
        accounts.refresh(house.engine, phone_of(house).id)


def test_one_button_sets_what_is_not_set_and_reads_it_back(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    page = words(ana.get(path_of(house)).text)
    assert "The provider calls nobody." in page
    assert status_url(house) in page
    assert ana.send_again(path_of(house)).headers["Location"] == f"/phones/{phone_of(house).id}"
    assert called(simulator) == status_url(house)
    response = simulator.account.service(account.SERVICE).response
    assert (response["responseType"], response["cgiUrl"]) == ("cgi", reply_url(house))
    assert words(ana.get(path_of(house)).text).count(SET) == 2
    with house.app.app_context():
        stored = db.session.get_one(ProviderAccount, phone_of(house).service)
        assert (stored.status_url, bool(stored.set_at)) == (called(simulator), True)


def test_the_journal_tells_it_without_the_address(house: Household, ana: Browser) -> None:
    ana.submit(path_of(house))
    (entry,) = entries(house)
    assert (entry.subject, entry.details) == ("Maison", {"calls": ["reply", "status"]})
    page = ana.get("/settings/journal").text
    assert "had the provider call RaspiSMS about the phone “Maison”" in words(page)
    assert "What it calls about: answers, deliveries." in words(page)
    assert phone_of(house).callback_token not in page


def test_what_is_set_already_is_left_as_it_is(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    let_call(simulator, status_url(house), reply_url(house))
    assert words(ana.get(path_of(house)).text).count(SET) == 2
    assert ana.send_again(path_of(house), {"mark": "old"}).status_code == 303
    assert not [one for one in simulator.ledger.calls if one.method == "PUT"]
    assert entries(house) == []


def test_another_program_s_address_is_shown_and_kept_without_consent(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    let_call(simulator, OTHER)
    page = words(ana.get(path_of(house)).text)
    assert "Used by something else" in page
    assert OTHER in page
    # What nobody uses is set all the same.
    assert ana.send_again(path_of(house)).status_code == 303
    assert called(simulator) == OTHER
    assert [one.details for one in entries(house)] == [{"calls": ["reply"]}]
    assert "the rest stays as it was" in words(ana.follow().text)
    # Nothing else is left to set; and the consent for one kind is none for the other.
    for ticked in ({}, {"replace": "reply"}):
        ana.get(path_of(house))
        assert ana.send_again(path_of(house), ticked).status_code == 400
        assert "Nothing is ticked, so nothing was changed." in words(ana.page.text)
        assert called(simulator) == OTHER
    assert ana.send_again(path_of(house), {"replace": "status"}).status_code == 303
    assert called(simulator) == status_url(house)


def test_an_automatic_answer_is_kept_without_consent(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    let_call(simulator, status_url(house))
    service = simulator.account.service(account.SERVICE)
    service.response |= {"responseType": "text", "text": "Merci, à bientôt"}
    page = words(ana.get(path_of(house)).text)
    assert "OVH answers by itself (“Merci, à bientôt”)." in page
    assert ana.send_again(path_of(house)).status_code == 400
    assert service.response["responseType"] == "text"
    assert ana.send_again(path_of(house), {"replace": "reply"}).status_code == 303
    assert service.response["cgiUrl"] == reply_url(house)


def test_what_changed_since_it_was_seen_is_shown_anew_and_nothing_is_set(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    simulator.set_callback(account.SERVICE, OTHER)
    ana.get(path_of(house))
    newer = "https://autre.exemple.com/ovh"
    simulator.set_callback(account.SERVICE, newer)
    assert ana.send_again(path_of(house), {"replace": "status"}).status_code == 409
    assert "has changed meanwhile: nothing was set" in words(ana.page.text)
    assert newer in words(ana.page.text)
    assert called(simulator) == newer
    # The consent was one for the other address.
    assert "replace" not in form_fields(ana.page.text, path_of(house))
    assert ana.send_again(path_of(house), {"replace": "status"}).status_code == 303
    assert called(simulator) == status_url(house)


def test_an_own_address_from_before_a_move_is_replaced_with_the_button(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    let_call(simulator, status_url(house, OLD), reply_url(house, OLD))
    page = words(ana.get(path_of(house)).text)
    assert "Moved" in page
    assert status_url(house, OLD) in page
    assert ana.send_again(path_of(house)).status_code == 303
    assert called(simulator) == status_url(house)


def test_keys_that_may_not_change_it_lead_to_the_way_by_hand(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    ana.get(path_of(house))
    simulator.fault("error_403", match=PUT)
    assert ana.send_again(path_of(house)).status_code == 503
    page = words(ana.page.text)
    assert "By hand" in page
    assert f'value="{status_url(house)}"' in ana.page.text
    assert "Go on without it" in page
    assert entries(house) == []
    with house.app.app_context():
        fault = phone_faults.of(phone_of(house).id)[phone_faults.CALLBACKS]
        assert fault.query_id  # which the provider's support asks for
    # Pasted: it is read back.
    check = f"{path_of(house)}?manual=1"
    assert "By hand" in words(ana.get(check).text)
    let_call(simulator, status_url(house), reply_url(house))
    assert SET in words(ana.get(check).text)
    assert "By hand" not in words(ana.page.text)


def test_keys_that_may_not_even_look_lead_there_too(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    simulator.fault("error_403", match="GET /sms/*")
    page = words(ana.get(path_of(house)).text)
    assert "By hand" in page
    assert "Go on without it" in page


def test_an_ovh_that_is_down_is_said_and_one_may_go_on(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    simulator.fault("error_500_before", match="GET /sms/*")
    page = words(ana.get(path_of(house)).text)
    assert "Try again" in page
    assert "Go on without it" in page
    assert "By hand" not in page
    simulator.clear_faults()
    ana.get(path_of(house))
    simulator.fault("error_500_before", match=PUT)
    assert ana.send_again(path_of(house)).status_code == 503
    assert "Try again" in words(ana.page.text)
    assert called(simulator) is None


def test_an_address_inside_the_house_needs_nothing_and_can_be_set_all_the_same(
    household: Household, simulator: Simulator
) -> None:
    with household.app.app_context():
        household.add_ovh_phone()
    ana = logged_in(household.app, household.admin_id)
    page = words(ana.get(path_of(household)).text)
    assert "There is nothing to do here" in page
    assert ana.send_again(path_of(household)).status_code == 303
    assert called(simulator) == status_url(household, "http://localhost")
    simulator.set_callback(account.SERVICE, status_url(household, HOME))
    page = words(ana.get(path_of(household)).text)  # opened at home, and called from outside
    assert SET in page
    assert "There is nothing to do here" not in page


def test_an_address_without_encryption_is_warned_of(simulator: Simulator, tmp_path: Path) -> None:
    plain = settings_for(simulator, RASPISMS_PUBLIC_URL="http://sms.exemple.fr")
    house = Household(tmp_path / "instance", **plain)
    with house.app.app_context():
        house.add_ovh_phone()
    page = words(logged_in(house.app, house.admin_id).get(path_of(house)).text)
    assert "This address is not encrypted" in page
    house.close()


def test_the_guided_set_up_goes_on_to_the_test_message(house: Household, ana: Browser) -> None:
    ana.get(f"{path_of(house)}?setup=1")
    onward = f"/phones/{phone_of(house).id}/test?setup=1"
    assert onward in ana.page.text
    assert ana.send_again(f"{path_of(house)}?setup=1").headers["Location"] == onward


def test_phones_of_one_account_share_what_is_set(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    with house.app.app_context():
        house.add_ovh_phone("Grenier", number=account.SECOND_NUMBER)
    ana.submit(path_of(house))
    page = words(ana.get(f"/phones/{phone_of(house, 'Grenier').id}/callbacks").text)
    assert "so also for: Maison." in page
    assert SET in page


def test_a_phone_that_lets_nobody_set_it_has_no_such_page(house: Household, ana: Browser) -> None:
    with house.app.app_context():
        trial = house.add_test_phone().id
    assert ana.get(f"/phones/{trial}/callbacks").status_code == 404
    assert ana.get("/phones/999/callbacks").status_code == 404


@pytest.mark.parametrize(
    ("stored", "root", "expected"),
    [
        ("{home}/callback/{token}/status", HOME, "set"),
        ("https://SMS.exemple.fr:443/callback/{token}/status", HOME, "set"),
        (None, HOME, "not_set"),
        (OTHER, HOME, "elsewhere"),
        # A new public address, and a backup that was put back on another machine.
        (f"{OLD}/callback/{{token}}/status", HOME, "moved"),
        ("http://192.168.1.5:5000/callback/{token}/status", HOME, "moved"),
        # Another household's, as a token that is not known here.
        ("{home}/callback/of-another-household/status", HOME, "elsewhere"),
        # The address for answers is none for deliveries.
        ("{home}/callback/{token}/reply", HOME, "moved"),
        # Somebody at home opened the page by an address of the house: that proves nothing.
        ("{home}/callback/{token}/status", "http://192.168.1.5:5000/", "set"),
        # Behind a proxy that is not known as one, https looks like http.
        ("{home}/callback/{token}/status", "http://sms.exemple.fr/", "set"),
        ("http://sms.exemple.fr/callback/{token}/status", HOME, "moved"),
    ],
)
def test_how_a_phone_stands_is_known_without_asking(
    house: Household, simulator: Simulator, stored: str | None, root: str, expected: str
) -> None:
    assert state(house, root) == "unknown"
    token = phone_of(house).callback_token
    simulator.set_callback(account.SERVICE, stored and stored.format(home=HOME, token=token))
    remember(house)
    asked = len(simulator.ledger.calls)
    with house.app.app_context():
        phone = db.session.scalars(db.select(Phone)).one()
        assert callback_setup.status_of(phone, root).deliveries == expected
    assert len(simulator.ledger.calls) == asked


def test_the_token_of_a_removed_phone_still_leads_here(
    house: Household, simulator: Simulator
) -> None:
    let_call(simulator, status_url(house), reply_url(house))
    remember(house)
    with house.app.app_context():
        phone_removal.remove(phone_of(house).id)
        house.add_ovh_phone("Neuf")
    assert state(house, name="Neuf") == "set"
    assert state(house, OLD, name="Neuf") == "moved"


def test_the_token_of_a_phone_of_another_account_leads_nowhere(
    house: Household, simulator: Simulator
) -> None:
    with house.app.app_context():
        house.add_test_phone()
    simulator.set_callback(account.SERVICE, status_url(house, name="Essai"))
    remember(house)
    assert state(house) == "moved"


def test_a_move_is_told_where_the_phones_are(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    link = f'href="{path_of(house)}"'
    told = "The provider still calls an earlier address of this RaspiSMS."
    for page in ("/phones", f"/phones/{phone_of(house).id}"):
        assert told not in words(ana.get(page).text)
    let_call(simulator, status_url(house, OLD), reply_url(house, OLD))
    remember(house)
    for page in ("/phones", f"/phones/{phone_of(house).id}"):
        assert told in words(ana.get(page).text)
        assert link in ana.page.text


def test_of_two_kinds_the_one_that_needs_a_person_most_counts(
    house: Household, simulator: Simulator
) -> None:
    here, there = status_url(house), reply_url(house, OLD)
    for status, reply, expected in (
        (here, reply_url(house), "set"),
        (here, None, "not_set"),
        (here, OTHER, "elsewhere"),
        (here, there, "moved"),
        (OTHER, there, "moved"),
    ):
        let_call(simulator, status, reply)
        remember(house)
        assert state(house) == expected


def test_new_keys_leave_the_address_as_it_is(house: Household, simulator: Simulator) -> None:
    """The token stays a phone's own whatever its settings become."""
    let_call(simulator, status_url(house), reply_url(house))
    remember(house)
    with house.app.app_context(), writing() as session:
        phone = session.get_one(Phone, phone_of(house).id)
        phone.settings = phone.settings | {"app_key": "another"}
    assert state(house) == "set"


def test_where_nobody_can_answer_no_address_for_answers_is_set(
    house: Household, simulator: Simulator
) -> None:
    keys = {name: KEYS[name] for name in ("service_name", "app_key", "app_secret", "consumer_key")}
    with house.app.app_context():
        draft = PhoneDraft("Club", "ovh_sms_shortcode_adapter", {**keys, "sender": account.SENDER})
        phone = phones.add(house.engine, draft, phones.new_token()).phone
        path = f"/phones/{phone.id}/callbacks"
    ana = logged_in(house.app, house.admin_id)
    assert "Answers" not in words(ana.get(path).text)
    assert ana.send_again(path).status_code == 303
    assert called(simulator) == status_url(house, name="Club")
    assert simulator.account.service(account.SERVICE).response["responseType"] == "none"
