"""``raspisms`` itself: its commands in the order in which a newcomer meets them."""

import sys
from typing import Any

import click

from raspisms.cli import faults
from raspisms.cli.backups import backup, restore
from raspisms.cli.doctor import doctor
from raspisms.cli.exporting import export
from raspisms.cli.groups import groups
from raspisms.cli.importing import import_
from raspisms.cli.members import user
from raspisms.cli.messages import messages
from raspisms.cli.opt_outs import opt_outs
from raspisms.cli.phones import phone
from raspisms.cli.running import demo, serve, simulator, worker
from raspisms.cli.sending import send
from raspisms.cli.settings import settings

COMMANDS = (
    demo,
    serve,
    user,
    phone,
    send,
    messages,
    import_,
    export,
    groups,
    opt_outs,
    doctor,
    backup,
    restore,
    settings,
    worker,
    simulator,
)


class Program(click.Group):
    """Tells every fault in a sentence, whichever command it comes from."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they were added, which is the order of the help page."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Bytes that are no UTF-8 come as lone surrogates, which neither the database nor JSON take.
        if any("\ud800" <= sign <= "\udfff" for arg in args for sign in arg):
            raise click.UsageError("An argument is not text in UTF-8.", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with faults.told(ctx):
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="raspisms", message="RaspiSMS %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of a fault of RaspiSMS.")
def program(debug: bool) -> None:
    """Text messages for a household, on its own machine.

    To look around without an account anywhere: raspisms demo

    To run it: raspisms serve, then open the link that it prints.
    """


for command in COMMANDS:
    program.add_command(command)
