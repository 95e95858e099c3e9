"""Accepting 10,000 recipients of one text, against the least that the same rows could cost.

The least is to put the very same rows into the same schema with ``sqlite3``, in one transaction as
durable. First all recipients are new, then all are known. Aim: under 3 seconds. With ``--template``
each of them gets a text of their own.
"""

import argparse
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from statistics import median
from typing import Any

from benchmarks import folders

#: What accepting writes, in this order.
_TABLES = ("campaign", "conversation", "message")
_AIM = "aim: under 3.00"
_TEXT = "Bonjour"
_TEMPLATE = (
    "Bonjour {{ contact.prenom|default(contact_metas.number)|upper }},"
    " {% if contact.equipe == 'U13' %}rendez-vous au gymnase{% else %}à demain{% endif %}"
    " le {{ 'now'|date('d/m') }}. Le club"
)

Rows = Mapping[str, Sequence[tuple[object, ...]]]


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock on the wall, and of processor time."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Round:
    """What it cost to accept new recipients, the least for that, and to accept them once more."""

    new: Cost
    least: Cost
    known: Cost


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    typed = _typed(options.recipients)
    rounds = []
    with folders.folder(options.folder) as parent:
        for number in range(options.rounds):
            text = _TEMPLATE if options.template else _TEXT
            rounds.append(_round(parent / str(number), typed, text))
            print(_line(f"round {number + 1}", rounds[-1]), flush=True)
    _report(rounds, options.recipients)


def _typed(count: int) -> str:
    """As many numbers as people paste them: one a line, in the country's own way of writing."""
    digits = (f"06{number:08}" for number in range(count))
    return "\n".join(" ".join(d[at : at + 2] for at in range(0, 10, 2)) for d in digits)


def _round(path: Path, typed: str, text: str) -> Round:
    folders.prepare(path, folders.TEST)
    copyfile(_database(path), path / "least")
    with folders.household(path) as engine:
        new = _accept(engine, typed, text)
        rows = _rows(_database(path))
        known = _accept(engine, typed, text)
    return Round(new, _put(path / "least", rows), known)


def _accept(engine: Any, typed: str, text: str) -> Cost:
    """What it costs until one message to each recipient is durable."""
    from raspisms.messaging import campaigns

    draft = campaigns.Draft(1, typed, text)
    with _measuring() as costs:
        done = campaigns.accept(engine, None, draft)
    if done.count != len(typed.splitlines()):
        raise RuntimeError(f"only {done.count} recipients were accepted")
    return costs[0]


def _rows(database: Path) -> Rows:
    with closing(sqlite3.connect(database)) as connection:
        return {t: connection.execute(f"SELECT * FROM {t}").fetchall() for t in _TABLES}


def _put(database: Path, rows: Rows) -> Cost:
    """What it costs to write rows, as durably as RaspiSMS does."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        with _measuring() as costs:
            connection.execute("BEGIN IMMEDIATE")
            for table, those in rows.items():
                values = ", ".join("?" * len(those[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({values})", those)
            connection.execute("COMMIT")
    return costs[0]


@contextmanager
def _measuring() -> Iterator[list[Cost]]:
    """What the block cost is in the list when it has ended."""
    costs: list[Cost] = []
    wall, cpu = time.perf_counter(), time.process_time()
    yield costs
    costs.append(Cost(time.perf_counter() - wall, time.process_time() - cpu))


def _database(path: Path) -> Path:
    from raspisms.sqlite import DATABASE

    return path / DATABASE


def _line(name: str, one: Round) -> str:
    return (
        f"{name}: {one.new.wall:.2f} s, known ones {one.known.wall:.2f} s;"
        f" least {one.least.wall:.2f} s; {one.new.wall / one.least.wall:.1f} x"
    )


def _report(rounds: list[Round], count: int) -> None:
    for name, costs in (("new", [r.new for r in rounds]), ("known", [r.known for r in rounds])):
        wall, cpu = median(one.wall for one in costs), median(one.cpu for one in costs)
        words = f"within {wall:.2f} s ({_AIM}), {cpu:.2f} s of processor time"
        print(f"{count} {name} recipients are accepted {words}")
    wall = median(one.new.wall / one.least.wall for one in rounds)
    cpu = median(one.new.cpu / one.least.cpu for one in rounds)
    print(f"new ones {wall:.1f} x the least for the same rows, {cpu:.1f} x in processor time")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accepting", description=__doc__)
    parser.add_argument("--recipients", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median (5)")
    parser.add_argument("--template", action="store_true", help="a text of one's own for each")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
