"""Draws the icons of the installed app from ``static/img/raspisms.svg``, with Chromium.

``python -m tests.icons`` writes them anew; they are committed, so that a checkout needs no build.
"""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from raspisms.paths import STATIC
from tests.browser import chromium

IMAGES = STATIC / "img"


@dataclass(frozen=True)
class Icon:
    """One file: how large, how much of it the drawing takes, and on which ground, if any."""

    name: str
    size: int
    share: float
    ground: str = ""
    is_silhouette: bool = False


def paper() -> str:
    """The ground of the pages, in the light."""
    found = re.search(r"--paper:\s*(#[0-9a-f]{6})", (STATIC / "css" / "tokens.css").read_text())
    assert found, "tokens.css has no --paper"
    return found[1]


def icons() -> list[Icon]:
    """A maskable icon may lose all but the inner 80 % (W3C Manifest, 4.6.2 "maskable")."""
    return [
        Icon("icon-192", 192, 0.92),
        Icon("icon-512", 512, 0.92),
        Icon("icon-maskable-192", 192, 0.62, paper()),
        Icon("icon-maskable-512", 512, 0.62, paper()),
        # iOS paints what is transparent black.
        Icon("apple-touch-icon", 180, 0.74, paper()),
        # Android shows only where the badge is opaque, in a colour of its own.
        Icon("badge-96", 96, 0.96, is_silhouette=True),
    ]


def draw(browser: Browser, icon: Icon, path: Path) -> None:
    page = browser.new_page(viewport={"width": icon.size, "height": icon.size})
    page.set_content(_document(icon))
    page.locator("img").evaluate("image => image.decode()")
    page.screenshot(path=path, omit_background=True)
    page.close()


def _document(icon: Icon) -> str:
    svg = (IMAGES / "raspisms.svg").read_text()
    if icon.is_silhouette:
        svg = re.sub(r"<g .*?</g>", "", svg)
        svg = re.sub(r'fill="[^"]+"', 'fill="#fff"', svg)
    source = base64.b64encode(svg.encode()).decode()
    side = round(icon.size * icon.share)
    return f"""<body style="margin:0;height:100vh;display:grid;place-items:center;
        background:{icon.ground or "transparent"}">
        <img width="{side}" height="{side}" src="data:image/svg+xml;base64,{source}">"""


def main() -> None:
    path = chromium.find()
    assert path, "no Chromium on this machine"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        for icon in icons():
            draw(browser, icon, IMAGES / f"{icon.name}.png")
        browser.close()


if __name__ == "__main__":
    main()
