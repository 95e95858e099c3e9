"""What changes while a page is open, and what must not."""

import re
from collections.abc import Collection
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import delete

from raspisms.extensions import db
from raspisms.messaging import conversations
from raspisms.messaging.transactions import writing
from raspisms.models import Member, PhoneAccess
from raspisms.models.member import by_name
from raspisms.simulator import account
from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import WIDE, Visitor
from tests.browser.words import ENGLISH as WORDS
from tests.household import eventually
from tests.web import making
from tests.web.conftest import account as new_account
from tests.web.conftest import logged_in

SELECTED = "box => [box.selectionStart, box.selectionEnd]"
#: Milliseconds. What was stored is shown by then.
SOON = 2_000
#: Notes each sound in the page's own list, in place of the loudspeaker.
SILENT = (
    "HTMLMediaElement.prototype.play = async function () { (self.rang ??= []).push(this.src); }"
)


def stranger(number: int) -> str:
    return f"+336399850{number:02}"


def bubble(page: Page, text: str) -> Any:
    return page.locator(".bubble").filter(has_text=text)


def unread_count(home: Home) -> int:
    """How many conversations the administrator has not read."""
    with home.app.app_context():
        member = db.session.scalars(by_name(home.keys.name)).one()
        return conversations.unread_count(member)


def give(home: Home, phone: int, to: Collection[int]) -> None:
    with home.app.app_context(), writing() as session:
        session.execute(delete(PhoneAccess).where(PhoneAccess.phone_id == phone))
        session.add_all(PhoneAccess(member_id=one, phone_id=phone) for one in to)


def logged_in_as(home: Home, member_id: int) -> Any:
    """The cookies of a browser in which that member has logged in."""
    name = home.app.config["SESSION_COOKIE_NAME"]
    cookie = logged_in(home.app, member_id).client.get_cookie(name)
    assert cookie is not None
    place = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True}
    kept = {"name": name, "value": cookie.value, "secure": False, "sameSite": "Lax", **place}
    return {"cookies": [kept], "origins": []}


@pytest.fixture
def ana(visit: Visit, home: Home, cookies: Any) -> Visitor:
    """The administrator, at a small screen, in English."""
    return visit(home.url, language="en", storage_state=cookies)


def test_what_is_being_typed_stays_when_messages_come(ana: Visitor, home: Home) -> None:
    unread = unread_count(home)
    here = making.came_in(home.app, 1, "Tu es là ?", stranger(1))
    ana.open(f"/conversations/{here}")
    page, box = ana.page, ana.page.get_by_label(WORDS.reply)
    title = page.evaluate("document.body.dataset.title")
    box.focus()
    page.keyboard.type("Oui, je suis en train d'écrire")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")

    making.came_in(home.app, 1, "Alors ? J'attends !", stranger(1))
    expect(bubble(page, "J'attends !")).to_be_in_viewport(timeout=SOON)
    expect(page.get_by_role("status").filter(has_text=WORDS.news)).to_have_count(1)
    # What is looked at does not count; what comes elsewhere does.
    making.came_in(home.app, 1, "Et moi ?", stranger(2))
    expect(page).to_have_title(f"({unread + 1}) {title}", timeout=SOON)
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("unread"))
    # By the provider, and the job that looks into the inbox.
    home.simulator.answer(stranger(1), account.NUMBER, "Dernier appel")
    expect(bubble(page, "Dernier appel")).to_be_in_viewport()

    expect(box).to_have_value("Oui, je suis en train d'écrire")
    expect(box).to_be_focused()
    assert box.evaluate(SELECTED) == [24, 30]
    # Whoever looks has read it: it is not what is counted.
    page.goto("/conversations")
    row = page.locator(f"#c{here}")
    expect(row).to_contain_text("Draft: Oui, je suis en train d'écrire")
    expect(row).not_to_contain_text(WORDS.unread)


def test_what_is_open_or_has_the_focus_stays_so_when_its_message_changes(
    ana: Visitor, home: Home
) -> None:
    here = making.went_out(home.app, 1, "Bonsoir", stranger(9))
    ana.open(f"/conversations/{here}")
    mine = bubble(ana.page, "Bonsoir")
    menu = mine.locator("summary")
    menu.focus()
    ana.page.keyboard.press("Enter")
    making.change_message(home.app, making.messages(home.app)[-1].id, status="delivered")
    expect(mine).to_contain_text(WORDS.delivered)
    expect(mine.locator("details")).to_have_attribute("open", "")
    expect(menu).to_be_focused()
    ana.look()


def test_each_of_two_members_gets_only_what_is_theirs_until_it_is_taken_away(
    visit: Visit, home: Home
) -> None:
    names = ("Ana", "Léo")
    people = [new_account(home.app, name) for name in names]
    phones = [
        making.add_phone(home.app, f"De {name}", f"+3363998599{place}", members=[person])
        for place, (name, person) in enumerate(zip(names, people, strict=True))
    ]
    visitors = [
        visit(home.url, language="en", width=WIDE, storage_state=logged_in_as(home, person))
        for person in people
    ]
    for visitor in visitors:
        visitor.open("/conversations")
    threads = [
        making.came_in(home.app, phone, f"Pour {name}", stranger(3))
        for phone, name in zip(phones, names, strict=True)
    ]
    for visitor, name, other in zip(visitors, names, reversed(names), strict=True):
        expect(visitor.page.locator("#main")).to_contain_text(f"Pour {name}")
        expect(visitor.page).to_have_title("(1) Conversations – RaspiSMS")
        expect(visitor.page.locator("#main")).not_to_contain_text(f"Pour {other}")

    first = visitors[0]
    first.open(f"/conversations/{threads[0]}")
    box = first.page.get_by_label(WORDS.reply)
    box.fill("Une réponse")
    give(home, phones[0], [])
    gone = first.page.locator("#gone")
    expect(gone).to_contain_text("You do not see this conversation any more")
    expect(gone.get_by_role("link")).to_have_attribute("href", "/conversations")
    expect(first.page.locator(".thread > li")).to_have_count(1)
    expect(box).to_have_value("Une réponse")
    first.look()
    give(home, phones[0], [people[0]])
    expect(bubble(first.page, "Pour Ana")).to_be_visible()
    expect(gone).to_have_count(0)


def test_a_lost_connection_is_told_and_mends_itself(ana: Visitor, home: Home) -> None:
    here = making.came_in(home.app, 1, "Avant", stranger(4))
    ana.open(f"/conversations/{here}")
    page, box = ana.page, ana.page.get_by_label(WORDS.reply)
    told = page.locator("[data-live-notices]")
    with ana.offline():
        expect(told).to_contain_text("Connection lost")
        expect(told).to_be_in_viewport()
        making.came_in(home.app, 1, "Pendant", stranger(4))
        box.fill("Une réponse")
        page.get_by_role("button", name=WORDS.send, exact=True).click()
        expect(page.locator("[data-unsure]")).to_contain_text("nothing goes twice")
        expect(box).to_have_value("Une réponse")
        ana.look()
    expect(bubble(page, "Pendant")).to_be_visible()
    expect(told).to_be_empty()


def test_sending_leaves_the_page_where_it_is_and_nothing_goes_twice(
    ana: Visitor, home: Home
) -> None:
    here = making.came_in(home.app, 1, "Tu viens ?", stranger(5))
    ana.open(f"/conversations/{here}")
    page, box = ana.page, ana.page.get_by_label(WORDS.reply)
    send = page.get_by_role("button", name=WORDS.send, exact=True)
    page.evaluate("self.isSamePage = true")

    box.fill("Oui")
    send.click()
    expect(bubble(page, "Oui")).to_contain_text(WORDS.delivered)
    expect(box).to_have_value("")
    expect(box).to_be_focused()

    # What was typed was too long: it is said beside the field, and stays.
    box.fill("x" * 1_700)
    send.click()
    expect(page.locator(".reply .error")).to_be_visible()
    expect(page.locator(".reply button:visible")).to_have_count(1)
    expect(box).to_have_value("x" * 1_700)

    # The answer is lost, and pressing again does no harm.
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(f"**/conversations/{here}", lose, times=1)
    box.fill("Une seule fois")
    send.click()
    expect(page.locator("[data-unsure]")).to_be_visible()
    expect(box).to_have_value("Une seule fois")
    send.click()
    expect(box).to_have_value("")
    expect(bubble(page, "Une seule fois")).to_have_count(1)
    assert page.evaluate("self.isSamePage")
    sent = [one.body for one in making.messages(home.app) if one.conversation_id == here]
    assert sent.count("Une seule fois") == 1
    ana.faults.clear()  # the browser tells of the answers that were refused and lost


def test_one_reads_on_where_one_was(ana: Visitor, home: Home) -> None:
    for number in range(70):
        here = making.came_in(home.app, 1, f"Message {number}.", stranger(6))
    ana.open(f"/conversations/{here}#newest")
    page = ana.page

    page.locator("[data-older]").focus()
    first = bubble(page, "Message 20.")
    top = first.bounding_box()
    page.keyboard.press("Enter")
    expect(bubble(page, "Message 0.")).to_have_count(1)
    assert first.bounding_box() == top
    expect(page.locator(".day")).to_have_count(1)
    expect(page.locator("[data-older]")).to_have_count(0)

    making.came_in(home.app, 1, "Le dernier.", stranger(6))
    jump = page.locator("[data-live-jump] button")
    expect(jump).to_be_in_viewport()
    assert first.bounding_box() == top
    expect(bubble(page, "Le dernier.")).not_to_be_in_viewport()
    ana.look()
    jump.click()
    expect(bubble(page, "Le dernier.")).to_be_in_viewport()
    expect(jump).to_have_count(0)
    expect(page.locator(".bubble")).to_have_count(71)


def test_one_of_two_open_pages_sounds_but_not_for_what_is_looked_at(
    visit: Visit, home: Home
) -> None:
    person = new_account(home.app, "Zoé")
    phone = making.add_phone(home.app, "De Zoé", "+33639985980", members=[person])
    with home.app.app_context(), writing() as session:
        session.get_one(Member, person).sound = True
    here = making.came_in(home.app, phone, "Salut", stranger(7))
    first = visit(home.url, language="en", storage_state=logged_in_as(home, person))
    context = first.page.context
    context.add_init_script(SILENT)
    second = context.new_page()
    for page, path in ((first.page, f"/conversations/{here}"), (second, "/contacts")):
        with page.expect_response("**/live?*"):
            page.goto(path)
    rang = [page.evaluate_handle("self.rang = []") for page in (first.page, second)]

    making.came_in(home.app, phone, "Regarde-moi", stranger(7))
    expect(bubble(first.page, "Regarde-moi")).to_be_visible()
    making.came_in(home.app, phone, "Et moi ?", stranger(8))
    for page in (first.page, second):
        expect(page).to_have_title(re.compile(r"^\(1\) "))

    def sounds() -> list[str]:
        return [sound.partition("?")[0] for page in rang for sound in page.json_value()]

    # Which of the two it is, they settle among themselves, and then it rings.
    eventually(lambda: bool(sounds()))
    assert sounds() == [f"{home.url}/static/sound/message.wav"]
