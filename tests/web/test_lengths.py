"""How long a text is, said for the phone that it goes with: what its provider adds counts too."""

import pytest
from flask import Flask

from raspisms.messaging import phones
from raspisms.messaging.phone_drafts import PhoneDraft
from tests.household import KEYS
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in
from tests.web.making import draft

ALONE = "1 SMS, 153 characters left (GSM-7)"
WITH_CLAUSE = (
    "1 SMS, 142 characters left (GSM-7). The STOP clause that the provider adds is counted in"
)


@pytest.fixture
def club(app: Flask) -> int:
    """A phone that sends under a name, to whose messages OVH adds how to stop them; its id."""
    values = {**KEYS, "number": "", "sender": "Le Club"}
    with app.app_context():
        club = PhoneDraft("Club", "ovh_sms_shortcode_adapter", values)
        return phones.add(app.extensions["raspisms"], club, phones.new_token()).phone.id


@pytest.fixture
def home(app: Flask) -> int:
    return making.add_phone(app)


def live(browser: Browser, phone: int | str, text: str = "Bonjour") -> str:
    token = form_fields(browser.get("/write").text, "/write")["csrf_token"]
    typed = {"text": text, "phone": str(phone), "csrf_token": token}
    return str(browser.post("/write/length", typed).get_json()["words"])


def test_the_live_count_is_that_of_the_chosen_phone(admin: Browser, club: int, home: int) -> None:
    assert live(admin, club) == WITH_CLAUSE
    assert live(admin, home) == ALONE
    assert live(admin, "") == live(admin, "999") == ALONE
    assert live(admin, club, "") == ""


def test_where_there_is_one_phone_it_is_meant_before_it_is_chosen(
    admin: Browser, club: int
) -> None:
    assert live(admin, "") == WITH_CLAUSE


def test_a_phone_that_a_member_may_not_use_tells_them_nothing(app: Flask, club: int) -> None:
    lea = account(app, "Léa")
    making.add_phone(app, members=[lea])
    assert live(logged_in(app, lea), club) == ALONE


def test_the_button_counts_for_the_chosen_phone(admin: Browser, club: int, home: int) -> None:
    admin.submit("/write", draft(club, count="1"))
    assert WITH_CLAUSE in words(admin.page.text)
    admin.submit("/write", draft(home, count="1"))
    assert ALONE in words(admin.page.text)
    assert "STOP" not in words(admin.page.text)


def test_an_answer_is_counted_with_the_phone_of_its_conversation(
    app: Flask, admin: Browser, club: int, home: int
) -> None:
    here = f"/conversations/{making.came_in(app, club, 'Bonjour')}"
    admin.submit(here, {"text": "Bonjour", "count": "1"})
    assert WITH_CLAUSE in words(admin.page.text)
    admin.submit(here, {"text": "Bonjour", "count": "1", "phone": str(home)})
    assert ALONE in words(admin.page.text)


def test_the_clause_is_in_the_segments_kept_and_in_the_limit(
    app: Flask, admin: Browser, club: int
) -> None:
    admin.submit("/write", draft(club, text="a" * 149))
    admin.submit("/write", draft(club, text="a" * 150))
    assert [(one.segments, len(one.body)) for one in making.messages(app)] == [(1, 149), (2, 150)]
    admin.submit("/write", draft(club, text="a" * 910))
    assert admin.page.status_code == 400
    assert "With the STOP clause that the provider adds, the message takes 7 SMS" in words(
        admin.page.text
    )
