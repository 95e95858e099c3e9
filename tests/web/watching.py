"""What an open page does: it asks for its list again and again."""

import re

from werkzeug.test import TestResponse

from tests.web.browser import ENGLISH, Browser, words


def ask(browser: Browser, path: str, state: str = "") -> TestResponse:
    """What an open page asks: the list alone, where it is no longer in ``state``."""
    headers = {**ENGLISH, "X-RaspiSMS-Part": "list", "If-None-Match": f'W/"{state}"'}
    return browser.client.get(path, headers=headers)


def state_of(page: TestResponse) -> str:
    found = re.search(r'data-live="(\w+)"', page.text)
    assert found
    return found[1]


def is_unread(browser: Browser) -> bool:
    return "Unread:" in words(browser.get("/conversations").text)
