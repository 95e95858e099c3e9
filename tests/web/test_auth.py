"""The first account, logging in and out."""

import re

import pytest
from flask import Flask

from raspisms.messaging import authentication, first_account, logins, members
from tests.web.browser import Browser, words
from tests.web.conftest import PASSWORD, account, logged_in


@pytest.fixture
def setup_link(app: Flask) -> str:
    with app.app_context():
        return f"/setup/{first_account.make_link()}"


def test_the_set_up_link_makes_an_administrator_and_logs_in(
    client: Browser, setup_link: str
) -> None:
    form = {"name": "Camille", "password": PASSWORD, "again": PASSWORD}
    assert client.submit(setup_link, form).status_code == 303
    assert client.get("/phones/new").status_code == 200


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "password": PASSWORD, "again": PASSWORD}, "The name is empty."),
        ({"name": "Zoé", "password": "short", "again": "short"}, "This password is too short."),
        ({"name": "Zoé", "password": PASSWORD, "again": ""}, "The two passwords are not the same."),
    ],
)
def test_a_set_up_form_with_a_fault_comes_back_and_the_link_still_works(
    client: Browser, setup_link: str, form: dict[str, str], sentence: str
) -> None:
    assert client.submit(setup_link, form).status_code == 400
    assert sentence in words(client.page.text)
    assert f'value="{form["name"]}"' in client.page.text
    good = {"name": "Zoé", "password": PASSWORD, "again": PASSWORD}
    assert client.send_again(setup_link, good).status_code == 303


def test_a_set_up_link_works_once(app: Flask, client: Browser, setup_link: str) -> None:
    client.submit(setup_link, {"name": "Camille", "password": PASSWORD, "again": PASSWORD})
    late = Browser(app)
    assert late.get(setup_link).status_code == 404
    assert "This link does not work any more." in words(late.page.text)


def test_a_set_up_form_left_open_until_the_link_is_spent_says_so(
    app: Flask, client: Browser, setup_link: str
) -> None:
    late = Browser(app)
    late.get(setup_link)
    client.submit(setup_link, {"name": "Camille", "password": PASSWORD, "again": PASSWORD})
    again = {"name": "Eve", "password": PASSWORD, "again": PASSWORD}
    assert late.send_again(setup_link, again).status_code == 404
    assert "This link does not work any more." in words(late.page.text)


def test_the_login_page_tells_how_to_begin_while_there_is_no_account(client: Browser) -> None:
    assert "There is no account yet." in words(client.get("/login").text)


def test_name_and_password_log_in_whatever_the_case_of_the_name(
    app: Flask, client: Browser
) -> None:
    account(app, "Léa")
    client.submit("/login", {"name": " léA ", "password": PASSWORD})
    assert client.page.status_code == 303
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("name", ["Léa", "Nobody"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    app: Flask, client: Browser, name: str
) -> None:
    account(app, "Léa")
    client.submit("/login", {"name": name, "password": "wrong password"})
    assert client.page.status_code == 400
    assert "The name or the password is not right." in words(client.page.text)
    assert f'value="{name}"' in client.page.text
    assert "wrong password" not in client.page.text


def test_an_old_login_form_is_shown_again_with_the_name(app: Flask, client: Browser) -> None:
    account(app, "Léa")
    client.post("/login", {"name": "Léa", "password": PASSWORD, "csrf_token": "old"})
    assert client.page.status_code == 400
    assert 'value="Léa"' in client.page.text
    assert client.send_again("/login", {"password": PASSWORD}).status_code == 303


def test_after_login_one_is_where_one_wanted_to_go(app: Flask, client: Browser) -> None:
    account(app, "Léa")
    client.get("/account?tab=é")
    client.follow()
    client.send_again("/login", {"name": "Léa", "password": PASSWORD})
    assert client.page.headers["Location"] == "/account?tab=%C3%A9"


@pytest.mark.parametrize(
    "target",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"),
        *("/\t/evil.example", "/%0d\r\nX: y", "\\\\evil.example", "/\x00", "evil.example", ""),
    ],
)
def test_a_login_never_leads_to_another_site(app: Flask, client: Browser, target: str) -> None:
    account(app, "Léa")
    client.get("/login", query_string={"next": target})
    client.send_again("/login", {"name": "Léa", "password": PASSWORD, "next": target})
    assert client.page.headers["Location"] == "/"


def test_a_one_time_link_is_not_used_up_by_looking_at_it(app: Flask, client: Browser) -> None:
    with app.app_context():
        token = logins.make_login_link(members.create("Léa", PASSWORD).id)
    link = f"/login/{token}"
    assert client.get(link).status_code == 200
    assert client.submit(link).status_code == 303
    assert client.get("/account").status_code == 200
    second = Browser(app)
    assert second.submit(link).status_code == 404
    assert "This link does not work any more." in words(second.page.text)


def test_pages_behind_a_link_tell_nobody_its_address(client: Browser) -> None:
    assert client.get("/login/secret").headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/setup/secret").headers["Referrer-Policy"] == "no-referrer"


def test_log_out_ends_the_login(member: Browser) -> None:
    member.submit("/logout", on="/account")
    assert member.page.headers["Location"] == "/login"
    assert member.get("/account").status_code == 302


def test_log_out_needs_its_form(member: Browser) -> None:
    assert member.get("/logout").status_code == 405
    assert member.post("/logout").status_code == 400
    assert member.get("/account").status_code == 200


def test_too_many_tries_wait_and_the_page_says_until_when(app: Flask, client: Browser) -> None:
    account(app, "Léa")
    client.get("/login")
    for _ in range(5):
        client.send_again("/login", {"name": "Léa", "password": "wrong password"})
        assert client.page.status_code == 400
    client.send_again("/login", {"name": "Léa", "password": PASSWORD})
    assert client.page.status_code == 429
    assert 0 < int(client.page.headers["Retry-After"]) <= 61
    assert re.search(r"Try again at \d\d:\d\d\.", words(client.page.text))
    assert 'value="Léa"' in client.page.text


def test_tries_for_one_name_count_from_all_addresses_together(app: Flask) -> None:
    account(app, "Léa")
    codes = []
    for number in range(11):
        visitor = Browser(app)
        visitor.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        visitor.submit("/login", {"name": "LÉA", "password": "wrong password"})
        codes.append(visitor.page.status_code)
    assert codes == [400] * 10 + [429]


def test_links_cannot_be_guessed_at_speed(client: Browser) -> None:
    codes = [client.get(f"/login/guess-{number}").status_code for number in range(11)]
    assert codes == [200] * 10 + [429]


def test_what_was_typed_survives_a_login_that_ended_meanwhile(app: Flask) -> None:
    member_id = account(app, "Léa")
    browser = logged_in(app, member_id)
    browser.get("/account")
    typed = {"name": "Léa Martin", "timezone": "Indian/Reunion"}
    with app.app_context():
        authentication.set_password("Léa", PASSWORD)
    browser.headers["Origin"] = "http://localhost"
    assert browser.send_again("/account", typed).status_code == 401
    assert "You are not logged in any more." in words(browser.page.text)
    browser.send_again("/login", {"name": "Léa", "password": PASSWORD})
    assert "What you had entered is kept." in words(browser.page.text)
    browser.send_again("/account")
    assert browser.page.status_code == 400
    assert 'value="Léa Martin"' in browser.page.text
    assert browser.send_again("/account").status_code == 303
    assert 'value="Léa Martin"' in browser.get("/account").text


def test_a_strangers_form_does_not_touch_the_cookie_of_who_is_logged_in(client: Browser) -> None:
    # A form on another site comes without our cookie; what is answered must not replace it.
    client.post("/account", {"name": "Eve"}, headers={"Origin": "https://evil.example"})
    assert client.page.status_code == 303
    assert "Set-Cookie" not in client.page.headers
