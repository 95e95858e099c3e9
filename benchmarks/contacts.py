"""The list of contacts and its search, with 1,000 and with 100,000 contacts.

First what the pages ask the engine for, in turn; then the pages themselves, of a RaspiSMS that
serves each of the two; then removing all contacts at once and taking it back: all in processor
time, which other programs on the machine do not change. Aim: at most 1.5 times.
"""

import argparse
import random
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import folders, processes
from benchmarks.reader import Readers, logged_in, processor_milliseconds

_AIM = 1.5
#: One surname in ten is this one, so that it fills a page in both, and one of all is the rare one.
_FREQUENT, _RARE = "Martin", "Xylander"
#: How the number of that one ends, and no other's.
_ITS_NUMBER = "42000042"
_BEGINNINGS, _ENDS = "bcdfghlmnprst", "aeiou"

PAGES = {
    "page: contacts": "/contacts",
    "page: the last contacts": "/contacts?before={last}",
    "page: by number": "/contacts?order=number",
    "page: last changed": "/contacts?order=changed",
    "page: search, a rare name": f"/contacts?search={_RARE}",
    "page: search, a frequent name": f"/contacts?search={_FREQUENT}",
    "page: search, a first letter": "/contacts?search=b",
    "page: search, the end of a number": f"/contacts?search={_ITS_NUMBER}",
    "page: search, all numbers": "/contacts?search=06",
    "page: one contact": "/contacts/{last}",
}

Times = Mapping[str, list[float]]


class Household:
    """RaspiSMS with so many contacts."""

    def __init__(self, path: Path, size: int) -> None:
        from raspisms import create_app, sqlite

        folders.prepare(path)
        self._path, self.size = path, size
        self.last = _fill(path / sqlite.DATABASE, size)
        self._app = create_app(folders.settings(path))

    def seconds(self, ask: Callable[[int], object]) -> float:
        """Of processor time: on a busy machine the clock would tell of other programs."""
        with self._app.app_context():
            begun = time.thread_time()
            ask(self.last)
            return time.thread_time() - begun

    def pages(self) -> dict[str, float]:
        """Milliseconds of processor time for each page."""
        port = processes.free_port()
        with processes.running(processes.serve(port), folders.settings(self._path)) as pid:
            processes.wait_until_answers(port)
            readers = partial(Readers, port, 1, 0.0, logged_in(port))
            return {
                name: processor_milliseconds(pid, readers([path.format(last=self.last)]))
                for name, path in PAGES.items()
            }

    def remove_and_undo(self) -> tuple[float, float]:
        """Seconds of processor time to remove all contacts at once, and to have them back."""
        from raspisms.messaging import address_changes, contact_list
        from raspisms.messaging.contact_list import Selection

        with self._app.app_context():
            begun = time.thread_time()
            change_id = contact_list.remove(None, Selection(search=""), self.size)
            removed = time.thread_time()
            undone = address_changes.undo(change_id)
            ended = time.thread_time()
        if undone.restored != self.size:
            raise RuntimeError(f"of {self.size} contacts {undone.restored} came back")
        return removed - begun, ended - removed


def _fill(database: Path, size: int) -> int:
    """Contacts with names of two words, by a seed; the id of the last one by name."""
    chance = random.Random(7)
    surnames = [_word(chance, 3) for _ in range(100)]
    firsts = [_word(chance, 2) for _ in range(500)]
    numbers = chance.sample(range(10**6, 10**8), size)
    rows = []
    for place, number in enumerate(numbers):
        surname = chance.choice(surnames) if place % 10 else _FREQUENT
        if place == size // 2:
            surname, number = _RARE, int(_ITS_NUMBER)
        name = f"{chance.choice(firsts)} {surname}"
        at = f"2026-01-01 00:{place // 60 % 60:02}:{place % 60:02}.{place:06}"
        rows.append((name, name.casefold(), f"+336{number:08}", '{"team": "U9"}', at, at))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            "INSERT INTO contact (name, name_key, number, data, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
        last = "SELECT id FROM contact ORDER BY name_key DESC, id DESC LIMIT 1"
        return int(connection.execute(last).fetchone()[0])


def _word(chance: random.Random, syllables: int) -> str:
    parts = (chance.choice(_BEGINNINGS) + chance.choice(_ENDS) for _ in range(syllables))
    return "".join(parts).capitalize()


def _questions() -> dict[str, Callable[[int], object]]:
    """What is asked, with the id of the last contact by name."""
    from raspisms.messaging import contact_list, contacts
    from raspisms.messaging.contact_list import Order, Place, listing

    return {
        "list": lambda _: listing(),
        "list, its end": lambda last: listing("", Order.NAME, Place(before=last)),
        "list by number": lambda _: listing("", Order.NUMBER),
        "list, newest first": lambda _: listing("", Order.NEWEST),
        "list, last changed first": lambda _: listing("", Order.CHANGED),
        "how many": lambda _: contact_list.count(),
        "search: a rare name": lambda _: listing(_RARE),
        "search: a frequent name": lambda _: listing(_FREQUENT),
        "search: a frequent name, newest first": lambda _: listing(_FREQUENT, Order.NEWEST),
        "search: a first letter": lambda _: listing("b"),
        "search: a whole number": lambda _: listing("06 12 34 56 78"),
        "search: the end of a number": lambda _: listing(_ITS_NUMBER),
        "search: what all numbers have": lambda _: listing("+33 6"),
        "search: nobody": lambda _: listing("zzzz"),
        "keys in use": lambda _: contacts.known_keys(),
    }


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as parent:
        small, large = (Household(parent / str(size), size) for size in options.contacts)
        _report((small.size, large.size), *_ask((small, large), options.rounds))
        _report_pages(small.pages(), large.pages())
        removed, undone = large.remove_and_undo()
        print(
            f"all {large.size:,} removed in {removed:.1f} s of processor time,"
            f" and back in {undone:.1f} s"
        )


def _ask(households: Sequence[Household], rounds: int) -> list[Times]:
    questions = _questions()
    times: list[Times] = [{name: [] for name in questions} for _ in households]
    for _ in range(rounds):
        for name, question in questions.items():
            for household, mine in zip(households, times, strict=True):
                mine[name].append(household.seconds(question))
    return times


def _report(sizes: Sequence[int], small: Times, large: Times) -> None:
    print(f"{'milliseconds, of contacts':40}{sizes[0]:>10,}{sizes[1]:>11,}")
    for name in small:
        _line(name, 1000 * median(small[name]), 1000 * median(large[name]))


def _report_pages(small: Mapping[str, float], large: Mapping[str, float]) -> None:
    for name in PAGES:
        _line(name, small[name], large[name])


def _line(name: str, few: float, many: float) -> None:
    print(f"{name:40}{few:10.2f}{many:11.2f} {many / few:6.2f} x (aim: at most {_AIM:.2f})")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contacts", description=__doc__)
    parser.add_argument(
        "--contacts",
        type=int,
        nargs=2,
        default=[1_000, 100_000],
        help="how many in the smaller and in the larger address book (1000 100000)",
    )
    parser.add_argument("--rounds", type=int, default=20, help="rounds, of which the median (20)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
