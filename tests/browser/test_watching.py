"""A test message to one's own mobile phone, watched on an open page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.home import Home
from tests.browser.visitor import Visitor

NUMBER = "06 39 98 71 71"


@pytest.fixture
def unhurried(home: Home) -> Iterator[Home]:
    """The network takes its time, so that each step is seen."""
    home.simulator.change(delivery_delay=2.0, pickup_delay=0.1)
    yield home
    home.simulator.change(delivery_delay=0.2)


@pytest.mark.usefixtures("unhurried")
def test_a_test_message_is_watched_until_it_is_delivered(camille: Visitor) -> None:
    camille.open("/phones/1/test")
    page = camille.page
    page.locator("input[type=tel]").fill(NUMBER)
    page.get_by_role("main").locator("form button").click()
    page.wait_for_url("**/phones/1/test/*")
    page.evaluate("window.isTheSamePage = true")
    steps = page.locator("[data-part=watch]")
    expect(steps.locator("#ended .badge.info")).to_be_visible()
    expect(steps.locator("#taken time")).to_be_visible()
    expect(steps.locator("#ended .notice.success")).to_be_visible()
    assert page.evaluate("window.isTheSamePage")
    camille.look()
