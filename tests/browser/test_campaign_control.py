"""A campaign at a small screen, in French: paused, given another text, let go on, and cancelled."""

from playwright.sync_api import expect
from sqlalchemy import select

from raspisms.extensions import db
from raspisms.models import Campaign, Message
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.web import making

PEOPLE = [f"+3363998320{n}" for n in range(3)]


def test_it_is_paused_changed_and_goes_on(home: Home, camille: Visitor) -> None:
    campaign_id = making.add_campaign(home.app, 1, "Bonjour", *PEOPLE, name="Goûter")
    one, page = f"/campaigns/{campaign_id}", camille.page
    camille.open(one)
    page.locator(f"form[action='{one}/pause'] button").click()
    resume = page.locator(f"form[action='{one}/resume'] button")
    expect(resume).to_be_visible()
    camille.look("a paused campaign")
    assert state(home, campaign_id) == (True, {("Bonjour", "campaign_paused")})

    camille.open(f"{one}/text")
    page.locator("#text").fill("Bonjour, c’est {{ contact_metas.number }}")
    page.locator("button[name=count]").click()
    expect(page.locator("#preview q").first).to_have_text(f"Bonjour, c’est {PEOPLE[0]}")
    camille.look_by_axe("the new text is shown")
    page.locator(f"form[action='{one}/text'] button").first.click()
    expect(resume).to_be_visible()

    resume.click()
    expect(page.locator(f"form[action='{one}/pause'] button")).to_be_visible()
    paused, messages = state(home, campaign_id)
    assert not paused
    assert messages == {(f"Bonjour, c’est {peer}", None) for peer in PEOPLE}

    page.locator(f"a[href='{one}/cancel']").click()
    page.locator(f"form[action='{one}/cancel'] button").click()
    expect(page.locator(f"a[href='{one}/cancel']")).to_have_count(0)
    assert {why for _, why in state(home, campaign_id)[1]} == {"cancelled"}


def state(home: Home, campaign_id: int) -> tuple[bool, set[tuple[str, str | None]]]:
    """Whether it is paused, and the texts of its messages with the reason why they wait."""
    mine = select(Message.body, Message.reason).where(Message.campaign_id == campaign_id)
    with home.app.app_context():
        paused = db.session.get_one(Campaign, campaign_id).paused_at is not None
        found = {(body, reason) for body, reason in db.session.execute(mine)}
        db.session.remove()
    return paused, found
