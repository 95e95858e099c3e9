"""Page weight: the bytes that a browser fetches for a page, at the first visit and at the next.

Chromium loads each page of the demonstration's household with an empty cache, and again. What it
counts is all that came over the network, headers too (CDP, ``Network.loadingFinished``).
Aims: under 100 kB the first time, under 15 kB the next.
"""

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from raspisms.simulator import Simulator
from tests.browser.home import Demonstration
from tests.screenshots.camera import browser

PAGES: Mapping[str, str] = {
    "login": "/login",
    "list": "/conversations",
    "thread": "/conversations/{conversation}",
}
MOST_FIRST, MOST_NEXT = 100_000, 15_000
#: Milliseconds. What a page asks for once it has loaded belongs to it; news come a second later.
_AFTER_LOAD = 600


@dataclass(frozen=True)
class Load:
    """What one load brought: bytes, and in how many answers."""

    size: int
    answers: int


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_weight", description=__doc__)
    parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="raspisms-benchmark-") as place,
        Simulator() as simulator,
    ):
        home = Demonstration(Path(place), simulator)
        with home.served, browser() as chromium:
            loads = {name: weigh(chromium, home, name, path) for name, path in PAGES.items()}
        home.close()
    _report(loads)


def weigh(chromium: Browser, home: Demonstration, name: str, path: str) -> tuple[Load, Load]:
    """The first load and the next, in a browser that was never here."""
    storage = None if name == "login" else home.storage
    context = chromium.new_context(base_url=home.url, storage_state=storage)
    page = context.new_page()
    where = path.format(conversation=home.examples["conversation_id"])
    first = _load(page, where)
    page.goto("about:blank")
    following = _load(page, where)
    context.close()
    return first, following


def _load(page: Page, path: str) -> Load:
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda event: sizes.append(_size(event)))
    session.send("Network.enable")
    page.goto(path)
    page.wait_for_timeout(_AFTER_LOAD)
    session.detach()
    came = [size for size in sizes if size]  # nothing came for what was in the cache
    return Load(sum(came), len(came))


def _size(event: Mapping[str, Any]) -> int:
    return int(event["encodedDataLength"])


def _report(loads: Mapping[str, tuple[Load, Load]]) -> None:
    print(f"{'':10}{'first kB':>10}{'answers':>9}{'next kB':>10}{'answers':>9}")
    for name, (first, following) in loads.items():
        print(
            f"{name:10}{first.size / 1000:10.1f}{first.answers:9}"
            f"{following.size / 1000:10.1f}{following.answers:9}"
        )
    heaviest = [max(load.size for load in column) for column in zip(*loads.values(), strict=True)]
    print(f"\nfirst {heaviest[0] / 1000:.1f} kB at most (aim: under {MOST_FIRST / 1000:.0f})")
    print(f"next  {heaviest[1] / 1000:.1f} kB at most (aim: under {MOST_NEXT / 1000:.0f})")


if __name__ == "__main__":
    main()
