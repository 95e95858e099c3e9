"""The search page: what it shows, what it says to whom, and that nothing typed can break it."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from markupsafe import escape

from raspisms.messaging import search
from raspisms.messaging.full_text import Piece
from raspisms.web.excerpts import LONGEST, excerpt
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in

XSS = '"><script>alert(1)</script>'
ZOE = "+33698765432"


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


def found(browser: Browser, **asked: str) -> str:
    """The words of the page for what is asked."""
    return words(browser.get("/search", query_string=asked).text)


def hits(browser: Browser) -> list[str]:
    """The addresses of the messages that the page leads to."""
    return re.findall(r'href="(/conversations/\d+\?at=\d+#m\d+)"', browser.page.text)


def test_a_hit_is_marked_and_leads_to_its_place(app: Flask, admin: Browser, phone: int) -> None:
    making.add_contact(app, "Léa")
    making.came_in(app, phone, "Rendez-vous à l’école")
    making.went_out(app, phone, "D’accord", status="delivered")
    told = found(admin, q="ecole")
    assert "1 message." in told
    assert "Léa" in told
    assert "<mark>école</mark>" in admin.page.text
    assert hits(admin) == ["/conversations/1?at=1#m1"]
    assert "Rendez-vous" in words(admin.get("/conversations/1?at=1").text)
    assert "Delivered" in found(admin, q="accord")


def test_whatever_was_written_is_only_text(app: Flask, admin: Browser, phone: int) -> None:
    making.add_contact(app, XSS)
    making.came_in(app, phone, f"bonjour {XSS} \u202ered")
    for asked in ("bonjour", "script", XSS, "alert"):
        found(admin, q=asked, person=asked)
        found(admin, q=asked)
        assert "<script>alert" not in admin.page.text
    assert f"bonjour {escape(XSS)[:5]}" in re.sub("</?mark>", "", admin.page.text)


@pytest.mark.parametrize(
    "typed",
    ['"', "*", "NEAR(", "AND", "-", "^", "a:b", "body : x", "(", "'", "\\", "%", "_", "\x00",
     "👍", "\u202e", '""""', "« »", "' OR 1=1 --", "{}", "%s", "۱۲۳", "\ufffe"],
)  # fmt: skip
def test_nothing_that_is_typed_is_an_error(
    app: Flask, admin: Browser, phone: int, typed: str
) -> None:
    making.came_in(app, phone, "bonjour a b 👍")
    for asked in ({"q": typed}, {"q": f"bonjour {typed}"}, {"person": typed}, {"q": typed * 3}):
        assert admin.get("/search", query_string=asked).status_code == 200, asked
    shown = form_fields(admin.get("/search", query_string={"q": f"x{typed}x"}).text, "/search")
    assert shown["q"].replace("\ufffd", "\x00") == f"x{typed}x"


def test_five_thousand_characters_are_refused_in_words_and_kept(admin: Browser, phone: int) -> None:
    page = admin.get("/search", query_string={"q": "long " * 1000})
    assert page.status_code == 400
    assert "Type at most 30 words and 200 characters." in words(page.text)
    assert form_fields(page.text, "/search")["q"].startswith("long long")


def test_each_wrong_limit_is_told_beside_its_field(app: Flask, admin: Browser, phone: int) -> None:
    asked = {"since": "2026-13-01", "until": "x", "phone": "abc", "status": "x", "direction": "y"}
    page = admin.get("/search", query_string={"q": "bonjour", **asked})
    assert page.status_code == 400
    for name in asked:
        assert f'id="{name}-error"' in page.text, name
    assert form_fields(page.text, "/search")["until"] == "x"
    told = found(admin, since="2026-03-02", until="2026-03-01")
    assert "The last day is before the first." in told
    assert "There is no such phone" in found(admin, q="bonjour", phone="99")
    for day in ("0001-01-01", "9999-12-31", "20260101", "2026-W01-1"):
        assert admin.get(f"/search?since={day}&until={day}").status_code == 400


def test_a_day_is_one_of_the_reader_s_time_zone(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "bonjour")
    making.change_message(app, 1, sent_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    assert "1 message." in found(admin, q="bonjour", since="2026-04-01", until="2026-04-01")
    assert "Nothing was found" in found(admin, q="bonjour", until="2026-03-31")


def test_limits_stay_in_the_form_and_can_be_taken_away(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.add_phone(app, "Portable", "+33600000002")
    making.went_out(app, phone, "bonjour", status="failed")
    asked = {"person": "06 12", "phone": "1", "status": "failed", "direction": "out"}
    assert "1 message." in found(admin, q="bonjour", **asked)
    fields = form_fields(admin.page.text, "/search")
    assert {name: fields[name] for name in asked} == asked
    assert re.search(r"<details[^>]* open>", admin.page.text)
    assert 'href="/search?q=bonjour"' in admin.page.text


def test_pages_lead_on_with_all_that_was_asked(
    app: Flask, admin: Browser, phone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    for number in range(5):
        making.came_in(app, phone, f"bonjour {number}")
    found(admin, q="bonj", direction="in")
    seen = hits(admin)
    while older := re.search(r'href="([^"]*)" rel="next"', admin.page.text):
        admin.get(older[1].replace("&amp;", "&"))
        seen += hits(admin)
    assert [place.rpartition("m")[2] for place in seen] == ["5", "4", "3", "2", "1"]
    assert 'rel="prev"' in admin.page.text


def test_more_than_can_be_looked_through_at_once_is_said(
    app: Flask, admin: Browser, phone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 1)
    making.went_out(app, phone, "bonjour", status="failed")
    making.came_in(app, phone, "bonjour")
    assert "You can look further." in found(admin, q="bonjour", status="failed")
    assert 'rel="next"' in admin.page.text


def test_people_stand_above_the_messages(app: Flask, admin: Browser, phone: int) -> None:
    known = making.add_contact(app, "Léa Martin")
    making.came_in(app, phone, "Salut")
    making.came_in(app, phone, "Votre colis", "Poste")
    told = found(admin, q="lea")
    assert "Léa Martin" in told
    assert "1 person. " in told
    assert "No message has all these words." in told
    for address in ("/conversations/1#newest", "/write?to=%2B33612345678", f'/contacts/{known}"'):
        assert address in admin.page.text
    found(admin, q="poste")
    assert "/conversations/2#newest" in admin.page.text
    assert "/write?to=Poste" not in admin.page.text


def test_only_what_one_may_see_is_found_and_counted(app: Flask, admin: Browser) -> None:
    sacha = account(app, "Sacha")
    shared, other = making.add_phone(app, members=[sacha]), making.add_phone(app, "B", ZOE)
    making.came_in(app, shared, "bonjour Sacha")
    making.came_in(app, other, "bonjour Camille", ZOE)
    browser = logged_in(app, sacha)
    told = found(browser, q="bonjour")
    assert "1 message." in told
    assert "Camille" not in told
    assert "2 messages." in found(admin, q="bonjour")
    assert "There is no such phone" in found(browser, q="bonjour", phone=str(other))
    assert "Only the conversations of your phones" in found(browser, q="Camille")
    assert "/conversations/2" not in (found(browser, q="06 98") and browser.page.text)


def test_a_deleted_message_is_not_found(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "bonjour secret")
    making.change_message(app, 1, body="", deleted_at=datetime.now(UTC))
    assert "Nothing was found" in found(admin, q="secret")
    assert hits(admin) == []


def test_an_empty_search_says_what_can_be_found(admin: Browser) -> None:
    told = words(admin.get("/search").text)
    assert "Find any message, person or number" in told
    assert admin.get("/search?q=%22").status_code == 200


def test_a_script_gets_the_results_alone(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "bonjour")
    part = admin.client.get("/search?q=bonj", headers={"RaspiSMS-Results": "1"})
    assert "<mark>bonjour</mark>" in part.text
    assert "<html" not in part.text
    assert part.headers["Vary"].find("RaspiSMS-Results") >= 0


def test_the_search_is_reached_from_the_conversations(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "bonjour")
    fields = form_fields(admin.get("/conversations").text, "/search")
    assert fields == {"q": ""}


def test_a_message_to_come_tells_when(app: Flask, admin: Browser, phone: int) -> None:
    at = making.in_days(30)
    making.went_out(app, phone, "bonjour", status="pending", due_at=at)
    found(admin, q="bonjour")
    assert f'datetime="{at:%Y-%m-%dT%H:%M:}' in admin.page.text


def test_a_long_text_is_cut_around_what_was_found() -> None:
    text = "mot " * 300
    pieces = [Piece(text, False), Piece("ici", True), Piece(f" {text}", False)]
    shown = excerpt(pieces)
    assert [piece.text for piece in shown if piece.found] == ["ici"]
    assert len("".join(piece.text for piece in shown)) <= LONGEST + 2
    assert shown[0].text == shown[-1].text == "…"
    assert shown[1].text.startswith("mot ")
    assert excerpt([Piece("court", True)]) == [Piece("court", True)]
    assert (
        "".join(piece.text for piece in excerpt([Piece("x" * 999, False)])) == "x" * LONGEST + "…"
    )
