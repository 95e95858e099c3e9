"""Requests that nobody sends by accident: each gets a plain refusal, and nothing breaks."""

import pytest
from flask import Flask

from raspisms.messaging import first_account, passwords
from tests.web import making
from tests.web.browser import Browser, form_fields
from tests.web.conftest import PASSWORD, account


def _try(app: Flask, name: str, address: str, password: str = "wrong") -> int:
    browser = Browser(app)
    browser.get("/login")
    fields = form_fields(browser.page.text, "/login") | {"name": name, "password": password}
    there = {"REMOTE_ADDR": address}
    return browser.post("/login", fields, environ_overrides=there).status_code


@pytest.mark.parametrize("padding", [0, 78, 80, 200])
def test_blanks_around_a_name_do_not_give_it_more_tries(app: Flask, padding: int) -> None:
    account(app, "Bob")
    for n in range(10):
        assert _try(app, "Bob", f"192.0.2.{n}") == 400
    assert _try(app, " " * padding + "Bob", "192.0.2.99", PASSWORD) == 429


def test_one_household_s_ipv6_network_counts_as_one_address(app: Flask) -> None:
    statuses = [_try(app, f"nobody {n}", f"2001:db8::{n:x}") for n in range(1, 8)]
    assert statuses == [400] * 5 + [429] * 2


@pytest.mark.parametrize("host", ["..", ".", "a..b", "x" * 64, "a b", "[::1", "é"])
def test_a_host_that_cannot_be_is_a_400(app: Flask, host: str) -> None:
    answer = app.test_client().get("/login", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["localhost:8000", "raspberrypi.local", "[::1]:8000", "192.0.2.1"])
def test_a_host_of_a_home_is_served(app: Flask, host: str) -> None:
    answer = app.test_client().get("/login", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 200


def test_a_part_of_a_form_without_a_name_is_a_400(app: Flask) -> None:
    body = "--x\r\nContent-Disposition: form-data\r\n\r\nhi\r\n--x--\r\n"
    answer = app.test_client().post(
        "/login", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400


def test_a_cookie_that_nobody_set_is_not_looked_at(app: Flask) -> None:
    client = app.test_client()
    for name in ("remember_token", ""):
        header = {"Cookie": f"{name}=\xff|\xff"}
        assert client.get("/login", headers=header).status_code == 200


def test_a_form_too_large_from_a_login_that_ended_is_no_fault(app: Flask) -> None:
    answer = app.test_client().post(
        "/write", data={"text": "x" * 1_100_000}, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code in (303, 413)


@pytest.mark.parametrize("kept", ["[" * 50_000, '[["text","\\ud800"]]', "{}", "7"])
def test_what_a_login_form_carries_is_not_trusted(app: Flask, kept: str) -> None:
    account(app, "Bob")
    browser = Browser(app)
    more = {"name": "Bob", "password": PASSWORD, "kept": kept, "kept_address": "/write"}
    assert browser.submit("/login", more).status_code in (200, 303)


def test_a_long_run_of_accents_is_refused_before_it_is_composed(app: Flask, admin: Browser) -> None:
    making.add_phone(app)
    text = "a" + "\u0301\u0323" * 60_000
    answer = admin.submit("/write", {"phone": "1", "number": "0612345678", "text": text})
    assert answer.status_code == 400


def test_a_wrong_set_up_link_is_refused_before_a_password_is_hashed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "METHOD", "no such method")
    from raspisms.errors import NotFound

    with app.app_context(), pytest.raises(NotFound):
        first_account.make("wrong", "Eve", PASSWORD, "")
