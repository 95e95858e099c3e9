"""A burst of 1,000 callbacks while 4 people read the list of conversations and one of them.

First about messages whose ids are known; then about 10 calls to 100 each, whose ids are not mapped
to messages. Beside it the same burst while nobody reads, and the same reading without a burst. All
callbacks must be answered with 200, and all be stored.
"""

import argparse
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks import caller, folders, history, processes, rows
from benchmarks.reader import Readers, logged_in

#: Recipients of one of the calls whose ids are not mapped.
_PER_CALL = 100
_PAST = 10_000
_QUIET_SECONDS = 3.0


@dataclass(frozen=True)
class Material:
    """The ids of the provider that the rounds use up."""

    token: str
    sent: list[str]
    unmapped: list[str]


class Rounds:
    """What was found: callbacks per second by kind of burst, milliseconds of each page beside."""

    def __init__(self, options: argparse.Namespace, material: Material, readers: Readers) -> None:
        self._options = options
        self._token = material.token
        self._sent, self._unmapped = iter(material.sent), iter(material.unmapped)
        self._readers = readers
        self.per_second: defaultdict[str, list[float]] = defaultdict(list)
        self.pages: defaultdict[str, list[float]] = defaultdict(list)

    def run(self) -> None:
        with self._readers.reading() as quiet:
            time.sleep(_QUIET_SECONDS)
        self.pages["no burst"] += quiet
        self._burst("nobody reads", self._sent)
        self._burst_while_reading("ids known", self._sent)
        self._burst_while_reading("ids not mapped", self._unmapped)

    def _burst_while_reading(self, name: str, uids: Iterator[str]) -> None:
        with self._readers.reading() as pages:
            self._burst(name, uids)
        self.pages[name] += pages

    def _burst(self, name: str, uids: Iterator[str]) -> None:
        """Call about the next ids; caller raises where an answer is not 200."""
        portion = [next(uids) for _ in range(self._options.callbacks)]
        port, threads = self._readers.port, self._options.threads
        self.per_second[name].append(caller.calls_per_second(port, self._token, threads, portion))


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as path, processes.simulator() as api_url:
        material = _prepare(path, api_url, options)
        with _served(path, api_url, options) as readers:
            rounds = Rounds(options, material, readers)
            for _ in range(options.rounds):
                rounds.run()
        _check(path, material)
    _report(rounds.per_second, rounds.pages)


def _prepare(path: Path, api_url: str, options: argparse.Namespace) -> Material:
    token = folders.prepare(path, folders.OVH, api_url)
    count = options.rounds * options.callbacks
    with rows.adding(path) as adding:
        history.add(adding, _PAST)
        sent = adding.sent(2 * count)
        return Material(token, sent, adding.batches(count // _PER_CALL, _PER_CALL))


@contextmanager
def _served(path: Path, api_url: str, options: argparse.Namespace) -> Iterator[Readers]:
    port = processes.free_port()
    with processes.running(processes.serve(port), folders.settings(path, api_url)):
        processes.wait_until_answers(port)
        paths = ["/conversations", "/conversations/1"]
        yield Readers(port, options.people, options.pause, logged_in(port), paths)


def _check(path: Path, material: Material) -> None:
    """Nothing may have been answered without being stored."""
    from raspisms.sqlite import DATABASE

    with closing(sqlite3.connect(path / DATABASE)) as connection:
        query = "SELECT status, count(*) FROM message WHERE body = 'Bonjour' GROUP BY status"
        statuses = dict(connection.execute(query))
        query = "SELECT count(*) FROM receipt WHERE provider_uid >= ?"
        (receipts,) = connection.execute(query, (material.sent[0],)).fetchone()
    called = len(material.sent) + len(material.unmapped)
    delivered = statuses.get("delivered", 0)
    print(f"{called} callbacks: {receipts} receipts stored, {delivered} messages delivered")


def _report(per_second: Mapping[str, list[float]], pages: Mapping[str, list[float]]) -> None:
    alone, quiet = median(per_second["nobody reads"]), pages["no burst"]
    for name, each in per_second.items():
        print(f"{name + ':':16}{median(each):5.0f} callbacks/s, {median(each) / alone:.2f} x")
    for name, each in pages.items():
        print(f"pages, {name + ':':16}{_latency(each, quiet)} ({len(each)} pages)")


def _latency(each: list[float], quiet: list[float]) -> str:
    usual, late = median(each), quantiles(each, n=20)[-1]
    return (
        f" median {usual:4.0f} ms, {usual / median(quiet):.1f} x;"
        f" 95 of 100 within {late:4.0f} ms, {late / quantiles(quiet, n=20)[-1]:.1f} x"
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.burst", description=__doc__)
    parser.add_argument("--callbacks", type=int, default=1000, help="of one burst (1000)")
    parser.add_argument("--threads", type=int, default=8, help="connections of the provider (8)")
    parser.add_argument("--people", type=int, default=4, help="who read (4)")
    parser.add_argument("--pause", type=float, default=0.2, help="seconds between two pages (0.2)")
    parser.add_argument("--rounds", type=int, default=5, help="bursts of each kind (5)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
