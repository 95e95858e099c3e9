"""The few pictures that the README and the documents show."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.visitor import HEIGHTS, LOCALES, NARROW, WIDE
from tests.screenshots.camera import browser

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"
#: Bytes. They are loaded by everyone who reads the README, and kept in git for ever.
LARGEST = 60_000
_QUALITY = 40


@dataclass(frozen=True)
class Picture:
    """One picture of a document."""

    file: str
    path: str
    width: int
    language: str
    scheme: str


PICTURES = (
    Picture("conversation-360.png", "/conversations/2", NARROW, "en", "light"),
    Picture("conversations-1280.jpeg", "/conversations/1", WIDE, "en", "light"),
    Picture("phones-360.png", "/phones", NARROW, "fr", "dark"),
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
            quality = _QUALITY if picture.file.endswith(".jpeg") else None
            page.screenshot(path=folder / picture.file, quality=quality, animations="disabled")
            context.close()
            yield picture.file, (folder / picture.file).stat().st_size
