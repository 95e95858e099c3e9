"""Whether OVH lets a service send under a name."""

from urllib.parse import quote

from raspisms.adapters.base import Purpose
from raspisms.adapters.ovh.check import Wrong
from raspisms.adapters.ovh.client import Answered, AnswerLost, OvhClient
from raspisms.adapters.ovh.lists import senders
from raspisms.errors import Text, say

#: Schema, ``sms.StatusSenderEnum``.
APPROVED, REFUSED, WAITING = "enable", "refused", "waitingValidation"
#: So many are asked about to tell which of them are approved.
_MOST_ASKED = 10


def check_sender(client: OvhClient, service: str, name: str) -> None:
    """Raises Wrong beside the field "sender" where a service (its path) may not use a name."""
    status = status_of(client, service, name)
    if status == APPROVED:
        return
    others = _approved(client, service, but=name)
    raise Wrong("sender", what_is_wrong(status, name), _what_to_do(others))


def status_of(client: OvhClient, service: str, name: str) -> str | None:
    """One of sms.StatusSenderEnum; None where the service has no such sender."""
    try:
        # Names have blanks and other letters in them.
        sender = client.get(Purpose.CHECK, f"{service}/senders/{quote(name, safe='')}")
    except Answered as error:
        if error.status != 404:
            raise
        return None
    if not isinstance(sender, dict) or "status" not in sender:
        raise AnswerLost("not a sender")
    return str(sender["status"])


def _approved(client: OvhClient, service: str, but: str) -> list[str]:
    others = [one for one in senders(client, service) if one != but][:_MOST_ASKED]
    return [one for one in others if status_of(client, service, one) == APPROVED]


def what_is_wrong(status: str | None, name: str) -> Text:
    """Why a name in a state other than approved cannot be used."""
    if status is None:
        return say("This SMS service has no sender “%(sender)s”.", sender=name)
    if status == WAITING:
        return say("OVH has not approved the sender “%(sender)s” yet.", sender=name)
    if status == REFUSED:
        return say("OVH refused the sender “%(sender)s”.", sender=name)
    return say("The sender “%(sender)s” is disabled at OVH.", sender=name)


def _what_to_do(approved: list[str]) -> Text:
    if approved:
        return say(
            "Approved senders: %(names)s. Or leave this empty to send from a short number.",
            names=", ".join(approved),
        )
    return say(
        "No other sender is approved. Ask OVH for one, which takes up to three days, or leave this "
        "empty to send from a short number."
    )
