"""From the click on "Pause" to the last message that leaves, while a campaign is being sent.

Each message has a text of its own, so that each is a call; as many calls as may be are under way,
and people read pages meanwhile. OVH is the simulator. Told are the seconds from the click to the
page's answer, to the last claim of a message and to the last that OVH accepted: what was claimed
before the pause finishes. Aim: nothing is claimed later than a second after the click, which is
told as a part of that second.
"""

import argparse
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import requests

from benchmarks import folders, ovh, processes
from benchmarks.reader import Readers, logged_in

_AIM_SECONDS = 1.0
#: How long it runs between two pauses, and how long it is watched after each.
_RUNNING_SECONDS, _WATCHED_SECONDS = 2.0, 2.0


@dataclass(frozen=True)
class Pause:
    """Seconds after the click; below zero: nothing left after it."""

    answered: float
    claimed: float
    accepted: float


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as path, processes.simulator() as api_url:
        pauses = list(measure(options, path, api_url))
    waiting = f"{options.recipients} recipients, {options.at_once} calls at once"
    for name in ("answered", "claimed", "accepted"):
        each = [getattr(one, name) for one in pauses]
        print(f"{waiting}: {name} {median(each):+.3f} s after the click, at most {max(each):+.3f}")
    most = max(one.claimed for one in pauses)
    print(f"last claim: {max(most, 0.0) / _AIM_SECONDS:.2f} x of the second (aim: at most 1)")


def measure(options: argparse.Namespace, path: Path, api_url: str) -> Iterator[Pause]:
    """Pause a running campaign so often."""
    ovh.give_credits(api_url)
    ovh.tell(api_url, "fault", name="slow_after_acceptance", delay=options.latency)
    folders.prepare(path, folders.OVH, api_url)
    _write(path, options.recipients)
    settings = folders.settings(path, api_url) | {
        "RASPISMS_OVH_CALLS_PER_MINUTE": 6000,
        "RASPISMS_CALLS_IN_FLIGHT": options.at_once,
    }
    port = processes.free_port()
    with processes.running(processes.serve(port), settings):
        processes.wait_until_answers(port)
        cookie = logged_in(port)
        readers = Readers(port, options.readers, 0.1, cookie, ["/conversations", "/messages"])
        with readers.reading():
            for _ in range(options.rounds):
                time.sleep(_RUNNING_SECONDS)
                yield _pause(path, port, cookie)
                _press(port, cookie, "resume")


def _write(path: Path, recipients: int) -> None:
    from raspisms.messaging import campaigns

    numbers = "\n".join(f"+336{70_000_000 + number}" for number in range(recipients))
    text = "Bonjour {{ contact_metas.number }}"
    with folders.household(path) as engine:
        campaigns.accept(engine, None, campaigns.Draft(1, numbers, text, campaign=True))


def _pause(path: Path, port: int, cookie: str) -> Pause:
    with _browser(port, cookie) as press:
        clicked = datetime.now(UTC)
        press("pause")
        answered = datetime.now(UTC)
    time.sleep(_WATCHED_SECONDS)
    claimed, accepted = _last(path)
    return Pause(*((at - clicked).total_seconds() for at in (answered, claimed, accepted)))


def _press(port: int, cookie: str, act: str) -> None:
    with _browser(port, cookie) as press:
        press(act)


@contextmanager
def _browser(port: int, cookie: str) -> Iterator[Callable[[str], None]]:
    """What presses a button of the campaign, with the form at hand already."""
    one = f"http://{processes.HOST}:{port}/campaigns/1"
    with requests.Session() as browser:
        browser.headers["Cookie"] = cookie
        page = browser.get(f"{one}/cancel", timeout=60).text
        found = re.search('name="csrf_token" value="([^"]+)"', page)
        assert found is not None
        token = found[1]

        def press(act: str) -> None:
            form = {"csrf_token": token}
            answer = browser.post(f"{one}/{act}", form, timeout=60, allow_redirects=False)
            if answer.status_code != 303:
                raise RuntimeError(f"{act} is answered with {answer.status_code}")

        yield press


def _last(path: Path) -> tuple[datetime, datetime]:
    """When the last message was claimed, and when the last was accepted."""
    from raspisms.sqlite import DATABASE

    query = "SELECT max(claimed_at), max(sent_at) FROM message"
    with closing(sqlite3.connect(path / DATABASE)) as connection:
        claimed, accepted = connection.execute(query).fetchone()
    return _instant(claimed), _instant(accepted)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pausing", description=__doc__)
    parser.add_argument("--recipients", type=int, default=10_000, help="of the campaign (10000)")
    parser.add_argument("--at-once", type=int, default=8, help="calls at the same time (8)")
    parser.add_argument("--latency", type=float, default=0.1, help="seconds of a call (0.1)")
    parser.add_argument("--readers", type=int, default=4, help="people who read pages (4)")
    parser.add_argument("--rounds", type=int, default=5, help="pauses (5)")
    parser.add_argument("--folder", help="where the database goes: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
