"""What an open page does (live.js): it asks for what is new, and says what it shows."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.browser import ENGLISH, Browser, form_fields, words

REGION = re.compile(r'data-part="(\w+)" data-state="(\w+)"')


class OpenPage:
    """A page that somebody has opened and leaves open."""

    def __init__(self, browser: Browser, path: str) -> None:
        page = browser.get(path)
        found = re.search(r'<body[^>]* data-live="([^"]*)"', page.text)
        assert found, f"{path} does not say where it asks for news"
        self.client: FlaskClient = browser.client
        self.address = unescape(found[1])
        self.states: dict[str, str] = dict(REGION.findall(page.text))
        stamp = re.search(r'<body[^>]* data-stamp="([^"]*)"', page.text)
        assert stamp
        #: Not named by itself: then what is asked first is what it shows of the counts.
        self.stamp = stamp[1]
        self.token: str = form_fields(page.text, "/logout")["csrf_token"]

    def ask(self) -> TestResponse:
        """What is new since it last asked; it shows that from now on."""
        shown = ", ".join(f"{name}={state}" for name, state in self.states.items())
        answer = self.client.get(self.address, headers={**ENGLISH, "RaspiSMS-Shown": shown})
        self.states |= dict(REGION.findall(answer.text))
        if "RaspiSMS-Stamp" in answer.headers:
            self.states["stamp"] = answer.headers["RaspiSMS-Stamp"]
        return answer

    def parts(self) -> set[str]:
        """The regions that are new."""
        return {name for name, _ in REGION.findall(self.ask().text)}

    def see(self, conversation: int, to: int) -> TestResponse:
        """Tell that somebody looks at the conversation, up to the message ``to``."""
        form = {"csrf_token": self.token, "conversation": conversation, "to": to}
        return self.client.post("/live/seen", data=form, headers=ENGLISH)


def thread_anew(browser: Browser, conversation: int) -> str:
    """What a page that shows a conversation, but nothing of it yet, is given."""
    page = OpenPage(browser, "/conversations")
    page.address, page.states = f"{page.address}&conversation={conversation}", {}
    return page.ask().text.partition('data-part="thread"')[2]


def is_unread(browser: Browser) -> bool:
    return "Unread:" in words(browser.get("/conversations").text)
