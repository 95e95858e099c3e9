"""Twenty open conversations: what they cost while they ask for news, and how quick pages stay.

Each page is a program's, with the cookie and the connection of a browser of its own, and asks as
static/js/live.js does: every second, give or take a tenth, what is new since the state that it
shows. Twenty tabs of Chromium on one small machine would measure Chromium. One real tab beside them
shows how often a page that is looked at asks, and one that is hidden. All ten seconds a message
comes in, and once a second somebody opens a page.
"""

import argparse
import html
import http.client
import json
import random
import re
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import BrowserContext

from benchmarks import readings
from raspisms.demo import story
from raspisms.simulator import Simulator
from raspisms.sms import numbers
from tests.browser.home import Demonstration
from tests.screenshots.camera import browser

_QUICK_SECONDS = 1.0
_MESSAGE_SECONDS = 10.0
_STATE = re.compile(r'data-part="(\w+)" data-state="([^"]*)"')
_HIDDEN = "Object.defineProperty(document, 'hidden', { get: () => true })"


@dataclass
class Asked:
    """Milliseconds of all answers, and how many of them brought something new."""

    milliseconds: list[float] = field(default_factory=list)
    news: int = 0


class OpenPage:
    """A conversation that is open, in a browser of its own."""

    def __init__(self, home: Demonstration, conversation: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", home.served.port, timeout=30)
        cookie = home.storage["cookies"][0]
        self._headers = {"Cookie": f"{cookie['name']}={cookie['value']}", "Accept-Language": "en"}
        _, page, _ = self.get(f"/conversations/{conversation}")
        found = re.search(r'data-live="([^"]+)"', page)
        assert found, f"conversation {conversation} has no news: {page[:200]}"
        self._address = html.unescape(found[1])
        self._states = dict(_STATE.findall(page))
        self._stamp = ""

    def get(self, path: str, **headers: str) -> tuple[int, str, str]:
        """The status, the text, and the mark of when it was true."""
        try:
            answer = self._ask(path, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server had just closed a connection that was kept; browsers ask again too.
            self._connection.close()
            answer = self._ask(path, headers)
        text = answer.read().decode()
        assert answer.status in (200, 204), f"{path}: {answer.status}"
        return answer.status, text, answer.headers.get("RaspiSMS-Stamp", "")

    def _ask(self, path: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        self._connection.request("GET", path, headers={**self._headers, **headers})
        return self._connection.getresponse()

    def live(self, asked: Asked, ended: threading.Event) -> None:
        """Ask for news until the end."""
        ended.wait(random.uniform(0, _QUICK_SECONDS))
        while not ended.is_set():
            shown = ", ".join(f"{a}={b}" for a, b in {**self._states, "stamp": self._stamp}.items())
            started = time.perf_counter()
            status, text, self._stamp = self.get(self._address, **{"RaspiSMS-Shown": shown})
            asked.milliseconds.append(1000 * (time.perf_counter() - started))
            asked.news += status == 200
            self._states |= dict(_STATE.findall(text))
            ended.wait(_QUICK_SECONDS * random.uniform(0.9, 1.1))

    def read(self, paths: list[str], asked: Asked, ended: threading.Event) -> None:
        """Open a page each second."""
        while not ended.wait(1):
            started = time.perf_counter()
            self.get(random.choice(paths))
            asked.milliseconds.append(1000 * (time.perf_counter() - started))


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="raspisms-benchmark-", dir=options.folder) as place,
        Simulator() as simulator,
    ):
        home = Demonstration(Path(place), simulator)
        with home.served:
            _observe(home, options)
        home.close()


def _observe(home: Demonstration, options: argparse.Namespace) -> None:
    conversations = _conversations(home)
    paths = ["/conversations", *(f"/conversations/{one}" for one in conversations)]
    alone = _reading(home, paths, options.alone)
    pages = [
        OpenPage(home, conversations[number % len(conversations)])
        for number in range(options.pages)
    ]
    asked, read, ended = [Asked() for _ in pages], Asked(), threading.Event()
    before = readings.read(home.served.pid)
    with ThreadPoolExecutor(len(pages) + 2) as pool, _tabs(home, conversations[0]) as tabs:
        work = [
            pool.submit(page.live, each, ended) for page, each in zip(pages, asked, strict=True)
        ]
        work.append(pool.submit(OpenPage(home, conversations[0]).read, paths, read, ended))
        work.append(pool.submit(_write, home, ended))
        try:
            tabs.wait(options.seconds)
        finally:
            ended.set()
        for one in work:
            one.result()
    after = readings.read(home.served.pid)
    minutes = options.seconds / 60
    print(f"{options.pages} pages for {options.seconds:.0f} s, at rest before:")
    print(f"  memory   {before.pss / 1000:.1f} MB, then {after.pss / 1000:.1f} MB (PSS)")
    print(
        f"  CPU      {100 * (after.cpu - before.cpu) / options.seconds:.1f} % of a core, all told"
    )
    print(f"  written  {(after.written - before.written) / 1000:.0f} kB, for what came in")
    every = [one for each in asked for one in each.milliseconds]
    rate = len(every) / minutes / len(pages)
    print(f"  asked    {rate:.1f} times a minute and page; {sum(a.news for a in asked)} had news")
    seen, hidden = tabs.seen / minutes, tabs.hidden / minutes
    print(f"  a real tab asks {seen:.1f} times a minute, and {hidden:.1f} while it is hidden")
    print(f"  news     {_times(every)}")
    print(
        f"  pages    {_times(read.milliseconds)}; nobody else there: {_times(alone.milliseconds)}"
    )


def _reading(home: Demonstration, paths: list[str], seconds: float) -> Asked:
    """How quick pages are while nothing else is open."""
    asked, ended = Asked(), threading.Event()
    page = OpenPage(home, int(paths[-1].rpartition("/")[2]))
    timer = threading.Timer(seconds, ended.set)
    timer.start()
    page.read(paths, asked, ended)
    return asked


def _conversations(home: Demonstration) -> list[int]:
    from raspisms.extensions import db
    from raspisms.models import Conversation

    with home.app.app_context():
        return list(db.session.scalars(db.select(Conversation.id).order_by(Conversation.id)))


def _write(home: Demonstration, ended: threading.Event) -> None:
    """A message comes in every now and then, through the phone of the test adapter."""
    number = numbers.parse_number(story.CLUB_NUMBER, "FR").strip("+")
    folder = home.folder / "test_adapter" / number
    folder.mkdir(parents=True, exist_ok=True)
    sender = numbers.parse_number(next(iter(story.PEOPLE.values())), "FR")
    while not ended.wait(_MESSAGE_SECONDS):
        line = json.dumps({"from": sender, "text": "Une de plus"})
        with (folder / "received.jsonl").open("a", encoding="utf-8") as inbox:
            inbox.write(f"{line}\n")


class _Tabs:
    """Two tabs of a real Chromium, and how often each asked for news."""

    def __init__(self, seen: BrowserContext, hidden: BrowserContext, path: str) -> None:
        self.seen = self.hidden = 0
        self._page = seen.new_page()
        hidden.add_init_script(_HIDDEN)
        other = hidden.new_page()
        for page in (self._page, other):
            page.goto(path)
        self._page.on("request", lambda request: self._count("seen", request.url))
        other.on("request", lambda request: self._count("hidden", request.url))

    def _count(self, name: str, url: str) -> None:
        if "/live?" in url:
            setattr(self, name, getattr(self, name) + 1)

    def wait(self, seconds: float) -> None:
        self._page.wait_for_timeout(1000 * seconds)


@contextmanager
def _tabs(home: Demonstration, conversation: int) -> Iterator[_Tabs]:
    with browser() as chromium:
        contexts = [
            chromium.new_context(base_url=home.url, storage_state=home.storage) for _ in range(2)
        ]
        yield _Tabs(*contexts, f"/conversations/{conversation}")


def _times(milliseconds: list[float]) -> str:
    p95 = quantiles(milliseconds, n=20)[-1]
    return f"median {median(milliseconds):.1f} ms, p95 {p95:.1f} ms, of {len(milliseconds)}"


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.open_pages", description=__doc__)
    parser.add_argument("--pages", type=int, default=20, help="how many are open (20)")
    parser.add_argument("--seconds", type=float, default=300, help="for how long (300)")
    parser.add_argument("--alone", type=float, default=20, help="seconds of reading before (20)")
    parser.add_argument("--folder", help="where the database goes")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
