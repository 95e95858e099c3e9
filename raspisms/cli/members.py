"""``raspisms user``: the accounts of the household."""

from typing import TYPE_CHECKING

import click

from raspisms.cli import console, inputs
from raspisms.cli.household import opened
from raspisms.cli.options import as_json
from raspisms.errors import Text, say

if TYPE_CHECKING:
    from raspisms.models import Member

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
    with opened() as engine:
        from raspisms.messaging import members
        from raspisms.messaging.phones import find_by_name

        given = [find_by_name(phone).id for phone in phones]
        password = inputs.new_password(password_file)
        household = engine.config.household_name
        made = members.create(name, password, is_admin=admin, phones=given, household=household)
        console.tell(say("The account “%(name)s” was made.", name=made.name))


@user.command()
@click.argument("name")
@password_file
def password(name: str, password_file: str | None) -> None:
    """Give the account NAME a new password; it is logged out everywhere."""
    with opened() as engine:
        from raspisms.messaging import authentication

        chosen = inputs.new_password(password_file)
        authentication.set_password(name, chosen, engine.config.household_name)
        console.tell(say("“%(name)s” has a new password and is logged out everywhere.", name=name))


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Close the account NAME: it is logged out everywhere; what it wrote stays."""
    with opened():
        from raspisms.messaging import members, membership

        membership.disable(None, members.find_by_name(name).id)
        console.tell(say("“%(name)s” is disabled and logged out everywhere.", name=name))


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """Open the disabled account NAME again."""
    with opened():
        from raspisms.messaging import members, membership

        membership.enable(None, members.find_by_name(name).id)
        console.tell(say("“%(name)s” can log in again.", name=name))


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
                    {
                        "name": member.name,
                        "is_admin": member.is_admin,
                        "is_disabled": member.disabled_at is not None,
                        "phones": usable,
                    }
                )
            else:
                role = console.words(_role_of(member))
                console.tell(f"{member.name} ({role}): {', '.join(usable) or '-'}")


def _role_of(member: "Member") -> Text:
    if member.disabled_at:
        return say("disabled")
    return say("administrator") if member.is_admin else say("member")
