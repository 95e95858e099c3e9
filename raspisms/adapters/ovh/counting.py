"""How OVH counts: the segments of a text, and what a segment costs in a country."""

from typing import Any

from raspisms.adapters.base import Purpose
from raspisms.adapters.errors import Misconfigured
from raspisms.adapters.ovh.amounts import amount
from raspisms.adapters.ovh.client import Answered, AnswerLost, OvhClient
from raspisms.errors import say

#: OVH's FAQ: in France a segment costs one credit, whatever the account.
_AT_HOME = {"FR": 1.0}


def estimate(client: OvhClient, text: str, sender_type: str, *, no_stop_clause: bool) -> int:
    """The segments of a text as it was written: OVH adds the STOP clause where there is one.

    ``sender_type`` is one of ``sms.TypeSenderEnum``. Raises CallError, Throttled.
    """
    body = {"message": text, "senderType": sender_type, "noStopClause": no_stop_clause}
    answer = client.ask(Purpose.CHECK, "/sms/estimate", body)
    parts = answer.get("parts") if isinstance(answer, dict) else None
    if type(parts) is not int or parts < 1:
        raise AnswerLost("not an estimate")
    return parts


def rate(client: OvhClient, country: str) -> float:
    """Credits for one segment to a country. Raises CallError, Throttled, Misconfigured."""
    known = _AT_HOME.get(country.upper())
    if known is not None:
        return known
    try:
        answer = client.get_openly(
            Purpose.CHECK, "/sms/rates/destinations", country=country.lower()
        )
    except Answered as error:
        if error.status not in (400, 404):
            raise
        raise Misconfigured(
            "refused",
            say("OVH does not say what a message to that country (%(code)s) costs.", code=country),
        ) from error
    return _credit(answer)


def _credit(answer: Any) -> float:
    credit = amount(answer.get("credit")) if isinstance(answer, dict) else None
    if credit is None:
        raise AnswerLost("not a rate")
    return credit
