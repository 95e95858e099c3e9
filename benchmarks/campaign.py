"""One text to 1,000 people, of whom 3 % cannot be reached, at 60 calls to OVH a minute.

How many calls it takes until the end of each message is known, by callbacks and, without a public
address, by asking. OVH is the simulator, which gives the ids of a call in no order. Aims: under 80
calls; no message with a wrong status; each sent once.
"""

import argparse
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import folders, ovh, processes
from raspisms.simulator import account

_AIM_CALLS = 80
_PATIENCE_SECONDS = 900.0
#: Reasons of OVH's table why a message did not arrive.
_CAUSES = (5, 23, 24)


@dataclass(frozen=True)
class Campaign:
    """What came of it, and what it took."""

    seconds: float
    #: Calls to OVH by what they ask for.
    calls: Mapping[str, int]
    wrong: int
    #: How many were not sent exactly once.
    not_once: int


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    for callbacks in (True, False):
        campaign = run(options, callbacks=callbacks)
        _report("by callbacks" if callbacks else "by asking", campaign)


def run(options: argparse.Namespace, *, callbacks: bool) -> Campaign:
    """Send to everybody, and wait until the end of each message is known."""
    peers = [f"+336{70_000_000 + number}" for number in range(options.recipients)]
    chance = random.Random(options.seed)  # a run can be repeated
    failing = set(chance.sample(peers, round(len(peers) * options.failing / 100)))
    with folders.folder(options.folder) as path, processes.simulator() as api_url:
        ovh.give_credits(api_url)
        ovh.tell(api_url, "settings", delivery_delay=options.delivery)
        for peer in sorted(failing):
            ovh.tell(api_url, "outcome", receiver=peer, kind="failed", ptt=chance.choice(_CAUSES))
        token = folders.prepare(path, folders.OVH, api_url)
        with _served(path, api_url, token if callbacks else None):
            before = len(ovh.ledger(api_url)["calls"])
            seconds = _send(path, peers)
            ledger = ovh.ledger(api_url)
        statuses = _statuses(path)
    sent = Counter(job["receiver"] for job in ledger["jobs"])
    return Campaign(
        seconds,
        Counter(map(_kind, ledger["calls"][before:])),
        wrong=sum((statuses[peer] == "failed") != (peer in failing) for peer in peers),
        not_once=sum(sent[peer] != 1 for peer in peers),
    )


@contextmanager
def _served(path: Path, api_url: str, token: str | None) -> Iterator[None]:
    """RaspiSMS, serving; with a token the simulator calls it back."""
    port = processes.free_port()
    if token is not None:
        url = f"http://{processes.HOST}:{port}/callback/{token}/status"
        ovh.tell(api_url, "callback", service=account.SERVICE, url=url)
    with processes.running(processes.serve(port), folders.settings(path, api_url)):
        processes.wait_until_answers(port)
        yield


def _send(path: Path, peers: list[str]) -> float:
    """Seconds until the end of each message is known."""
    from raspisms.messaging import campaigns

    begun = time.monotonic()
    with folders.household(path) as engine:
        campaigns.accept(engine, None, campaigns.Draft(1, "\n".join(peers), "Bonjour à tous"))
    while not set(_statuses(path).values()) <= {"delivered", "failed"}:
        if time.monotonic() - begun > _PATIENCE_SECONDS:
            raise TimeoutError(f"still not final: {Counter(_statuses(path).values())}")
        time.sleep(0.5)
    return time.monotonic() - begun


def _statuses(path: Path) -> dict[str, str]:
    from raspisms.sqlite import DATABASE

    with closing(sqlite3.connect(path / DATABASE)) as connection:
        return dict(connection.execute("SELECT peer, status FROM message"))


def _kind(call: Mapping[str, str]) -> str:
    """What a call asks for, without the ids in its address."""
    parts = [part for part in call["path"].split("/") if not part.isdecimal()]
    one = " of one" if call["path"].rpartition("/")[2].isdecimal() else ""
    return f"{call['method']} {parts[-1]}{one}"


def _report(name: str, campaign: Campaign) -> None:
    total = sum(campaign.calls.values())
    print(f"{name}: {total} calls (aim: under {_AIM_CALLS}) in {campaign.seconds:.0f} s")
    print(f"  {', '.join(f'{count} {kind}' for kind, count in campaign.calls.most_common())}")
    print(f"  wrong statuses {campaign.wrong}, not sent exactly once {campaign.not_once} (aim: 0)")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaign", description=__doc__)
    parser.add_argument("--recipients", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--failing", type=float, default=3, help="per cent that fail (3)")
    parser.add_argument("--delivery", type=float, default=3, help="seconds of a delivery (3)")
    parser.add_argument("--seed", type=int, default=1, help="decides who fails (1)")
    parser.add_argument("--folder", help="where the databases go")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
