"""Writing to groups with a text of one's own for each: offered, previewed, accepted, and told."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from raspisms.messaging import contacts, groups
from tests.household import opt_out
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.making import draft, kept

ANA, BOB, ZOE = "+33612345601", "+33612345602", "+33612345603"
HELLO = "Bonjour {{ contact.prenom }}"


@pytest.fixture
def club(app: Flask) -> Flask:
    """A phone, three contacts, and a group with all three. Zoé's first name is not known."""
    making.add_phone(app)
    engine = app.extensions["raspisms"]
    data: Mapping[str, Any]
    with app.app_context():
        for name, number, data in (
            ("Ana", ANA, {"prenom": "Ana"}),
            ("Bob", BOB, {"prenom": "B" * 170}),
            ("Zoé", ZOE, {}),
        ):
            contacts.add(engine, name, number, data)
        groups.add_contacts(groups.add(None, "U13").id, [1, 2, 3])
    return app


def say_stop(app: Flask, number: str) -> None:
    with app.app_context():
        opt_out(number)


def to_group(**changed: Any) -> dict[str, Any]:
    return draft(1, number="", text=HELLO, groups="1") | changed


def test_groups_are_offered_and_one_is_written_to(club: Flask, admin: Browser) -> None:
    page = admin.get("/write").text
    assert 'type="checkbox" name="groups" value="1"' in page
    assert '<option value="U13" label="U13 (group)">' in page
    admin.send_again("/write", to_group(text="Bonjour"))
    assert making.messages(club) == []
    assert "Accepted: 3 messages leave at once." in making.confirm(admin)
    assert [one.peer for one in making.messages(club)] == [ANA, BOB, ZOE]


def test_each_person_gets_a_text_of_their_own(club: Flask, admin: Browser) -> None:
    admin.submit("/write", to_group())
    making.confirm(admin)
    assert [(one.body, one.segments) for one in making.messages(club)] == [
        ("Bonjour Ana", 1),
        ("Bonjour " + "B" * 170, 2),
        ("Bonjour ", 1),
    ]


def test_who_gets_nothing_is_told_with_the_cause_and_shown_as_not_sent(
    club: Flask, admin: Browser
) -> None:
    say_stop(club, ANA)
    admin.submit("/write", to_group(text="{% if contact.prenom is defined %}Oui{% endif %}"))
    told = making.confirm(admin)
    assert "Accepted: your message leaves at once." in told
    assert "Skipped: 1. This number wants no messages to several people (STOP)." in told
    assert "Skipped: 1. Nothing is left of the text for this person." in told
    listed = words(admin.get("/messages").text).partition("Not sent (2)")[2]
    assert "these people got nothing of what was written to several." in listed
    assert "Ana Not sent Oui" in listed
    states = {one.peer: (one.status, one.reason) for one in making.messages(club)}
    assert states == {
        ANA: ("skipped", "opted_out"),
        BOB: ("pending", None),
        ZOE: ("skipped", "empty_text"),
    }
    conversation = next(one for one in making.messages(club) if one.peer == ANA).conversation_id
    told = words(admin.get(f"/conversations/{conversation}").text)
    assert "Not sent" in told
    assert "This number wants no messages to several people (STOP)." in told


def test_what_was_not_sent_is_on_its_page_for_seven_days(club: Flask, admin: Browser) -> None:
    say_stop(club, ANA)
    admin.submit("/write", to_group(text="Bonjour"))
    making.confirm(admin)
    for one in making.messages(club):
        if one.status == "pending":
            making.change_message(club, one.id, status="delivered")
    assert "Not sent (1)" in words(admin.get("/messages").text)
    for one in making.messages(club):
        making.change_message(club, one.id, created_at=making.in_days(-8))
    assert "All is well" in words(admin.get("/messages").text)


def test_the_preview_shows_the_text_as_a_chosen_person_gets_it(club: Flask, admin: Browser) -> None:
    admin.submit("/write", to_group(count="1"))
    told = words(admin.page.text)
    assert "It goes to 3 people." in told
    assert "Shortest: 1 SMS ( Zoé ), typical: 1 SMS ( Ana ), longest: 2 SMS ( Bob )." in told
    assert "Bonjour Ana 1 SMS" in told
    assert making.messages(club) == []
    form = form_fields(admin.page.text, "/write")
    assert (form["person"], form["groups"], form["text"]) == (ANA, ["1"], HELLO)
    admin.post("/write", form | {"person": BOB, "count": "1"})
    assert f"Bonjour {'B' * 170} 2 SMS" in words(admin.page.text)
    admin.post("/write", form)
    making.confirm(admin)
    assert len(making.messages(club)) == 3


def test_the_preview_says_who_gets_nothing_and_why(club: Flask, admin: Browser) -> None:
    say_stop(club, BOB)
    text = "{% if contact.prenom is defined %}{{ 7 % contact.prenom|length }}{% endif %}"
    admin.submit("/write", to_group(text=text, count="1"))
    told = words(admin.page.text)
    assert "It goes to 1 person." in told
    assert "2 people get nothing:" in told
    assert "Bob : This number wants no messages to several people (STOP)." in told
    assert "Zoé : For this person nothing is left of the text: it is not sent." in told


def test_a_field_that_nobody_has_is_told_before_it_is_sent(club: Flask, admin: Browser) -> None:
    text = "Bonjour {{ contact.preonm }} {{ contact.prenom }}"
    admin.submit("/write", to_group(text=text, count="1"))
    assert "None of them has the field preonm: it stays empty." in words(admin.page.text)
    admin.submit("/write", to_group(count="1"))
    assert "None of them has" not in words(admin.page.text)


def test_a_text_that_cannot_be_read_is_told_with_its_line_also_before_sending(
    club: Flask, admin: Browser
) -> None:
    for more in ({"count": "1"}, {}):
        admin.submit("/write", to_group(text="Bonjour\n{{ contact.a | nothing }}", **more))
        assert "Text: Line 2 of the text:" in words(admin.page.text)
    assert making.messages(club) == []


def test_without_anybody_the_preview_asks_for_whom(club: Flask, admin: Browser) -> None:
    admin.submit("/write", draft(1, number="", text=HELLO, count="1"))
    assert "Say to whom it goes: the text is then shown as they get it." in words(admin.page.text)


def test_a_text_can_go_exactly_as_written(club: Flask, admin: Browser) -> None:
    admin.submit("/write", draft(1, number="Ana", text="{{ ouvert", as_written="1"))
    assert [one.body for one in making.messages(club)] == ["{{ ouvert"]


def test_an_answer_in_a_conversation_goes_as_it_is_written(club: Flask, admin: Browser) -> None:
    conversation = making.came_in(club, 1, "Salut", ANA)
    admin.submit(f"/conversations/{conversation}", {"text": HELLO})
    assert admin.page.status_code == 303
    assert [one.body for one in making.messages(club)] == ["Salut", HELLO]


def test_a_message_that_is_sent_again_is_not_filled_in_again(club: Flask, admin: Browser) -> None:
    making.went_out(club, 1, "{{ contact.prenom }}", ANA, "failed")
    admin.submit("/messages/1/again", {"request": "r" * 22}, on="/messages")
    assert [one.body for one in making.messages(club)] == ["{{ contact.prenom }}"] * 2
    assert form_fields(admin.get("/write?again=1").text, "/write")["as_written"] == ["1"]


def test_who_wants_no_campaigns_is_written_to_alone_after_a_word(
    club: Flask, admin: Browser
) -> None:
    say_stop(club, ANA)
    assert 'name="despite_opt_out"' not in admin.get("/write").text
    admin.send_again("/write", draft(1, number="Ana"))
    assert admin.page.status_code == 400
    assert "This person wants no messages to several people (STOP)." in words(admin.page.text)
    assert making.messages(club) == []
    assert kept(admin.page.text)["number"] == "Ana"
    admin.send_again("/write", {"despite_opt_out": "1"})
    assert [one.peer for one in making.messages(club)] == [ANA]


def test_a_failed_message_is_not_sent_again_to_who_wants_no_campaigns(
    club: Flask, admin: Browser
) -> None:
    making.went_out(club, 1, "Bonjour", ANA, "failed")
    say_stop(club, ANA)
    admin.submit("/messages/1/again", {"request": "r" * 22}, on="/messages")
    told = words(admin.follow().text if admin.page.status_code == 303 else admin.page.text)
    assert "This person wants no messages to several people (STOP). Answer in the" in told
    assert len(making.messages(club)) == 1


@pytest.mark.parametrize(
    ("asked", "number", "more", "chosen"),
    [
        ("contacts=1", "Ana", "", []),
        ("contacts=2,1,99,x", "", "Ana\nBob", []),
        ("group=1", "", "", ["1"]),
        ("group=1&to=36111", "36111", "", ["1"]),
        ("contacts=&group=x", "", "", []),
    ],
)
def test_the_address_can_name_contacts_and_groups(
    club: Flask, admin: Browser, asked: str, number: str, more: str, chosen: list[str]
) -> None:
    form = form_fields(admin.get(f"/write?{asked}").text, "/write")
    assert (form["number"], form["more"], form.get("groups", [])) == (number, more, chosen)


def test_contacts_whose_names_are_not_clear_are_named_by_number(
    club: Flask, admin: Browser
) -> None:
    with club.app_context():
        groups.add(None, "ana")
        contacts.add(club.extensions["raspisms"], "Bob", "+33612345609")
    form = form_fields(admin.get("/write?contacts=1,2,3").text, "/write")
    assert form["more"] == "06 12 34 56 01\n06 12 34 56 02\nZoé"


def test_a_saved_text_is_inserted_and_noted_as_used(club: Flask, admin: Browser) -> None:
    making.add_text(club, "Rappel", "À demain {{ contact.prenom }}")
    admin.submit("/write", draft(1, number="Ana", text="Bonjour", saved="1", insert="1"))
    form = form_fields(admin.page.text, "/write")
    assert form["text"] == "Bonjour\nÀ demain {{ contact.prenom }}"
    assert "Not used yet" in words(admin.get("/texts").text)
    admin.post("/write", form)
    assert [one.body for one in making.messages(club)] == ["Bonjour\nÀ demain Ana"]
    assert "Last used:" in words(admin.get("/texts").text)


def test_a_text_is_kept_under_a_name_and_nothing_is_sent(club: Flask, admin: Browser) -> None:
    typed = draft(1, number="Ana", text=HELLO, save_as="Salut", save_text="1")
    admin.submit("/write", typed)
    assert "The text “Salut” is saved." in words(admin.page.text)
    form = form_fields(admin.page.text, "/write")
    assert (form["number"], form["text"], form["save_as"]) == ("Ana", HELLO, "")
    admin.submit("/write", typed)
    assert "There is another text named “Salut”." in words(admin.page.text)
    assert form_fields(admin.page.text, "/write")["save_as"] == "Salut"
    assert making.messages(club) == []


def test_the_fields_that_contacts_have_can_be_copied(club: Flask, admin: Browser) -> None:
    with club.app_context():
        contacts.add(club.extensions["raspisms"], "Tom", "+33612345610", {"date-naissance": "x"})
    page = words(admin.get("/write").text)
    for field in (
        "{{ contact_metas.name }}",
        "{{ contact.prenom }}",
        "{{ contact['date-naissance'] }}",
    ):
        assert field in page


def test_the_live_count_knows_that_fields_are_filled_in(club: Flask, admin: Browser) -> None:
    token = form_fields(admin.get("/write").text, "/write")["csrf_token"]
    asked = {"csrf_token": token, "text": HELLO}
    told = admin.post("/write/length", asked | {"fields": "1"}).get_json()["words"]
    assert told == "The fields are filled in for each person: the preview shows how long it is."
    assert admin.post("/write/length", asked).get_json()["words"].startswith("1 SMS")
