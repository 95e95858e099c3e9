"""The page of exports, and the files that come of it."""

import json
import re

from flask import Flask

from raspisms import clock
from raspisms.messaging import groups
from tests.web import making
from tests.web.browser import FRENCH, Browser, words

OTHER = "+33639982222"


def test_all_contacts_are_one_file_with_the_date_in_its_name(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa", making.LEA)
    shown = member.get("/contacts/export").text
    assert "which group" not in words(shown), "there is none to choose"
    page = member.get("/contacts/export/file?what=contacts&as=csv")
    assert page.headers["Content-Disposition"] == (
        f"attachment; filename=contacts-{clock.now():%Y-%m-%d}.csv"
    )
    assert (page.mimetype, page.headers["Cache-Control"]) == ("text/csv", "no-store")
    assert page.text == "name,number,notes\r\nLéa,+33612345678,\r\n"


def test_a_french_spreadsheet_has_semicolons(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa", making.LEA)
    member.headers |= FRENCH
    page = member.get("/contacts/export/file?as=spreadsheet")
    assert page.get_data().decode() == "\ufeffname;number;notes\r\nLéa;'+33612345678;\r\n"


def test_a_group_and_those_ticked_on_the_list(app: Flask, member: Browser) -> None:
    lea, ana = making.add_contact(app, "Léa"), making.add_contact(app, "Ana", OTHER)
    with app.app_context():
        group = groups.add(None, "Équipe").id
        groups.add_contacts(group, [ana])
    assert "Contacts of which group All contacts Équipe" in words(
        member.get("/contacts/export").text
    )
    page = member.get(f"/contacts/export/file?what=contacts&group={group}&as=json")
    assert [one["name"] for one in json.loads(page.text)] == ["Ana"]
    member.submit("/contacts/selected", {"contact": [str(lea)], "do": "export"}, on="/contacts")
    assert member.page.status_code == 307
    token = re.search(r'name="csrf_token" value="([^"]+)"', member.get("/contacts").text)
    assert token
    member.post(f"/contacts/export/selected?contacts={lea}", {"csrf_token": token[1]})
    assert "The 1 contact chosen" in words(member.follow().text)
    page = member.get(f"/contacts/export/file?contacts={lea}&what=selected&as=vcard")
    assert "FN:Léa" in page.text
    assert "Ana" not in page.text


def test_what_there_is_not_is_told_in_words(member: Browser) -> None:
    for address in ("what=everything", "as=xlsx", "what=selected&as="):
        page = member.get(f"/contacts/export/file?{address}")
        assert page.status_code == 400, address
        assert "There is no such export." in words(page.text)
    assert member.get("/contacts/export/file?what=contacts&group=99").status_code == 404
    assert member.get("/contacts/export/file?what=selected&contacts=99").status_code == 404


def test_opt_outs_and_invalid_numbers(member: Browser) -> None:
    page = member.get("/contacts/export/file?what=opt-outs&as=csv")
    assert page.text == "number,name,at,source,reason\r\n"
    page = member.get("/contacts/export/file?what=invalid-numbers&as=csv")
    assert page.text.startswith("Destination,Total SMS Sent,Failed Percentage,Unknown Percentage")
    assert "invalid-numbers-" in page.headers["Content-Disposition"]
