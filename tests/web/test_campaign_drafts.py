"""The form of a campaign: all of it is kept, goes on with others, and nothing typed is lost."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import encode_multipart

from raspisms.extensions import db
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.transactions import writing
from raspisms.models import CampaignDraft
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in

NEW, ONE = "/campaigns/new", "/campaigns/drafts/1"


@pytest.fixture
def sacha(app: Flask) -> Browser:
    """A member to whom the phone "Maison" is given."""
    member_id = account(app, "Sacha")
    making.add_phone(app, members=[member_id])
    return logged_in(app, member_id)


def content(app: Flask, draft_id: int = 1) -> CampaignContent:
    with app.app_context():
        return CampaignContent.of(db.session.get_one(CampaignDraft, draft_id).content)


def drafts(app: Flask) -> int:
    with app.app_context():
        return db.session.query(CampaignDraft).count()


def file(written: str, name: str = "club.csv") -> dict[str, Any]:
    return {"csv": (BytesIO(written.encode()), name)}


FILLED = {
    "name": "Rentrée",
    "tag": "école",
    "text": "Bonjour",
    "recipients": "06 12 34 56 78\nLéa",
    "groups": ["1"],
    "exclude": "Bob",
    "exclude_groups": ["2"],
    "phone": "1",
    "when": "at",
    "at": "2030-01-02T10:00",
    "quiet": "own",
    "quiet_hours": "mon 09:00-10:00",
    "pace": "2,5",
    "validity": "60",
    "missed": "hold",
    "fixed": "run",
    "invalid_too": "1",
}


def test_all_of_the_form_is_kept_and_shown_again(app: Flask, sacha: Browser) -> None:
    making.add_group(app, "Club")
    making.add_group(app, "Staff")
    assert sacha.submit(NEW, FILLED).headers["Location"] == ONE
    kept = content(app)
    assert (kept.name, kept.groups, kept.exclude_groups, kept.phones) == (
        "Rentrée",
        (1,),
        (2,),
        (1,),
    )
    assert (kept.when, kept.at, kept.quiet, kept.pace) == ("at", "2030-01-02T10:00", "own", "2,5")
    assert kept.invalid_too
    shown = form_fields(sacha.follow().text, ONE)
    assert {name: shown[name] for name in FILLED if name != "invalid_too"} == {
        name: value for name, value in FILLED.items() if name != "invalid_too"
    }
    sacha.send_again(ONE)
    assert content(app) == kept


def test_the_form_says_what_its_choices_do_not_reach(app: Flask, sacha: Browser) -> None:
    told = words(sacha.get(NEW).text)
    assert "waits in any case where it is more than 6 hours late" in told
    assert "It counts from when each message leaves" in told


def test_what_the_address_names_is_filled_in(app: Flask, sacha: Browser) -> None:
    making.add_contact(app, "Léa")
    making.add_group(app, "Club")
    making.add_text(app, "Rappel", "À demain")
    shown = form_fields(sacha.get(f"{NEW}?to=%2B33612345678&group=1&text_id=1").text, NEW)
    assert (shown["recipients"], shown["groups"], shown["text"]) == ("Léa", ["1"], "À demain")
    assert shown["phone"] == "1"


def test_the_same_form_sent_twice_is_one_draft(app: Flask, sacha: Browser) -> None:
    form = form_fields(sacha.get(NEW).text, NEW)
    for text in ("A", "A", "B"):
        assert sacha.post(NEW, form | {"text": text}).headers["Location"] == ONE
    assert drafts(app) == 1
    assert content(app).text == "B"


def test_a_draft_is_listed_and_gone_on_with_by_another_member(
    app: Flask, sacha: Browser, admin: Browser
) -> None:
    admin.submit(NEW, FILLED | {"groups": [], "exclude_groups": []})
    listed = words(sacha.get("/campaigns/drafts").text)
    assert "Rentrée" in listed
    assert "Camille" in listed
    sacha.submit(ONE, {"text": "Bonsoir"})
    assert content(app).text == "Bonsoir"


def test_the_later_of_two_is_told_and_keeps_what_they_typed(
    app: Flask, sacha: Browser, admin: Browser
) -> None:
    admin.submit(NEW, {"text": "A", "phone": "1"})
    sacha.get(ONE)
    admin.submit(ONE, {"text": "B"})
    sacha.send_again(ONE, {"text": "C"})
    assert sacha.page.status_code == 409
    assert "Someone else saved this draft meanwhile" in words(sacha.page.text)
    assert form_fields(sacha.page.text, ONE)["text"] == "C"
    sacha.send_again(ONE)
    assert sacha.page.status_code == 409
    sacha.send_again(ONE, {"as_new": "1"})
    assert sacha.page.headers["Location"] == "/campaigns/drafts/2"
    assert [content(app, one).text for one in (1, 2)] == ["B", "C"]


def test_it_is_kept_while_one_types(app: Flask, sacha: Browser, admin: Browser) -> None:
    sacha.submit(NEW, {"text": "Bon", "quiet_save": "1"})
    said = sacha.page.get_json()
    assert (said["version"], said["address"]) == (1, ONE)
    sacha.submit(ONE, {"text": "Bonjour", "quiet_save": "1"})
    assert sacha.page.get_json()["version"] == 2
    assert content(app).text == "Bonjour"
    sacha.get(ONE)
    admin.submit(ONE, {"text": "B"})
    sacha.send_again(ONE, {"text": "C", "quiet_save": "1"})
    assert sacha.page.status_code == 409
    assert "meanwhile" in sacha.page.get_json()["told"]
    assert content(app).text == "B"


def test_a_file_of_recipients_is_kept_and_taken_away(app: Flask, sacha: Browser) -> None:
    sacha.submit(NEW, {"text": "x"} | file("tel;prenom\n0612345678;Léa\n;Bob"))
    told = words(sacha.follow().text)
    assert "1 line of the file has no number in its first column" in told
    assert "“club.csv”: 1 recipient. Of each it says: prenom." in told
    sacha.send_again(ONE)
    assert content(app).csv.rows == (("0612345678", "Léa"),)
    sacha.submit(ONE, {"drop_csv": "1"})
    assert content(app).csv.rows == ()


def test_a_file_without_a_header_is_told(sacha: Browser) -> None:
    sacha.submit(NEW, {"text": "x"} | file("0612345678,Léa"))
    assert "so that the data are called column_2." in words(sacha.follow().text)


def test_a_file_that_cannot_be_read_is_told_beside_what_is_kept(app: Flask, sacha: Browser) -> None:
    sacha.submit(NEW, {"text": "x"} | file("tel,nom\n"))
    assert "There is no number in the first column" in words(sacha.page.text)
    assert form_fields(sacha.page.text, ONE)["text"] == "x"
    assert content(app).text == "x"


def test_a_saved_text_is_put_in(app: Flask, sacha: Browser) -> None:
    making.add_text(app, "Rappel", "À demain")
    sacha.submit(NEW, {"text": "Bonjour", "saved": "1", "insert": "1"})
    sacha.follow()
    assert (content(app).text, content(app).text_id) == ("Bonjour\nÀ demain", 1)


def test_a_hundred_thousand_numbers_with_mistakes_are_kept_and_told(
    app: Flask, sacha: Browser
) -> None:
    pasted = "\n".join(
        "06 12" if n % 1000 == 0 else f"+336{n:08}" for n in range(10_000_000, 10_100_000)
    )
    sacha.get(NEW)
    fields = form_fields(sacha.page.text, NEW) | {"text": "x", "recipients": pasted}
    boundary, body = encode_multipart(fields)
    kind = f'multipart/form-data; boundary="{boundary}"'
    answer = sacha.client.post(NEW, data=body, content_type=kind, headers=sacha.headers)
    assert answer.status_code == 303
    assert content(app).recipients.count("\n") == 99_999
    said = words(sacha.get(f"{ONE}?check=1").text.partition("<form class=")[0])
    assert "These are 100000 recipients; one sending takes at most 10000." in said


def test_what_is_wrong_is_told_beside_its_field(app: Flask, sacha: Browser) -> None:
    wrong = FILLED | {"groups": [], "exclude_groups": [], "at": "2001-01-01T10:00", "pace": "x"}
    sacha.submit(NEW, wrong | {"exclude": "Personne"})
    said = words(sacha.get(f"{ONE}?check=1").text)
    assert "“x” is not a number." in said
    sacha.submit(ONE, {"pace": "2"})
    said = words(sacha.get(f"{ONE}?check=1").text)
    assert "The time 2001-01-01 10:00 is past." in said
    assert "1 of the exclusions cannot be used." in said
    assert "Line 1: There is no contact named “Personne”." in said


def test_a_repetition_is_kept_and_its_dates_are_shown(app: Flask, sacha: Browser) -> None:
    weekly = {
        "when": "schedule",
        "repeat_kind": "week",
        "repeat_weekdays": ["1"],
        "repeat_at": "18:30",
        "repeat_starts": "2026-01-01",
    }
    sacha.submit(
        NEW, {"text": "x", "phone": "1", "recipients": "0612345678", "dates": "1"} | weekly
    )
    assert sacha.page.headers["Location"] == f"{ONE}#dates"
    shown = words(sacha.follow().text)
    assert shown.count(", 18:30") == 5
    kept = content(app)
    assert (kept.when, kept.repeat["weekdays"], kept.is_planned, kept.is_fixed) == (
        *("schedule", ["1"]),
        *(True, False),
    )
    sacha.submit(ONE, {"repeat_at": "25:00"})
    said = words(sacha.get(f"{ONE}?check=1").text.partition("<form class=")[0])
    assert said.endswith("It is not said at what time.")


def test_a_draft_is_copied_and_deleted(app: Flask, sacha: Browser) -> None:
    sacha.submit(NEW, {"text": "A"})
    sacha.submit(f"{ONE}/copy", on="/campaigns/drafts")
    assert sacha.page.headers["Location"] == "/campaigns/drafts/2"
    sacha.submit(f"{ONE}/remove")
    assert sacha.page.headers["Location"] == "/campaigns/drafts"
    assert drafts(app) == 1
    assert sacha.get(ONE).status_code == 404


def test_a_confirmed_draft_leads_to_what_it_became(app: Flask, sacha: Browser) -> None:
    sacha.submit(NEW, {"text": "A", "phone": "1"})
    sacha.get(ONE)
    campaign = making.draft(1)
    Browser.submit(sacha, "/write", campaign)
    with app.app_context(), writing() as session:
        session.execute(update(CampaignDraft).values(campaign_id=1))
    assert sacha.get(ONE).status_code == 302
