"""The rights of a phone's keys in words: what it needs them for, and whether they are there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from raspisms.adapters.answers import Inspection, Right
from raspisms.adapters.errors import Misconfigured
from raspisms.adapters.ovh.check import Rule, Wrong, allows, check_keys, rules_of
from raspisms.adapters.ovh.client import OvhClient
from raspisms.errors import say

#: Stands for the id of any message: rules are about all of them.
_ANY = "1"


def inspect(client: OvhClient, service: str, root: str, *, receives: bool) -> Inspection:
    """What the keys allow a phone of a service (its path) whose messages are under ``root``.

    Raises CallError, Throttled, and Misconfigured where the keys are not valid.
    """
    try:
        credential = check_keys(client, needed=())
    except Wrong as wrong:
        problem = wrong.problem
        raise Misconfigured("keys_refused", problem.message, problem.hint) from wrong
    return told(credential, service, root, receives=receives)


def told(
    credential: Mapping[str, Any] | None, service: str, root: str, *, receives: bool
) -> Inspection:
    """What OVH's word of the keys (``auth.ApiCredential``) means; nothing without it."""
    if credential is None:
        return Inspection()
    rules = rules_of(credential)
    return Inspection(
        _of_the_phone(rules, root, receives=receives) + _of_the_account(rules, service),
        _end(credential),
    )


def _of_the_phone(rules: Sequence[Rule], root: str, *, receives: bool) -> tuple[Right, ...]:
    received = Right(say("Receive messages"), _listed(rules, f"{root}/incoming"))
    return (
        Right(say("Send messages"), allows(rules, "POST", f"{root}/jobs")),
        *((received,) if receives else ()),
        Right(say("Ask whether messages were delivered"), _listed(rules, f"{root}/outgoing")),
    )


def _of_the_account(rules: Sequence[Rule], service: str) -> tuple[Right, ...]:
    return (
        Right(
            say("Read the SMS account: its credit and the addresses that it calls"),
            allows(rules, "GET", service),
        ),
        Right(
            say("Set the addresses that the SMS account calls"),
            allows(rules, "PUT", service),
            needed=False,
        ),
        Right(
            say("Read which sender names are approved"),
            _listed(rules, f"{service}/senders"),
            needed=False,
        ),
        Right(say("Read who answered STOP"), _listed(rules, f"{service}/blacklists"), needed=False),
    )


def _listed(rules: Sequence[Rule], path: str) -> bool:
    """Whether both a list and what is in it may be read."""
    return all(allows(rules, "GET", one) for one in (path, f"{path}/{_ANY}"))


def _end(credential: Mapping[str, Any]) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(credential.get("expiration")))
    except ValueError:
        return None
    return instant if instant.tzinfo else None
