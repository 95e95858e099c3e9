"""Phones: adding with the callback address shown first, changing, pausing, removing."""

import re
from typing import Any

import pytest
from flask import Flask

from raspisms.extensions import db
from raspisms.messaging import logins, members, phone_removal, phones
from raspisms.models import Phone
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in

TEST = {"name": "Maison", "adapter": "test_adapter", "number": "06 12 34 56 78"}
OVH_KEYS = {
    "service_name": "sms-ab12345-1",
    "app_key": "aaaabbbbccccdddd",
    "app_secret": "eeeeffffgggghhhhiiiijjjjkkkkllll",
    "consumer_key": "mmmmnnnnooooppppqqqqrrrrsssstttt",
}
OVH = {
    "name": "Famille",
    "adapter": "ovh_sms_virtual_number_adapter",
    "number": "0755123456",
    **OVH_KEYS,
}
SECRETS = ("app_secret", "consumer_key")


def callback_url(page: str) -> str:
    shown = re.search(r'id="callback-url" value="([^"]+)"', page)
    assert shown, "no callback address on the page"
    return shown[1]


def stored(app: Flask) -> list[dict[str, Any]]:
    with app.app_context():
        rows = db.session.execute(db.select(Phone).order_by(Phone.id)).scalars()
        names = [column.name for column in Phone.__table__.columns]
        return [{name: getattr(row, name) for name in names} for row in rows]


def add(admin: Browser, form: dict[str, Any] = TEST) -> None:
    admin.submit("/phones/new", form)
    assert admin.page.status_code == 303, words(admin.page.text)


def test_a_phone_is_added_and_listed_with_its_state(admin: Browser) -> None:
    assert "No phone yet" in words(admin.get("/phones").text)
    add(admin)
    told = words(admin.follow().text)
    assert "The phone “Maison” is saved." in told
    for cell in ("Maison", "06 12 34 56 78", "Test", "Ready", "Never"):
        assert cell in told


def test_the_add_form_offers_the_adapters_and_what_the_chosen_one_can_do(admin: Browser) -> None:
    told = words(admin.get("/phones/new").text)
    for label in ("Phone number", "Service Name", "Application Key", "Application Secret"):
        assert label in told
    assert "Consumer Key" in told
    assert "Sends flash messages, shown at once and not stored No" in told
    assert "Receives messages Yes" in told
    link = re.search(r'href="(https://eu\.api\.ovh\.com/createToken/[^"]*)"', admin.page.text)
    assert link
    for right in ("GET", "POST", "PUT", "DELETE"):
        assert f"{right}=/sms&amp;" in f"{link[1]}&amp;"
        assert f"{right}=/sms/*&amp;" in f"{link[1]}&amp;"


def test_without_javascript_a_button_shows_the_fields_of_another_adapter(admin: Browser) -> None:
    admin.get("/phones/new")
    typed = {"name": "Maison", **OVH_KEYS, "number": "0612345678", "show_fields": "1"}
    admin.send_again("/phones/new", {**typed, "adapter": "test_adapter"})
    assert admin.page.status_code == 200
    fields = form_fields(admin.page.text, "/phones/new")
    assert (fields["name"], fields["number"]) == ("Maison", "0612345678")
    assert "Callback URL" not in admin.page.text.partition("<template")[0]
    back = {"adapter": OVH["adapter"], "show_fields": "1"}
    admin.send_again("/phones/new", back)
    fields = form_fields(admin.page.text, "/phones/new")
    assert fields.items() >= OVH_KEYS.items()


def test_the_address_shown_before_saving_is_the_one_that_is_kept(
    app: Flask, admin: Browser
) -> None:
    shown = callback_url(admin.get("/phones/new").text)
    admin.send_again("/phones/new", {**OVH, "name": "", "app_key": ""})
    assert admin.page.status_code == 400
    assert callback_url(admin.page.text) == shown
    admin.send_again("/phones/new", OVH)
    assert admin.page.status_code == 303
    assert shown == f"http://localhost/callback/{stored(app)[0]['callback_token']}/status"
    assert callback_url(admin.get("/phones/1").text) == shown


def test_each_new_form_has_an_address_of_its_own(admin: Browser) -> None:
    first = callback_url(admin.get("/phones/new").text)
    assert first != callback_url(admin.get("/phones/new").text)


@pytest.mark.parametrize("proof", ["", "chosen-by-hand", "ImNob3NlbiI.bm90IGEgc2lnbmF0dXJl"])
def test_nobody_chooses_the_token_of_a_phone(app: Flask, admin: Browser, proof: str) -> None:
    before = callback_url(admin.get("/phones/new").text)
    admin.send_again("/phones/new", {**OVH, "callback": proof})
    assert admin.page.status_code == 400
    assert "The callback address below is a new one." in words(admin.page.text)
    assert callback_url(admin.page.text) != before
    assert stored(app) == []
    assert admin.send_again("/phones/new", OVH).status_code == 303


def test_a_save_pressed_twice_adds_one_phone(app: Flask, admin: Browser) -> None:
    fields = form_fields(admin.get("/phones/new").text, "/phones/new") | TEST
    codes = [admin.post("/phones/new", fields).status_code for _ in range(2)]
    assert codes == [303, 303]
    assert len(stored(app)) == 1


def test_a_form_of_a_saved_phone_used_for_another_gets_a_new_address(
    app: Flask, admin: Browser
) -> None:
    fields = form_fields(admin.get("/phones/new").text, "/phones/new") | TEST
    admin.post("/phones/new", fields)
    admin.post("/phones/new", fields | {"name": "Bureau", "number": "0698765432"})
    assert admin.page.status_code == 400
    assert "The callback address below is a new one." in words(admin.page.text)
    assert admin.send_again("/phones/new").status_code == 303
    tokens = {phone["callback_token"] for phone in stored(app)}
    assert len(tokens) == 2


def test_an_address_inside_the_house_is_said_not_to_be_reachable(admin: Browser) -> None:
    told = words(admin.get("/phones/new").text)
    assert "The provider cannot reach this address" in told
    assert "polling" in told


def test_a_public_address_is_shown_without_that_warning(admin: Browser, app: Flask) -> None:
    admin.get("/phones/new", base_url="https://sms.example.org")
    admin.follow()
    there = logged_in_over(app, "https://sms.example.org")
    page = there.get("/phones/new", base_url="https://sms.example.org").text
    assert callback_url(page).startswith("https://sms.example.org/callback/")
    assert "cannot reach this address" not in page


def logged_in_over(app: Flask, root: str) -> Browser:
    with app.app_context():
        member = next(one for one in members.everyone() if one.is_admin)
        token = logins.make_login_link(member.id)
    browser = Browser(app)
    browser.get(f"/login/{token}", base_url=root)
    fields = form_fields(browser.page.text, f"/login/{token}")
    browser.post(f"/login/{token}", fields, base_url=root)
    return browser


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"name": "  "}, "name", "The phone has no name."),
        ({"name": "x" * 81}, "name", "This name cannot be used."),
        ({"name": "maison"}, "name", "There is already a phone named “maison”."),
        ({"number": "letters"}, "number", "contains letters"),
        ({"number": ""}, "number", "The phone number is missing."),
        ({"adapter": "no_such"}, "adapter", "There is no adapter “no_such”."),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_kept(
    app: Flask, admin: Browser, form: dict[str, str], field: str, sentence: str
) -> None:
    add(admin)
    typed = {**TEST, "name": "Bureau", "number": "0698765432"} | form
    admin.submit("/phones/new", typed)
    assert admin.page.status_code == 400
    error = re.search(rf'id="{field}-error">(.*?)</p>', admin.page.text, re.DOTALL)
    assert error
    assert sentence in error[1]
    assert form_fields(admin.page.text, "/phones/new")["name"] == typed["name"]
    assert len(stored(app)) == 1


def test_an_old_form_is_shown_again_with_all_that_was_typed(app: Flask, admin: Browser) -> None:
    shown = callback_url(admin.get("/phones/new").text)
    admin.send_again("/phones/new", {**OVH, "csrf_token": "old"})
    assert admin.page.status_code == 400
    assert "This form had been open for too long" in words(admin.page.text)
    assert form_fields(admin.page.text, "/phones/new").items() >= OVH.items()
    assert callback_url(admin.page.text) == shown
    assert stored(app) == []
    assert admin.send_again("/phones/new").status_code == 303


def test_a_provider_that_cannot_be_reached_does_not_prevent_saving(
    app: Flask, admin: Browser
) -> None:
    add(admin, OVH)
    told = words(admin.follow().text)
    assert "“Famille” is saved. Not verified. The provider could not be reached." in told
    assert stored(app)[0]["verified_at"] is None
    admin.submit("/phones/1/check", on="/phones/1")
    assert "The provider was asked. Not verified." in words(admin.follow().text)


def test_saved_secrets_are_never_sent_to_a_page_again(admin: Browser) -> None:
    add(admin, OVH)
    for path in ("/phones", "/phones/1", "/phones/1/remove"):
        page = admin.get(path).text
        for name in SECRETS:
            assert OVH[name] not in page
    assert words(admin.get("/phones/1").text).count("Saved. Leave it empty to keep it.") == len(
        SECRETS
    )


def test_secrets_left_empty_stay_and_others_change(app: Flask, admin: Browser) -> None:
    add(admin, OVH)
    new_key = "uuuuvvvvwwwwxxxxyyyyzzzzaaaabbbb"
    admin.submit("/phones/1", {"name": "Famille Petit", "consumer_key": new_key})
    assert admin.page.status_code == 303
    phone = stored(app)[0]
    assert phone["name"] == "Famille Petit"
    assert (
        phone["settings"].items()
        >= {
            "app_secret": OVH["app_secret"],
            "consumer_key": new_key,
        }.items()
    )


def test_of_two_who_save_the_same_phone_the_second_is_told(app: Flask, admin: Browser) -> None:
    add(admin)
    other = logged_in(app, account(app, "Robin", is_admin=True))
    other.get("/phones/1")
    admin.submit("/phones/1", {"name": "Chez nous"})
    other.send_again("/phones/1", {"name": "Chez moi"})
    assert other.page.status_code == 409
    told = words(other.page.text)
    assert "Someone else saved this phone meanwhile." in told
    assert "See what is saved now" in told
    assert form_fields(other.page.text, "/phones/1")["name"] == "Chez moi"
    assert stored(app)[0]["name"] == "Chez nous"
    assert other.send_again("/phones/1").status_code == 303
    assert stored(app)[0]["name"] == "Chez moi"


@pytest.mark.parametrize("version", ["", "0", "-1", "9" * 40, "٣", "x"])
def test_a_form_that_does_not_say_what_it_edited_overwrites_nothing(
    app: Flask, admin: Browser, version: str
) -> None:
    add(admin)
    admin.submit("/phones/1", {"name": "Chez moi", "version": version})
    assert admin.page.status_code == 409
    assert stored(app)[0]["name"] == "Maison"


def test_a_phone_is_paused_and_resumed(app: Flask, admin: Browser) -> None:
    add(admin)
    admin.submit("/phones/1/pause", on="/phones/1")
    assert "The phone is paused." in words(admin.follow().text)
    assert stored(app)[0]["paused"]
    admin.submit("/phones/1/resume", on="/phones/1")
    assert "The phone sends and receives again." in words(admin.follow().text)
    assert not stored(app)[0]["paused"]


def test_removal_first_says_what_becomes_of_the_history_and_forgets_the_keys(
    app: Flask, admin: Browser
) -> None:
    add(admin, OVH)
    told = words(admin.get("/phones/1/remove").text)
    assert "It has no messages." in told
    assert "No message is waiting to be sent with it." in told
    assert stored(app)[0]["removed_at"] is None
    admin.send_again("/phones/1/remove")
    assert "Its conversations stay readable." in words(admin.follow().text)
    assert not set(SECRETS) & set(stored(app)[0]["settings"])
    assert admin.get("/phones/1").status_code == 404


def test_a_form_of_a_phone_removed_meanwhile_says_so(app: Flask, admin: Browser) -> None:
    add(admin)
    admin.get("/phones/1")
    with app.app_context():
        phone_removal.remove(1)
    assert admin.send_again("/phones/1").status_code == 404
    assert "There is no such phone" in words(admin.page.text)


def test_members_see_the_phones_given_to_them_and_no_others(app: Flask, admin: Browser) -> None:
    sacha = account(app, "Sacha")
    add(admin, {**TEST, "members": [str(sacha)]})
    add(admin, {**TEST, "name": "Bureau", "number": "0698765432"})
    told = words(logged_in(app, sacha).get("/phones").text)
    assert "Maison" in told
    assert "Bureau" not in told
    assert "/phones/1" not in told


def test_who_may_use_a_phone_can_be_taken_back(app: Flask, admin: Browser) -> None:
    sacha = account(app, "Sacha")
    add(admin, {**TEST, "members": [str(sacha), "999", "9" * 30, "x"]})
    fields = form_fields(admin.get("/phones/1").text, "/phones/1")
    assert fields.pop("members") == [str(sacha)]
    admin.post("/phones/1", fields)
    with app.app_context():
        assert phones.members_with(1) == set()


@pytest.mark.parametrize("path", ["/phones/7", "/phones/7/remove", "/phones/99999999999999999999"])
def test_a_phone_that_does_not_exist_is_a_page_in_words(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404
