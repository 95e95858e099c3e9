"""The journal: what was done is told, to administrators, in their language, without secrets."""

from datetime import timedelta

import pytest
from flask import Flask

from raspisms import clock
from raspisms.errors import Conflict
from raspisms.extensions import db
from raspisms.messaging import journal, members
from raspisms.messaging.transactions import writing
from raspisms.models import JournalEntry
from raspisms.web import journal_words
from tests.web import making
from tests.web.browser import FRENCH, Browser, words
from tests.web.conftest import PASSWORD, account

JOURNAL = "/settings/journal"


def entries(app: Flask) -> list[JournalEntry]:
    with app.app_context():
        found = journal.page().entries
        db.session.expunge_all()
        return found


def told(browser: Browser) -> str:
    return words(browser.get(JOURNAL).text)


def test_what_is_done_to_phones_is_told_without_their_secrets(app: Flask, admin: Browser) -> None:
    sacha = account(app, "Sacha")
    phone = {"name": "Maison", "adapter": "test_adapter", "number": "0612345678"}
    admin.submit("/phones/new", {**phone, "members": [str(sacha)]})
    assert "Camille added the phone “Maison”. Given to: Sacha." in told(admin)
    changed = {"name": "Salon", "number": "0612345679", "members": []}
    admin.submit("/phones/1", changed)
    page = told(admin)
    assert "Camille changed the phone “Salon”." in page
    assert "Changed: Name, Phone number." in page
    assert "Taken from: Sacha." in page
    admin.submit("/phones/1/pause", on="/phones/1")
    assert "Camille paused the phone “Salon”." in told(admin)
    admin.submit("/phones/1/remove")
    assert "Camille removed the phone “Salon”." in told(admin)
    assert "+3361234567" not in str([one.details for one in entries(app)])


def test_saving_what_is_there_already_is_no_act(app: Flask, admin: Browser) -> None:
    phone = making.add_phone(app)
    before = len(entries(app))
    admin.submit(f"/phones/{phone}")
    admin.submit("/settings/members/1")
    assert admin.page.status_code == 303
    assert len(entries(app)) == before


def test_what_is_done_to_members_is_told(app: Flask, admin: Browser, client: Browser) -> None:
    home, sacha = making.add_phone(app), account(app, "Sacha")
    member = f"/settings/members/{sacha}"
    admin.submit("/settings/members/invite", {"name": "Léo", "role": "admin"})
    assert "Camille made an invitation for “Léo”. As an administrator." in told(admin)
    admin.submit(member, {"name": "Sacha P.", "phones": [str(home)]})
    page = told(admin)
    assert (
        "Camille changed the account “Sacha”. Phones given: Maison. New name: “Sacha P.”." in page
    )
    admin.submit(f"{member}/reset", on=member)
    admin.submit(f"{member}/disable")
    admin.submit(f"{member}/enable", on=member)
    page = told(admin)
    assert "Camille made a link for a new password of “Sacha P.”." in page
    assert "Camille disabled the account “Sacha P.”." in page
    assert "Camille enabled the account “Sacha P.” again." in page
    assert PASSWORD not in str([(one.subject, one.details) for one in entries(app)])


def test_what_is_done_on_the_machine_itself_is_told_as_such(app: Flask, admin: Browser) -> None:
    account(app, "Sacha")
    assert "The command line made the account “Sacha”." in told(admin)


def test_an_act_that_fails_leaves_no_entry(app: Flask) -> None:
    account(app, "Sacha")
    before = len(entries(app))
    with app.app_context(), pytest.raises(Conflict):
        members.create("Sacha", PASSWORD)
    assert len(entries(app)) == before


def test_names_stay_as_they_were_and_entries_outlive_what_they_tell_of(
    app: Flask, admin: Browser
) -> None:
    admin.submit("/settings/members/invite", {"name": "Léo"})
    admin.submit("/account", {"name": "Dominique"})
    assert "Camille made an invitation for “Léo”." in told(admin)


def test_markup_in_names_is_text(app: Flask, admin: Browser) -> None:
    account(app, "<b>Eve</b>")
    assert "<b>Eve</b>" not in admin.get(JOURNAL).text
    assert "“&lt;b&gt;Eve&lt;/b&gt;”" in admin.page.text


def test_it_is_read_page_by_page(app: Flask, admin: Browser) -> None:
    with app.app_context(), writing() as session:
        for number in range(journal.PAGE + 5):
            journal.note(session, None, "phone.paused", f"Nr {number:03}")
    page = told(admin)
    assert "Nr 054" in page
    assert "Nr 004" not in page
    older = admin.page.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    page = words(admin.get(older).text)
    assert "Nr 004" in page
    assert "Nr 054" not in page
    assert "There are no older entries." in words(admin.get(f"{JOURNAL}?before=1").text)
    for odd in ("x", "-1", "9" * 40):
        assert admin.get(f"{JOURNAL}?before={odd}").status_code == 200


def test_old_entries_are_forgotten(app: Flask, admin: Browser) -> None:
    account(app, "Sacha")
    with app.app_context(), writing() as session:
        first = session.get_one(JournalEntry, 1)
        first.at = clock.now() - journal.KEPT - timedelta(days=1)
    kept = len(entries(app)) - 1
    with app.app_context():
        journal.forget_old(clock.now())
    assert len(entries(app)) == kept


@pytest.mark.parametrize("name", ["password", "app_secret", "callback_token", "consumer_key"])
def test_what_looks_like_a_secret_is_refused(app: Flask, name: str) -> None:
    with app.app_context(), pytest.raises(ValueError, match="no secrets"), writing() as session:
        journal.note(session, None, "phone.changed", "Maison", **{name: "x"})


def test_values_are_bounded(app: Flask) -> None:
    with app.app_context(), writing() as session:
        journal.note(
            session, None, "phone.changed", "x" * 999, given=["y" * 999] * 999, after="z" * 999
        )
    entry = entries(app)[0]
    assert len(entry.subject) == journal.LONGEST_SUBJECT
    assert len(entry.details["given"]) == journal.MOST_VALUES
    assert {len(one) for one in entry.details["given"]} == {journal.LONGEST_VALUE}
    assert len(entry.details["after"]) == journal.LONGEST_VALUE


def test_every_act_has_a_sentence_in_each_language(app: Flask, admin: Browser) -> None:
    with app.app_context(), writing() as session:
        for action in journal.SENTENCES:
            journal.note(session, None, action, "Rose", before="1", after="2", changed=["name"])
    for headers in ({}, FRENCH):
        admin.headers.update(headers)
        page = admin.get(JOURNAL)
        assert page.status_code == 200
        assert "%(" not in page.text
    with app.app_context(), pytest.raises(ValueError, match="no sentence"), writing() as session:
        journal.note(session, None, "phone.painted", "Maison")


def test_an_act_of_a_later_version_is_told_as_it_stands() -> None:
    entry = JournalEntry(actor="Léo", action="phone.painted", subject="Maison", details={})
    assert str(journal_words.sentence(entry)) == "Léo: phone.painted, Maison"
