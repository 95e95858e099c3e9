"""What the engine and the pages ask the database for, with 1,000 and with 1,000,000 messages.

What is due, awaited or in doubt is as much in both; the rest are conversations that are over, one
of which has a twentieth of all messages. Then the pages themselves, of a RaspiSMS that serves each
of the two in turn. The ratio of the medians tells what years of use cost. Aim: at most 1.5 times,
and 95 of 100 pages within 50 ms.
"""

import argparse
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from flask import Flask

from benchmarks import folders, history, processes, readings, rows, texts
from benchmarks.questions import CALL, QUESTIONS, Material, Question, doubt
from benchmarks.reader import Readers, logged_in

_AIM = 1.5
_AIM_MILLISECONDS = 50
#: How long each page is read, one after the other by one person.
_READING_SECONDS = 2.0
#: Messages of one call in doubt.
_DOUBTFUL = 10

#: Pages, by what they are called.
PAGES = {
    "page: conversations": "/conversations",
    "page: a conversation": f"/conversations/{history.PER_CONVERSATION}",
    "page: the longest conversation": "/conversations/1",
    "page: its older messages": "/conversations/1?before={older}",
    "page: search, a rare word": f"/search?q={texts.RARE}",
    "page: search, a frequent word": f"/search?q={texts.FREQUENT}",
    "page: search, two frequent words": f"/search?q={texts.FREQUENT}+{texts.ALSO_FREQUENT}",
    "page: search, a first letter": "/search?q=b",
}

#: Seconds that each question took, round by round.
Times = Mapping[str, list[float]]


class Household:
    """RaspiSMS with so many messages, and material for so many rounds of questions."""

    def __init__(self, path: Path, api_url: str, messages: int, rounds: int) -> None:
        from raspisms import create_app, sqlite

        folders.prepare(path, folders.OVH, api_url)
        self._path = path
        self._database = path / sqlite.DATABASE
        calm = {"RASPISMS_RECONCILE_SECONDS": 3600, "RASPISMS_OVH_CALLS_PER_MINUTE": 6000}
        self._app: Flask = create_app(folders.settings(path, api_url) | calm)
        with rows.adding(path) as adding:
            history.add(adding, messages)
            self._material = self._prepare(adding, rounds)

    def _prepare(self, adding: rows.Rows, rounds: int) -> Material:
        adding.pending("Bonjour" for _ in range((rounds + 4) * CALL))
        for number in range(rounds):
            adding.doubtful(doubt(number), _DOUBTFUL)
        return Material(
            engine=self._app.extensions["raspisms"],
            service=adding.service,
            sent=adding.sent(rounds * CALL),
            unmapped=adding.batches(rounds, CALL),
            conversation=history.PER_CONVERSATION,
            longest=1,
        )

    def seconds(self, question: Question, number: int) -> float:
        with self._app.app_context():
            begun = time.perf_counter()
            question(self._material, number)
            return time.perf_counter() - begun

    def begin(self, number: int) -> None:
        """Let the call in doubt of this round be the only one that is to be asked about."""
        with closing(sqlite3.connect(self._database)) as connection, connection:
            connection.execute(
                "UPDATE message SET ask_at = CASE call_tag WHEN ? THEN ? ELSE ? END"
                " WHERE status = 'uncertain'",
                (doubt(number), rows.ago(timedelta(0)), rows.ago(-timedelta(days=1))),
            )

    def pages(self) -> "dict[str, Read]":
        """What each page cost, of a RaspiSMS that serves this household."""
        self._rest()
        port = processes.free_port()
        with processes.running(processes.serve(port), folders.settings(self._path)) as pid:
            processes.wait_until_answers(port)
            readers = partial(Readers, port, 1, 0.0, logged_in(port))
            return {name: _read(pid, readers([self._address(name)])) for name in PAGES}

    def _rest(self) -> None:
        """Let nothing be sent or asked about beside the pages."""
        with closing(sqlite3.connect(self._database)) as connection, connection:
            connection.execute("UPDATE phone SET paused = 1")

    def _address(self, name: str) -> str:
        """The older page begins where the newest one ends."""
        from raspisms.messaging import conversations

        with self._app.app_context():
            older = conversations.thread(self._material.member, 1).older
        return PAGES[name].format(older=older)


@dataclass(frozen=True)
class Read:
    """Milliseconds that each of many readings of a page took, and of processor time for one."""

    each: list[float]
    cpu: float


def _read(pid: int, readers: Readers) -> Read:
    before = readings.read(pid).cpu
    with readers.reading() as milliseconds:
        time.sleep(_READING_SECONDS)
    cpu = 1000 * (readings.read(pid).cpu - before) / len(milliseconds)
    return Read(milliseconds[1:], cpu)  # the first one compiles its templates


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as parent, processes.simulator() as api_url:
        households = [
            Household(parent / str(size), api_url, size, options.rounds)
            for size in options.messages
        ]
        _report(options.messages, *_ask(households, options.rounds))
        _report_pages(*(household.pages() for household in households))


def _ask(households: Sequence[Household], rounds: int) -> list[Times]:
    """Ask all questions so often, in turn."""
    times: list[Times] = [{name: [] for name in QUESTIONS} for _ in households]
    for number in range(rounds):
        for household in households:
            household.begin(number)
        for name, question in QUESTIONS.items():
            for household, mine in zip(households, times, strict=True):
                mine[name].append(household.seconds(question, number))
    return times


def _report(sizes: Sequence[int], small: Times, large: Times) -> None:
    print(f"{'milliseconds, of messages':38}{sizes[0]:>10,}{sizes[1]:>11,}")
    for name in QUESTIONS:
        few, many = 1000 * median(small[name]), 1000 * median(large[name])
        words = f"{many / few:6.2f} x (aim: at most {_AIM:.2f})"
        print(f"{name:38}{few:10.2f}{many:11.2f} {words}")


def _report_pages(small: Mapping[str, Read], large: Mapping[str, Read]) -> None:
    for name in PAGES:
        few, many = small[name], large[name]
        ratio = median(many.each) / median(few.each)
        late = quantiles(many.each, n=20)[-1]
        print(
            f"{name:38}{median(few.each):10.2f}{median(many.each):11.2f} {ratio:6.2f} x"
            f" (aim: at most {_AIM:.2f});"
            f" 95 of 100 within {late:.0f} ms (aim: {_AIM_MILLISECONDS});"
            f" {few.cpu:.1f} and {many.cpu:.1f} ms of processor time"
        )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument(
        "--messages",
        type=int,
        nargs=2,
        default=[1_000, 1_000_000],
        help="how many in the smaller and in the larger database (1000 1000000)",
    )
    parser.add_argument("--rounds", type=int, default=20, help="rounds, of which the median (20)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
