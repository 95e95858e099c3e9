"""``raspisms send``."""

import click

from raspisms.cli import console, inputs
from raspisms.cli.household import opened
from raspisms.cli.options import as_json


@click.command()
@click.option("--phone", required=True, metavar="NAME", help="The phone to send with.")
@click.argument("number")
@click.argument("text")
@click.option("--at", default="", metavar="TIME", help='When, as "2026-03-28 18:30"; without: now.')
@as_json
def send(phone: str, number: str, text: str, at: str, as_json: bool) -> None:
    """Send TEXT to NUMBER, or to the contact of that name.

    TEXT may be - to read it from standard input. Before a TEXT that begins with a dash, write --.

    Prints the number of the message once it is stored for good. It leaves within two seconds where
    RaspiSMS is running, else as soon as it is started; what became of it: raspisms messages.
    """
    with opened() as engine:
        from raspisms.cli.messages import as_values
        from raspisms.messaging import campaigns, phones

        phone_id = phones.find_by_name(phone).id
        written = inputs.all_input() if text == "-" else text
        draft = campaigns.Draft(phone_id, number, written, at)
        message = campaigns.accept(engine, None, draft)
        if as_json:
            console.put_json(as_values(message, phones.find_by_name(phone).name))
        else:
            console.tell(str(message.id))
