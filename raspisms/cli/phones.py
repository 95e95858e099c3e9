"""``raspisms phone``: the household's phones."""

from typing import TYPE_CHECKING

import click

from raspisms.cli import console
from raspisms.cli.household import opened
from raspisms.cli.options import as_json
from raspisms.cli.phone_fields import settings_given
from raspisms.errors import say

if TYPE_CHECKING:
    from raspisms.config import Config
    from raspisms.messaging.phones import Saved
    from raspisms.models import Phone

#: Where the pages are while no address is set.
LOCAL = "http://localhost:8000"


@click.group()
def phone() -> None:
    """Add phones and see how they are doing."""


@phone.command()
@click.argument("name")
@click.option("--adapter", required=True, metavar="UID", help="test_adapter, for example.")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="A field's value.")
@click.option("--set-file", "files", multiple=True, metavar="FIELD=PATH", help="From a file.")
@click.option("--set-stdin", "inputs", multiple=True, metavar="FIELD", help="From standard input.")
@click.option("--member", "members", multiple=True, metavar="NAME", help="Who may use it.")
def add(
    name: str,
    adapter: str,
    given: tuple[str, ...],
    files: tuple[str, ...],
    inputs: tuple[str, ...],
    members: tuple[str, ...],
) -> None:
    """Add a phone called NAME, after trying its settings at the provider.

    What is given with --set can be seen by other users of the machine: give secrets from a file,
    or a line each on standard input in the order of the --set-stdin options.
    """
    with opened() as engine:
        from raspisms.messaging import phones
        from raspisms.messaging.phone_drafts import PhoneDraft

        values = settings_given(adapter, given, files, inputs)
        draft = PhoneDraft(name, adapter, values, _member_ids(members))
        saved = phones.add(engine, draft, phones.new_token())
        _tell_saved(engine.config, saved)


def _tell_saved(config: "Config", saved: "Saved") -> None:
    from raspisms.messaging.phone_states import state_of

    console.tell(say("The phone “%(name)s” was added.", name=saved.phone.name))
    address = callback_url(config, saved.phone)
    if address:
        console.tell(say("Callback address for the provider: %(address)s", address=address))
    for notice in saved.notices:
        console.warn(notice)
    if not saved.verified:
        state = state_of(saved.phone)
        console.warn(say("The phone is not verified yet."), state.hint)


def _member_ids(names: tuple[str, ...]) -> list[int]:
    from raspisms.messaging.members import find_by_name

    return [find_by_name(name).id for name in names]


@phone.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the phones and how they are doing."""
    with opened() as engine:
        from raspisms.messaging.phones import everything

        for one in everything():
            values = as_values(engine.config, one)
            if as_json:
                console.put_json(values)
            else:
                shown = values | {"number": one.number or "–"}
                console.tell("{name}  {number}  {adapter}  {state}".format(**shown))


@phone.command()
@click.argument("name")
@as_json
def show(name: str, as_json: bool) -> None:
    """Show the phone NAME, without its secrets."""
    with opened() as engine:
        from raspisms.messaging.phones import find_by_name

        values = as_values(engine.config, find_by_name(name))
        if as_json:
            console.put_json(values)
        else:
            console.tell("\n".join(f"{key}: {value}" for key, value in values.items()))


def as_values(config: "Config", phone: "Phone") -> dict[str, object]:
    """A phone as it is told to programs; no secret is in it."""
    from raspisms.messaging.phone_states import state_of
    from raspisms.messaging.phones import public_settings

    return {
        "id": phone.id,
        "name": phone.name,
        "adapter": phone.adapter,
        "number": phone.number,
        "settings": public_settings(phone),
        "state": console.words(state_of(phone).words),
        "verified": phone.verified_at is not None,
        "paused": phone.paused,
        "callback_url": callback_url(config, phone),
    }


def callback_url(config: "Config", phone: "Phone") -> str | None:
    """Where the provider reports delivery; None where it does not."""
    from raspisms.adapters import registry
    from raspisms.adapters.base import Capability
    from raspisms.messaging.public_reach import status_url

    if Capability.CALLBACK not in registry.abilities(phone.adapter, phone.settings):
        return None
    return status_url(config.public_url or LOCAL, phone.callback_token)
