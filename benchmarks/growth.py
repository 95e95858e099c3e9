"""What the engine and the pages ask the database for, with 10,000 and with 1,000,000 messages.

What is due, awaited or in doubt is as much in both; the rest are conversations that are over. The
ratio of the medians tells what years of use cost. Aim: at most 1.5 times.
"""

import argparse
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask import Flask

from benchmarks import folders, history, processes, rows
from benchmarks.questions import CALL, QUESTIONS, Material, Question, doubt

_AIM = 1.5
#: Messages of one call in doubt.
_DOUBTFUL = 10

#: Seconds that each question took, round by round.
Times = Mapping[str, list[float]]


class Household:
    """RaspiSMS with so many messages, and material for so many rounds of questions."""

    def __init__(self, path: Path, api_url: str, messages: int, rounds: int) -> None:
        from raspisms import create_app, sqlite

        folders.prepare(path, folders.OVH, api_url)
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


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as parent, processes.simulator() as api_url:
        households = [
            Household(parent / str(size), api_url, size, options.rounds)
            for size in options.messages
        ]
        times = _ask(households, options.rounds)
    _report(options.messages, *times)


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


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument(
        "--messages",
        type=int,
        nargs=2,
        default=[10_000, 1_000_000],
        help="how many in the smaller and in the larger database (10000 1000000)",
    )
    parser.add_argument("--rounds", type=int, default=20, help="rounds, of which the median (20)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
