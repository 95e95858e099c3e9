"""The pages of groups: making, filling, nesting, removing; rules by conditions and as text."""

import re

import pytest
from flask import Flask
from markupsafe import escape

from raspisms import clock
from raspisms.messaging import contacts, group_nesting, groups, smart_groups
from raspisms.messaging.transactions import writing
from raspisms.models import Contact
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.making import add_group as made

XSS = '"><script>alert(1)</script>'
NEW = "/groups/smart/new"
TEAM_A = {"name": "Équipe A", "field-0-0": "contact.team", "value-0-0": "A"}


def person(app: Flask, name: str, last: int, **data: str) -> int:
    contact_id = making.add_contact(app, name, f"+3361234{last:04}")
    with app.app_context(), writing() as session:
        session.get_one(Contact, contact_id).data = data
    return contact_id


def members_of(app: Flask, group_id: int) -> list[str | None]:
    with app.app_context():
        return [one.name for one in groups.people([group_id], clock.now())]


def test_a_group_is_made_filled_and_emptied(app: Flask, member: Browser) -> None:
    zoe, lea = person(app, "Zoé", 1), person(app, "Léa", 2)
    assert "No group yet" in words(member.get("/groups").text)
    member.submit("/groups/new", {"name": "Équipe A"})
    assert member.page.headers["Location"] == "/groups/1/add"
    assert "Now choose who is in it." in words(member.follow().text)
    member.send_again("/groups/1/add", {"contact": [zoe, lea]})
    told = words(member.follow().text)
    assert "2 people are added to the group." in told
    assert re.search(r"2 people .* Léa .* Zoé", told)
    assert 'href="/contacts/export?what=group&amp;group=1"' in member.page.text
    assert "2 people" in words(member.get("/groups").text)
    assert f'href="/write?group={1}"' in member.page.text
    member.submit("/groups/1/contacts/remove", {"contact": [lea]}, on="/groups/1")
    assert "1 person is taken out of the group." in words(member.follow().text)
    assert members_of(app, 1) == ["Zoé"]


def test_all_that_a_search_finds_are_added_at_once(app: Flask, member: Browser) -> None:
    for last in range(52):
        person(app, f"Nom {last:02}", last)
    person(app, "Léa", 90)
    group = made(app, "Équipe")
    member.get(f"/groups/{group}/add?search=nom")
    assert "Add all that the search finds" in words(member.page.text)
    member.send_again(f"/groups/{group}/add", {"all": "1"})
    assert "52 people are added" in words(member.follow().text)
    assert "Léa" not in members_of(app, group)
    told = words(member.get(f"/groups/{group}/add?search=nom").text)
    assert "in the group already" in told
    assert "Nom 51" in words(member.get(f"/groups/{group}?page=2").text)


def test_choosing_nobody_is_told_and_nothing_happens(app: Flask, member: Browser) -> None:
    person(app, "Zoé", 1)
    group = made(app, "Équipe")
    member.submit(f"/groups/{group}/add")
    assert member.page.status_code == 400
    assert "Nothing is chosen." in words(member.page.text)
    assert members_of(app, group) == []


def test_names_are_refused_beside_their_field(app: Flask, member: Browser) -> None:
    group = made(app, "Équipe")
    made(app, "Autre")
    for path in ("/groups/new", f"/groups/{group}/edit", NEW):
        data = {"name": "autre", **({"mode": "text", "rule": "true"} if path == NEW else {})}
        member.submit(path, data | ({"act": "save"} if path == NEW else {}))
        assert member.page.status_code == 409, path
        assert "There is a group named “Autre” already." in words(member.page.text)
        assert form_fields(member.page.text, path)["name"] == "autre"


def test_whoever_changes_what_somebody_else_has_just_changed_is_told_first(
    app: Flask, member: Browser, admin: Browser
) -> None:
    plain = f"/groups/{made(app, 'Équipe')}/edit"
    smart = f"/groups/smart/{made(app, 'Club', 'contact.team == 1')}/edit"
    rule = {"mode": "text", "rule": "contact.team == 2"}
    for path, theirs, mine, shown in (
        (plain, {"name": "Équipe A"}, {"name": "Équipe B"}, "Rename “Équipe A”"),
        (smart, rule, {"name": "Club B", "mode": "text", "rule": "true"}, "contact.team == 2"),
    ):
        member.get(path)
        if path == smart:  # what was seen is carried through the buttons that only change the form
            member.send_again(path, {"act": "as-text"})
            member.send_again(path, {"rule": " ", "act": "as-conditions"})
        held = form_fields(member.page.text, path)
        admin.submit(path, theirs | {"act": "save"})
        member.post(path, held | mine | {"act": "save"})
        assert member.page.status_code == 409
        told = words(member.page.text)
        assert "Somebody else changed this group meanwhile." in told
        assert shown in told
        assert form_fields(member.page.text, path)["name"] == mine["name"]
        with app.app_context():
            assert not groups.named([mine["name"]])
        member.send_again(path, {"act": "save"})  # knowing it
        assert member.page.status_code == 303
        with app.app_context():
            assert groups.named([mine["name"]])
        member.post(path, held | mine | {"act": "save"})  # twice the same is no change
        assert member.page.status_code == 303


def test_a_group_is_renamed_and_removed_after_a_question(app: Flask, member: Browser) -> None:
    group, club = made(app, "Équipe"), made(app, "Club")
    with app.app_context():
        group_nesting.put_within(None, club, group)
    person(app, "Zoé", 1)
    member.submit(f"/groups/{group}/edit", {"name": "Équipe B"})
    assert "The group “Équipe B” is saved." in words(member.follow().text)
    told = words(member.get(f"/groups/{group}/remove").text)
    assert "this cannot be undone" in told
    assert "It is within Club" in told
    member.send_again(f"/groups/{group}/remove")
    assert "Its contacts stay." in words(member.follow().text)
    assert member.get(f"/groups/{group}").status_code == 404
    assert "There is no such group any more." in words(member.page.text)
    with app.app_context():
        assert [one.name for one in contacts.suggestions()] == ["Zoé"]


def test_groups_are_put_within_each_other_but_in_no_circle(app: Flask, member: Browser) -> None:
    club, team = made(app, "Club"), made(app, "Équipe")
    zoe = person(app, "Zoé", 1)
    with app.app_context():
        groups.add_contacts(team, [zoe])
    member.submit(f"/groups/{club}/groups", {"group": team}, on=f"/groups/{club}")
    told = words(member.follow().text)
    assert "“Équipe” is within the group now." in told
    assert "through Équipe" in told
    token = form_fields(member.page.text, f"/groups/{club}/groups/{team}/remove")["csrf_token"]
    member.post(f"/groups/{team}/groups", {"group": club, "csrf_token": token})
    assert member.page.status_code == 400
    told = words(member.page.text)
    assert "“Club” cannot be put into “Équipe”, because it is around it: Club › Équipe." in told
    assert "Within: Club" in words(member.get("/groups").text)
    member.submit(f"/groups/{club}/groups/{team}/remove", on=f"/groups/{club}")
    assert "is taken out of the group." in words(member.follow().text)
    assert members_of(app, club) == []


def test_a_group_that_is_gone_and_an_old_form_are_told_on_the_page(
    app: Flask, member: Browser
) -> None:
    """Somebody else has removed it, or the login that the form is from has ended."""
    club, team = made(app, "Club"), made(app, "Équipe")
    member.submit(f"/groups/{club}/groups", {"group": team}, on=f"/groups/{club}")
    member.follow()
    path = f"/groups/{club}/groups/{team}/remove"
    token = form_fields(member.page.text, path)["csrf_token"]
    assert member.post(path, {"csrf_token": "old"}).status_code == 400
    with app.app_context():
        groups.remove(None, team)
    assert member.post(path, {"csrf_token": token}).status_code == 404
    assert "There is no such group any more." in words(member.page.text)


def test_a_smart_group_is_made_with_conditions(app: Flask, member: Browser) -> None:
    person(app, "Zoé", 1, team="A", age="12")
    person(app, "Léa", 2, team="A", age="30")
    person(app, "Marc", 3, team="B")
    member.submit(NEW, TEAM_A | {"act": "preview"})
    told = words(member.page.text)
    assert "2 people are in it now." in told
    assert re.search("Preview .* Léa .* Zoé", told)
    assert "Marc" not in told
    member.send_again(NEW, {"act": "row-0"})
    assert form_fields(member.page.text, NEW)["value-0-0"] == "A"
    second = {"field-0-1": "contact.age", "comparison-0-1": "less", "value-0-1": "18"}
    member.send_again(NEW, second | {"act": "save"})
    told = words(member.follow().text)
    assert "The group “Équipe A” is saved." in told
    assert "1 person is in it now." in told
    assert "team is “A”" in told
    assert "age is less than “18”" in told
    assert members_of(app, 1) == ["Zoé"]
    shown = form_fields(member.get("/groups/smart/1/edit").text, "/groups/smart/1/edit")
    assert {name: shown[name] for name in second} == second


def test_conditions_that_count_as_one(app: Flask, member: Browser) -> None:
    person(app, "Zoé", 1, team="A")
    person(app, "Léa", 2, team="B", vip="1")
    person(app, "Marc", 3, team="B")
    member.submit(NEW, TEAM_A | {"every-0": "any", "act": "block"})
    member.send_again(NEW, {"field-1-0": "contact.team", "value-1-0": "B", "act": "row-1"})
    member.send_again(NEW, {"field-1-1": "contact.vip", "value-1-1": "1", "act": "as-text"})
    rule = form_fields(member.page.text, NEW)["rule"]
    assert "||" in rule
    member.send_again(NEW, {"act": "as-conditions"})
    shown = form_fields(member.page.text, NEW)
    assert (shown["every-0"], shown["every-1"]) == ("any", "all")
    assert (shown["value-0-0"], shown["field-1-1"]) == ("A", "contact.vip")
    member.send_again(NEW, {"act": "save"})
    assert members_of(app, 1) == ["Léa", "Zoé"]
    member.submit("/groups/smart/1/edit", {"act": "drop-1-0"})
    member.send_again("/groups/smart/1/edit", {"act": "drop-1-0"})
    assert "every-1" not in form_fields(member.page.text, "/groups/smart/1/edit")
    member.send_again("/groups/smart/1/edit", {"act": "save"})
    assert members_of(app, 1) == ["Zoé"]


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ({"comparison-0-0": "less", "value-0-0": "dix"}, "value-0-0", "is no number"),
        ({"comparison-0-0": "is", "value-0-0": " "}, "value-0-0", "The value is missing."),
        ({"comparison-0-0": "before", "value-0-0": "jamais"}, "value-0-0", "is no date"),
        ({"comparison-0-0": "loves", "value-0-0": "x"}, "comparison-0-0", "no comparison"),
        ({"field-0-0": "", "value-0-0": "x"}, "field-0-0", "no field like this"),
        ({"field-0-0": "__class__", "value-0-0": "x"}, "field-0-0", "no field like this"),
    ],
)
@pytest.mark.parametrize("act", ["save", "preview", "as-text"])
def test_what_is_wrong_with_a_condition_is_said_beside_it(
    member: Browser, row: dict[str, str], field: str, said: str, act: str
) -> None:
    member.submit(NEW, TEAM_A | row | {"act": act})
    assert member.page.status_code == 400
    beside = re.search(rf'id="{field}-error">(.*?)</p>', member.page.text, re.S)
    assert beside
    assert said in beside[1]
    assert form_fields(member.page.text, NEW)["value-0-0"] == row["value-0-0"]


def test_no_condition_at_all_is_told(member: Browser) -> None:
    member.submit(NEW, {"name": "Vide", "act": "save"})
    assert member.page.status_code == 400
    assert "There is no condition." in words(member.page.text)


def test_a_rule_is_written_as_text_from_the_start(member: Browser) -> None:
    member.submit(NEW, {"name": "Vide", "act": "as-text"})
    assert member.page.status_code == 200
    assert form_fields(member.page.text, NEW)["rule"] == ""


def test_a_rule_as_text_is_refused_at_its_place(app: Flask, member: Browser) -> None:
    member.submit(NEW, {"act": "as-text", **TEAM_A})
    wrong = 'exists(contact.a)\r\n&& contact.b = "1"'
    member.send_again(NEW, {"rule": wrong, "act": "save"})
    assert member.page.status_code == 400
    told = words(member.page.text)
    assert "Line 2, character 14:" in told
    shown = re.search(r"<pre[^>]*>(.*?)</pre>", member.page.text, re.S)
    assert shown
    line, caret = shown[1].split("\n")
    assert line == "&amp;&amp; contact.b = &#34;1&#34;"
    assert caret == " " * 13 + "^"
    assert form_fields(member.page.text, NEW)["rule"] == wrong.replace("\r\n", "\n")


def test_a_rule_that_conditions_cannot_say_stays_text(app: Flask, member: Browser) -> None:
    rule = "contact.a ** 2 == 4"
    group = made(app, "Carré", rule)
    page = f"/groups/smart/{group}/edit"
    told = words(member.get(page).text)
    assert "It stays as text." in told
    assert form_fields(member.page.text, page)["rule"] == rule
    member.send_again(page, {"act": "as-conditions"})
    assert form_fields(member.page.text, page)["rule"] == rule
    assert rule in words(member.get(f"/groups/smart/{group}").text)


def test_why_somebody_is_in_or_not_is_told_part_by_part(app: Flask, member: Browser) -> None:
    person(app, "Zoé", 1, team="A")
    marc = person(app, "Marc", 2)
    group = made(app, "Équipe A", 'exists(contact.team) && contact.team == "A"')
    member.get(f"/groups/smart/{group}")
    assert f'href="/groups/smart/{group}/why?contact=1"' in member.page.text
    told = words(member.get(f"/groups/smart/{group}/why?contact=1").text)
    assert "Zoé is in it now." in told
    assert "team is “A” True It says “A”." in told
    assert "contact.team = “A”" in told or 'contact.team = "A"' in told
    told = words(member.get(f"/groups/smart/{group}/why?search=mar").text)
    assert f"contact={marc}" in member.page.text
    told = words(member.get(f"/groups/smart/{group}/why?contact={marc}").text)
    assert "Marc is not in it now." in told
    assert "team is “A” Not true It is not filled in." in told
    assert "Not looked at" in told
    assert member.get(f"/groups/smart/{group}/why?contact=99").status_code == 404
    assert "By their rule, now: Équipe A" in words(member.get("/contacts/1").text)
    assert f'href="/groups/smart/{group}/why?contact=1"' in member.page.text
    assert "In no group." in words(member.get(f"/contacts/{marc}").text)


def test_whom_a_rule_cannot_judge_is_told_with_the_cause(app: Flask, member: Browser) -> None:
    person(app, "Zoé", 1, n="0")
    group = made(app, "Dix", "10 / contact.n > 1")
    told = words(member.get(f"/groups/smart/{group}").text)
    assert "Some could not be judged" in told
    assert "1 contact: Zoé" in told
    told = words(member.get(f"/groups/smart/{group}/why?contact=1").text)
    assert "Zoé could not be judged, and is not in it" in told


def test_a_stored_rule_that_is_broken_can_be_mended(app: Flask, member: Browser) -> None:
    group = made(app, "Vieux", "true &&")
    assert "cannot be read" in words(member.get(f"/groups/smart/{group}").text)
    assert "Open it to see how many" in words(member.get("/groups").text)
    member.submit(f"/groups/smart/{group}/edit", {"rule": "true", "act": "save"})
    assert member.page.status_code == 303


def test_each_kind_has_its_own_pages(app: Flask, member: Browser) -> None:
    plain, smart = made(app, "Équipe"), made(app, "Tous", "true")
    for path in (f"/groups/{smart}", f"/groups/{smart}/edit"):
        assert member.get(path).status_code == 302
        assert member.follow().status_code == 200
    assert member.get(f"/groups/{smart}/add").status_code == 400
    assert "Its rule" in words(member.page.text) or "its rule" in words(member.page.text)
    for path in ("", "/edit", "/why"):
        assert member.get(f"/groups/smart/{plain}{path}").status_code == 404


@pytest.mark.parametrize("path", ["/groups/new", NEW])
def test_a_form_with_an_old_token_keeps_what_was_typed(member: Browser, path: str) -> None:
    member.submit(path, TEAM_A | {"csrf_token": "old", "act": "save"})
    assert member.page.status_code == 400
    assert "This form had been open for too long" in words(member.page.text)
    assert form_fields(member.page.text, path)["name"] == "Équipe A"


def test_odd_buttons_and_rows_change_nothing(member: Browser) -> None:
    for act in ("drop-9-9", "row-99", "drop-0", "row-x", "x", "block-1", "drop-0-999999999"):
        member.submit(NEW, TEAM_A | {"act": act})
        assert member.page.status_code == 200, act
        assert form_fields(member.page.text, NEW)["value-0-0"] == "A"


def test_names_and_rules_are_only_ever_text(app: Flask, member: Browser) -> None:
    zoe = person(app, XSS, 1, team=XSS)
    plain, other = made(app, XSS), made(app, XSS + "2")
    with app.app_context():
        groups.add_contacts(plain, [zoe])
        group_nesting.put_within(None, plain, other)
        rule = "contact.team == '\"><script>alert(1)</script>'"
        smart = smart_groups.add(None, XSS + "3", rule).id
    own, ruled = f"/groups/{plain}", f"/groups/smart/{smart}"
    for path in (
        *("/groups", own, f"{own}/add", f"{own}/edit", f"{own}/remove"),
        *(ruled, f"{ruled}/edit", f"{ruled}/why?contact={zoe}", f"{ruled}/why?search=script"),
    ):
        assert member.get(path).status_code == 200, path
        assert "<script>alert" not in member.page.text, path
        assert str(escape(XSS)) in member.page.text, path
