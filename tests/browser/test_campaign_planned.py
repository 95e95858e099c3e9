"""Campaigns that go again and again, at a small screen, in French: each week, and on birthdays."""

import re

from playwright.sync_api import expect
from sqlalchemy import select

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import contacts, groups
from raspisms.models import Plan
from tests.browser.home import Home
from tests.browser.visitor import Visitor

SINGERS = ("+33639980720", "+33639980721")
ADA, LUC, EVE = (f"+3363998072{n}" for n in range(2, 5))
#: A day of the year after, so that nothing leaves while it is looked at.
FIRST_DAY = f"{clock.now().year + 1}-03-09"


def test_each_week(home: Home, camille: Visitor) -> None:
    group_id = put_group(home, "Chorale", {one: {} for one in SINGERS})
    page = camille.page
    camille.open(f"/campaigns/new?group={group_id}&phone=1")
    camille.fill("Nom (facultatif)", "Rappel de la chorale")
    camille.fill("Texte", "Répétition à 20 h, à mardi !")
    repeat(camille)
    expect(page.locator("#repeat_kind")).to_have_value("week")
    page.locator("[name=repeat_weekdays][value='1']").check()
    page.locator("#repeat_at").fill("18:30")
    page.locator("#repeat_starts").fill(FIRST_DAY)
    camille.press("Montrer les dates")
    expect(page.locator("#dates")).to_contain_text("Chaque semaine le mardi à 18:30")
    expect(page.locator("#dates li")).to_have_count(5)
    camille.look_by_axe("the dates of a repetition")

    look_and_plan(camille, 2)
    expect(page.locator("h1")).to_have_text("Rappel de la chorale")
    expect(page.locator("[aria-labelledby=next]")).to_contain_text("18:30")
    camille.look_by_axe("a plan")
    camille.press("Mettre en pause")
    camille.press("Reprendre")
    expect(page.get_by_role("button", name="Mettre en pause", exact=True)).to_be_visible()
    page.wait_for_load_state()  # before its scripts are there, the link leads to a page
    camille.follow("Mettre fin…")
    page.locator("dialog").get_by_role("button", name="Mettre fin à la planification").click()
    expect(page.locator("h1 + .badge")).to_have_text("Arrêtée")


def test_on_birthdays(home: Home, camille: Visitor) -> None:
    born = {ADA: "1990-03-09", LUC: "09/03/1985", EVE: "1990-03-10"}
    people = {number: {"naissance": day} for number, day in born.items()}
    group_id = put_group(home, "Amis", people)
    page = camille.page
    camille.open(f"/campaigns/new?group={group_id}&phone=1")
    camille.fill("Nom (facultatif)", "Bon anniversaire")
    camille.fill("Texte", "Joyeux anniversaire !")
    repeat(camille)
    page.locator("#repeat_kind").select_option("birthdays")
    camille.fill("Donnée des contacts qui contient l’anniversaire", "naissance")
    page.locator("#repeat_at").fill("09:00")
    page.locator("#repeat_starts").fill(FIRST_DAY)
    look_and_plan(camille, 3)
    expect(page.locator("h1")).to_have_text("Bon anniversaire")
    expect(page.get_by_role("main")).to_contain_text("À chaque anniversaire selon « naissance »")
    expect(page.locator(".facts").first).to_contain_text("2 personnes")
    kinds = (plan.schedule["kind"] for plan in plans(home) if plan.name == "Bon anniversaire")
    assert list(kinds) == ["birthdays"]


def repeat(camille: Visitor) -> None:
    page = camille.page
    page.locator("input[value=schedule]").check()
    expect(page.locator("[data-when=schedule]")).to_have_attribute("open", "")


def look_and_plan(camille: Visitor, count: int) -> None:
    page = camille.page
    camille.press("Voir qui le reçoit")
    page.wait_for_url("**/review")
    confirm = page.locator("form[action$='/confirm'] button.primary")
    expect(confirm).to_have_text(re.compile(rf"\b{count}\b"))
    confirm.click()
    page.wait_for_url(re.compile(r"/campaigns/plans/\d+$"))


def put_group(home: Home, name: str, people: dict[str, dict[str, str]]) -> int:
    """A group of people, by their numbers, with what is known of each."""
    engine = home.app.extensions["raspisms"]
    with home.app.app_context():
        added = [contacts.add(engine, f"{name} {one}", one, data) for one, data in people.items()]
        group = groups.add(None, name)
        groups.add_contacts(group.id, [contact.id for contact in added])
        return group.id


def plans(home: Home) -> list[Plan]:
    with home.app.app_context():
        found = list(db.session.scalars(select(Plan)))
        db.session.expunge_all()
        return found
