"""``raspisms import``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from raspisms.cli import console, inputs
from raspisms.cli.household import opened
from raspisms.cli.options import as_json
from raspisms.errors import Invalid, say

if TYPE_CHECKING:
    from raspisms.messaging.engine import Engine

_EXISTING = ("complete", "replace", "keep")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--existing",
    type=click.Choice(_EXISTING),
    default="complete",
    help="What becomes of contacts whose number is there already (complete).",
)
@click.option("--group", default="", metavar="NAME", help="Put all into this group, new or not.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each line.")
@as_json
def import_(file: Path, existing: str, group: str, dry_run: bool, as_json: bool) -> None:
    """Import the contacts of FILE: CSV, JSON of RaspiSMS, or vCard.

    Of a number that is in the address book already, "complete" adds what is missing, "replace"
    takes what the file says, and "keep" leaves the contact as it is.

    Lines that cannot be used are skipped, and told with their reason. All others are imported at
    once; it can be undone on the page of imports.
    """
    with opened() as engine:
        from raspisms.messaging import imports

        try:
            with open(file, "rb") as stream:
                import_id = imports.read_now(
                    engine,
                    file.name,
                    stream,
                    existing,  # type: ignore[arg-type]
                    console.language(),
                )
        except OSError as error:
            raise inputs.unreadable(file, error.strerror or "") from error
        try:
            _finish(engine, import_id, group, dry_run=dry_run, as_json=as_json)
        finally:
            if imports.get(import_id).state != "done":
                imports.discard(engine, import_id)


def _finish(engine: "Engine", import_id: int, group: str, *, dry_run: bool, as_json: bool) -> None:
    from raspisms.messaging import imports

    problem = imports.problem_of(imports.get(import_id))
    if problem is not None:
        raise Invalid(*problem)
    if not dry_run:
        imports.begin(engine, None, import_id, new_group=group)
        imports.work(engine, import_id)
    _tell_skipped(engine, import_id)
    counts = imports.get(import_id).found["counts"]
    if as_json:
        console.put_json(counts)
    else:
        console.tell(
            say(
                "New: %(new)d, changed: %(changed)d, same as before: %(same)d, skipped: "
                "%(skipped)d.",
                **counts,
            )
        )


def _tell_skipped(engine: "Engine", import_id: int) -> None:
    """Each skipped line with its reason, on standard error."""
    from raspisms.messaging import import_preview, imports

    record, after = imports.get(import_id), ""
    is_json = record.choices.get("format") == "json"
    while True:
        page = import_preview.page(record, engine.config.country, "skipped", after)
        for row in page.rows:
            place = (
                say("Entry %(number)d:", number=row.line)
                if is_json
                else say("Line %(number)d:", number=row.line)
            )
            console.warn(place, row.why)
        if page.after is None:
            return
        after = page.after
