"""The pages that tell what became of a campaign."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from raspisms import clock
from raspisms.messaging.transactions import writing
from raspisms.models import Message
from tests.web import making
from tests.web.browser import Browser, words
from tests.web.conftest import account, logged_in

ANA, BOB, LEA = "+33639981111", "+33639982222", "+33639983333"
ONE = "/campaigns/1"


@pytest.fixture
def sacha(app: Flask) -> Browser:
    """A member with a phone, and a campaign to three of whom one failed."""
    member_id = account(app, "Sacha")
    making.add_phone(app, members=[member_id])
    making.add_contact(app, "=1+1", ANA)
    making.add_campaign(app, 1, "Bonjour", ANA, BOB, LEA, name="Fête")
    change(app, ANA, status="failed", reason="absent", reason_detail="=cmd()")
    return logged_in(app, member_id)


def change(app: Flask, peer: str, **values: object) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Message).where(Message.peer == peer).values(values))


def test_the_report_says_how_many_and_why(sacha: Browser) -> None:
    page = sacha.get(ONE).text
    assert "1 of 3 are done with" in words(page)
    assert "The recipient's phone is off or out of reach." in words(page)
    assert re.search(r'<svg[^>]* role="img" aria-label="Waiting 2, Failed 1"', page)
    assert "style=" not in page


def test_an_open_page_is_kept_up_to_date(app: Flask, sacha: Browser) -> None:
    page = sacha.get(ONE).text
    (live,) = re.findall(r'data-live="([^"]+)"', page)
    (state,) = re.findall(r'data-part="watch" data-state="([^"]+)"', page)
    live = live.replace("&amp;", "&")
    assert f'data-state="{state}"' in sacha.get(live).text
    change(app, BOB, status="delivered")
    fresh = sacha.get(live).text
    assert "2 of 3 are done with" in fresh
    assert f'data-state="{state}"' not in fresh


def test_a_phone_that_is_paused_is_told_while_something_waits_for_it(
    app: Flask, sacha: Browser
) -> None:
    assert "The next leaves:" in words(sacha.get(ONE).text)
    making.change_phone(app, 1, paused=True)
    told = words(sacha.get(ONE).text)
    assert "The phone “Maison” is paused" in told
    assert "The next leaves:" not in told
    for peer in (BOB, LEA):
        change(app, peer, status="delivered")
    assert "is paused" not in words(sacha.get(ONE).text)


def test_people_are_filtered_by_what_the_report_links_to(sacha: Browser) -> None:
    links = re.findall(rf'href="({ONE}/people\?[^"]+)"', sacha.get(ONE).text)
    found = [sacha.get(link.replace("&amp;", "&")).text.count("<bdi") for link in links]
    assert len(links) == 2
    assert found[0] > found[1]
    assert "There are no more people." in words(sacha.get(f"{ONE}/people?search=zzz").text)


def test_the_file_has_each_person_and_no_formula(app: Flask, sacha: Browser) -> None:
    change(app, ANA, final_at=datetime(2026, 7, 1, 12, tzinfo=UTC))
    sacha.get(f"{ONE}/file")
    rows = list(csv.reader(io.StringIO(sacha.page.data.decode("utf-8-sig"))))
    assert [row[2] for row in rows] == ["State", "Failed", "Waiting", "Waiting"]
    assert rows[1][1] == "'=1+1"
    assert rows[1][4] == "'=cmd()"
    assert rows[1][7] == "2026-07-01 14:00:00"  # on the reader's clock
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_statistics_have_a_table_beside_the_chart(app: Flask, sacha: Browser) -> None:
    for peer in (ANA, BOB, LEA):
        change(app, peer, due_at=clock.now())
    making.came_in(app, 1, "Oui", BOB)
    page = sacha.get("/campaigns/statistics?period=week").text
    assert page.count('role="img"') == 2
    assert "1 message came in." in words(page)
    assert "3 messages of your phones, by the day" in words(page)
    assert "Messages by time and state" in words(page)
    assert "Fête" in words(page)
    page = sacha.get("/campaigns/statistics?period=year").text
    assert page.count("<rect") == 3
    assert "3 messages of your phones, by the month" in words(page)
    assert "There is no campaign with this tag." in words(
        sacha.get("/campaigns/statistics?tag=zzz").text
    )
