"""``raspisms export``."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click

from raspisms.cli.household import opened

if TYPE_CHECKING:
    from raspisms.messaging.engine import Engine
    from raspisms.messaging.exports import Format

_WHAT = ("contacts", "opt-outs", "invalid-numbers")
_FORMATS = ("csv", "json", "vcard", "spreadsheet")
#: Pieces written at once.
_PORTION = 1000


@click.command()
@click.argument("what", type=click.Choice(_WHAT))
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="csv",
    help="As what (csv); spreadsheet is CSV as Excel and LibreOffice open it best.",
)
@click.option("--group", metavar="NAME", help="Of contacts: only those of this group.")
def export(what: str, form: str, group: str | None) -> None:
    """Write contacts, opt-outs or invalid numbers to standard output.

    raspisms import reads contacts again, in any of the formats.
    """
    if group is not None and what != "contacts":
        raise click.UsageError("--group goes with contacts only.")
    with opened() as engine:
        from raspisms.messaging.exports import Format

        pieces = _pieces(engine, what, Format(form), group)
        # UTF-8 whatever the terminal's encoding: it is a file.
        for portion in iter(lambda: "".join(islice(pieces, _PORTION)), ""):
            click.echo(portion.encode(), nl=False)


def _pieces(engine: "Engine", what: str, form: "Format", group: str | None) -> Iterator[str]:
    from raspisms.messaging import exports

    if what == "opt-outs":
        return exports.opt_outs(form)
    if what == "invalid-numbers":
        return exports.invalid(engine, form)
    return exports.contacts(engine, exports.Selection(_group(group)), form)


def _group(name: str | None) -> int | None:
    """Raises NotFound."""
    from raspisms.cli.recipients import groups_named

    return groups_named([name])[0] if name is not None else None
