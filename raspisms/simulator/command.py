"""The simulator as a program of its own."""

from collections.abc import Callable

from raspisms.ending import until_signal
from raspisms.simulator.account import APPLICATION_KEY, APPLICATION_SECRET, CONSUMER_KEY
from raspisms.simulator.choice import NONE, Choice
from raspisms.simulator.simulator import Simulator

Echo = Callable[[str], object]


def run(
    host: str = "127.0.0.1",
    port: int = 8027,
    *,
    delivery_delay: float = 1.0,
    callbacks: bool = True,
    callback_url: str | None = None,
    faults: Choice = NONE,
    seed: int = 0,
    echo: Echo = print,
) -> None:
    """Serve until SIGINT or SIGTERM. Call it from the main thread.

    :param host: leave it on loopback: whoever reaches the simulator controls it.
    :param port: 0 for any free one.
    :param delivery_delay: seconds from the acceptance of a message to its delivery.
    :param callbacks: whether receipts are called back.
    :param callback_url: where, for every service, until the API or the controls change it.
    :param faults: what goes wrong from the start.
    :param seed: of the shuffles, so that a run can be repeated.
    :param echo: what prints a line.
    :raise ValueError: for faults that cannot be chosen so.
    :raise SystemExit: when the port is taken.
    """
    simulator = Simulator(host, port, delivery_delay=delivery_delay, callbacks=callbacks, seed=seed)
    with simulator, until_signal() as asked:
        faults.arm(simulator)
        for service in simulator.account.services:
            simulator.set_callback(service, callback_url)
        announce(simulator, echo)
        asked.wait()


def announce(simulator: Simulator, echo: Echo) -> None:
    """What one needs to use it."""
    echo(f"OVH API:            {simulator.url}")
    echo(f"Handsets:           {simulator.web_url}")
    echo(f"Application key:    {APPLICATION_KEY}")
    echo(f"Application secret: {APPLICATION_SECRET}")
    echo(f"Consumer key:       {CONSUMER_KEY}")
    for service in simulator.account.services.values():
        echo(f"Service:            {service.name} ({', '.join(service.numbers)})")
    for line in simulator.world.faults.described():
        echo(f"Fault in force:     {line}")
