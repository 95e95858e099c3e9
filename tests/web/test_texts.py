"""The library of saved texts: adding, finding, changing, removing, and writing with one."""

import pytest
from flask import Flask

from raspisms.messaging import contacts
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.making import kept

XSS = '"><script>alert(1)</script>'
RAPPEL = {"name": "Rappel", "text": "Bonjour {{ contact.firstname }},\r\nà demain"}


def test_a_text_is_added_listed_and_can_be_written_with(app: Flask, member: Browser) -> None:
    making.add_phone(app, members=[2])
    assert "No text yet" in words(member.get("/texts").text)
    member.submit("/texts/new", RAPPEL)
    told = words(member.follow().text)
    assert "The text “Rappel” is saved." in told
    assert "cannot be sent yet" not in told
    assert "Not used yet" in told
    assert 'href="/write?text_id=1"' in member.page.text
    assert kept(member.get("/write?text_id=1").text)["text"] == (
        "Bonjour {{ contact.firstname }},\nà demain"
    )


def test_what_was_typed_is_kept_beside_what_is_wrong(app: Flask, member: Browser) -> None:
    making.add_text(app, "rappel", "Autre")
    member.submit("/texts/new", RAPPEL)
    assert member.page.status_code == 409
    assert "There is another text named “Rappel”." in words(member.page.text)
    shown = form_fields(member.page.text, "/texts/new")
    assert (shown["name"], shown["text"]) == ("Rappel", RAPPEL["text"])
    member.send_again("/texts/new", {"name": "", "text": " "})
    told = words(member.page.text)
    assert "Name: The name is empty." in told
    assert "Text: The text is empty." in told


def test_a_text_is_changed_and_removed_after_a_question(app: Flask, member: Browser) -> None:
    text = making.add_text(app, "Vœux", "Bonne année")
    member.submit(f"/texts/{text}", {"name": "Vœux", "text": "Bonne année 2027"})
    assert "Bonne année 2027" in words(member.follow().text)
    member.submit(f"/texts/{text}", {"name": "Vœux", "text": "Bonne\n{{ contact.annee | plus }}"})
    told = words(member.follow().text)
    assert "The text “Vœux” is saved." in told
    assert "It cannot be sent yet. Line 2 of the text:" in told
    assert "Remove “Vœux”?" in words(member.get(f"/texts/{text}/remove").text)
    member.send_again(f"/texts/{text}/remove")
    assert "The text “Vœux” is removed." in words(member.follow().text)
    assert member.get(f"/texts/{text}").status_code == 404


def test_whoever_changes_what_somebody_else_has_just_changed_sees_both(
    app: Flask, member: Browser
) -> None:
    text = making.add_text(app, "Vœux", "Bonne année")
    mine = {**form_fields(member.get(f"/texts/{text}").text, f"/texts/{text}"), "text": "À moi"}
    member.submit(f"/texts/{text}", {"text": "À toi"})
    member.post(f"/texts/{text}", mine)
    told = words(member.page.text)
    assert member.page.status_code == 409
    assert "Somebody else changed this text meanwhile." in told
    assert "À toi" in told
    assert form_fields(member.page.text, f"/texts/{text}")["text"] == "À moi"
    member.send_again(f"/texts/{text}")  # knowing it
    assert "À moi" in words(member.follow().text)


def test_the_fields_that_contacts_have_can_be_copied(app: Flask, member: Browser) -> None:
    with app.app_context():
        contacts.add(app.extensions["raspisms"], "Léa", making.LEA, {"prenom": "Léa"})
    making.add_text(app, "Vœux", "Bonne année")
    for path in ("/texts/new", "/texts/1"):
        assert "{{ contact.prenom }}" in words(member.get(path).text)


def test_texts_are_searched(app: Flask, member: Browser) -> None:
    making.add_text(app, "Été", "Soleil")
    making.add_text(app, "Hiver", "Neige")
    told = words(member.get("/texts?search=ete").text)
    assert "Soleil" in told
    assert "Neige" not in told
    assert "No text has “printemps”" in words(member.get("/texts?search=printemps").text)
    assert "There are no more texts." in words(member.get("/texts?page=9").text)


@pytest.mark.parametrize("path", ["/texts", "/texts/1", "/texts/1/remove", "/write?text_id=1"])
def test_names_and_texts_are_text(app: Flask, admin: Browser, path: str) -> None:
    making.add_phone(app)
    making.add_text(app, XSS, XSS)
    assert "<script>alert" not in admin.get(path).text


def test_a_text_that_is_gone_leaves_an_empty_form(app: Flask, admin: Browser) -> None:
    making.add_phone(app)
    assert kept(admin.get("/write?text_id=7").text)["text"] == ""
