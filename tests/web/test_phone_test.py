"""A test message to one's own mobile phone, watched step by step."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import accounts, outbox, receipts
from raspisms.messaging.transactions import writing
from raspisms.models import Message, Phone, ProviderAccount
from raspisms.simulator import Simulator, account
from tests.household import Household, eventually
from tests.web import making
from tests.web.browser import Browser, words
from tests.web.conftest import account as new_account
from tests.web.conftest import logged_in

NUMBER = "06 39 98 11 11"
CALLS = re.compile(r"the provider called RaspiSMS to say so")


@pytest.fixture
def house(household: Household) -> Iterator[Household]:
    with household.app.app_context():
        household.add_ovh_phone()
    return household


@pytest.fixture
def ana(house: Household) -> Browser:
    return logged_in(house.app, house.admin_id)


def begin(ana: Browser, number: str = NUMBER) -> str:
    """Send a test; the path on which it is watched."""
    ana.submit("/phones/1/test", {"number": number})
    assert ana.page.status_code == 303, words(ana.page.text)
    return str(ana.page.headers["Location"])


def leave(house: Household) -> None:
    """Do what the job does that sends."""
    with house.app.app_context():
        outbox.send_due(house.engine, 1)


def latest(house: Household) -> Message:
    return making.messages(house.app)[-1]


def change(house: Household, **values: object) -> None:
    making.change_message(house.app, latest(house).id, **values)


def tell(house: Household, source: str, code: str = "1") -> None:
    """The provider says what became of it."""
    with house.app.app_context():
        adapter = house.engine.adapter(db.session.get_one(Phone, 1))
        message = latest(house)
        news = adapter.parse_callback({"id": message.provider_uid or "", "description": code})
        receipts.take(message.service or "", news, source)


def test_it_is_watched_until_the_provider_calls(house: Household, ana: Browser) -> None:
    path = begin(ana)
    page = words(ana.get(path).text)
    assert "To 06 39 98 11 11: RaspiSMS works. This is only a test." in page
    assert "Accepted" in page
    assert "It leaves in a moment." in page
    assert "Look again" in page  # for who has no JavaScript
    leave(house)
    page = words(ana.get(path).text)
    assert "The provider took it:" in page
    assert "Credits used: 1" in page
    assert "Under way" in page
    tell(house, receipts.CALLBACK)
    page = words(ana.get(path).text)
    assert "Delivered" in page
    assert CALLS.search(page)
    assert "Look again" not in page


def test_the_open_page_gets_only_what_changed(house: Household, ana: Browser) -> None:
    ana.get(begin(ana))
    asked = re.search(r'data-live="([^"]+)"', ana.page.text)
    state = re.search(r'data-part="watch" data-state="([^"]+)"', ana.page.text)
    assert asked
    assert state
    live = asked[1].replace("&amp;", "&")
    headers = {**ana.headers, "RaspiSMS-Shown": f"watch={state[1]}"}

    def answer() -> str:
        return ana.client.get(live, headers=headers).text

    assert 'data-part="watch"' not in answer()
    leave(house)
    assert 'data-part="watch"' in answer()
    assert "The provider took it:" in answer()


def test_what_asking_brought_is_said(house: Household, ana: Browser) -> None:
    path = begin(ana)
    leave(house)
    tell(house, receipts.POLL)
    page = words(ana.get(path).text)
    assert "It works: RaspiSMS found out by asking" in page
    assert 'href="/phones/1/callbacks"' in ana.page.text


def test_a_call_that_should_have_come_and_did_not_leads_to_the_diagnosis(
    house: Household, ana: Browser, simulator: Simulator
) -> None:
    with house.app.app_context():
        token = db.session.get_one(Phone, 1).callback_token
        simulator.set_callback(account.SERVICE, f"http://localhost/callback/{token}/status")
        accounts.refresh(house.engine, 1)
    path = begin(ana)
    leave(house)
    tell(house, receipts.POLL)
    late = "but the provider has not called"
    assert late in words(ana.get(path).text)
    assert 'href="/phones/1"' in ana.page.text
    # Asking was only quicker: the call came after all.
    with house.app.app_context(), writing() as session:
        service = session.get_one(Phone, 1).service
        session.get_one(ProviderAccount, service).called_at = clock.now() + timedelta(minutes=1)
    assert late not in words(ana.get(path).text)


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        ("failed", "bad_number", "The number does not exist, or is barred."),
        ("failed", "keys_refused", "Open the phone's page and check its settings."),
        ("held", "overdue", "Its time passed long ago"),
        ("uncertain", "no_answer", "RaspiSMS asks the provider before anything is sent again."),
        ("pending", "unreachable", "The provider could not be reached."),
        ("expired", "no_receipt", "The network did not say in time whether it was delivered."),
    ],
)
def test_what_stands_in_its_way_is_told_with_what_to_do(
    house: Household, ana: Browser, status: str, reason: str, told: str
) -> None:
    path = begin(ana)
    change(house, status=status, reason=reason)
    page = words(ana.get(path).text)
    assert told in page
    assert ("Try once more" in page) == (status in ("failed", "expired"))


def test_a_paused_phone_is_said_before_and_after(house: Household, ana: Browser) -> None:
    making.change_phone(house.app, 1, paused=True)
    assert "paused" in words(ana.get("/phones/1/test").text)
    assert "paused" in words(ana.get(begin(ana)).text)


def test_a_double_click_sends_once(house: Household, ana: Browser) -> None:
    first = begin(ana)
    ana.get("/phones/1/test")
    again = {"number": NUMBER}
    one = ana.send_again("/phones/1/test", again).headers["Location"]
    ana.get("/phones/1/test")
    fields = {"number": NUMBER, "request": "the-same-form"}
    paths = {ana.submit("/phones/1/test", fields).headers["Location"] for _ in range(2)}
    assert len({first, one} | paths) == 3
    assert making.campaigns(house.app) == 3


@pytest.mark.parametrize(
    "typed", ["", "abc", "Mamie", "06 39", "06 39 98 11 11, 06 39 98 11 12", "36111", "x" * 5000]
)
def test_what_is_no_number_of_one_phone_is_kept_and_said(
    house: Household, ana: Browser, typed: str
) -> None:
    making.add_contact(house.app, "Mamie", "+33639985555")
    ana.submit("/phones/1/test", {"number": typed})
    assert ana.page.status_code == 400
    assert f'value="{typed}"' in ana.page.text
    assert 'id="number-error"' in ana.page.text
    assert making.messages(house.app) == []


def test_a_foreign_number_is_one(house: Household, ana: Browser) -> None:
    begin(ana, "+44 7911 123456")
    assert latest(house).peer == "+447911123456"


def test_the_text_fits_into_one_sms_in_either_language(house: Household, ana: Browser) -> None:
    begin(ana)
    ana.headers["Accept-Language"] = "fr"
    begin(ana)
    for message in making.messages(house.app):
        assert message.segments == 1
        assert len(message.body) < 60


def test_only_one_s_own_test_of_this_phone_is_shown(house: Household, ana: Browser) -> None:
    path = begin(ana)
    with house.app.app_context():
        other = house.add_test_phone().id
    mine = latest(house).id
    assert ana.get(path).status_code == 200
    for wrong in (f"/phones/{other}/test/{mine}", "/phones/1/test/999", "/phones/999/test"):
        assert ana.get(wrong).status_code == 404
    eve = logged_in(house.app, new_account(house.app, "Eve", is_admin=True))
    assert eve.get(path).status_code == 404
    conversation = making.came_in(house.app, 1, "Bonjour")
    assert conversation
    assert ana.get(f"/phones/1/test/{latest(house).id}").status_code == 404


def test_the_guided_set_up_goes_on(house: Household, ana: Browser) -> None:
    ana.submit("/phones/1/test?setup=1", {"number": NUMBER})
    path = ana.page.headers["Location"]
    assert path.endswith("?setup=1")
    assert 'href="/"' in ana.get(path).text


def test_the_test_phone_can_be_tried_too(house: Household, ana: Browser) -> None:
    with house.app.app_context():
        other = house.add_test_phone().id
    ana.submit(f"/phones/{other}/test", {"number": NUMBER})
    path = ana.page.headers["Location"]
    with house.jobs():
        page = eventually(lambda: "All works" in words(ana.get(path).text))
    assert page
