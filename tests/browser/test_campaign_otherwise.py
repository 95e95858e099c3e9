"""A campaign without JavaScript, each step of which is a page, and one by the keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.test_keyboard import enter, type_into
from tests.browser.visitor import Visitor
from tests.web import making

TO = "06 39 98 07 41, 06 39 98 07 42"
PHONE = "Quai de la gare"
REPORT = re.compile(r"/campaigns/\d+$")
PAUSED = "Cette campagne est en pause"


@pytest.fixture(scope="module", autouse=True)
def phone(home: Home) -> None:
    """One that is paused, so that what is written waits."""
    making.change_phone(home.app, making.add_phone(home.app, PHONE, "+33639980740"), paused=True)


def test_without_javascript(visit: Visit, home: Home, cookies: Any) -> None:
    visitor = visit(home.url, javascript=False, storage_state=cookies)
    page = visitor.page
    visitor.open("/campaigns")
    visitor.follow("Nouvelle campagne")
    visitor.fill("Destinataire", TO)
    visitor.fill("Texte", "Sans JavaScript : le train de 8 h part à 8 h 10")
    choice = page.locator("#phone option").filter(has_text=PHONE).get_attribute("value")
    page.locator("#phone").select_option(choice)
    look_for_birthdays(visitor)

    visitor.press("Voir qui le reçoit")
    visitor.follow("Voir qui le reçoit, ou exclure quelqu’un")
    visitor.press("Exclure 06 39 98 07 42")
    expect(page.locator("#who")).to_have_text("L’envoi va à 1 personne")
    visitor.press("Envoyer à 1 personne")
    expect(page).to_have_url(REPORT)
    visitor.press("Mettre en pause")
    expect(page.locator("#standing")).to_contain_text(PAUSED)
    visitor.press("Reprendre")
    expect(page.locator("#standing")).not_to_contain_text(PAUSED)
    visitor.follow("Annuler…")
    visitor.press("Annuler la campagne")
    expect(page.locator("#standing progress")).to_contain_text("1 sur 1")


def look_for_birthdays(visitor: Visitor) -> None:
    """The fields of another kind of repetition are there once its dates are asked for."""
    page = visitor.page
    page.locator("[data-when=schedule] > summary").click()
    page.locator("#repeat_kind").select_option("birthdays")
    page.locator("input[value=schedule]").check()
    visitor.press("Montrer les dates")
    expect(page.locator("#repeat_key")).to_be_visible()
    page.locator("input[value=now]").check()


def test_by_the_keyboard_alone(camille: Visitor) -> None:
    page = camille.page
    camille.open("/campaigns/new")
    type_into(camille, "Destinataire", TO)
    type_into(camille, "Texte", "Au clavier : le train de 9 h est complet")
    type_into(camille, "Téléphone", PHONE)
    enter(camille, "Voir qui le reçoit")
    page.wait_for_url("**/review")
    enter(camille, "Envoyer à 2 personnes")
    expect(page).to_have_url(REPORT)
    enter(camille, "Mettre en pause")
    expect(page.locator("#standing")).to_contain_text(PAUSED)
    enter(camille, "Reprendre")
    expect(page.locator("#standing")).not_to_contain_text(PAUSED)
    enter(camille, "Annuler…")
    page.wait_for_url("**/cancel")
    enter(camille, "Annuler la campagne")
    expect(page.locator("#standing progress")).to_contain_text("2 sur 2")
