"""Writing to several at once: in one field or line by line, each once, and nobody for another."""

import re

import pytest
from flask import Flask

from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.making import draft

TWO, THREE = "+33612345679", "+33612345680"


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


def peers(app: Flask) -> list[str]:
    return [message.peer for message in making.messages(app)]


def beside(page: str, field: str) -> str:
    """What is said beside a field, with what is said of each entry."""
    said = page.partition(f'id="{field}-error">')[2]
    assert said, f"nothing beside {field}"
    return words("<main>" + said.partition(f' name="{field}"')[0])


@pytest.mark.parametrize(
    ("number", "more"),
    [
        ("Léa, 06 12 34 56 79; +33 6 12 34 56 80", ""),
        ("", f"lea\r\n{TWO}\r\n\r\n{THREE}\r\n"),
        ("Léa", f"{TWO}\r\n{THREE}"),
    ],
)
def test_both_fields_together_are_the_recipients(
    app: Flask, admin: Browser, phone: int, number: str, more: str
) -> None:
    making.add_contact(app, "Léa")
    admin.submit("/write", draft(phone, number=number, more=more))
    assert peers(app) == []
    assert "Accepted: 3 messages leave at once." in making.confirm(admin)
    assert "Waiting (3)" in words(admin.get("/messages").text)
    assert peers(app) == [making.LEA, TWO, THREE]


def test_repeats_are_told_and_one_that_remains_is_shown_in_its_conversation(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.add_contact(app, "Léa")
    admin.submit("/write", draft(phone, number="Léa, 06 12 34 56 78", more=making.LEA))
    assert admin.page.headers["Location"] == "/conversations/1#newest"
    told = words(admin.follow().text)
    assert "Accepted: your message leaves at once. Given twice, gets it once: 2." in told
    assert peers(app) == [making.LEA]


def test_what_cannot_be_used_is_said_beside_the_field_that_has_it_and_all_is_kept(
    app: Flask, admin: Browser, phone: int
) -> None:
    typed = draft(phone, number="06 12", more=f"{TWO}\n\nPersonne\nabc12, {THREE}")
    admin.submit("/write", typed)
    assert admin.page.status_code == 400
    page = admin.page.text
    assert "“06 12” has too few digits" in beside(page, "number")
    said = beside(page, "more")
    assert "2 of the recipients cannot be used." in said
    assert "Line 3: There is no contact named “Personne”." in said
    assert "Line 4: “abc12” contains letters" in said
    described = re.search(r'<textarea id="more".*?aria-describedby="(.*?)"', page)
    assert described
    assert described[1].split() == ["more-hint", "more-error", "more-entries"]
    assert {name: form_fields(page, "/write")[name] for name in typed} == typed
    assert "Leave these out and send to the other 2" in words(page)
    assert peers(app) == []


def test_a_single_one_among_many_is_said_with_its_line(
    app: Flask, admin: Browser, phone: int
) -> None:
    admin.submit("/write", draft(phone, number="", more=f"{TWO}\r\n06 12"))
    said = beside(admin.page.text, "more")
    assert said.startswith("Line 2: “06 12” has too few digits")
    assert "Leave these out and send to the other one" in words(admin.page.text)


def test_the_list_of_what_cannot_be_used_is_bounded(admin: Browser, phone: int) -> None:
    admin.submit("/write", draft(phone, more="\n".join(f"personne n° {n}" for n in range(1, 1001))))
    said = beside(admin.page.text, "more")
    assert "1000 of the recipients cannot be used." in said
    assert "Line 20: “personne n° 20” contains letters" in said
    assert "Line 21:" not in said
    assert "… and 980 more" in said


def test_the_others_get_it_when_these_are_left_out(app: Flask, admin: Browser, phone: int) -> None:
    admin.submit("/write", draft(phone, number="06 12", more=f"{TWO}\nPersonne\n{THREE}\n{TWO}"))
    form = form_fields(admin.page.text, "/write") | {"skip": "1"}
    for _ in range(2):
        assert admin.post("/write", form).headers["Location"] == "/campaigns/drafts/1/review"
    told = making.confirm(admin)
    said = "2 messages leave at once. Given twice, gets it once: 1. Left out: 06 12, Personne."
    assert said in told
    assert peers(app) == [TWO, THREE]


def test_nobody_is_left_where_all_are_left_out(app: Flask, admin: Browser, phone: int) -> None:
    admin.submit("/write", draft(phone, number="", more="Personne\n06 12", skip="1"))
    assert admin.page.status_code == 400
    assert "Leave these out" not in words(admin.page.text)
    assert "There is no contact named “Personne”." in beside(admin.page.text, "more")
    assert peers(app) == []


def test_the_first_button_sends_so_that_the_enter_key_leaves_nobody_out(
    admin: Browser, phone: int
) -> None:
    admin.submit("/write", draft(phone, number=f"06 12, {TWO}"))
    form = admin.page.text.partition('action="/write"')[2]
    names = re.findall(r'<button class="[^"]*" type="submit"(?: name="(\w+)")?', form)
    assert names == ["", "skip", "count", "save_text"]


@pytest.mark.parametrize(
    ("number", "more", "field"),
    [("", "", "number"), ("", "1," * 10_001, "more"), ("1," * 10_001, "", "number")],
)
def test_none_and_too_many_are_said_where_they_are(
    admin: Browser, phone: int, number: str, more: str, field: str
) -> None:
    admin.submit("/write", draft(phone, number=number, more=more))
    said = "one sending takes at most 10000" if number or more else "There is no recipient."
    assert said in beside(admin.page.text, field)


def test_the_place_for_many_is_open_only_where_it_is_used(admin: Browser, phone: int) -> None:
    closed = re.compile(r'<details class="later">\s*<summary>More recipients')
    assert closed.search(admin.get("/write").text)
    admin.send_again("/write", draft(phone, text="", more=TWO))
    assert not closed.search(admin.page.text)


def test_several_that_wait_are_told_with_the_time_and_the_cause(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.change_phone(app, phone, paused=True)
    at = f"{making.in_days(3):%Y-%m-%d}T18:30"
    admin.submit("/write", draft(phone, number=f"{TWO}, {THREE}", at=at))
    told = making.confirm(admin)
    assert "Accepted: 2 messages leave on " in told
    assert "is paused: what you send with it waits until it is resumed" in told
