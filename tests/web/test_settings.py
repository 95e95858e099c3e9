"""The settings pages: what they lead to, and what is chosen there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging.transactions import writing
from raspisms.models import HouseholdSetting, JournalEntry
from tests.application import make_app
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import SETTINGS, account, logged_in

PAGE = "/settings/household"


def in_force(app: Flask, name: str) -> object:
    return getattr(app.extensions["raspisms"].config, name)


def test_each_finds_there_what_they_may_open(admin: Browser, member: Browser) -> None:
    theirs = words(member.get("/settings").text)
    ours = words(admin.get("/settings").text)
    for title in ("Account", "Notices", "Log out"):
        assert title in theirs
        assert title in ours
    for title in ("Household", "Members", "Phones", "Backups", "Journal", "First steps", "Style"):
        assert f" {title} " in ours
        assert f"{title} " not in theirs.partition("Settings")[2]


def test_what_is_chosen_holds_with_the_next_page(app: Flask, admin: Browser) -> None:
    making.came_in(app, making.add_phone(app), "Bonjour")
    assert admin.submit(PAGE, {"household_name": " Famille  <b>Léa</b> ", "country": "RE"})
    shown = admin.follow().text
    assert "The settings are saved" in shown
    assert form_fields(shown, PAGE)["household_name"] == "Famille <b>Léa</b>"
    assert "Household – Famille &lt;b&gt;Léa&lt;/b&gt;</title>" in shown
    assert in_force(app, "country") == "RE"


def test_the_name_of_the_household_is_no_strangers_business(app: Flask, admin: Browser) -> None:
    admin.submit(PAGE, {"household_name": "Famille Martin"})
    assert "Martin" not in Browser(app).get("/login").text
    assert "Martin" in admin.get("/conversations").text


def test_the_language_of_the_household_is_that_of_the_answer(admin: Browser) -> None:
    admin.submit(PAGE, {"language": "fr"})
    assert '<html lang="fr">' in admin.follow().text


def test_times_are_shown_in_the_zone_chosen(app: Flask, admin: Browser) -> None:
    making.came_in(app, making.add_phone(app), "Bonjour")
    admin.submit(PAGE, {"timezone": "Pacific/Kiritimati"})
    assert "+14" in admin.get("/conversations").text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"hold_after_hours": "soon"}, "hold_after_hours", "a number above 0 and at most 720"),
        ({"hold_after_hours": "0"}, "hold_after_hours", "a number above 0 and at most 720"),
        ({"quiet_start_minutes": "-1"}, "quiet_start_minutes", "a whole number from 0 to 1440"),
        ({"ovh_calls_per_minute": "1e3"}, "ovh_calls_per_minute", "a whole number from 1 to 6000"),
        ({"household_name": "x" * 61}, "household_name", "a name of at most 60 characters"),
        ({"household_name": "evil\u202emoc"}, "household_name", "none of them invisible"),
        ({"country": "Narnia"}, "country", "the two letters of a country"),
        ({"timezone": "../etc/passwd"}, "timezone", "the name of a time zone"),
        ({"language": "de"}, "language", "en or fr"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field_and_nothing_is_lost(
    app: Flask, admin: Browser, typed: dict[str, str], field: str, said: str
) -> None:
    before = app.extensions["raspisms"].config
    admin.submit(PAGE, {"household_name": "Chez nous", **typed})
    assert admin.page.status_code == 400
    page = admin.page.text
    assert f'id="{field}-error"' in page
    assert page.count('-error"><svg') == 1
    assert said in words(page)
    if field not in ("country", "timezone", "language"):  # a list offers only what can be used
        assert form_fields(page, PAGE)[field] == typed[field]
    if field != "household_name":
        assert form_fields(page, PAGE)["household_name"] == "Chez nous"
    assert app.extensions["raspisms"].config == before


def test_hours_may_be_written_with_a_comma_and_an_empty_field_is_the_default(
    app: Flask, admin: Browser
) -> None:
    admin.submit(PAGE, {"hold_after_hours": "1,5", "ovh_calls_per_minute": "30"})
    assert (in_force(app, "hold_after_hours"), in_force(app, "ovh_calls_per_minute")) == (1.5, 30)
    admin.submit(PAGE, {"hold_after_hours": "", "ovh_calls_per_minute": " "})
    assert (in_force(app, "hold_after_hours"), in_force(app, "ovh_calls_per_minute")) == (6, 60)


def test_the_words_of_stop_are_chosen_and_told_in_the_journal(app: Flask, admin: Browser) -> None:
    admin.submit(PAGE, {"stop_words": " Basta ,, plus rien ", "stop_confirmation": "Entendu."})
    admin.follow()
    shown = form_fields(admin.page.text, PAGE)
    assert (shown["stop_words"], shown["stop_confirmation"]) == ("Basta, plus rien", "Entendu.")
    assert in_force(app, "stop_words") == ("Basta", "plus rien")
    assert "Now: Basta, plus rien." in words(admin.get("/settings/journal").text)
    admin.submit(PAGE, {"stop_words": "12, 34", "stop_confirmation": "x" * 301})
    told = words(admin.page.text)
    assert "up to 40 words of at most 30 characters" in told
    assert "a text of at most 300 characters" in told
    admin.submit(PAGE, {"stop_words": ""})
    assert "STOP" in in_force(app, "stop_words")


def test_in_two_tabs_the_second_is_told_and_both_are_shown(app: Flask, admin: Browser) -> None:
    other = logged_in(app, account(app, "Dominique", is_admin=True))
    other.get(PAGE)
    admin.submit(PAGE, {"country": "BE", "hold_after_hours": "2"})
    other.send_again(PAGE, {"country": "CH", "household_name": "Chez nous"})
    assert other.page.status_code == 409
    said = words(other.page.text)
    assert "Somebody else changed these settings while you had them open." in said
    assert "Saved meanwhile: Belgium" in said
    assert "Saved meanwhile: 2" in said
    kept = form_fields(other.page.text, PAGE)
    assert (kept["country"], kept["household_name"]) == ("CH", "Chez nous")
    assert in_force(app, "country") == "BE"
    other.send_again(PAGE)
    assert other.page.status_code == 303
    assert (in_force(app, "country"), in_force(app, "hold_after_hours")) == ("CH", 6)


def test_saving_what_is_already_so_says_so_and_notes_nothing(app: Flask, admin: Browser) -> None:
    admin.submit(PAGE)
    assert "Nothing was changed." in admin.follow().text
    with app.app_context():
        about = select(JournalEntry).where(JournalEntry.action == "setting.changed")
        assert db.session.scalars(about).all() == []


@pytest.fixture
def fixed(tmp_path: Path) -> Iterator[Flask]:
    place = tmp_path / "fixed"
    place.mkdir()
    (place / "raspisms.cfg").write_text("# ours\nTIMEZONE = Indian/Reunion\n")
    app = make_app(place, **SETTINGS, RASPISMS_COUNTRY="RE")
    yield app
    with app.app_context():
        db.engine.dispose()


def test_what_is_given_elsewhere_is_shown_with_its_place_and_how_to_free_it(fixed: Flask) -> None:
    admin = logged_in(fixed, account(fixed, "Camille", is_admin=True))
    page = admin.get(PAGE)
    said = words(page.text)
    cfg = Path(fixed.instance_path) / "raspisms.cfg"
    assert f"Set by {cfg}, line 2. To change it here, remove RASPISMS_TIMEZONE there" in said
    assert "Réunion Set by the program's own arguments." in said
    assert {"country", "timezone"}.isdisjoint(form_fields(page.text, PAGE))
    admin.submit(PAGE, {"household_name": "Chez nous"})
    assert in_force(fixed, "household_name") == "Chez nous"
    admin.submit(PAGE, {"timezone": "Europe/Paris"})
    assert admin.page.status_code == 400
    assert "It is set elsewhere now" in words(admin.page.text)
    assert "RASPISMS_SECRET_KEY" not in admin.page.text


def test_a_stored_value_that_cannot_be_used_is_told(app: Flask, admin: Browser) -> None:
    with app.app_context(), writing() as session:
        row = HouseholdSetting(name="RASPISMS_COUNTRY", value="Narnia", changed_at=clock.now())
        session.add(row)
    assert "is “Narnia”, which cannot be used. The default holds." in words(admin.get(PAGE).text)


def test_while_nothing_is_sent_after_a_start_every_page_says_so(
    app: Flask, member: Browser
) -> None:
    admin = logged_in(app, account(app, "Camille", is_admin=True))
    app.extensions["raspisms"].quiet_start.begin(30)
    for browser in (admin, member):
        assert "Nothing is sent yet" in words(browser.get("/account").text)
    assert "/settings/quiet-start/end" not in member.page.text
    admin.submit("/settings/quiet-start/end", on="/contacts?search=x")
    assert admin.page.headers["Location"] == "/contacts?search=x"
    assert "What waits is sent now." in admin.follow().text
    assert "Nothing is sent yet" not in admin.page.text


def test_a_page_that_needs_no_database_is_shown_where_it_cannot_be_read(
    app: Flask, admin: Browser
) -> None:
    with app.app_context():
        db.engine.dispose()
    for end in ("", "-wal", "-shm"):
        path = Path(app.instance_path) / f"raspisms.sqlite3{end}"
        if path.exists():
            path.write_bytes(b"no database" * 1000)
    assert Browser(app).get("/nothing").status_code == 404
    assert admin.get("/settings").status_code == 503
    assert "The database file is damaged." in words(admin.page.text)
