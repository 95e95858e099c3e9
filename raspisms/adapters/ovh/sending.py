"""What OVH's answer to a send means for each receiver.

OVH documents neither an idempotency key nor the order of ``ids`` against ``validReceivers``
(schema, ``sms.SmsSendingReport``).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from raspisms.adapters.base import Accepted, NotSent, Outcome, Refused, Uncertain
from raspisms.adapters.ovh.client import Answered

#: Answers after which the request was surely not carried out: what stands in the way is about the
#: phone, not the message, and the message waits until it is put right.
_WAITING_CODES = {
    401: "keys_refused",
    402: "no_credit",
    404: "service_missing",
    409: "provider_down",
    429: "throttled",
    460: "service_disabled",
}

#: Gives the receiver of an id, as OVH writes it; None where OVH cannot say.
LookUp = Callable[[str], str | None]


def outcome_of_error(error: Answered) -> Outcome:
    """What an error answer says of the message.

    A 5xx, or a 408 from something in between, may come after OVH took the message.
    """
    if error.status >= 500 or error.status == 408:
        return Uncertain(error.detail)
    words = f"{error.code} {error.message}".lower()
    if error.status == 403:
        return NotSent(_forbidden(words), error.detail)
    if error.status in _WAITING_CODES:
        return NotSent(_WAITING_CODES[error.status], error.detail, error.retry_after)
    if error.is_about_time:
        return NotSent("clock", error.detail)
    if "signature" in words:
        return NotSent("keys_refused", error.detail)
    if "credit" in words:
        return NotSent("no_credit", error.detail)
    if not error.is_json:
        return NotSent("provider_down", error.detail)
    return Refused("refused", error.detail)


def _forbidden(words: str) -> str:
    if "credit" in words and "credential" not in words:
        return "no_credit"
    if "disable" in words:
        return "service_disabled"
    return "not_granted" if "granted" in words else "keys_refused"


def outcomes_of_report(
    report: Any, receivers: Sequence[str], same: Callable[[str], str], look_up: LookUp
) -> Mapping[str, Outcome]:
    """An outcome for each of ``receivers`` from a sending report.

    ``same`` brings a number as OVH writes it to our form.
    """
    if not isinstance(report, dict) or not isinstance(report.get("ids"), list):
        return _all(receivers, Uncertain("OVH's answer is not a sending report"))
    ids = list(dict.fromkeys(str(one) for one in report["ids"] if type(one) is int))
    refused = report.get("invalidReceivers")
    invalid = {same(str(one)) for one in refused} if isinstance(refused, list) else set()
    outcomes: dict[str, Outcome] = _all(
        [one for one in receivers if one in invalid], Refused("invalid_number")
    )
    open_receivers = [one for one in receivers if one not in invalid]
    credit = _credits(report, len(open_receivers))
    if len(open_receivers) == 1 and len(ids) == 1:
        return outcomes | {open_receivers[0]: Accepted(ids[0], credit)}
    for uid in ids if open_receivers else []:
        receiver = same(look_up(uid) or "")
        if receiver in open_receivers and receiver not in outcomes:
            outcomes[receiver] = Accepted(uid, credit)
    unknown = Uncertain("OVH gave no id that belongs to this number")
    return _all(open_receivers, unknown) | outcomes


def _all(receivers: Sequence[str], outcome: Outcome) -> dict[str, Outcome]:
    return dict.fromkeys(receivers, outcome)


def _credits(report: dict[str, Any], accepted: int) -> float | None:
    removed = report.get("totalCreditsRemoved")
    if isinstance(removed, bool) or not isinstance(removed, int | float) or not accepted:
        return None
    return float(removed) / accepted
