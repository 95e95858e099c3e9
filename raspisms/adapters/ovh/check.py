"""Trying a phone's settings at OVH, one step after the other, until one fails."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from raspisms.adapters.answers import CheckReport
from raspisms.adapters.base import Purpose
from raspisms.adapters.errors import Throttled, Unreachable
from raspisms.adapters.ovh.client import Answered, AnswerLost, CallError, NeverLeft, OvhClient
from raspisms.errors import Invalid, Text, say
from raspisms.sms.lifecycle import CLOCK_TOLERANCE

#: A method and a path.
Right = tuple[str, str]
#: auth.AccessRule: ``*`` in the path stands for anything, slashes too.
Rule = Mapping[str, Any]

#: Schema, ``auth.CredentialStateEnum``.
_STATES = ("expired", "pendingValidation", "refused", "validated")


class Wrong(Exception):
    """A setting is wrong, or not enough; ``problem`` says it beside its field."""

    def __init__(self, field: str, message: Text, hint: Text) -> None:
        super().__init__(field)
        self.problem = Invalid(message, hint, field=field)


def check(
    client: OvhClient,
    service: str,
    needed: Iterable[Right],
    own: Callable[[OvhClient], Mapping[str, str]],
) -> CheckReport:
    """What OVH says of the keys, of the service, and of what an adapter has of its own.

    ``own`` raises Wrong, and gives what only OVH could tell. Raises Unreachable, or Throttled from
    the budget.
    """
    try:
        difference = client.clock_difference()
        check_keys(client, needed)
        _check_service(client, service)
        learned = own(client)
    except Wrong as wrong:
        return CheckReport(problems=(wrong.problem,))
    except (NeverLeft, AnswerLost) as error:
        raise unreachable(error) from error
    except Answered as error:
        if error.status >= 500 or error.status in (408, 409) or error.is_about_time:
            raise unreachable(error) from error
        if error.status == 429:
            raise Throttled(error.retry_after or timedelta(seconds=5)) from error
        return CheckReport(problems=(_unexpected(error),))
    return CheckReport(notices=_clock_notice(difference), learned=learned)


def unreachable(error: CallError) -> Unreachable:
    fault = Unreachable(
        say("OVH could not be reached (%(fault)s).", fault=str(error)),
        say("Wait a few minutes, then try again.")
        if isinstance(error, Answered)
        else say("Look whether this machine is on the Internet, then try again."),
    )
    fault.query_id = error.query_id
    return fault


def check_keys(client: OvhClient, needed: Iterable[Right]) -> Mapping[str, Any] | None:
    """What OVH says of the keys, as ``credential_of``.

    Raises Wrong where they are not valid, or are known to lack a right.
    """
    try:
        credential = credential_of(client)
    except Answered as error:
        raise _wrong_key(error) from error
    if credential is None:
        return None
    _check_state(str(credential.get("status")))
    rules = rules_of(credential)
    for method, path in needed:
        if not allows(rules, method, path):
            raise Wrong(
                "consumer_key",
                say("These keys do not have the right %(method)s on /sms/*.", method=method),
                say("Make new keys with the link above, which asks for all the rights needed."),
            )
    return credential


def credential_of(client: OvhClient) -> Mapping[str, Any] | None:
    """What OVH says of the keys; None where they may not ask, as those with rights on /sms only."""
    try:
        credential = client.get(Purpose.CHECK, "/auth/currentCredential")
    except Answered as error:
        if error.is_not_granted:
            return None
        raise
    if not isinstance(credential, dict):
        raise AnswerLost("/auth/currentCredential is not an object")
    if credential.get("status") not in _STATES:
        raise AnswerLost("/auth/currentCredential has no known status")
    return credential


def rules_of(credential: Mapping[str, Any]) -> Sequence[Rule]:
    """What the keys may do."""
    return [rule for rule in credential.get("rules") or [] if isinstance(rule, dict)]


def allows(rules: Iterable[Rule], method: str, path: str) -> bool:
    """Whether one of the rules lets a call through."""
    return any(
        rule.get("method") == method and fnmatchcase(path, str(rule.get("path"))) for rule in rules
    )


def _check_state(state: str) -> None:
    if state == "validated":
        return
    if state == "pendingValidation":
        raise Wrong(
            "consumer_key",
            say("This consumer key has not been validated yet."),
            say("Open the validation page that OVH gave with it, then save again."),
        )
    raise Wrong(
        "consumer_key",
        say("This consumer key is not valid any more."),
        say("Make new keys with the link above, and choose an unlimited validity."),
    )


def _wrong_key(error: Answered) -> Exception:
    words = f"{error.code} {error.message}".lower()
    if error.status == 400 and "signature" in words:
        return Wrong(
            "app_secret",
            say("OVH says that this application secret does not go with the application key."),
            say("Copy the secret again; if it is lost, make new keys with the link above."),
        )
    if error.status not in (401, 403):
        return error
    if "invalid_key" in words or "application key" in words:
        return Wrong(
            "app_key",
            say("OVH does not know this application key."),
            say("Copy it again from the page on which OVH showed the keys."),
        )
    if "not valid" in words:
        return Wrong(
            "consumer_key",
            say("OVH says that this consumer key is not valid: not validated yet, or expired."),
            say("Open the validation page that OVH gave with it, or make new keys."),
        )
    return Wrong(
        "consumer_key",
        say("OVH does not accept this consumer key."),
        say("Copy it again, or make new keys with the link above."),
    )


def _check_service(client: OvhClient, service: str) -> None:
    try:
        account = client.get(Purpose.CHECK, f"/sms/{service}")
    except Answered as error:
        if error.status not in (403, 404):
            raise
        raise Wrong(
            "service_name",
            say("These keys give no access to an SMS service “%(service)s”.", service=service),
            say("Copy the service name from OVH's page of your SMS account."),
        ) from error
    if isinstance(account, dict) and account.get("status") == "disable":
        raise Wrong(
            "service_name",
            say("The SMS service “%(service)s” is disabled at OVH.", service=service),
            say("Enable it in OVH's control panel, then save again."),
        )


def _unexpected(error: Answered) -> Invalid:
    return Invalid(
        say("OVH answered with an error: %(detail)s", detail=error.detail),
        say("Save again in a moment; if it stays, ask OVH's support."),
        field="service_name",
    )


def _clock_notice(difference: timedelta) -> tuple[Text, ...]:
    if abs(difference) < CLOCK_TOLERANCE:
        return ()
    minutes = round(abs(difference).total_seconds() / 60)
    return (
        say(
            "The clock of this machine differs from OVH's by %(minutes)d minutes: "
            "set it right, or scheduled messages go at the wrong time.",
            minutes=minutes,
        ),
    )
