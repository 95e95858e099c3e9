"""Who may ask for what, and what every answer says to the browser."""

import re
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from raspisms import create_app
from raspisms.extensions import db
from raspisms.web.access import PROGRAM_BLUEPRINTS, PUBLIC_ENDPOINTS, SAFE_METHODS
from tests.web.browser import Browser, form_fields
from tests.web.conftest import SETTINGS, account, logged_in, logged_in_by_link

PHONE = {"name": "Maison", "adapter": "test_adapter", "number": "0612345678"}

#: Pages for administrators; all that is neither here nor public is for every member.
ADMIN_ENDPOINTS = {
    "privacy.contact",
    "privacy.download_contact",
    "privacy.erase_contact",
    "privacy.conversation",
    "privacy.download_conversation",
    "privacy.erase_conversation",
    "style.index",
    "phones.new",
    "phones.add",
    "phones.edit",
    "phones.save",
    "phones.pause",
    "phones.resume",
    "phones.check",
    "phones.ask_removal",
    "phones.remove",
    "phone_limits.index",
    "phone_limits.add",
    "phone_limits.remove",
    "ovh_setup.keys",
    "ovh_setup.take_keys",
    "ovh_setup.forget",
    "ovh_setup.service",
    "ovh_setup.choose_service",
    "ovh_setup.sender",
    "ovh_setup.finish",
    "ovh_setup.renewal",
    "ovh_setup.renew",
    "callbacks_setup.show",
    "callbacks_setup.set",
    "phone_test.ask",
    "phone_test.send",
    "phone_test.watch",
    "credits.ask",
    "members.index",
    "members.invite",
    "members.make_invitation",
    "members.withdraw",
    "members.edit",
    "members.save",
    "members.ask_disabling",
    "members.disable",
    "members.enable",
    "members.reset",
    "journal.index",
    "settings.household",
    "settings.save_household",
    "settings.end_quiet_start",
    "quiet_hours.index",
    "quiet_hours.save",
    "settings.backups",
    "settings.back_up",
    "settings.save_backups",
    "settings.download",
    "settings.ask_deletion",
    "settings.delete_backup",
    "first_steps.index",
    "first_steps.dismiss",
}


def rules(app: Flask) -> list[Rule]:
    """The addresses for people."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in PROGRAM_BLUEPRINTS
    ]


def path_of(rule: Rule) -> str:
    """An address that the rule matches: the first of several words, 1 for a number, else x."""
    some = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
    return re.sub(r"<[^>]*>", "x", re.sub(r"<int[^>]*>", "1", some))


def methods_of(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"OPTIONS", "HEAD"}


def ask(browser: Browser, method: str, path: str) -> int:
    return browser.get(path).status_code if method == "GET" else browser.post(path).status_code


def test_nobody_gets_in_anywhere_but_where_anyone_may(app: Flask, client: Browser) -> None:
    for rule in rules(app):
        if rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        for method in methods_of(rule):
            code = ask(client, method, path_of(rule))
            assert code == (302 if method == "GET" else 303), rule
            assert client.page.headers["Location"].startswith("/login"), rule


def test_members_do_not_get_what_is_for_administrators(app: Flask, member: Browser) -> None:
    for rule in rules(app):
        if rule.endpoint not in ADMIN_ENDPOINTS:
            continue
        for method in methods_of(rule):
            code = ask(member, method, path_of(rule))
            # A form without its token is refused before anyone asks who sent it.
            assert code == (403 if method == "GET" else 400), rule


def test_members_cannot_use_administrators_forms_even_with_a_token(
    app: Flask, admin: Browser
) -> None:
    admin.submit("/phones/new", PHONE)
    sacha = logged_in(app, account(app, "Sacha"))
    token = form_fields(sacha.get("/account").text, "/account")["csrf_token"]
    for rule in rules(app):
        if rule.endpoint in ADMIN_ENDPOINTS and "POST" in methods_of(rule):
            sacha.post(path_of(rule), {**PHONE, "csrf_token": token, "version": "1"})
            assert sacha.page.status_code == 403, rule


def test_administrators_and_members_are_refused_nothing_of_theirs(
    app: Flask, admin: Browser
) -> None:
    admin.submit("/phones/new", PHONE)
    member = logged_in(app, account(app, "Sacha"))
    for rule in rules(app):
        for browser in (admin, member):
            allowed = browser is admin or rule.endpoint not in ADMIN_ENDPOINTS
            if allowed and "GET" in methods_of(rule):
                code = ask(browser, "GET", path_of(rule))
                assert code in (200, 302, 303, 404), rule


def test_no_form_is_accepted_without_its_token(app: Flask, admin: Browser) -> None:
    admin.submit("/phones/new", PHONE)
    before = dump(app)
    for rule in rules(app):
        for method in methods_of(rule) - SAFE_METHODS:
            for token in ({}, {"csrf_token": "old"}):
                response = admin.client.open(path_of(rule), method=method, data=PHONE | token)
                assert response.status_code in (400, 404), rule
    assert dump(app) == before


def dump(app: Flask) -> list[str]:
    with app.app_context():
        path = db.engine.url.database
    assert path
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_every_page_says_what_the_browser_may_do_with_it(admin: Browser) -> None:
    for path in ("/login", "/account", "/phones", "/nothing", "/healthz"):
        headers = admin.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_no_page_has_script_or_style_of_its_own(admin: Browser) -> None:
    admin.submit("/phones/new", PHONE)
    for path in ("/login", "/account", "/phones", "/phones/new", "/phones/1", "/phones/1/remove"):
        page = admin.get(path).text
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)\s*=", page)
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|javascript:", page)


def test_static_files_are_kept_for_long_under_the_address_of_their_content(
    client: Browser,
) -> None:
    address = re.search(r'href="(/static/css/base\.css\?v=[^"]+)"', client.get("/login").text)
    assert address
    kept = client.get(address[1])
    assert kept.status_code == 200
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in ("/static/css/base.css", "/static/css/base.css?v=old"):
        assert client.get(path).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/static/../setup.cfg", "/static/%2e%2e/setup.cfg", "/static/x"])
def test_static_files_are_only_those(client: Browser, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_static_file_never_carries_a_session(member: Browser) -> None:
    assert "Set-Cookie" not in member.get("/static/css/base.css").headers


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: Browser) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_secure_and_does_not_lock_out_plain_http(
    app: Flask, client: Browser
) -> None:
    secure = client.get("/login", base_url="https://localhost").headers["Set-Cookie"]
    plain = Browser(app).get("/login").headers["Set-Cookie"]
    assert "Secure" in secure
    # Browsers do not let http replace a Secure cookie, so the two must not share a name.
    assert secure.partition("=")[0] != plain.partition("=")[0]


def test_a_login_lasts_a_month(app: Flask) -> None:
    browser = logged_in_by_link(app, account(app, "Léa"))
    assert "Expires=" in browser.page.headers["Set-Cookie"]


def test_two_installations_on_one_machine_keep_their_logins_apart(
    tmp_path: Path, client: Browser
) -> None:
    other = create_app(SETTINGS | {"RASPISMS_INSTANCE_PATH": str(tmp_path / "other")})
    names = {
        browser.get("/login").headers["Set-Cookie"].partition("=")[0]
        for browser in (client, Browser(other))
    }
    with other.app_context():
        db.engine.dispose()
    assert len(names) == 2


@pytest.mark.parametrize(("proxies", "scheme"), [(0, "http"), (1, "https")])
def test_forwarded_headers_are_believed_only_of_proxies_that_were_named(
    tmp_path: Path, proxies: int, scheme: str
) -> None:
    app = create_app(
        SETTINGS
        | {"RASPISMS_INSTANCE_PATH": str(tmp_path), "RASPISMS_TRUSTED_PROXIES": str(proxies)}
    )
    browser = logged_in_by_link(app, account(app, "Camille", is_admin=True))
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "sms.example.org"}
    cookie = app.test_client().get("/login", headers=told).headers["Set-Cookie"]
    with app.app_context():
        db.engine.dispose()
    assert ("Secure" in cookie) == (scheme == "https")
    assert browser.page.status_code == 303


def test_the_sign_of_life_says_nothing_else(client: Browser) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert "Set-Cookie" not in client.page.headers
