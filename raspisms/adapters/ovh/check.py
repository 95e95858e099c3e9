"""Trying a phone's settings at OVH, one step after the other, until one fails."""

from collections.abc import Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from raspisms.adapters.base import CheckReport, Purpose, Throttled, Unreachable
from raspisms.adapters.ovh.client import Answered, AnswerLost, CallError, NeverLeft, OvhClient
from raspisms.errors import Invalid, Text, say
from raspisms.sms.lifecycle import CLOCK_TOLERANCE
from raspisms.sms.numbers import parse_sender

#: What sending, receiving and tracking need. PUT and DELETE are asked for on the key page too, but
#: a phone works without them.
_NEEDED = (("GET", ""), ("POST", "/virtualNumbers/{number}/jobs"))


#: Schema, ``auth.CredentialStateEnum``.
_STATES = ("expired", "pendingValidation", "refused", "validated")


class _Wrong(Exception):
    def __init__(self, field: str, message: Text, hint: Text) -> None:
        self.problem = Invalid(message, hint, field=field)


def check(client: OvhClient, settings: Mapping[str, Any], country: str) -> CheckReport:
    """What OVH says of these settings. Raises Unreachable, or Throttled from the budget."""
    try:
        difference = client.clock_difference()
        _check_keys(client, settings)
        _check_service(client, settings["service_name"])
        shown = _check_number(client, settings, country)
    except _Wrong as wrong:
        return CheckReport(problems=(wrong.problem,))
    except (NeverLeft, AnswerLost) as error:
        raise unreachable(error) from error
    except Answered as error:
        if error.status >= 500 or error.status in (408, 409) or error.is_about_time:
            raise unreachable(error) from error
        if error.status == 429:
            raise Throttled(error.retry_after or timedelta(seconds=5)) from error
        return CheckReport(problems=(_unexpected(error),))
    return CheckReport(notices=_clock_notice(difference), learned={"number_at_ovh": shown})


def unreachable(error: CallError) -> Unreachable:
    fault = Unreachable(
        say("OVH could not be reached (%(fault)s).", fault=str(error)),
        say("Check the Internet connection; RaspiSMS tries again by itself."),
    )
    fault.query_id = error.query_id
    return fault


def _check_keys(client: OvhClient, settings: Mapping[str, Any]) -> None:
    try:
        credential = client.get(Purpose.CHECK, "/auth/currentCredential")
    except Answered as error:
        raise _wrong_key(error) from error
    if not isinstance(credential, dict):
        raise AnswerLost("/auth/currentCredential is not an object")
    if credential.get("status") not in _STATES:
        raise AnswerLost("/auth/currentCredential has no known status")
    _check_state(str(credential.get("status")))
    rules = [rule for rule in credential.get("rules") or [] if isinstance(rule, dict)]
    root = f"/sms/{settings['service_name']}"
    for method, path in _NEEDED:
        wanted = root + path.format(number=settings["number"])
        if not any(_allows(rule, method, wanted) for rule in rules):
            raise _Wrong(
                "consumer_key",
                say("These keys do not have the right %(method)s on /sms/*.", method=method),
                say("Make new keys with the link above, which asks for all the rights needed."),
            )


def _check_state(state: str) -> None:
    if state == "validated":
        return
    if state == "pendingValidation":
        raise _Wrong(
            "consumer_key",
            say("This consumer key has not been validated yet."),
            say("Open the validation page that OVH gave with it, then save again."),
        )
    raise _Wrong(
        "consumer_key",
        say("This consumer key is not valid any more."),
        say("Make new keys with the link above, and choose an unlimited validity."),
    )


def _allows(rule: dict[str, Any], method: str, path: str) -> bool:
    return rule.get("method") == method and fnmatchcase(path, str(rule.get("path")))


def _wrong_key(error: Answered) -> Exception:
    words = f"{error.code} {error.message}".lower()
    if error.status == 400 and "signature" in words:
        return _Wrong(
            "app_secret",
            say("OVH says that this application secret does not go with the application key."),
            say("Copy the secret again; if it is lost, make new keys with the link above."),
        )
    if error.status not in (401, 403):
        return error
    if "invalid_key" in words or "application key" in words:
        return _Wrong(
            "app_key",
            say("OVH does not know this application key."),
            say("Copy it again from the page on which OVH showed the keys."),
        )
    if "granted" in words:
        return _Wrong(
            "consumer_key",
            say("These keys do not have the rights that RaspiSMS needs."),
            say("Make new keys with the link above, which asks for all the rights needed."),
        )
    if "not valid" in words:
        return _Wrong(
            "consumer_key",
            say("OVH says that this consumer key is not valid: not validated yet, or expired."),
            say("Open the validation page that OVH gave with it, or make new keys."),
        )
    return _Wrong(
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
        raise _Wrong(
            "service_name",
            say("These keys give no access to an SMS service “%(service)s”.", service=service),
            say("Copy the service name from OVH's page of your SMS account."),
        ) from error
    if isinstance(account, dict) and account.get("status") == "disable":
        raise _Wrong(
            "service_name",
            say("The SMS service “%(service)s” is disabled at OVH.", service=service),
            say("Enable it in OVH's control panel, then save again."),
        )


def _check_number(client: OvhClient, settings: Mapping[str, Any], country: str) -> str:
    """The phone's number as OVH writes it, which its addresses want."""
    numbers = client.get(Purpose.CHECK, f"/sms/{settings['service_name']}/virtualNumbers")
    if not isinstance(numbers, list):
        raise AnswerLost("virtualNumbers is not a list")
    shown = {parse_sender(str(number), country): str(number) for number in numbers}
    if settings["number"] in shown:
        return shown[settings["number"]]
    if not shown:
        raise _Wrong(
            "number",
            say("The service “%(name)s” has no virtual number.", name=settings["service_name"]),
            say("Order one at OVH, or enter the name of the service that has it."),
        )
    raise _Wrong(
        "number",
        say(
            "This number does not belong to the service “%(name)s”.", name=settings["service_name"]
        ),
        say("The service has: %(numbers)s.", numbers=", ".join(shown)),
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
