"""A phone without a number of its own, on the pages: a field that may stay empty, and a box."""

import re

from flask import Flask

from tests.web.browser import Browser, form_fields, words
from tests.web.test_phones import OVH_KEYS, stored

SHORTCODE = {"name": "Club", "adapter": "ovh_sms_shortcode_adapter", **OVH_KEYS}


def _box(page: str) -> bool:
    """Whether the box in the form that is shown is ticked."""
    shown = re.search(r'<input type="checkbox" id="no_stop_clause"[^>]*>', page)
    assert shown
    return " checked" in shown[0]


def _add(admin: Browser, name: str) -> None:
    admin.get("/phones/new?adapter=ovh_sms_shortcode_adapter")
    admin.send_again("/phones/new", SHORTCODE | {"name": name})


def test_a_box_stays_as_it_was_left(app: Flask, admin: Browser) -> None:
    admin.get("/phones/new?adapter=ovh_sms_shortcode_adapter")
    assert not _box(admin.page.text)
    admin.send_again("/phones/new", {**SHORTCODE, "no_stop_clause": "1", "sender": "33612"})
    assert admin.page.status_code == 400
    assert "made of digits only" in words(admin.page.text)
    assert _box(admin.page.text)
    admin.send_again("/phones/new", {"sender": "Le Club"} | {"app_secret": OVH_KEYS["app_secret"]})
    (phone,) = stored(app)
    assert (phone["number"], phone["settings"]["no_stop_clause"]) == ("Le Club", "1")
    assert _box(admin.get("/phones/1").text)
    fields = form_fields(admin.page.text, "/phones/1")
    del fields["no_stop_clause"]
    assert admin.post("/phones/1", fields).status_code == 303
    assert stored(app)[0]["settings"]["no_stop_clause"] == ""
    assert not _box(admin.get("/phones/1").text)


def _receives(page: str) -> str:
    """What the form that is shown says of receiving."""
    panel = page.partition("data-adapter-panel=")[2].partition("<template")[0]
    row = re.search(r"Receives messages</th>\s*<td>(.*?)</td>", panel, re.DOTALL)
    assert row
    return re.sub(r"<[^>]*>", "", row[1]).strip()


def test_under_a_name_the_form_says_that_nothing_comes_back(admin: Browser) -> None:
    assert _receives(admin.get("/phones/new?adapter=ovh_sms_shortcode_adapter").text) == "Yes"
    admin.send_again("/phones/new", SHORTCODE | {"sender": "Le Club"})
    assert _receives(admin.get("/phones/1").text) == "No"


def test_without_a_number_there_is_a_dash(app: Flask, admin: Browser) -> None:
    _add(admin, "Club")
    assert stored(app)[0]["number"] is None
    assert '<span class="number">–</span>' in admin.get("/phones").text
    assert admin.get("/phones/1").status_code == 200
    assert admin.get("/write").status_code == 200


def test_a_second_phone_that_sends_from_the_same_is_told_beside_the_sender(
    admin: Browser,
) -> None:
    _add(admin, "Club")
    _add(admin, "Encore")
    assert admin.page.status_code == 400
    assert '<a href="#sender">' in admin.page.text
    assert "is already the phone “Club”" in words(admin.page.text)
