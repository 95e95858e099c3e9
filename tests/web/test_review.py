"""The pages on which a campaign is looked at before it is confirmed."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from raspisms.extensions import db
from raspisms.messaging import campaign_drafts, contacts, groups, members, opt_outs
from raspisms.messaging.campaign_drafts import CampaignContent, Kept
from raspisms.models import Member, Plan
from tests.web import making
from tests.web.browser import Browser, words
from tests.web.conftest import logged_in

ANA, BOB, ZOE, OWN, TOM = (f"+3361234560{n}" for n in range(1, 6))
HELLO = "Bonjour {{ contact.prenom }}"
DRAFT = "/campaigns/drafts/1"
REVIEW = f"{DRAFT}/review"


@pytest.fixture
def club(app: Flask, admin: Browser) -> Flask:
    """A phone, three contacts, and a group with all three. Zoé's first name is not known."""
    making.add_phone(app)
    engine = app.extensions["raspisms"]
    data: Any
    with app.app_context():
        for name, number, data in (
            ("Ana", ANA, {"prenom": "Ana"}),
            ("Bob", BOB, {"prenom": "B" * 170}),
            ("Zoé", ZOE, {}),
        ):
            contacts.add(engine, name, number, data)
        groups.add_contacts(groups.add(None, "U13").id, [1, 2, 3])
    return app


def keep(app: Flask, **changed: Any) -> Kept:
    values: dict[str, Any] = {"text": HELLO, "groups": (1,), "phones": (1,), "name": "Reprise"}
    with app.app_context():
        member = db.session.get_one(Member, 1)
        return campaign_drafts.save(member, CampaignContent(**values | changed))


def draft(app: Flask) -> Kept:
    with app.app_context():
        return campaign_drafts.get(db.session.get_one(Member, 1), 1)


def test_all_is_told_before_and_then_it_goes(club: Flask, admin: Browser) -> None:
    keep(club, recipients=f"Ana\nnobody\n{OWN}")
    with club.app_context():
        opt_outs.add(club.extensions["raspisms"], None, "Zoé", "")
    told = words(admin.get(REVIEW).text)
    assert "It goes to 3 people" in told
    assert "It leaves from “Maison”." in told
    assert "2 people: 1 SMS" in told
    assert "1 person: 2 SMS" in told
    assert "1 person gets it as several SMS" in told
    assert "1 named twice: gets it once Ana" in told
    assert "1 wants no messages to several people (STOP) Zoé" in told
    assert "1 recipient that cannot be used nobody" in told
    assert "Bonjour Ana" in told
    assert "Send to 3 people" in told
    assert making.messages(club) == []

    admin.send_again(f"{REVIEW}/confirm")
    assert "3 messages leave at once" in words(admin.follow().text)
    going = [one.peer for one in making.messages(club) if one.status == "pending"]
    assert sorted(going) == [ANA, BOB, OWN]


def test_confirming_twice_sends_once(club: Flask, admin: Browser) -> None:
    keep(club)
    admin.submit(f"{REVIEW}/confirm", on=REVIEW)
    form = {"csrf_token": admin_token(admin), "version": "1", "count": "3"}
    admin.post(f"{REVIEW}/confirm", form)
    assert admin.page.status_code == 303
    assert len(making.messages(club)) == 3
    assert admin.get(REVIEW).status_code == 302


def admin_token(admin: Browser) -> str:
    """The token of any form."""
    return admin.get("/write").text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_what_changed_meanwhile_is_told_and_reviewed_anew(club: Flask, admin: Browser) -> None:
    keep(club)
    admin.get(REVIEW)
    with club.app_context():
        opt_outs.add(club.extensions["raspisms"], None, "Zoé", "")
    admin.send_again(f"{REVIEW}/confirm")
    assert admin.page.status_code == 409
    told = words(admin.page.text)
    assert "It would go to 2 people now, and not to 3 any more." in told
    assert "Send to 2 people" in told
    assert making.messages(club) == []
    admin.send_again(f"{REVIEW}/confirm")
    assert len([one for one in making.messages(club) if one.status == "pending"]) == 2


def test_somebody_is_looked_up_and_excluded(club: Flask, admin: Browser) -> None:
    keep(club)
    told = words(admin.get(f"{REVIEW}/people?search=ZOE").text)
    assert "Zoé" in told
    assert "Ana" not in told
    admin.send_again(f"{REVIEW}/exclude", {"number": ZOE})
    told = words(admin.follow().text)
    assert "It goes to 2 people" in told
    assert "1 is excluded Zoé" in told
    admin.submit(f"{REVIEW}/confirm", on=REVIEW)
    assert [one.peer for one in making.messages(club)] == [ANA, BOB]


def test_anybody_can_be_looked_at(club: Flask, admin: Browser) -> None:
    keep(club)
    assert "Bonjour Ana" in words(admin.get(f"{REVIEW}/person?number=ana").text)
    told = words(admin.get(f"{REVIEW}/person?number=0699999999").text)
    assert "is not among those who get it" in told
    assert admin.page.status_code == 200


def test_a_test_goes_to_oneself_alone_and_the_number_is_kept(club: Flask, admin: Browser) -> None:
    keep(club)
    admin.submit(f"{REVIEW}/test", {"own": "06 12 34 56 04"}, on=REVIEW)
    assert "to you alone" in words(admin.follow().text)
    sent = making.messages(club)
    assert [(one.peer, one.body) for one in sent] == [(OWN, "Bonjour " + "B" * 170)]
    assert f'value="{OWN}"' in admin.page.text
    admin.send_again(f"{REVIEW}/test", {"own": "abc"})
    assert admin.page.status_code == 400
    assert 'value="abc"' in admin.page.text
    assert len(making.messages(club)) == 1


def test_a_text_is_written_plainly_on_wish(club: Flask, admin: Browser) -> None:
    keep(club, text="L’été… " * 12)
    told = words(admin.get(REVIEW).text)
    assert "’ (write '), … (write ...)" in told
    assert "3 SMS less in all" in told
    admin.send_again(f"{REVIEW}/plain")
    assert draft(club).content.text == "L'été... " * 12
    assert "write '" not in words(admin.follow().text)


def test_who_is_left_out_is_listed_with_the_cause(club: Flask, admin: Browser) -> None:
    keep(club, text="{{ 100 / contact.prenom }}", recipients=OWN, as_written=False)
    told = words(admin.get(f"{REVIEW}/left-out?cause=text_error").text)
    assert "for whom the text cannot be made" in told
    assert "Ana" in told
    assert "for whom the text cannot be made" in words(admin.get(f"{REVIEW}/left-out").text)


def test_what_cannot_be_sent_leads_back_to_the_form(club: Flask, admin: Browser) -> None:
    keep(club, text="", phones=())
    told = words(admin.get(REVIEW).text)
    assert "It cannot be sent as it is." in told
    assert "No phone is chosen." in told
    assert f'href="{DRAFT}?check=1"' in admin.page.text
    assert f"{REVIEW}/confirm" not in admin.page.text


def test_a_field_that_nobody_has_is_told(club: Flask, admin: Browser) -> None:
    keep(club, text="Salut {{ contact.prenon }} !")
    assert "None of them has the field prenon: it stays empty." in words(admin.get(REVIEW).text)


def test_who_has_nothing_in_a_field_is_told_by_name(club: Flask, admin: Browser) -> None:
    keep(club, text="Salut {{ contact.prenom }} !")
    told = words(admin.get(REVIEW).text)
    assert "1 of them has nothing in the field prenom: Zoé. Look what they read." in told
    keep(club, text="Salut {{ contact.prenom }} !", exclude="Zoé")
    assert "nothing in the field" not in words(admin.get("/campaigns/drafts/2/review").text)


def test_which_exclusion_cannot_be_used_is_told(club: Flask, admin: Browser) -> None:
    keep(club, exclude="Ana, Robert")
    told = words(admin.get(REVIEW).text)
    assert "1 of the exclusions cannot be used." in told
    assert "“Robert”" in told


def test_where_nobody_is_left_there_is_nothing_to_confirm(club: Flask, admin: Browser) -> None:
    keep(club, groups=(), recipients="Zoé")
    with club.app_context():
        opt_outs.add(club.extensions["raspisms"], None, "Zoé", "")
    told = words(admin.get(REVIEW).text)
    assert "Nobody would get it" in told
    assert "Send to" not in told


def test_a_draft_of_another_ones_phone_is_not_shown(club: Flask, admin: Browser) -> None:
    keep(club)
    with club.app_context():
        other = members.create("Noé", "trois mots simples", is_admin=False).id
    for path in (REVIEW, f"{REVIEW}/people", f"{REVIEW}/person?number=ana"):
        assert logged_in(club, other).get(path).status_code == 404


def test_what_is_repeated_is_told_with_its_times_and_planned(club: Flask, admin: Browser) -> None:
    weekly = {"kind": "week", "at": "18:30", "starts": "2027-01-01", "weekdays": ["1"]}
    keep(club, when="schedule", repeat=weekly)
    told = words(admin.get(REVIEW).text)
    assert "Every week on Tuesdays at 18:30" in told
    assert "The next times: 5 Jan 2027, 18:30 · 12 Jan 2027, 18:30" in told
    assert "Who gets it is found out anew each time it goes" in told
    assert "Plan it (3 people now)" in told
    admin.send_again(f"{REVIEW}/confirm")
    assert admin.page.status_code == 303
    assert making.messages(club) == []
    with club.app_context():
        assert db.session.scalars(select(Plan)).one().name == "Reprise"
    told = words(admin.follow().text)
    assert "It is planned." in told


def test_who_gets_what_is_planned_can_be_fixed_now(club: Flask, admin: Browser) -> None:
    weekly = {"kind": "week", "at": "18:30", "starts": "2027-01-01", "weekdays": ["1"]}
    keep(club, when="schedule", repeat=weekly, fixed="confirmation")
    told = words(admin.get(REVIEW).text)
    assert "Who gets it is fixed when you confirm" in told
    assert "Plan it for 3 people" in told


def test_on_birthdays_it_is_not_said_to_go_to_all(club: Flask, admin: Browser) -> None:
    yearly = {"kind": "birthdays", "at": "09:00", "starts": "2027-01-01", "key": "naissance"}
    keep(club, when="schedule", repeat=yearly)
    told = words(admin.get(REVIEW).text)
    assert "Each time it goes to those of 3 people who have their birthday." in told
    assert "On each birthday by “naissance”, at 09:00" in told
    assert "The birthdays of 3 of them are not in the address book" in told
    with club.app_context():
        contacts.add(club.extensions["raspisms"], "Tom", TOM, {"naissance": "29/02/2008"})
        groups.add_contacts(1, [4])
    told = words(admin.get(REVIEW).text)
    assert "The birthdays of 3 of them" in told
    assert "It goes to 1 person on their birthday" in told
    assert "Plan it for the birthday of 1 person" in told
    assert "SMS in all" not in told
