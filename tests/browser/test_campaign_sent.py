"""A campaign to a smart group, at a small screen, in French: from its first word to its report."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from raspisms.messaging import contacts, opt_outs
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.web import making

MAE, NOAH, LINA, PAUL = (f"+3363998071{n}" for n in range(4))
NAMES = ("Maé Voile", "Noah Voile", "Lina Voile", "Paul Voile (STOP)")
GROUP = "Équipage du mercredi"
TEXT = "Bonjour {{ contact.surnom }}, l’entraînement est déplacé à 18 h 30"


@dataclass(frozen=True)
class Club:
    """A smart group of four, one of whom said STOP, and a phone that is paused."""

    group_id: int
    phone_id: int


def test_from_its_first_word_to_its_report(home: Home, camille: Visitor) -> None:
    club = put_club(home)
    write(camille, club)
    review(camille)
    exclude(camille)
    confirm(camille)
    pause_and_resume(home, camille, club)
    read_the_report(camille)
    bodies = {one.peer: one.body for one in making.messages(home.app) if one.peer in (MAE, NOAH)}
    start, end = "Bonjour ", ", l’entraînement est déplacé à 18 h 30"
    assert bodies == {MAE: f"{start}Mémé{end}", NOAH: f"{start}Nono{end}"}
    assert not [one for one in making.messages(home.app) if one.peer == LINA]


def write(camille: Visitor, club: Club) -> None:
    page = camille.page
    camille.open("/campaigns")
    camille.follow("Nouvelle campagne")
    page.wait_for_url("**/campaigns/new")
    camille.fill("Nom (facultatif)", "Entraînement déplacé")
    page.locator("details:has(#groups) > summary").click()
    page.locator(f"[name=groups][value='{club.group_id}']").check()
    camille.fill("Texte", TEXT)
    page.locator("#phone").select_option(str(club.phone_id))
    camille.press("Voir qui le reçoit")
    page.wait_for_url("**/review")


def review(camille: Visitor) -> None:
    page = camille.page
    expect(page.locator("#who")).to_have_text("L’envoi va à 3 personnes")
    expect(page.locator("#warnings")).to_contain_text("’ (écrivez ')")
    expect(page.locator(".bubble").first).to_have_text(re.compile("^Bonjour (Mémé|Nono|Lili), "))
    left_out = page.locator("[aria-labelledby='left-out'] details")
    left_out.locator("summary").click()
    expect(left_out).to_contain_text("Paul Voile (STOP)")
    camille.look_by_axe("who is left out is shown")


def exclude(camille: Visitor) -> None:
    page = camille.page
    camille.follow("Voir qui le reçoit, ou exclure quelqu’un")
    page.wait_for_url("**/people")
    expect(page.locator(".people .name")).to_have_count(3)
    camille.press("Exclure Lina Voile")
    page.wait_for_url("**/review")
    expect(page.locator("#who")).to_have_text("L’envoi va à 2 personnes")


def confirm(camille: Visitor) -> None:
    page = camille.page
    camille.press("Envoyer à 2 personnes")
    page.wait_for_url(re.compile(r"/campaigns/\d+$"))
    expect(page.locator("h1")).to_have_text("Entraînement déplacé")
    expect(counted(camille, "En attente")).to_have_text("2 En attente")
    expect(page.locator("#standing")).to_contain_text("Le téléphone « Club de voile » est en pause")


def pause_and_resume(home: Home, camille: Visitor, club: Club) -> None:
    page = camille.page
    camille.press("Mettre en pause")
    expect(page.locator("#standing")).to_contain_text("Cette campagne est en pause")
    camille.look_by_axe("a paused campaign")
    making.change_phone(home.app, club.phone_id, paused=False)
    camille.press("Reprendre")
    expect(page.locator("#standing")).not_to_contain_text("Cette campagne est en pause")


def read_the_report(camille: Visitor) -> None:
    """News come by themselves; then who got it."""
    page = camille.page
    expect(counted(camille, "Livré")).to_have_text("2 Livré")
    expect(counted(camille, "Non envoyé")).to_have_text("1 Non envoyé")
    expect(page.locator("#standing progress")).to_contain_text("3 sur 3")
    camille.look_by_axe("the report of a campaign")
    camille.follow("Chaque personne")
    page.wait_for_url("**/people")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody")).to_contain_text("Maé Voile")
    expect(page.locator("tbody")).not_to_contain_text("Lina Voile")


def counted(camille: Visitor, state: str) -> Locator:
    """How many are in a state, as the report tells it."""
    return camille.page.locator("#standing tr").filter(has_text=state).locator("a")


def put_club(home: Home) -> Club:
    engine = home.app.extensions["raspisms"]
    people = zip(NAMES, (MAE, NOAH, LINA, PAUL), ("Mémé", "Nono", "Lili", "Paulo"), strict=True)
    with home.app.app_context():
        for name, number, nickname in people:
            contacts.add(engine, name, number, {"surnom": nickname, "equipage": "mercredi"})
        opt_outs.add(engine, None, PAUL, "STOP")
    phone_id = making.add_phone(home.app, "Club de voile", "+33639980719")
    making.change_phone(home.app, phone_id, paused=True)
    rule = 'contact.equipage == "mercredi"'
    return Club(making.add_group(home.app, GROUP, rule), phone_id)
