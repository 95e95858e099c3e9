"""A person at a browser, each of whose pages is looked over."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, WebError, expect

from tests.browser import axe

AUDIT = (Path(__file__).parent / "audit.js").read_text()
ON_EACH_PAGE = f"""addEventListener("load", () => {{
  for (const fault of ({AUDIT})()) console.error(fault);
}})"""
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
NARROW, WIDE = 360, 1280
HEIGHTS = {NARROW: 740, WIDE: 800}
#: Milliseconds. An open page asks for news every three seconds; a busy machine may stand still for
#: many more.
PATIENCE = 40_000

expect.set_options(timeout=PATIENCE)


class Visitor:
    """One person; ``faults`` is all that was wrong with what they saw.

    A page is looked over when it has loaded, and where the visit ends. Without JavaScript it cannot
    be by itself: ``open``, ``press`` and ``follow`` do it.
    """

    def __init__(
        self,
        browser: Browser,
        url: str,
        language: str = "fr",
        *,
        width: int = NARROW,
        javascript: bool = True,
        **options: Any,
    ) -> None:
        self.faults: list[str] = []
        self.language = language
        self._has_javascript = javascript
        self._excused: set[int] = set()
        self._is_offline = False
        self._context = browser.new_context(
            base_url=url,
            locale=LOCALES[language],
            timezone_id="Europe/Paris",
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=javascript,
            **options,
        )
        self._context.set_default_timeout(PATIENCE)
        self._context.add_init_script(ON_EACH_PAGE)
        self._context.on("console", self._heard)
        self._context.on("weberror", self._broke)
        self._context.on("requestfailed", self._failed)
        self.page: Page = self._context.new_page()

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def look(self, about: str = "") -> None:
        """Look the present page over, as it is now, with its style sheets."""
        self.page.wait_for_load_state()
        for fault in self.page.evaluate(AUDIT):
            self._note(f"{fault} {about}".strip())

    def look_by_axe(self, about: str) -> None:
        """Have axe-core look the present page over, which takes its time."""
        self.page.wait_for_load_state()
        for fault in axe.findings(self.page):
            self._note(f"{fault} {about}")

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self._click(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        """Follow the link of that name."""
        self._click(self.page.get_by_role("link", name=name, exact=True))

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    @contextmanager
    def refused(self, code: int) -> Iterator[None]:
        """Inside, the server is meant to answer with ``code``, which browsers tell as an error."""
        self._excused.add(code)
        yield
        self.page.wait_for_load_state()
        self._excused.remove(code)

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Inside, the browser has no network."""
        self._is_offline = True
        self._context.set_offline(True)
        yield
        self._context.set_offline(False)
        self._is_offline = False

    def storage(self) -> Any:
        """The cookies, for another visitor to begin with as ``storage_state``."""
        return self._context.storage_state()

    def leave(self) -> None:
        self.look()
        self.abandon()
        assert not self.faults, "\n".join(self.faults)

    def abandon(self) -> None:
        self._context.close()

    def _click(self, target: Locator) -> None:
        if self._has_javascript:
            target.click()
            return
        with self.page.expect_navigation():
            target.click()
        self.look()

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url}: {fault}")

    def _heard(self, message: ConsoleMessage) -> None:
        excused = any(f"a status of {code} " in message.text for code in self._excused)
        excused |= self._is_offline and "net::ERR_INTERNET_DISCONNECTED" in message.text
        if message.type in ("error", "warning") and not excused:
            self._note(message.text)

    def _broke(self, error: WebError) -> None:
        self._note(str(error.error))

    def _failed(self, request: Request) -> None:
        # A page that is left gives up what it was still asking for.
        if request.failure != "net::ERR_ABORTED" and not self._is_offline:
            self._note(f"{request.url} failed: {request.failure}")
