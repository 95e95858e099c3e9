"""STOP in a browser, on a small screen, in French: said by SMS, seen, heeded, and taken back."""

from playwright.sync_api import expect
from sqlalchemy import select

from raspisms.extensions import db
from raspisms.messaging import groups, opt_outs
from raspisms.models import Message
from raspisms.simulator import account
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.household import eventually
from tests.web import making

STOPPED, OTHER = "+33639986101", "+33639986102"
TEXT = "Entraînement à 18 h au gymnase"


def test_a_stop_is_seen_on_the_contact_s_page_and_skipped_in_the_next_send_to_the_group(
    camille: Visitor, home: Home
) -> None:
    people = [
        making.add_contact(home.app, "Nadia Stop", STOPPED),
        making.add_contact(home.app, "Omar Stop", OTHER),
    ]
    group = making.add_group(home.app, "Équipe des mardis")
    with home.app.app_context():
        groups.add_contacts(group, people)
        home.simulator.answer(STOPPED, account.NUMBER, "Stop SMS svp 🛑")
        eventually(lambda: opt_outs.of(STOPPED), what="the opt-out")
    page = camille.page
    camille.open(f"/contacts/{people[0]}")
    expect(page.locator("main .notice.warning")).to_contain_text("Stop SMS svp 🛑")

    camille.open("/write")
    page.locator("#number").fill("Équipe des mardis")
    page.locator("#text").fill(TEXT)
    page.locator("#phone").select_option("1")
    page.locator("main form button.primary").first.click()
    page.wait_for_url("**/review")
    page.locator("form[action$='/confirm'] button.primary").click()
    page.wait_for_url(lambda url: not url.endswith("/review"))
    with home.app.app_context():
        rows = eventually(lambda: _written(TEXT), what="the messages")
    assert {row.peer: row.reason for row in rows if row.status == "skipped"} == {
        STOPPED: "opted_out"
    }
    assert {row.peer for row in rows} == {STOPPED, OTHER}
    (skipped,) = [row for row in rows if row.peer == STOPPED]
    camille.open(f"/conversations/{skipped.conversation_id}")
    expect(page.locator(".bubble").filter(has_text=TEXT).locator(".why")).not_to_be_empty()

    page.locator(f"main a[href^='/opt-outs/{STOPPED}/remove']").click()
    page.locator("main form button.danger").click()
    expect(page.locator(f"main a[href^='/opt-outs/{STOPPED}']")).to_have_count(0)
    camille.open("/opt-outs")
    expect(page.locator("main")).not_to_contain_text("Nadia Stop")


def _written(text: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.body == text)))
