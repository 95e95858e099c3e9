"""The fields of a phone's adapter, as they are given on a command line."""

from collections.abc import Iterable
from pathlib import Path

import click

from raspisms.cli import inputs
from raspisms.errors import Invalid, say


def settings_given(
    adapter: str, given: Iterable[str], files: Iterable[str], from_input: Iterable[str]
) -> dict[str, str]:
    """The value of each field given.

    Raises Invalid in words for a field that the adapter does not have or that is given twice, and
    NotFound for an unknown adapter; click's UsageError where there is no ``=``.
    """
    known = _fields(adapter)
    values: dict[str, str] = {}
    for name, text in (_pair(one, "--set") for one in given):
        _put(values, known, name, text)
    for name, path in (_pair(one, "--set-file") for one in files):
        _put(values, known, name, inputs.first_line(Path(path)))
    for name in from_input:
        _put(values, known, name, inputs.hidden(name))
    return values


def _fields(adapter: str) -> list[str]:
    from raspisms.adapters import registry

    return [field.name for field in registry.get(adapter).fields]


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        # What was given may be a secret: it is not repeated.
        raise click.BadOptionUsage(option, f"{option} needs FIELD=…, with an equals sign.")
    return name.strip(), value


def _put(values: dict[str, str], known: list[str], name: str, text: str) -> None:
    if name not in known:
        raise Invalid(
            say("The adapter has no field “%(name)s”.", name=name),
            say("Its fields: %(known)s.", known=", ".join(known)),
        )
    if name in values:
        raise Invalid(say("The field “%(name)s” is given twice.", name=name))
    values[name] = text
