"""Chromium, people in front of it, and households to visit."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from raspisms.simulator import Simulator
from tests.browser import chromium
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.process import Served

Visit = Callable[..., Visitor]


# For this folder only: while playwright runs, its event loop is that of the whole thread.
@pytest.fixture(scope="package", autouse=True)
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(chromium.NAMES)})")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Somebody comes; when the test ends, nothing may have been wrong with what they saw."""
    visitors: list[Visitor] = []

    def come(url: str, language: str = "fr", **options: Any) -> Visitor:
        visitors.append(Visitor(browser, url, language, **options))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()


@pytest.fixture(scope="package")
def home(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder: Path = tmp_path_factory.mktemp("home")
    with Simulator(delivery_delay=0.2) as simulator:
        home = Home(folder, simulator)
        with home.served:
            yield home
        home.close()


@pytest.fixture(scope="package")
def cookies(browser: Browser, home: Home) -> Any:
    """Those of the administrator, logged in."""
    visitor = Visitor(browser, home.url)
    visitor.open(home.login_link())
    visitor.page.locator("main form button").click()
    visitor.page.wait_for_url("**/conversations")
    cookies = visitor.storage()
    visitor.leave()
    return cookies


@pytest.fixture
def setup_link(tmp_path: Path) -> Iterator[str]:
    """The link that makes the first account of an empty installation."""
    with Served(tmp_path / "empty") as served:
        link = re.search(r"http://\S+/setup/\S+", served.output)
        assert link, "the console does not show the link"
        yield link.group()


@pytest.fixture
def camille(visit: Visit, home: Home, cookies: Any) -> Visitor:
    """The administrator, at a small screen, in French."""
    return visit(home.url, storage_state=cookies)
