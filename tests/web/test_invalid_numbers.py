"""The page of invalid numbers."""

from flask import Flask

from raspisms import clock
from tests.web import making
from tests.web.browser import Browser, words


def test_a_number_at_which_nothing_arrives_is_listed_and_can_be_called_right(
    app: Flask, member: Browser
) -> None:
    assert "No number is invalid" in words(member.get("/invalid-numbers").text)
    phone, now = making.add_phone(app), clock.now()
    making.add_contact(app, "Léa")
    for status, reason in (("failed", "bad_number"), ("expired", "no_receipt")):
        making.went_out(app, phone, "Un secret", status=status, reason=reason, final_at=now)
    shown = words(member.get("/invalid-numbers").text)
    assert "Léa 06 12 34 56 78 2 50% 50% The network: no such number" in shown
    assert "Un secret" not in shown
    assert "No invalid number has “zzz”" in words(member.get("/invalid-numbers?search=zzz").text)
    member.submit("/invalid-numbers")
    told = words(member.follow().text)
    assert "06 12 34 56 78 is no invalid number any more" in told
    assert "No number is invalid" in told


def test_a_second_click_is_told_that_it_is_done(app: Flask, member: Browser) -> None:
    phone = making.add_phone(app)
    making.went_out(app, phone, "x", status="failed", reason="bad_number", final_at=clock.now())
    member.submit("/invalid-numbers")
    member.get("/contacts/new")
    page = member.post("/invalid-numbers", {"number": making.LEA, "csrf_token": _token(member)})
    assert page.status_code == 404
    assert "not among the invalid ones any more" in words(page.text)


def _token(browser: Browser) -> str:
    return browser.page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
