"""Messages sent per second, each with a text of its own, so that each is a call to OVH.

OVH is the simulator, which takes the same time for each call. The most that can be had is the
number of calls at the same time, divided by that time. Aim: at least 0.8 times. A bare client that
makes the same calls stands beside it.
"""

import argparse
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from statistics import median

from benchmarks import bare_sender, folders, ovh, processes, readings, rows

_PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Pace:
    """Calls per second of RaspiSMS and of the bare client."""

    ours: float
    bare: float
    #: Milliseconds of RaspiSMS's processor time for each call.
    cpu: float


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    for latency, at_once in product(options.latency, options.at_once):
        rounds = [measure(options, latency, at_once) for _ in range(options.rounds)]
        print(_line(latency, at_once, rounds), flush=True)


def measure(options: argparse.Namespace, latency: float, at_once: int) -> Pace:
    """How fast messages enough for so many seconds at best are sent."""
    count = at_once * round(options.seconds / latency)
    with folders.folder(options.folder) as path, processes.simulator() as api_url:
        ovh.give_credits(api_url)
        ovh.tell(api_url, "fault", name="slow_after_acceptance", delay=latency)
        ours, cpu = _send(path, api_url, at_once, count)
        bare = bare_sender.calls_per_second(api_url, count, at_once)
    return Pace(ours, bare, cpu)


def _send(path: Path, api_url: str, at_once: int, count: int) -> tuple[float, float]:
    """Messages per second, and milliseconds of processor time for each."""
    folders.prepare(path, folders.OVH, api_url)
    settings = folders.settings(path, api_url) | {
        "RASPISMS_OVH_CALLS_PER_MINUTE": 6000,
        "RASPISMS_CALLS_IN_FLIGHT": at_once,
    }
    port = processes.free_port()
    with processes.running(processes.serve(port), settings) as pid:
        processes.wait_until_answers(port)
        before = readings.read(pid).cpu
        with rows.adding(path) as adding:
            adding.pending(f"Message {number}" for number in range(count))
        _wait_until_sent(path)
        cpu = 1000 * (readings.read(pid).cpu - before) / count
    return count / _seconds(path, count), cpu


def _wait_until_sent(path: Path) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    query = "SELECT count(*) FROM message WHERE status IN ('pending', 'sending', 'uncertain')"
    while _ask(path, query)[0]:
        if time.monotonic() > until:
            raise TimeoutError(f"not all messages were sent within {_PATIENCE_SECONDS} s")
        time.sleep(0.2)


def _seconds(path: Path, count: int) -> float:
    """From the claim of the first message until the last is known to be accepted."""
    query = "SELECT count(*), min(claimed_at), max(sent_at) FROM message WHERE attempts = 1"
    sent, begun, ended = _ask(path, query)
    if sent != count:
        raise RuntimeError(f"{count - sent} of {count} messages were not sent at the first try")
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds()


def _ask(path: Path, query: str) -> tuple[int, str, str]:
    from raspisms.sqlite import DATABASE

    with closing(sqlite3.connect(path / DATABASE)) as connection:
        row: tuple[int, str, str] = connection.execute(query).fetchone()
    return row


def _line(latency: float, at_once: int, rounds: list[Pace]) -> str:
    most = at_once / latency
    ours, bare = median(one.ours for one in rounds), median(one.bare for one in rounds)
    each = ", ".join(f"{one.ours / most:.2f}" for one in rounds)
    return (
        f"{at_once} at once, {latency} s each: {ours:.1f}/s of {most:.1f},"
        f" {ours / most:.2f} x ({each}; aim: at least 0.80); bare {bare / most:.2f} x;"
        f" {median(one.cpu for one in rounds):.1f} ms of processor time each"
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sending", description=__doc__)
    parser.add_argument(
        "--at-once", type=int, nargs="+", default=[3, 8], help="calls at the same time (3 8)"
    )
    parser.add_argument(
        "--latency", type=float, nargs="+", default=[0.3, 0.1], help="seconds of a call (0.3 0.1)"
    )
    parser.add_argument("--seconds", type=float, default=8, help="how long each takes at best (8)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median (3)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
