"""Contacts: adding, finding, changing, removing."""

import re

import pytest
from flask import Flask
from markupsafe import escape

from raspisms.messaging import contacts
from tests.web import making
from tests.web.browser import Browser, form_fields, words

XSS = '"><script>alert(1)</script>'
LEA = {"name": "Léa Martin", "number": "06 12 34 56 78"}


def stored(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(one.name, one.number) for one in contacts.suggestions()]


def test_a_contact_is_added_listed_and_can_be_written_to(app: Flask, member: Browser) -> None:
    assert "No contact yet" in words(member.get("/contacts").text)
    assert 'href="/contacts/import">Import contacts' in member.page.text
    member.submit("/contacts/new", LEA)
    told = words(member.follow().text)
    assert "The contact “Léa Martin” is saved." in told
    assert "06 12 34 56 78" in told
    assert 'href="/write?to=%2B33612345678"' in member.page.text
    assert stored(app) == [("Léa Martin", "+33612345678")]


@pytest.mark.parametrize(
    ("number", "kept_as"),
    [
        ("0033612345678", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("０６ １２ ３４ ５６ ７８", "+33612345678"),
        ("+44 7911 123456", "+447911123456"),
        ("36111", "36111"),
    ],
)
def test_a_number_is_understood_as_people_write_it(
    app: Flask, member: Browser, number: str, kept_as: str
) -> None:
    member.submit("/contacts/new", LEA | {"number": number})
    assert stored(app) == [("Léa Martin", kept_as)]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("number", "", "The phone number is missing."),
        ("number", "06 12 ab", "contains letters"),
        ("number", "0612", "too few digits"),
        ("number", "0612345678\x00", "control character"),
        ("name", "", "The name is empty."),
        ("name", " \t ", "The name is empty."),
        ("name", "a\x00b", "This name cannot be used."),
        ("name", "a" * 10_000, "This name cannot be used."),
        ("name", "\u202etxt", "This name cannot be used."),
        ("name", "\u200d\u200c", "This name cannot be used."),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_kept(
    app: Flask, member: Browser, field: str, value: str, said: str
) -> None:
    member.submit("/contacts/new", LEA | {field: value})
    assert member.page.status_code == 400
    beside = re.search(rf'id="{field}-error">(.*?)</p>', member.page.text, re.S)
    assert beside
    assert said in words(f"<main {beside[1]}")
    shown = form_fields(member.page.text, "/contacts/new")
    assert shown[field].replace("\ufffd", "\x00") == value
    assert stored(app) == []


@pytest.mark.parametrize("path", ["/contacts/new", "/contacts/1/edit"])
def test_a_form_with_an_old_token_keeps_what_was_typed(
    app: Flask, member: Browser, path: str
) -> None:
    making.add_contact(app, "Zoé", "+33612345670")
    member.submit(path, LEA | {"csrf_token": "old"})
    assert member.page.status_code == 400
    assert "This form had been open for too long" in words(member.page.text)
    shown = form_fields(member.page.text, path)
    assert (shown["name"], shown["number"]) == (LEA["name"], LEA["number"])
    assert stored(app) == [("Zoé", "+33612345670")]


@pytest.mark.parametrize("path", ["/contacts/new", "/contacts/2/edit"])
def test_a_number_has_one_contact_and_the_other_is_one_click_away(
    app: Flask, member: Browser, path: str
) -> None:
    making.add_contact(app, "Léa", "+33612345678")
    making.add_contact(app, "Zoé", "+33612345670")
    member.submit(path, {"name": "Autre", "number": "06 12 34 56 78"})
    assert member.page.status_code == 409
    assert "This number is already Léa's." in words(member.page.text)
    assert '<a href="/contacts/1">Open the contact “Léa”</a>' in member.page.text
    assert form_fields(member.page.text, path)["name"] == "Autre"
    assert ("/contacts/2/merge/1" in member.page.text) is (path == "/contacts/2/edit")
    assert len(stored(app)) == 2


def test_a_contact_is_changed(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa")
    member.get("/contacts/1/edit")
    shown = form_fields(member.page.text, "/contacts/1/edit")
    assert (shown["name"], shown["number"]) == ("Léa", "06 12 34 56 78")
    member.send_again("/contacts/1/edit", {"name": "Léa Martin", "number": "+44 7911 123456"})
    assert member.page.headers["Location"] == "/contacts/1"
    assert stored(app) == [("Léa Martin", "+447911123456")]


def test_a_contact_is_removed_after_a_question_and_its_messages_stay(
    app: Flask, admin: Browser
) -> None:
    making.add_contact(app, "Léa")
    making.came_in(app, making.add_phone(app), "Salut")
    told = words(admin.get("/contacts/1/remove").text)
    assert "Its messages stay, under the number 06 12 34 56 78." in told
    assert len(stored(app)) == 1
    admin.send_again("/contacts/1/remove")
    assert "The contact “Léa” is removed. Its messages stay." in words(admin.follow().text)
    assert stored(app) == []
    assert "06 12 34 56 78" in words(admin.get("/conversations").text)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("eloise", ["Éloïse"]),
        ("ÉLO", ["Éloïse"]),
        ("06 12 34 56 71", ["Éloïse"]),
        ("+33 6 12", ["Éloïse", "Léa Martin"]),
        ("martin", ["Léa Martin"]),
        ("%", []),
        ("_", []),
        ("<b>", []),
        ("", ["Éloïse", "Léa Martin"]),
    ],
)
def test_contacts_are_found_by_name_and_number(
    app: Flask, member: Browser, search: str, found: list[str]
) -> None:
    making.add_contact(app, "Léa Martin", "+33612345670")
    making.add_contact(app, "Éloïse", "+33612345671")
    page = member.client.get("/contacts", query_string={"search": search}, headers=member.headers)
    assert page.status_code == 200
    assert re.findall(r'class="name">([^<]*)<', page.text) == found
    assert ("No contact has" in words(page.text)) is (not found)


def test_a_long_address_book_has_pages(app: Flask, member: Browser) -> None:
    for last in range(51):
        making.add_contact(app, f"Nom {last:02}", f"+336123456{last:02}")
    told = words(member.get("/contacts").text)
    assert "Nom 49" in told
    assert "Nom 50" not in told
    assert "All: 51 contacts" in told
    assert 'href="/contacts?after=50" rel="next"' in member.page.text
    told = words(member.get("/contacts?after=50").text)
    assert "Nom 50" in told
    assert "Nom 49" not in told
    assert 'href="/contacts?before=51" rel="prev"' in member.page.text


def test_the_list_has_other_orders(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Ana", "+33612345679")
    making.add_contact(app, "Zoé", "+33612345678")
    for order, names in (
        ("newest", ["Zoé", "Ana"]),
        ("number", ["Zoé", "Ana"]),
        ("x", ["Ana", "Zoé"]),
    ):
        member.get(f"/contacts?order={order}")
        assert re.findall(r'class="name">([^<]*)<', member.page.text) == names, order


@pytest.mark.parametrize("place", ["after=0", "after=-1", "before=x", f"after={'9' * 30}"])
def test_an_odd_page_is_still_a_page(app: Flask, member: Browser, place: str) -> None:
    making.add_contact(app, "Léa")
    assert member.get(f"/contacts?{place}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/contacts/99", "/contacts/99/edit", "/contacts/99/remove", f"/contacts/{'9' * 18}"]
)
def test_a_contact_that_is_gone_is_told_in_words(member: Browser, path: str) -> None:
    assert member.get(path).status_code == 404
    assert "There is no such contact any more." in words(member.page.text)


def test_a_contact_removed_while_it_was_edited_is_told_in_words(
    app: Flask, member: Browser
) -> None:
    making.add_contact(app, "Léa")
    member.get("/contacts/1/edit")
    with app.app_context():
        contacts.remove(1)
    member.send_again("/contacts/1/edit", LEA)
    assert member.page.status_code == 404
    assert "There is no such contact any more." in words(member.page.text)


@pytest.mark.parametrize("target", ["https://example.org", "//example.org", "/\\example.org"])
def test_one_goes_back_only_to_pages_of_this_site(app: Flask, member: Browser, target: str) -> None:
    member.submit("/contacts/new", LEA, on=f"/contacts/new?next={target}")
    assert member.page.headers["Location"] == "/contacts/1"
    member.submit("/contacts/1/edit", {"next": target})
    assert member.page.headers["Location"] == "/contacts/1"


def test_names_are_only_ever_text(app: Flask, member: Browser) -> None:
    making.add_contact(app, XSS)
    making.add_contact(app, "Zoé", "+33612345670")
    pages = ("", "/1", "/1/edit", "/1/remove", "/1/merge", "/2/merge/1", "/removal?contacts=1")
    for path in (f"/contacts{page}" for page in pages):
        assert "<script>alert" not in member.get(path).text
        assert str(escape(XSS)) in member.page.text
