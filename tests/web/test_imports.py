"""The pages of imports, without JavaScript: a file, its preview, and what became of it."""

import csv
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from raspisms.extensions import db
from raspisms.messaging import contacts, imports
from raspisms.models import Contact
from tests.web import making
from tests.web.browser import FRENCH, Browser, form_fields, words

FILES = Path(__file__).parent.parent / "files"
ANA, BOB = "+33639980001", "+33639980002"
FILE = f"name,number,team\nAna,{ANA},U13\nBob,{BOB},\nEve,06,\n"


def upload(browser: Browser, content: str | bytes, name: str = "membres.csv") -> Any:
    browser.get("/contacts/import")
    token = form_fields(browser.page.text, "/contacts/import")["csrf_token"]
    return send(browser, token, content.encode() if isinstance(content, str) else content, name)


def send(browser: Browser, token: str, content: bytes, name: str = "membres.csv") -> Any:
    """What a browser sends, put together here: Werkzeug's own client leaves files open."""
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [
        f"--limit\r\n{head.format('csrf_token')}\r\n\r\n{token}\r\n",
        f'--limit\r\n{head.format("file")}; filename="{name}"\r\n\r\n',
    ]
    body = "".join(parts).encode() + content + b"\r\n--limit--\r\n"
    kind = "multipart/form-data; boundary=limit"
    headers = browser.headers
    browser.page = browser.client.post(
        "/contacts/import", data=body, content_type=kind, headers=headers
    )
    return browser.page


def work(app: Flask) -> None:
    """Do what the job does."""
    with app.app_context():
        for import_id in imports.waiting():
            imports.work(app.extensions["raspisms"], import_id)


def shown(browser: Browser, query: str = "") -> str:
    return words(browser.get(f"/contacts/import/1{query}").text)


def names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(Contact.name).order_by(Contact.name)))


def test_a_file_is_looked_at_and_then_imported(app: Flask, member: Browser) -> None:
    assert upload(member, FILE).headers["Location"] == "/contacts/import/1"
    assert "is being read" in shown(member)
    assert member.page.headers["Refresh"] == "1"
    work(app)
    page = shown(member)
    assert "Refresh" not in member.page.headers
    assert "New (2) Changed (0) Same as before (0) Skipped (1)" in page
    assert "Ana 06 39 98 00 01" in page
    assert "team U13" in page
    assert "“06” has too few digits for a phone number." in shown(member, "?show=skipped")
    assert names(app) == []
    member.submit("/contacts/import/1/import", on="/contacts/import/1")
    assert "are being imported" in words(member.follow().text)
    work(app)
    assert "New: 2, changed: 0, same as before: 0, skipped: 1." in shown(member)
    assert names(app) == ["Ana", "Bob"]
    member.submit("/contacts/import/1/undo", on="/contacts/import/1")
    assert "The import is undone: 2 contacts are as before." in words(member.follow().text)
    assert names(app) == []
    assert "Undone" in words(member.get("/contacts/import").text)


def test_what_changes_is_shown_before_and_after(app: Flask, member: Browser) -> None:
    with app.app_context():
        contacts.add(app.extensions["raspisms"], "Anna", ANA, {"team": "U9"}, "")
    upload(member, FILE)
    work(app)
    assert "Anna" in shown(member, "?show=same")
    member.submit(
        "/contacts/import/1/read", {"existing": "replace", "add_zero": "1"}, on="/contacts/import/1"
    )
    work(app)
    page = shown(member, "?show=changed")
    assert "Name Anna → Ana" in page
    assert "team U9 → U13" in page


def test_columns_that_are_wrong_are_put_right(app: Flask, member: Browser) -> None:
    upload(member, "Truc;Machin;Bidule\nAna;U13;0639980001\nBob;U15;0639980002\n")
    work(app)
    page, action = "/contacts/import/1", "/contacts/import/1/read"
    member.submit(action, {"role-2": "data", "key-2": "a b"}, on=page)
    assert member.page.status_code == 400
    told = words(member.page.text)
    assert "No column is the phone number." in told
    assert "The name “a b” cannot be used." in told
    assert 'value="a b"' in member.page.text
    member.send_again(
        action, {"role-0": "data", "key-0": "prénom", "role-1": "name", "role-2": "number"}
    )
    assert member.page.status_code == 303
    work(app)
    assert "U13 06 39 98 00 01 prénom Ana" in shown(member)


def test_a_file_in_other_letters_is_read_again(app: Flask, member: Browser) -> None:
    upload(member, "Nom;Tel\nÉloïse;0639980001\n".encode("mac_roman"))
    work(app)
    assert "Éloïse" not in shown(member)
    member.submit("/contacts/import/1/read", {"encoding": "mac_roman"}, on="/contacts/import/1")
    work(app)
    assert "Éloïse 06 39 98 00 01" in shown(member)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "This file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "save it as CSV"),
        (b"x", "", "No file is chosen."),
    ],
)
def test_what_is_no_list_is_refused_beside_the_form(
    member: Browser, content: bytes, name: str, said: str
) -> None:
    assert upload(member, content, name).status_code == 400
    assert said in words(member.page.text)


def test_a_file_larger_than_any_form_is_taken_and_one_of_51_mb_is_not(
    app: Flask, member: Browser
) -> None:
    row = b"Ana,0639980001,x\n"
    assert upload(member, b"name,number,team\n" + row * 100_000).status_code == 303
    assert upload(member, row * 3_100_000).status_code == 413
    assert "This is too large" in words(member.page.text)
    assert "more than 50 MB" in words(member.page.text)
    answer = send(Browser(app), "guess", row * 100_000)
    assert answer.status_code == 303
    assert "/login" in answer.headers["Location"]


def test_a_form_of_very_many_files_is_refused_before_all_are_open(
    app: Flask, member: Browser
) -> None:
    part = '\r\n--limit\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx'
    assert upload(member, FILE + part * 900).status_code == 413
    with app.app_context():
        assert list(imports.recent()) == []
    assert upload(member, FILE + part).status_code == 303


def test_the_skipped_lines_are_downloaded_as_they_stood(app: Flask, member: Browser) -> None:
    upload(member, 'Nom;Tél\nBob;"06\n=Eve;3,36E+10\n')
    work(app)
    page = member.get("/contacts/import/1/report")
    assert "attachment" in page.headers["Content-Disposition"]
    assert page.text.splitlines() == [
        "\ufeffLine,Reason,As it stood in the file",
        '"2","A quotation mark in it is opened and never closed.","Bob;""06"',
        '"3","A spreadsheet has spoilt its phone number: digits are lost.","\'=Eve;3,36E+10"',
    ]
    # A French spreadsheet parts cells by semicolons, and would find formulas within the line.
    page = member.client.get("/contacts/import/1/report", headers=FRENCH)
    assert [len(row) for row in csv.reader(page.text.splitlines(), delimiter=";")] == [3, 3, 3]


def test_a_page_that_there_cannot_be_is_the_first(app: Flask, member: Browser) -> None:
    upload(member, FILE)
    work(app)
    for place in ("9" * 15 + "-1", "9" * 30 + "-1", "1-" + "9" * 30, "١-١", "-"):
        assert member.get(f"/contacts/import/1?after={place}").status_code == 200


def test_what_cannot_be_read_can_be_tried_as_something_else(app: Flask, member: Browser) -> None:
    upload(member, '{"name": "Ana"}')
    work(app)
    assert "This JSON file is not a list." in shown(member)
    member.submit("/contacts/import/1/discard", on="/contacts/import/1")
    assert "is discarded" in words(member.follow().text)
    assert member.get("/contacts/import/1").status_code == 404


def test_two_clicks_import_once_and_a_stale_page_says_so(app: Flask, member: Browser) -> None:
    upload(member, FILE)
    work(app)
    member.submit("/contacts/import/1/import", {"new_group": "x" * 300}, on="/contacts/import/1")
    assert member.page.status_code == 400
    assert "x" * 300 in member.page.text
    page = member.get("/contacts/import/1")
    assert member.send_again("/contacts/import/1/import").status_code == 303
    member.page = page
    assert member.send_again("/contacts/import/1/import").status_code == 409
    work(app)
    assert names(app) == ["Ana", "Bob"]


def test_many_lines_are_shown_a_page_at_a_time(app: Flask, member: Browser) -> None:
    upload(member, "name,number\n" + "".join(f"N{n},063998{n:04d}\n" for n in range(120)))
    work(app)
    seen = 0
    page = member.get("/contacts/import/1").text
    while 'rel="next"' in page:
        seen += page.count('role="rowheader"')
        page = member.get(
            page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        ).text
    assert seen + page.count('role="rowheader"') == 120


def test_a_file_of_which_nothing_can_be_imported_says_so(app: Flask, member: Browser) -> None:
    upload(member, "name,number\nAna,\n")
    work(app)
    assert "Nothing of this file can be imported" in shown(member)
    assert "/contacts/import/1/import" not in member.page.text


def test_a_file_of_known_contacts_only_puts_them_into_a_group(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Ana", ANA)
    upload(member, "name,number\nAna,0639980001\n")
    work(app)
    assert "All of them are in the address book already" in shown(member)
    member.submit("/contacts/import/1/import", {"new_group": "U13"}, on="/contacts/import/1")
    work(app)
    assert "They are in the group U13" in shown(member)
    told = words(member.get("/contacts/changes").text)
    assert "Put into a group by an import: 1 contact from" in told
