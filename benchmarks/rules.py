"""A rule asked of 100,000 people, against a plain Python function that asks the same.

Both run over the same people in turn, made before; no database takes part. Then the rule asked of
1,000 people: for each one it should take as long. There is no aim for the ratio to the function,
which is what the least would cost; the time for a group is what one waits for.
"""

import argparse
import re
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from benchmarks import readings
from raspisms.sms.person import Person
from raspisms.sms.rules import parse

NOW = datetime(2026, 10, 22, 12, tzinfo=UTC)
_FEW = 1_000
_TEAM = re.compile(r"^u1\d$", re.IGNORECASE)
_ADULT = "2008-10-22"

Holds = Callable[[Person], bool]


def _guard(person: Person) -> bool:
    return person.data.get("team") == "U11"


def _number(person: Person) -> bool:
    age = person.data.get("age")
    return age is not None and age.isdigit() and int(age) < 18


def _pattern(person: Person) -> bool:
    return _TEAM.search(person.data.get("team", "")) is not None


def _date(person: Person) -> bool:
    born = person.data.get("birthdate")
    return born is not None and born <= _ADULT


def _birthday(person: Person) -> bool:
    return person.data.get("birthdate", "")[5:] == "10-22"


#: What is asked: the rule, and the function that asks the same.
RULES: dict[str, tuple[str, Holds]] = {
    "a guard": ('exists(contact.team) && contact.team == "U11"', _guard),
    "a number": ("exists(contact.age) && contact.age < 18", _number),
    "a regular expression": ('contact.team matches "/^u1\\d$/i"', _pattern),
    "a date": (
        'exists(contact.birthdate) && date(contact.birthdate) <= date("-18 years midnight")',
        _date,
    ),
    "a birthday": (
        "exists(contact.birthdate) && is_birthday(date(contact.birthdate))",
        _birthday,
    ),
}


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    people = [_person(number) for number in range(options.people)]
    print(f"{f'{options.people:,} people':24}{'rule':>10}{'function':>10}{'':>10}{'to 1,000':>10}")
    for name, (written, function) in RULES.items():
        rule = parse(written)

        def ask(person: Person, holds: Callable[..., bool] = rule.holds) -> bool:
            return holds(person, NOW)

        if list(map(ask, people)) != list(map(function, people)):
            raise SystemExit(f"{name}: the rule and the function do not agree")
        times = [_round(people, ask, function) for _ in range(options.rounds)]
        whole, plain, few = (median(column) for column in zip(*times, strict=True))
        for_each = (whole / len(people)) / (few / _FEW)
        print(
            f"{name:24}{whole:8.2f} s{plain:8.2f} s{whole / plain:8.1f} x{for_each:8.2f} x",
            flush=True,
        )


def _round(people: list[Person], rule: Holds, function: Holds) -> tuple[float, float, float]:
    """Seconds of processor time: of the rule, of the function, of the rule for a few."""
    return _seconds(people, rule), _seconds(people, function), _seconds(people[:_FEW], rule)


def _seconds(people: list[Person], holds: Holds) -> float:
    # What comes of it is let go at once.
    return readings.seconds(lambda: deque(map(holds, people), 0))


def _person(number: int) -> Person:
    """One in ten has no data; the others are spread over teams, ages and birthdays."""
    data: dict[str, str] = {}
    if number % 10:
        data = {
            "firstname": f"Person {number}",
            "team": f"U{9 + number % 9}",
            "age": str(number % 80),
            "birthdate": f"{1946 + number % 80}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        }
    return Person(f"+336{number:08d}", f"Person {number}", data, NOW, NOW)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="how many people (100000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median (5)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
