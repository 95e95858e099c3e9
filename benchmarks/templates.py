"""Filling in a text for 10,000 people, against Python's own way of filling in fields.

The least is ``str.format`` with the same values, which can neither decide nor calculate. Each text
is read once. Aim: under one second of processor time for 10,000 people.
"""

import argparse
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks import readings
from raspisms.sms import templating
from raspisms.sms.person import Person

_AIM_SECONDS = 1.0
_NOW = datetime(2026, 10, 22, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))

#: Texts as people write them, by what they use.
TEXTS = {
    "two fields": "Bonjour {{ contact.firstname }}, votre équipe est {{ contact.team }}.",
    "a condition": (
        "{% if contact.vip == 1 %}Cher {% elseif contact.team is defined %}Bonjour {% else %}"
        "Madame, Monsieur{% endif %}{{ contact.firstname|default('') }}, à samedi !"
    ),
    "a birthday": (
        "{% if 'now'|date('m-d') == contact.birthdate|date('m-d') %}Joyeux anniversaire "
        "{{ contact.firstname|capitalize }} !{% endif %}"
    ),
    "a date in words": (
        "Le {{ contact.birthdate|format_datetime('long', 'none') }}, {{ contact.firstname }}."
    ),
    "a loop of eight": "{% for x in range(1, 8) %}{{ x }} {{ contact.firstname }}, {% endfor %}",
    "an amount": "{{ contact.amount|number_format(2, ',', ' ') }} € pour {{ contact.team|upper }}",
}
_LEAST = "Bonjour {firstname}, votre équipe est {team}."


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time of one round."""

    least: float
    texts: dict[str, float]


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    people = [_person(number) for number in range(options.people)]
    rounds = [_round(people) for _ in range(options.rounds)]
    least = median(one.least for one in rounds)
    print(f"{'str.format':20}{1000 * least:9.0f} ms for {options.people:,} people")
    for name in TEXTS:
        seconds = median(one.texts[name] for one in rounds)
        ratio = median(one.texts[name] / one.least for one in rounds)
        aim = f"aim: under {_AIM_SECONDS * options.people / 10_000:.2f} s"
        print(f"{name:20}{1000 * seconds:9.0f} ms {ratio:7.1f} x  ({aim})")


def _round(people: list[Person]) -> Cost:
    least = _seconds(people, lambda person: _LEAST.format(**person.data))
    texts = {}
    for name, text in TEXTS.items():
        template = templating.compile(text)
        texts[name] = _seconds(people, lambda person, one=template: one.render(person, _NOW))
    return Cost(least, texts)


def _seconds(people: list[Person], fill_in: Callable[[Person], str]) -> float:
    # What comes of it is let go at once.
    return readings.seconds(lambda: deque(map(fill_in, people), 0))


def _person(number: int) -> Person:
    data = {
        "firstname": f"Prénom{number}",
        "team": f"U{number % 20}",
        "vip": str(number % 2),
        "birthdate": f"{1950 + number % 60}-{1 + number % 12:02}-{1 + number % 28:02}",
        "amount": f"{number}.5",
    }
    return Person(f"+336{number:08}", f"Nom {number}", data, _NOW, _NOW)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.templates", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000, help="how many people (10000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median (5)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
