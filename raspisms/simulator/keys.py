"""Applications and consumer keys that are made while the simulator runs."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from raspisms import clock
from raspisms.simulator.account import Application, Credential, Rule
from raspisms.simulator.schema import TYPES

if TYPE_CHECKING:
    from raspisms.simulator.world import World

METHODS: tuple[str, ...] = tuple(TYPES["auth.HTTPMethodEnum"]["enum"])
STATES: tuple[str, ...] = tuple(TYPES["auth.CredentialStateEnum"]["enum"])


def make_keys(
    world: "World",
    rules: Iterable[Rule],
    *,
    status: str = "validated",
    expiration: datetime | None = None,
    foreign: bool = False,
) -> tuple[Application, Credential]:
    """A new application with a consumer key of its own, in the lengths of OVH's.

    :raise ValueError: for a status, a method or a path that OVH does not have.
    """
    rules = tuple(rules)
    if status not in STATES:
        raise ValueError(f"{status!r} is none of {', '.join(STATES)}")
    for rule in rules:
        check_rule(rule)
    with world.lock:
        number = next(world.credential_ids)
        application = Application(secrets.token_hex(8), secrets.token_hex(16), number)
        credential = Credential(
            secrets.token_hex(16),
            application.key,
            rules,
            number,
            clock.now(),
            status=status,
            expiration=expiration,
            foreign=foreign,
        )
        world.account.applications[application.key] = application
        world.account.credentials[credential.consumer_key] = credential
    return application, credential


def check_rule(rule: Rule) -> None:
    """:raise ValueError: for a method or a path that OVH does not have."""
    if rule.method not in METHODS:
        raise ValueError(f"{rule.method!r} is none of {', '.join(METHODS)}")
    if not rule.path.startswith("/"):
        raise ValueError(f"{rule.path!r} does not begin with /")


def end_of(days: int) -> datetime | None:
    """When keys end that are valid for ``days``; 0: never."""
    return clock.now() + timedelta(days=days) if days else None
