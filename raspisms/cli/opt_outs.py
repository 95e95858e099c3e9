"""``raspisms opt-outs``: the numbers that campaigns leave out."""

import click

from raspisms.cli import console
from raspisms.cli.household import opened
from raspisms.cli.options import as_json
from raspisms.errors import say


@click.group("opt-outs")
def opt_outs() -> None:
    """See and change which numbers get no campaigns, because of a STOP."""


@opt_outs.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List these numbers, the newest first."""
    with opened() as engine:
        from raspisms.messaging import opt_outs

        for line in opt_outs.each():
            one = line.opt_out
            if as_json:
                console.put_json(
                    {
                        "number": one.number,
                        "name": line.name,
                        "at": one.at.isoformat(),
                        "source": one.source,
                        "reason": one.reason,
                    }
                )
            else:
                local = one.at.astimezone(engine.config.timezone)
                told = f"{one.number:<16}  {local:%Y-%m-%d %H:%M}  {one.source:<8}"
                click.echo("  ".join((told, line.name or "-", one.reason)).rstrip())


@opt_outs.command()
@click.argument("number")
@click.option("--reason", default="", metavar="TEXT", help="How you know, for whoever asks later.")
def add(number: str, reason: str) -> None:
    """Leave NUMBER, or the contact of that name, out of campaigns."""
    with opened() as engine:
        from raspisms.messaging import opt_outs

        added = opt_outs.add(engine, None, number, reason)
        console.tell(say("%(number)s gets no campaigns any more.", number=added.number))


@opt_outs.command()
@click.argument("number")
def remove(number: str) -> None:
    """Let campaigns go to NUMBER, or the contact of that name, again."""
    with opened() as engine:
        from raspisms.messaging import contacts, opt_outs

        meant = contacts.resolve(engine, number)
        opt_outs.remove(engine, None, meant)
        console.tell(say("Campaigns go to %(number)s again.", number=meant))
