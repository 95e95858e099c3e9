"""``raspisms send``."""

from collections.abc import Sequence

import click

from raspisms.cli import console, inputs
from raspisms.cli.household import opened
from raspisms.cli.options import as_json
from raspisms.errors import InvalidForm
from raspisms.sms.lifecycle import Status

STANDARD_INPUT = "-"


@click.command()
@click.option("--phone", required=True, metavar="NAME", help="The phone to send with.")
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.argument("text")
@click.option("--at", default="", metavar="TIME", help='When, as "2026-03-28 18:30"; without: now.')
@click.option(
    "--numbers-file",
    metavar="FILE",
    help="More numbers, one on each line; - for standard input. See below.",
)
@click.option(
    "--skip-unusable", is_flag=True, help="Leave out what cannot be used, and send to the others."
)
@click.option("--flash", is_flag=True, help="Shown at once, and not stored by the phone.")
@click.option(
    "--to-group", "groups", multiple=True, metavar="NAME", help="To a group; may be repeated."
)
@click.option(
    "--template/--as-written",
    default=True,
    help="Whether fields such as {{ contact.firstname }} are filled in for each person: they are.",
)
@click.option(
    "--despite-opt-out", is_flag=True, help="To one person also where they said STOP to campaigns."
)
@click.option(
    "--invalid-too", is_flag=True, help="To groups and several also where nothing arrived before."
)
@as_json
def send(
    phone: str,
    numbers: tuple[str, ...],
    text: str,
    at: str,
    numbers_file: str | None,
    skip_unusable: bool,
    flash: bool,
    groups: tuple[str, ...],
    template: bool,
    despite_opt_out: bool,
    invalid_too: bool,
    as_json: bool,
) -> None:
    """Send TEXT to each NUMBER, which may be the name of a contact or of a group. Each person gets
    it once.

    TEXT may be - to read it from standard input. Before a TEXT that begins with a dash, write --.

    Prints the number of each message once all are stored for good. They leave within two seconds
    where RaspiSMS is running, else as soon as it is started; what became of them: raspisms
    messages.

    Where one of several numbers cannot be used, nothing is sent, unless --skip-unusable is given.

    Of several, those get nothing who said STOP, at whose number nothing arrived before, and for
    whom the text cannot be made or nothing is left of it: they are told on standard error.

    The file of --numbers-file is text in UTF-8 with a number or a name on each line. Empty lines,
    lines that begin with #, and a header such as "number" are ignored. Where the header names more
    columns, as in "number,firstname", a text can have them as {{ contact.firstname }}.
    """
    _refuse_odd([*numbers, *groups], text, numbers_file)
    with opened() as engine:
        from raspisms.cli import recipients
        from raspisms.cli.numbers_file import Listed, read
        from raspisms.messaging import campaigns, phones

        phone_id = phones.find_by_name(phone).id
        listed = read(numbers_file) if numbers_file is not None else Listed()
        written = inputs.all_input() if text == STANDARD_INPUT else text
        to = "\n".join([*listed.lines, *numbers])
        draft = campaigns.Draft(
            phone_id,
            to,
            written,
            at,
            skip_unusable=skip_unusable,
            flash=flash,
            groups=recipients.groups_named(groups),
            template=None if template else False,
            despite_opt_out=despite_opt_out,
            leave_out_invalid=not invalid_too,
            data=listed.data,
        )
        try:
            accepted = campaigns.accept(engine, None, draft)
        except InvalidForm as refused:
            raise recipients.refusal(refused.problems, len(listed.lines)) from refused
        recipients.tell_left_out(accepted, len(listed.lines))
        _tell_messages(accepted.campaign.id, as_json=as_json)


def _tell_messages(campaign_id: int, *, as_json: bool) -> None:
    """The number of each message, or all of it; who gets none is told on standard error."""
    from raspisms.cli import recipients
    from raspisms.cli.messages import as_values
    from raspisms.messaging import listing

    for one in listing.walk(listing.Wanted(campaign_id=campaign_id)):
        if one.message.status == Status.SKIPPED:
            recipients.tell_skipped(one.message)
        if as_json:
            console.put_json(as_values(one.message, one.phone))
        elif one.message.status != Status.SKIPPED:
            click.echo(one.message.id)


def _refuse_odd(recipients: Sequence[str], text: str, numbers_file: str | None) -> None:
    if not recipients and numbers_file is None:
        raise click.UsageError(
            "Missing argument 'NUMBER' or option '--numbers-file' or '--to-group'."
        )
    if text == numbers_file == STANDARD_INPUT:
        raise click.UsageError("Standard input cannot be both TEXT and the file of numbers.")
