"""One's own account."""

import pytest
from flask import Flask

from tests.web.browser import FRENCH, Browser, words
from tests.web.conftest import PASSWORD, account, logged_in

NEW = "quatre mots bien simples"


def test_a_name_is_changed(member: Browser) -> None:
    assert member.submit("/account", {"name": "Sacha  Petit"}).status_code == 303
    assert "Your account is saved." in words(member.follow().text)
    assert 'value="Sacha Petit"' in member.page.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": " "}, "The name is empty."),
        ({"name": "x" * 81}, "This name cannot be used."),
        ({"name": "a\x00b"}, "This name cannot be used."),
        ({"name": "LÉA"}, "There is already an account named “LÉA”."),
        ({"language": "xx"}, "This language is not offered."),
        ({"timezone": "Mars/Olympus"}, "There is no time zone “Mars/Olympus”."),
    ],
)
def test_what_cannot_be_used_comes_back_with_a_sentence(
    app: Flask, member: Browser, form: dict[str, str], sentence: str
) -> None:
    account(app, "Léa")
    typed = {"name": "Sacha", "language": "en", "timezone": "Indian/Reunion"} | form
    assert member.submit("/account", typed).status_code in (400, 409)
    assert sentence in words(member.page.text)
    if "timezone" not in form:
        assert '<option value="Indian/Reunion" selected>' in member.page.text
    assert '<option value="" selected>' in member.get("/account").text


def test_the_language_chosen_goes_before_that_of_the_browser(member: Browser) -> None:
    assert '<html lang="en">' in member.get("/account").text
    member.submit("/account", {"language": "fr"})
    assert '<html lang="fr">' in member.get("/account").text
    member.submit("/account", {"language": ""})
    member.headers.update(FRENCH)
    assert '<html lang="fr">' in member.get("/account").text


def test_a_new_password_ends_all_other_logins(app: Flask) -> None:
    member_id = account(app, "Léa")
    here, elsewhere = logged_in(app, member_id), logged_in(app, member_id)
    form = {"current": PASSWORD, "password": NEW, "again": NEW}
    here.submit("/account/password", form, on="/account")
    assert "Your password is changed." in words(here.follow().text)
    assert elsewhere.get("/account").status_code == 302
    again = Browser(app)
    assert again.submit("/login", {"name": "Léa", "password": NEW}).status_code == 303


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"current": "wrong"}, "This is not your current password."),
        ({"password": "short", "again": "short"}, "This password is too short."),
        ({"password": "x" * 201, "again": "x" * 201}, "This password is too long."),
        ({"again": "something else"}, "The two passwords are not the same."),
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    app: Flask, member: Browser, form: dict[str, str], sentence: str
) -> None:
    typed = {"current": PASSWORD, "password": NEW, "again": NEW} | form
    assert member.submit("/account/password", typed, on="/account").status_code == 400
    assert sentence in words(member.page.text)
    assert NEW not in member.page.text
    assert Browser(app).submit("/login", {"name": "Sacha", "password": PASSWORD}).status_code == 303


def test_the_current_password_cannot_be_guessed_at_speed(member: Browser) -> None:
    member.get("/account")
    wrong = {"current": "wrong", "password": NEW, "again": NEW}
    codes = [member.send_again("/account/password", wrong).status_code for _ in range(11)]
    assert codes == [400] * 10 + [429]


def test_household_settings_are_named_where_one_may_follow_them(member: Browser) -> None:
    assert "That of the household (Europe/Paris)" in words(member.get("/account").text)
