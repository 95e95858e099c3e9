"""Who is in a group of 100,000 contacts, of a list and by a rule, against reading them plainly.

The least that it could cost is to read the same rows with ``sqlite3`` and to make their data of
JSON. Both sides run in turn, in processor time; then with 1,000 contacts, for each of whom it
should take as long.
"""

import argparse
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks import folders, readings
from benchmarks.rows import Row, ago, insert

_FEW = 1_000
_RULE = 'exists(contact.team) && contact.team == "U11"'
_PLAIN = "SELECT id, name_key, name, number, data, created_at, updated_at FROM contact ORDER BY id"


class Household:
    """An address book of so many contacts, all in a list within another, and a smart group."""

    def __init__(self, path: Path, size: int) -> None:
        from raspisms import create_app, sqlite
        from raspisms.messaging import contacts, group_nesting, groups

        folders.prepare(path)
        self.size, self.database = size, path / sqlite.DATABASE
        with closing(sqlite3.connect(self.database)) as connection, connection:
            insert(connection, "contact", map(_contact, range(size)))
        self.app = create_app(folders.settings(path))
        with self.app.app_context():
            inner, outer = groups.add(None, "Within"), groups.add(None, "Around")
            groups.add_contacts(inner.id, contacts.matching(""))
            group_nesting.put_within(None, outer.id, inner.id)
            self.outer = outer.id
            self.smart = groups.add(None, "Smart", _RULE).id

    def asked(self) -> dict[str, Callable[[], object]]:
        """What is timed, by name."""
        from raspisms import clock
        from raspisms.messaging import group_members, group_people, groups, smart_groups
        from raspisms.sms import rules

        now, rule = clock.now(), rules.parse(_RULE)
        return {
            "people of a list": lambda: groups.people([self.outer], now),
            "people by a rule": lambda: groups.people([self.smart], now),
            "preview of a rule": lambda: smart_groups.preview(rule, "", now, 600),
            "list of groups": lambda: group_people.counts(now),
            "page of members": lambda: group_members.listing(groups.get(self.outer), now),
        }

    def plain(self) -> object:
        with closing(sqlite3.connect(self.database)) as connection:
            return [(*row[:4], json.loads(row[4]), *row[5:]) for row in connection.execute(_PLAIN)]

    def seconds(self, ask: Callable[[], object]) -> float:
        with self.app.app_context():
            return readings.seconds(ask)


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as few, folders.folder(options.folder) as many:
        small, large = Household(few, _FEW), Household(many, options.contacts)
        times: dict[str, list[tuple[float, float, float]]] = {}
        for _ in range(options.rounds):
            for name, ask in large.asked().items():
                few_asked = small.asked()[name]
                one = (large.seconds(ask), large.seconds(large.plain), small.seconds(few_asked))
                times.setdefault(name, []).append(one)
    print(f"{f'{large.size:,} contacts':24}{'time':>10}{'to plain':>10}{'each, to 1,000':>16}")
    for name, found in times.items():
        whole, plain, part = (median(column) for column in zip(*found, strict=True))
        for_each = (whole / large.size) / (part / small.size)
        print(f"{name:24}{whole:8.2f} s{whole / plain:8.1f} x{for_each:14.2f} x")


def _contact(number: int) -> Row:
    at, name = ago(timedelta(days=1)), f"Person {number:06d}"
    return {
        "name": name,
        "name_key": name.lower(),
        "number": f"+336{number:08d}",
        "data": json.dumps({"team": f"U{9 + number % 9}", "age": str(number % 80)}),
        "notes": "",
        "created_at": at,
        "updated_at": at,
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.groups", description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000, help="how many (100000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median (5)")
    parser.add_argument("--folder", help="where the databases are made")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
