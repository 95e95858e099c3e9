"""``raspisms settings``: what is set, where, and what could be."""

import textwrap
from typing import TYPE_CHECKING

import click

from raspisms.cli import console
from raspisms.cli.household import configured
from raspisms.cli.options import as_json
from raspisms.errors import say

if TYPE_CHECKING:
    from raspisms.config import Row


@click.command()
@as_json
def settings(as_json: bool) -> None:
    """Show every setting: its value, where that comes from, its default."""
    from raspisms import sqlite
    from raspisms.config import describe, with_chosen
    from raspisms.messaging import household

    given = configured()
    config = with_chosen(given, household.stored_in(given.instance_path / sqlite.DATABASE))
    console.speak(config.language)
    for warning in config.warnings[len(given.warnings) :]:
        console.warn(warning)
    for row in describe(config):
        if as_json:
            console.put_json({**vars(row), "source": console.words(row.source)})
        else:
            _show(row)


def _show(row: "Row") -> None:
    source = console.words(row.source)
    default = console.words(say("Default: %(default)s", default=row.default))
    click.echo(f"{row.name} = {row.value}  [{source}]")
    click.echo(textwrap.indent(textwrap.fill(row.help, 92), "    "))
    click.echo(f"    {default}\n")
