"""``raspisms doctor``: whether all is well, part by part, and what to do where it is not."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from raspisms.cli import console, faults
from raspisms.cli.household import opened
from raspisms.cli.options import as_json
from raspisms.errors import Text, say

if TYPE_CHECKING:
    from datetime import datetime

    from raspisms.adapters.answers import Right
    from raspisms.config import Config
    from raspisms.messaging.diagnosis import Part
    from raspisms.messaging.engine import Engine
    from raspisms.models import Phone

LEVELS = {
    "ok": say("Works"),
    "waiting": say("To be looked at"),
    "error": say("Does not work"),
    "off": say("Not in use"),
}
_INDENT = "    "


@click.command()
@click.argument("names", metavar="[PHONE]...", nargs=-1)
@as_json
@click.pass_context
def doctor(context: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Ask the providers now, and tell how everything is doing.

    Without PHONE all phones are looked at. It ends with 1 where somebody has to look at something.
    """
    with _quiet(), opened() as engine:
        tell = _Json() if as_json else _Words(engine.config)
        is_well = [tell.part(None, part) for part in _of_household(engine)]
        for phone, parts, rights in _of_phones(engine, names):
            tell.phone(phone)
            is_well += [
                tell.part(phone, part, rights if part.name == "keys" else ()) for part in parts
            ]
    if not all(is_well):
        context.exit(faults.FAULT)


@contextmanager
def _quiet() -> Iterator[None]:
    """Log only what is not told anyway: what goes wrong is part of what is told."""
    log = logging.getLogger("raspisms")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def _of_household(engine: "Engine") -> "list[Part]":
    from raspisms import clock
    from raspisms.messaging import household_diagnosis
    from raspisms.scheduling import is_anyone_scheduling

    is_scheduled = is_anyone_scheduling(engine.config.instance_path)
    return household_diagnosis.of(engine, clock.now(), is_scheduled=is_scheduled)


def _of_phones(
    engine: "Engine", names: tuple[str, ...]
) -> "Iterator[tuple[Phone, list[Part], tuple[Right, ...]]]":
    from raspisms.cli.phones import LOCAL
    from raspisms.messaging import diagnosis, phones
    from raspisms.messaging.diagnosis_checks import check_now

    root = engine.config.public_url or LOCAL
    wanted = [phones.find_by_name(name) for name in names] or phones.everything()
    for phone_id in dict.fromkeys(one.id for one in wanted):
        check_now(engine, phone_id, root)
        phone = phones.one(phone_id)
        yield phone, diagnosis.of(engine, phone, root), diagnosis.rights(engine, phone)


class _Json:
    """One object a line, for programs."""

    def phone(self, phone: "Phone") -> None:
        """Each line names its phone."""

    def part(self, phone: "Phone | None", part: "Part", rights: "tuple[Right, ...]" = ()) -> bool:
        """Tell one part; whether nobody has to look at it."""
        fault = part.fault
        values: dict[str, object] = {
            "phone": phone.name if phone else None,
            "part": part.name,
            "level": part.level,
            "words": console.words(part.words),
            "advice": [console.words(one) for one in part.advice],
            "facts": {one.name: one.at.isoformat() if one.at else None for one in part.facts},
            "error": fault
            and {
                "at": fault.at.isoformat(),
                "words": console.words(fault.words),
                "query_id": fault.query_id,
            },
        }
        if rights:
            values["rights"] = {console.words(one.words): one.granted for one in rights}
        console.put_json(values)
        return not part.needs_a_person


class _Words:
    """Paragraphs, for a person."""

    def __init__(self, config: "Config") -> None:
        self._config = config

    def phone(self, phone: "Phone") -> None:
        click.echo(f"\n{phone.name}" + (f"  {phone.number}" if phone.number else ""))

    def part(self, _phone: "Phone | None", part: "Part", rights: "tuple[Right, ...]" = ()) -> bool:
        """Tell one part; whether nobody has to look at it."""
        self._line(part.title, LEVELS[part.level])
        for text in (part.words, *part.advice):
            click.echo(_INDENT + console.words(text))
        for fact in part.facts:
            if fact.at is not None:
                self._line(fact.label, self._time(fact.at), _INDENT)
        if part.fault is not None:
            at, words = self._time(part.fault.at), console.words(part.fault.words)
            self._line(say("Last error"), f"{at}, {words}", _INDENT)
            if part.fault.query_id:
                asked = say(
                    "The provider's support asks for this: %(query_id)s",
                    query_id=part.fault.query_id,
                )
                click.echo(_INDENT + console.words(asked))
        for right in rights:
            self._line(right.words, say("Yes") if right.granted else say("No"), _INDENT)
        return not part.needs_a_person

    def _line(self, label: Text, value: Text | str, indent: str = "") -> None:
        line = say("%(label)s: %(problem)s", label=label, problem=value)
        click.echo(indent + console.words(line))

    def _time(self, at: "datetime") -> str:
        return f"{at.astimezone(self._config.timezone):%Y-%m-%d %H:%M}"
