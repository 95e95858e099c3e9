"""However often one presses, one message goes out."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.words import FRENCH as WORDS
from tests.household import eventually


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


def sent(home: Home) -> list[str]:
    return [job.text for job in home.simulator.ledger.jobs]
