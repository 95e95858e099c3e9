"""``raspisms user``: the accounts of the household."""

import click

from raspisms.cli import console, inputs
from raspisms.cli.household import opened
from raspisms.cli.options import as_json
from raspisms.errors import say

password_file = click.option(
    "--password-file", metavar="FILE", help="Take the password from the first line of FILE."
)


@click.group()
def user() -> None:
    """Make and look after accounts.

    A password is asked for at a terminal, else taken from the first line of standard input or of
    a file. It is never given on the command line, where others could see it.
    """


@user.command()
@click.argument("name")
@click.option("--admin", is_flag=True, help="May manage phones, settings and accounts.")
@click.option("--phone", "phones", multiple=True, metavar="NAME", help="A phone to see and use.")
@password_file
def add(name: str, admin: bool, phones: tuple[str, ...], password_file: str | None) -> None:
    """Make an account called NAME."""
    with opened():
        from raspisms.messaging import members
        from raspisms.messaging.phones import find_by_name

        given = [find_by_name(phone).id for phone in phones]
        password = inputs.new_password(password_file)
        made = members.create(name, password, is_admin=admin, phones=given)
        console.tell(say("The account “%(name)s” was made.", name=made.name))


@user.command()
@click.argument("name")
@password_file
def password(name: str, password_file: str | None) -> None:
    """Give the account NAME a new password; it is logged out everywhere."""
    with opened():
        from raspisms.messaging import authentication

        authentication.set_password(name, inputs.new_password(password_file))
        console.tell(say("“%(name)s” has a new password and is logged out everywhere.", name=name))


@user.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the accounts and the phones that each may use."""
    with opened():
        from raspisms.messaging import members, phones

        for member in members.everyone():
            usable = [phone.name for phone in phones.visible(member)]
            if as_json:
                console.put_json(
                    {"name": member.name, "is_admin": member.is_admin, "phones": usable}
                )
            else:
                role = say("administrator") if member.is_admin else say("member")
                console.tell(f"{member.name} ({console.words(role)}): {', '.join(usable) or '-'}")
