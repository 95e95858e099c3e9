"""An SMS account at OVH: what is left of its credit, and whom it calls.

Schema: ``/sms/{serviceName}``, ``sms.Account``, ``sms.Response``. The addresses belong to the whole
account, not to a number of it.
"""

from collections.abc import Mapping
from typing import Any

from raspisms.adapters.answers import AccountState, CallbackKind, CallbackState
from raspisms.adapters.base import Purpose
from raspisms.adapters.errors import Misconfigured
from raspisms.adapters.ovh.amounts import amount
from raspisms.adapters.ovh.client import Answered, AnswerLost, OvhClient
from raspisms.errors import Text, say

#: The members of ``sms.Response``: all of them can be written.
_RESPONSE = ("responseType", "cgiUrl", "text", "trackingDefaultSmsSender", "trackingOptions")
#: So much of an automatic answer is quoted, in characters.
_QUOTED = 60
#: So many of the addresses that answers are forwarded to are named.
_MOST_TARGETS = 3


def look(client: OvhClient, root: str) -> AccountState:
    """The account under ``root`` as it is now. Raises CallError, Throttled."""
    shown = _shown(client, root)
    return AccountState(
        enabled=shown.get("status") != "disable",
        credits=amount(shown.get("creditsLeft")),
        callbacks={
            CallbackKind.STATUS: CallbackState(_address(shown.get("callBack"))),
            CallbackKind.REPLY: _reply(_response(shown)),
        },
    )


def set_callbacks(client: OvhClient, root: str, wanted: Mapping[CallbackKind, str]) -> None:
    """Have the account call the addresses ``wanted``; everything else stays as it is.

    Raises CallError, Throttled, and Misconfigured where OVH does not take an address.
    """
    changes: dict[str, Any] = {}
    if CallbackKind.STATUS in wanted:
        changes["callBack"] = wanted[CallbackKind.STATUS]
    if CallbackKind.REPLY in wanted:
        changes["smsResponse"] = _calling(
            _response(_shown(client, root)), wanted[CallbackKind.REPLY]
        )
    if not changes:
        return
    try:
        client.put(Purpose.CHECK, root, changes)
    except Answered as error:
        if not _is_about_the_address(error):
            raise
        raise _not_taken(error) from error


def _calling(response: Mapping[str, Any], url: str) -> dict[str, Any]:
    """The whole of ``sms.Response`` with another address.

    Whether OVH keeps members that are left out is not documented, so all that is set is sent along.
    """
    kept = {name: response[name] for name in _RESPONSE if response.get(name) is not None}
    return kept | {"responseType": "cgi", "cgiUrl": url}


def _reply(response: Mapping[str, Any]) -> CallbackState:
    if response.get("responseType") == "cgi":
        return CallbackState(_address(response.get("cgiUrl")), _forwarding(response))
    if response.get("responseType") == "text":
        return CallbackState(instead=_answering(response))
    return CallbackState(instead=_forwarding(response))


def _answering(response: Mapping[str, Any]) -> Text:
    quoted = " ".join(str(response.get("text") or "").split())
    if len(quoted) > _QUOTED:
        quoted = f"{quoted[: _QUOTED - 1].rstrip()}…"
    targets = _targets(response)
    if targets:
        return say(
            "OVH answers by itself (“%(text)s”) and forwards the answers to %(targets)s.",
            text=quoted,
            targets=targets,
        )
    return say("OVH answers by itself (“%(text)s”).", text=quoted)


def _forwarding(response: Mapping[str, Any]) -> Text | None:
    targets = _targets(response)
    return say("OVH forwards the answers to %(targets)s.", targets=targets) if targets else None


def _targets(response: Mapping[str, Any]) -> str:
    options = response.get("trackingOptions")
    found = [
        str(one.get("target") or one.get("media"))
        for one in (options if isinstance(options, list) else [])
        if isinstance(one, dict)
    ]
    return ", ".join(found[:_MOST_TARGETS]) + (", …" if len(found) > _MOST_TARGETS else "")


def _shown(client: OvhClient, root: str) -> dict[str, Any]:
    shown = client.get(Purpose.CHECK, root)
    if not isinstance(shown, dict) or "status" not in shown:
        raise AnswerLost("not an SMS account")
    return shown


def _response(shown: Mapping[str, Any]) -> dict[str, Any]:
    response = shown.get("smsResponse")
    if not isinstance(response, dict):
        raise AnswerLost("an SMS account without smsResponse")
    return response


def _address(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_about_the_address(error: Answered) -> bool:
    about_keys = error.is_about_time or "signature" in error.message.lower()
    return error.status == 400 and error.is_json and not about_keys


def _not_taken(error: Answered) -> Misconfigured:
    fault = Misconfigured(
        "refused",
        say("OVH does not take this address: %(words)s", words=error.detail),
        say("The address must be one that OVH can reach from the Internet."),
    )
    fault.query_id = error.query_id
    return fault
