"""The few pictures that the README and the guides show."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from raspisms.simulator import account
from tests.browser.visitor import HEIGHTS, LOCALES, NARROW, WIDE
from tests.screenshots.camera import browser

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"
#: Bytes. They are loaded by everyone who reads the README, and kept in git for ever.
LARGEST = 60_000
_QUALITY = 40


def _nothing(page: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True)
class Picture:
    """One picture of a document."""

    file: str
    path: str
    width: int
    language: str
    scheme: str
    #: What is done on the page first.
    go_on: Callable[[Page], None] = _nothing


def _paste_keys(page: Page) -> None:
    """Through the first two steps of the set-up, to the third."""
    keys = (account.APPLICATION_KEY, account.APPLICATION_SECRET, account.CONSUMER_KEY)
    labels = ("Application Key", "Application Secret", "Consumer Key")
    page.locator("#keys").fill("\n".join(f"{a}: {b}" for a, b in zip(labels, keys, strict=True)))
    page.locator("main form:has(#keys) button.primary").click()
    page.locator(f"input[value={account.SERVICE}]").check()
    page.locator("main form:has(input[name=service]) button.primary").click()
    page.locator("#choice").wait_for()


def _begin_anew(page: Page) -> None:
    if page.locator("form[action$=forget]").count():
        page.locator("form[action$=forget] button").first.click()
        page.goto(page.url)  # without the word of what was done


def _send_test(page: Page) -> None:
    page.locator("main form input[type=tel]").fill("06 39 98 30 40")
    page.locator("main form button.primary").click()
    page.locator(".badge", has_text=re.compile("Delivered|Livré")).first.wait_for()


def _of_setup(language: str) -> Iterator[Picture]:
    end = "jpeg" if language == "en" else f"{language}.jpeg"
    for name, path, go_on in (
        ("keys", "/phones/ovh", _begin_anew),
        ("sender", "/phones/ovh", _paste_keys),
        ("callbacks", "/phones/1/callbacks", _nothing),
        ("test", "/phones/1/test", _send_test),
    ):
        yield Picture(f"setup-{name}-360.{end}", path, NARROW, language, "light", go_on)


PICTURES = (
    Picture("conversation-360.png", "/conversations/2", NARROW, "en", "light"),
    Picture("conversations-1280.jpeg", "/conversations/1", WIDE, "en", "light"),
    Picture("phones-360.png", "/phones", NARROW, "fr", "dark"),
    *_of_setup("en"),
    *_of_setup("fr"),
)


def write(url: str, storage: Any, folder: Path) -> None:
    """Take them anew; fails where one is too large."""
    sizes = dict(_taken(url, storage, folder))
    for name, size in sizes.items():
        print(f"{folder / name}: {size / 1000:.0f} kB")
    assert max(sizes.values()) <= LARGEST, f"a picture has more than {LARGEST} bytes"


def _taken(url: str, storage: Any, folder: Path) -> Iterator[tuple[str, int]]:
    with browser() as running:
        for picture in PICTURES:
            context = running.new_context(
                base_url=url,
                storage_state=storage,
                locale=LOCALES[picture.language],
                timezone_id="Europe/Paris",
                color_scheme=picture.scheme,
                viewport={"width": picture.width, "height": HEIGHTS[picture.width]},
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(picture.path)
            picture.go_on(page)
            quality = _QUALITY if picture.file.endswith(".jpeg") else None
            page.screenshot(path=folder / picture.file, quality=quality, animations="disabled")
            context.close()
            yield picture.file, (folder / picture.file).stat().st_size
