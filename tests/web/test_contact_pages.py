"""A contact's own page, its data, choosing several, merging two, and taking it back."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from raspisms import clock
from raspisms.messaging import contacts, groups
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Message, OptOut
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in

LEA, OTHER = "+33612345678", "+33612345679"


def with_data(app: Flask, name: str, number: str, data: dict[str, str], notes: str = "") -> int:
    with app.app_context():
        return contacts.add(app.extensions["raspisms"], name, number, data, notes).id


def stored(app: Flask, contact_id: int) -> tuple[str, str, dict[str, Any], str]:
    with app.app_context():
        one = contacts.get(contact_id)
        return one.name, one.number, one.data, one.notes


def names(app: Flask) -> list[str]:
    with app.app_context():
        return [one.name for one in contacts.suggestions()]


def token(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.page.text)
    assert found
    return found[1]


def choose(browser: Browser, act: str, **fields: Any) -> None:
    """Tick contacts in the list and press one of its buttons."""
    browser.get("/contacts")
    browser.post("/contacts/selected", {"csrf_token": token(browser), "do": act, **fields})


# Data


def test_rows_of_data_are_typed_kept_renamed_and_removed(app: Flask, member: Browser) -> None:
    fields = {"name": "Léa", "number": LEA, "key": ["team", "", "age"], "value": ["U9", "", "7"]}
    member.submit("/contacts/new", fields | {"notes": "Aime le thé"})
    assert stored(app, 1) == ("Léa", LEA, {"team": "U9", "age": "7"}, "Aime le thé")
    shown = words(member.follow().text)
    assert "team U9" in shown
    assert "Aime le thé" in shown
    member.submit("/contacts/1/edit", {"key": ["âge", ""], "value": ["7", ""]})
    assert stored(app, 1)[2] == {"âge": "7"}


def test_whoever_changes_what_somebody_else_has_just_changed_is_told_and_loses_nothing(
    app: Flask, member: Browser, admin: Browser
) -> None:
    with_data(app, "Léa", LEA, {"team": "U9"})
    rows = {"key": ["team"], "value": ["U9"]}
    shown = form_fields(member.get("/contacts/1/edit").text, "/contacts/1/edit")
    mine = shown | rows | {"notes": "Thé"}
    admin.submit("/contacts/1/edit", {"key": ["team", "age"], "value": ["U9", "7"]})
    member.post("/contacts/1/edit", mine)
    told = words(member.page.text)
    assert member.page.status_code == 409
    assert "This contact was changed meanwhile" in told
    assert "Open the contact “Léa”" in told
    assert "Merge both" not in told
    assert "Thé</textarea>" in member.page.text
    assert stored(app, 1)[2:] == ({"team": "U9", "age": "7"}, "")
    member.send_again("/contacts/1/edit", rows)  # knowing it
    assert stored(app, 1)[2:] == ({"team": "U9"}, "Thé")
    member.post("/contacts/1/edit", mine)  # twice the same is no change
    assert member.page.status_code == 303


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(app: Flask, member: Browser) -> None:
    fields = {"name": "Léa", "number": "06", "key": ["team"], "value": ["U9"], "more": "1"}
    member.submit("/contacts/new", fields)
    assert member.page.status_code == 200
    assert re.findall(r'name="key" value="([^"]*)"', member.page.text) == ["team", ""]
    assert 'value="U9"' in member.page.text
    assert 'value="06"' in member.page.text
    assert names(app) == []


def test_a_wrong_key_is_told_beside_the_rows_and_kept(app: Flask, member: Browser) -> None:
    fields = {"name": "Léa", "number": LEA, "key": ["first name"], "value": ["Léa\r\nM."]}
    member.submit("/contacts/new", fields)
    assert member.page.status_code == 400
    assert "The name “first name” cannot be used." in words(member.page.text)
    assert 'value="first name"' in member.page.text
    assert "Léa\r\nM.</textarea>" in unescape(member.page.text)
    assert names(app) == []


def test_keys_of_the_household_are_offered(app: Flask, member: Browser) -> None:
    with_data(app, "Ana", OTHER, {"birthday": "1990-10-22"})
    assert '<option value="birthday">' in member.get("/contacts/new").text


# The page


def test_a_contact_s_page_shows_only_conversations_of_phones_that_one_sees(
    app: Flask, admin: Browser
) -> None:
    sacha = account(app, "Sacha")
    seen = making.add_phone(app, "Maison", members=[sacha])
    other = making.add_phone(app, "Grenier", "+33600000002")
    making.add_contact(app, "Léa", LEA)
    talk = making.came_in(app, seen, "Bonjour", LEA)
    making.came_in(app, other, "Secret", LEA)
    page = logged_in(app, sacha).get("/contacts/1").text
    assert f'href="/conversations/{talk}#newest"' in page
    assert "Maison" in page
    assert "Bonjour" in page
    assert "Grenier" not in page
    assert "Secret" not in page
    told = words(admin.get("/contacts/1").text)
    assert "Grenier" in told
    assert "Secret" in told


def test_campaigns_that_a_contact_received_are_there_with_their_state(
    app: Flask, admin: Browser
) -> None:
    phone = making.add_phone(app)
    making.add_contact(app, "Léa", LEA)
    making.went_out(app, phone, "Rien que pour toi", LEA)
    making.went_out(app, phone, "Fête du club", LEA, "failed", reason="unknown_number")
    with app.app_context(), writing() as session:
        now = clock.now()
        campaign = Campaign(
            phone_id=phone, body="Fête du club", direct=False, due_at=now, created_at=now
        )
        session.add(campaign)
        session.flush()
        session.get_one(Message, 2).campaign_id = campaign.id
    shown = words(admin.get("/contacts/1").text)
    told = shown.partition("Last campaigns")[2]
    assert "Maison Failed" in shown  # what was tried last is not told as if it had gone out
    assert "Fête du club Failed" in told
    assert "Rien que pour toi" not in told


def test_who_wants_no_campaigns_is_said(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa", LEA)
    assert "Gets no campaigns" not in words(member.get("/contacts/1").text)
    with app.app_context(), writing() as session:
        session.add(OptOut(number=LEA, at=clock.now(), source="sms", reason="STOP svp"))
    shown = words(member.get("/contacts/1").text)
    assert "Gets no campaigns" in shown
    assert "STOP svp" in shown


def test_a_number_at_which_nothing_arrives_is_said(app: Flask, admin: Browser) -> None:
    phone = making.add_phone(app)
    making.add_contact(app, "Léa", LEA)
    making.went_out(app, phone, "Allô", LEA, "failed", reason="bad_number", final_at=clock.now())
    shown = words(admin.get("/contacts/1").text)
    assert "Nothing arrives at this number" in shown
    assert "1 of 1 message failed" in shown


def test_a_contact_is_put_into_a_group_and_taken_out(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa", LEA)
    with app.app_context():
        groups.add(None, "U9")
    member.submit("/contacts/1/groups", {"group": "1"}, on="/contacts/1")
    assert "“Léa” is in the group “U9” now." in words(member.follow().text)
    member.send_again("/contacts/1/groups/1/leave")
    assert "“Léa” is no longer in the group “U9”." in words(member.follow().text)
    with app.app_context():
        assert groups.of_contact(1) == []


# Several at once


def test_nobody_chosen_is_told(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa", LEA)
    choose(member, "remove")
    assert "No contact is chosen." in words(member.follow().text)
    for path in ("/contacts/removal", "/contacts/removal?contacts=x,99", "/contacts/grouping"):
        assert "No contact is chosen, or they are gone by now." in words(member.get(path).text)


def test_several_are_removed_after_a_question_and_come_back(app: Flask, member: Browser) -> None:
    for last, name in enumerate(("Ana", "Bob", "Léa")):
        making.add_contact(app, name, f"+3361234560{last}")
    choose(member, "remove", contact=["1", "3"])
    asked = words(member.follow().text)
    assert "Remove 2 contacts?" in asked
    assert "Ana , Léa" in asked
    assert names(app) == ["Ana", "Bob", "Léa"]
    member.send_again("/contacts/removal?contacts=1,3")
    assert "2 contacts are removed." in words(member.follow().text)
    assert names(app) == ["Bob"]
    member.send_again("/contacts/changes/1/undo")
    assert "Undone: 2 contacts are as they were before." in words(member.follow().text)
    assert names(app) == ["Ana", "Bob", "Léa"]


def test_all_that_a_search_finds_are_removed(app: Flask, member: Browser) -> None:
    for last, name in enumerate(("Ana Roy", "Bob Roy", "Léa")):
        making.add_contact(app, name, f"+3361234560{last}")
    member.get("/contacts?search=roy")
    assert "All that the search finds: 2 contacts" in words(member.page.text)
    choose(member, "remove", search="roy", all="1", contact=["3"])
    assert "Remove 2 contacts?" in words(member.follow().text)
    making.add_contact(app, "Zoé Roy", "+33612345609")
    member.send_again("/contacts/removal?search=roy")
    assert member.page.status_code == 400
    assert "The contacts have changed meanwhile: there are 3." in words(member.page.text)
    member.send_again("/contacts/removal?search=roy")
    assert names(app) == ["Léa"]


@pytest.mark.parametrize("fields", [{"group": "1"}, {"name": "Nouveau"}])
def test_several_are_put_into_a_group(app: Flask, member: Browser, fields: dict[str, str]) -> None:
    for last, name in enumerate(("Ana", "Bob", "Léa")):
        making.add_contact(app, name, f"+3361234560{last}")
    with app.app_context():
        groups.add(None, "U9")
    choose(member, "group", contact=["1", "2"])
    asked = words(member.follow().text)
    assert "Add 2 contacts to a group" in asked
    member.send_again("/contacts/grouping?contacts=1,2")
    assert "No group is chosen." in words(member.page.text)
    member.send_again("/contacts/grouping?contacts=1,2", fields)
    group = 1 if "group" in fields else 2
    assert member.page.headers["Location"] == f"/groups/{group}"
    with app.app_context():
        assert [bool(groups.of_contact(one)) for one in (1, 2, 3)] == [True, True, False]


def test_those_chosen_are_written_to_and_too_many_need_a_group(
    app: Flask, member: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for last, name in enumerate(("Zoé", "Ana")):
        making.add_contact(app, name, f"+3361234560{last}")
    choose(member, "write", contact=["1", "2"])
    assert member.page.headers["Location"] == "/write?contacts=2,1"
    monkeypatch.setattr("raspisms.web.contact_selection.MOST_RECIPIENTS", 1)
    choose(member, "write", all="1", search="")
    assert member.page.headers["Location"] == "/contacts/grouping?search="
    assert "These are more than 1 people." in words(member.follow().text)


# Merging


def test_to_merge_with_those_of_the_same_name_are_offered_first(
    app: Flask, member: Browser
) -> None:
    for last, name in enumerate(("Ana", "Zoé", "Zoé")):
        making.add_contact(app, name, f"+3361234560{last}")
    page = member.get("/contacts/2/merge").text
    assert "/contacts/2/merge/3" in page
    assert "/contacts/2/merge/1" not in page
    assert 'type="search" value="Zoé"' in page
    assert "/contacts/2/merge/1" in member.get("/contacts/2/merge?search=").text
    assert "/contacts/1/merge/3" in member.get("/contacts/1/merge").text


def test_two_contacts_become_one_and_two_again(app: Flask, member: Browser) -> None:
    with_data(app, "Léa", LEA, {"team": "U9", "age": "7"}, "Une note")
    with_data(app, "Léa M.", OTHER, {"team": "U11", "city": "Lyon"}, "Une autre")
    with app.app_context():
        groups.add_contacts(groups.add(None, "Fêtes").id, [2])
    assert 'href="/contacts/1/merge/2"' in member.get("/contacts/1/merge?search=lea").text
    fields = {"name": "second", "number": "second", "data_team": "second"}
    member.submit("/contacts/1/merge/2", fields)
    data = {"team": "U11", "age": "7", "city": "Lyon", "number2": LEA}
    assert stored(app, 1) == ("Léa M.", OTHER, data, "Une note\n\nUne autre")
    assert names(app) == ["Léa M."]
    with app.app_context():
        assert groups.of_contact(1) == [(1, "Fêtes")]
    assert "Merged: Léa + Léa M." in words(member.get("/contacts/changes").text)
    member.send_again("/contacts/changes/1/undo")
    assert stored(app, 1) == ("Léa", LEA, {"team": "U9", "age": "7"}, "Une note")
    assert stored(app, 2)[:2] == ("Léa M.", OTHER)
    with app.app_context():
        assert (groups.of_contact(1), groups.of_contact(2)) == ([], [(1, "Fêtes")])


def test_the_other_number_may_be_given_up(app: Flask, member: Browser) -> None:
    with_data(app, "Léa", LEA, {})
    with_data(app, "Léa", OTHER, {})
    member.submit("/contacts/1/merge/2", {"other_number": "drop"})
    assert stored(app, 1) == ("Léa", LEA, {}, "")


def test_the_other_number_takes_no_other_value_s_place(app: Flask, member: Browser) -> None:
    with_data(app, "Léa", LEA, {"number2": "x"})
    with_data(app, "Zoé", OTHER, {})
    member.get("/contacts/1/merge/2")
    assert 'value="number3"' in member.page.text
    member.send_again("/contacts/1/merge/2", {"number_key": "number2"})
    assert "There is another value under “number2”." in words(member.page.text)
    assert names(app) == ["Léa", "Zoé"]


def test_of_two_to_be_merged_it_is_said_who_wants_no_campaigns(app: Flask, member: Browser) -> None:
    with_data(app, "Léa", LEA, {})
    with_data(app, "Zoé", OTHER, {})
    with app.app_context(), writing() as session:
        session.add(OptOut(number=OTHER, at=clock.now(), source="sms", reason="STOP"))
    told = words(member.get("/contacts/1/merge/2").text)
    assert "06 12 34 56 79 gets no campaigns, and that stays so." in told
    assert "06 12 34 56 78 gets no campaigns" not in told


@pytest.mark.parametrize("path", ["/contacts/1/merge/1", "/contacts/1/merge/9"])
def test_there_must_be_two_to_be_merged(app: Flask, member: Browser, path: str) -> None:
    with_data(app, "Léa", LEA, {})
    assert member.get(path).status_code == 404


def test_a_number_that_is_taken_leads_to_merging(app: Flask, member: Browser) -> None:
    with_data(app, "Léa", LEA, {})
    with_data(app, "Zoé", OTHER, {})
    member.submit("/contacts/2/edit", {"number": LEA})
    assert member.page.status_code == 409
    assert 'href="/contacts/2/merge/1"' in member.page.text


# Taking back


def test_what_was_undone_or_is_forgotten_cannot_be_again(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa", LEA)
    member.submit("/contacts/1/remove")
    member.follow()
    listed = member.page.headers.get("Location")
    assert listed is None
    member.send_again("/contacts/changes/1/undo")
    member.get("/contacts?done=1")
    assert "is removed" not in words(member.page.text)
    data = {"csrf_token": token(member)}
    member.post("/contacts/changes/1/undo", data)
    assert "This was undone already." in words(member.page.text)
    member.post("/contacts/changes/9/undo", data)
    assert member.page.status_code == 404
    assert "This can be undone no more." in words(member.page.text)
    assert names(app) == ["Léa"]


def test_what_changed_since_is_left_and_said(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa", LEA)
    member.submit("/contacts/1/remove")
    making.add_contact(app, "Nouveau", LEA)
    member.submit("/contacts/changes/1/undo", on="/contacts/changes")
    assert "1 has changed since, or its number is taken" in words(member.follow().text)
    assert names(app) == ["Nouveau"]
