"""A Chromium that opens pages and takes their pictures."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.visitor import HEIGHTS, LOCALES, NARROW, WIDE

LANGUAGES = tuple(LOCALES)
SCHEMES = ("light", "dark")
#: Of a page that is longer, so much is shown.
MOST_PIXELS = 2400


@dataclass(frozen=True)
class Shot:
    """One picture: of which page, how wide, by which light, in which language."""

    page: str
    width: int
    scheme: str
    language: str

    @property
    def file(self) -> str:
        name = self.page.replace(" ", "-").replace(",", "")
        return f"{name}-{self.width}-{self.scheme}-{self.language}.png"


def shots(paths: Mapping[str, str], language: str = "") -> Iterator[Shot]:
    """All pictures of one language, page by page."""
    for name in paths:
        for width in (NARROW, WIDE):
            for scheme in SCHEMES:
                yield Shot(name, width, scheme, language)


@contextmanager
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path is not None, "no Chromium on this machine"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield running
        running.close()


def take(
    url: str, storage: Any, paths: Mapping[str, str], folder: Path, language: str
) -> list[Shot]:
    """Take all pictures of one language; each page is loaded once for each width."""
    taken: list[Shot] = []
    with browser() as running:
        for width in (NARROW, WIDE):
            context = running.new_context(
                base_url=url,
                locale=LOCALES[language],
                timezone_id="Europe/Paris",
                viewport={"width": width, "height": HEIGHTS[width]},
                reduced_motion="reduce",
            )
            page = context.new_page()
            for name, path in paths.items():
                # The first page for strangers comes before anybody is logged in.
                context.clear_cookies()
                if not name.startswith("auth."):
                    context.add_cookies(storage["cookies"])
                page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                page.goto(path)
                long = int(page.evaluate("document.documentElement.scrollHeight"))
                # On a screen of that height, what stays at its foot is at the foot of the picture.
                page.set_viewport_size({"width": width, "height": min(long, MOST_PIXELS)})
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    shot = Shot(name, width, scheme, language)
                    page.screenshot(path=folder / shot.file, animations="disabled")
                    taken.append(shot)
            context.close()
    return taken
