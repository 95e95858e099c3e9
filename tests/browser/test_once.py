"""However often one presses, one message goes out."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from raspisms.extensions import db
from raspisms.models import Campaign
from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.words import FRENCH as WORDS
from tests.household import eventually
from tests.web import making


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_and_a_reload_send_once(
    javascript: bool, visit: Visit, home: Home, cookies: Any
) -> None:
    visitor = visit(home.url, javascript=javascript, storage_state=cookies)
    text = f"Une seule fois, {'avec' if javascript else 'sans'} JavaScript"
    visitor.open("/write?phone=1&to=0639984402")
    visitor.fill(WORDS.text, text)
    visitor.page.get_by_role("button", name=WORDS.send, exact=True).dblclick()
    # The second click may cut off what the first had begun, which "wait_for_url" takes for a fault.
    expect(visitor.page).to_have_url(re.compile(r"/conversations/\d+"))
    visitor.page.reload()
    visitor.page.reload()
    # What is written now goes out after all that was written before.
    visitor.fill(WORDS.reply, f"Et voilà, {javascript}")
    visitor.press(WORDS.send)
    eventually(lambda: f"Et voilà, {javascript}" in sent(home))
    assert sent(home).count(text) == 1
    expect(visitor.page.locator(".bubble").filter(has_text=text)).to_have_count(1)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_campaign_that_is_confirmed_by_a_double_click_is_one(
    javascript: bool, visit: Visit, home: Home, cookies: Any
) -> None:
    visitor = visit(home.url, javascript=javascript, storage_state=cookies)
    text = f"Une seule campagne, {'avec' if javascript else 'sans'} JavaScript"
    to = "06 39 98 07 31, 06 39 98 07 32"
    draft_id = making.add_draft(home.app, home.admin_id, 1, text, recipients=to)
    visitor.open(f"/campaigns/drafts/{draft_id}/review")
    visitor.page.get_by_role("button", name="Envoyer à 2 personnes", exact=True).dblclick()
    expect(visitor.page).to_have_url(re.compile(r"/campaigns/\d+$"))
    visitor.page.reload()
    expect(visitor.page.locator("#progress-title")).to_have_text("2 personnes")
    with home.app.app_context():
        count = select(func.count()).where(Campaign.body == text)
        assert db.session.scalar(count) == 1
        db.session.remove()


def sent(home: Home) -> list[str]:
    return [job.text for job in home.simulator.ledger.jobs]
