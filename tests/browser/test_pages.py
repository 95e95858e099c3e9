"""Every page, on small and large screens, by day and by night, in both languages."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import HEIGHTS, NARROW, WIDE, Visitor

PATHS = {
    "conversations": "/conversations",
    "write": "/write",
    "contacts": "/contacts",
    "new contact": "/contacts/new",
    "messages": "/messages",
    "phones": "/phones",
    "new phone": "/phones/new",
    "new test phone": "/phones/new?adapter=test_adapter",
    "phone": "/phones/1",
    "remove phone": "/phones/1/remove",
    "account": "/account",
}
REFUSED = {"nowhere": ("/nowhere", 404)}
STRANGERS = {"login": "/login"}


def see(visitor: Visitor, name: str, folder: Path) -> None:
    """Look at the open page in each size and light, and keep what was seen."""
    for width in (NARROW, WIDE):
        visitor.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for scheme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=scheme)
            visitor.look(f"({width} pixels, {scheme})")
            picture = folder / f"{name}-{width}-{scheme}.png"
            visitor.page.screenshot(path=picture, animations="disabled")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("part", [0, 1])
def test_each_page_fits_and_says_what_it_is(
    part: int, language: str, visit: Visit, home: Home, cookies: Any, tmp_path: Path
) -> None:
    visitor = visit(home.url, language, storage_state=cookies)
    for name in list(PATHS)[part::2]:
        visitor.open(PATHS[name])
        see(visitor, name, tmp_path)
