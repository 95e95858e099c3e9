"""The commands that run until they are stopped: ``serve``, ``worker``, ``demo``, ``simulator``."""

from typing import TYPE_CHECKING, Any

import click

from raspisms.cli.household import configured
from raspisms.loading import loading

if TYPE_CHECKING:
    from raspisms.simulator.choice import Choice

# A household opens it from its phones, over its own network: on loopback nobody would reach it.
# Nothing but the login page is shown to who has no account.
EVERYWHERE = "0.0.0.0"  # noqa: S104
PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--host", default=EVERYWHERE, show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=PORT)
def serve(host: str, port: int) -> None:
    """Serve the pages, send and receive.

    At the first start it prints a link that makes the first account. It is reached from the whole
    home network; --host 127.0.0.1 keeps it to this machine.
    """
    configured()
    with loading():
        from raspisms import serving
    from raspisms.cli import console

    serving.run(host, port, console.tell)


@click.command()
def worker() -> None:
    """Send and receive only, beside wsgi:app in a server of your own."""
    configured()
    with loading():
        from raspisms import serving
    from raspisms.cli import console

    serving.work(console.tell)


@click.command()
@click.option("--port", default=8000, show_default=True, type=PORT, help="Of the pages.")
@click.option("--simulator-port", default=8001, show_default=True, type=PORT)
def demo(port: int, simulator_port: int) -> None:
    """Try everything with an invented household and a simulated provider.

    It needs no account anywhere, sends nothing for real, and leaves nothing behind after Ctrl-C.
    Where a port is taken, the next free one is used.
    """
    from raspisms import demo as demonstration
    from raspisms.cli import console

    console.speak_as_set()
    demonstration.run(port, simulator_port, console.tell)


def _list_faults(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    """Before anything else is looked at, as with --help."""
    if not wanted:
        return
    from raspisms.simulator.faults import FAULTS, told

    names = sorted(FAULTS.keys() - {"happy"})
    width = max(map(len, names))
    click.echo("\n".join(f"{name:{width}}  {told(name)}" for name in names))
    context.exit()


def _numbers(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, float]:
    """NAME=VALUE, several times."""
    try:
        pairs = (pair.split("=") for pair in given)
        return {name: float(value) for name, value in pairs}
    except ValueError as error:
        raise click.BadParameter("NAME=VALUE is needed, where VALUE is a number.") from error


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Who reaches it controls it.")
@click.option("--port", default=8027, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--delivery-delay",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds from acceptance to delivery.",
)
@click.option("--callbacks/--no-callbacks", default=True, help="Whether receipts are called back.")
@click.option("--callback-url", help="Where, until the API changes it.")
@click.option("--fault", "names", multiple=True, help="In force from the start; several times.")
@click.option(
    "--fault-option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_numbers,
    help="For the faults that have it; several times.",
)
@click.option("--match", help='Which calls the faults concern, as "POST */jobs".')
@click.option("--count", type=click.IntRange(1), help="How many of them; without it all.")
@click.option("--after", default=0, type=click.IntRange(0), help="How many go well before.")
@click.option(
    "--list-faults",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_faults,
    help="Tell what each fault does, and with which options.",
)
@click.option("--seed", default=0, show_default=True, help="Of the shuffles.")
def simulator(
    host: str,
    port: int,
    delivery_delay: float,
    callbacks: bool,
    callback_url: str | None,
    seed: int,
    **faults: Any,
) -> None:
    """Pretend to be OVH's SMS API, with handsets to look at. For trying and testing."""
    from raspisms.simulator.choice import Choice
    from raspisms.simulator.command import run

    choice = Choice(**faults)
    _check_simulation(callback_url, choice)
    run(
        host,
        port,
        delivery_delay=delivery_delay,
        callbacks=callbacks,
        callback_url=callback_url,
        faults=choice,
        seed=seed,
        echo=click.echo,
    )


def _check_simulation(callback_url: str | None, faults: "Choice") -> None:
    from raspisms.simulator.callbacks import usable

    if callback_url and not usable(callback_url):
        raise click.BadOptionUsage("callback_url", f"{callback_url} is no http or https URL.")
    try:
        faults.check()
    except ValueError as error:
        raise click.UsageError(str(error)) from error
