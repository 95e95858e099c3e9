"""``raspisms groups``: whom one can write to at once."""

import click

from raspisms import clock
from raspisms.cli import console
from raspisms.cli.household import opened
from raspisms.cli.options import as_json


@click.command()
@as_json
def groups(as_json: bool) -> None:
    """List groups by name, with how many people are in each now.

    A “?” stands for a smart group whose rule would take too long to ask everybody, or is broken.
    """
    with opened() as engine:
        from raspisms.messaging import group_people
        from raspisms.messaging import groups as stored

        zone = engine.config.timezone
        counts = group_people.counts(clock.now().astimezone(zone))
        for group in stored.listing():
            count = counts.get(group.id, 0)
            if as_json:
                used_at = group.used_at.isoformat() if group.used_at else None
                console.put_json(
                    {
                        "name": group.name,
                        "smart": group.rule is not None,
                        "rule": group.rule,
                        "people": count,
                        "last_written_to": used_at,
                    }
                )
            else:
                used = f"{group.used_at.astimezone(zone):%Y-%m-%d %H:%M}" if group.used_at else "-"
                kind = "smart" if group.rule is not None else "list"
                number = "?" if count is None else count
                click.echo(f"{number:>6}  {kind:<5}  {used:<16}  {group.name}")
