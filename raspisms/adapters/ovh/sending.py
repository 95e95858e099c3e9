"""What OVH's answer to a send means for each receiver.

OVH documents neither an idempotency key nor the order of ``ids`` against ``validReceivers``
(schema, ``sms.SmsSendingReport``).
"""

from collections.abc import Callable
from typing import Any

from raspisms.adapters.answers import (
    Accepted,
    Batch,
    NotSent,
    Outcome,
    Refused,
    SendReport,
    Uncertain,
)
from raspisms.adapters.ovh.amounts import amount
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

#: Gives the receiver of an id, in our form; None where OVH cannot say.
LookUp = Callable[[str], str | None]
#: Where ids and receivers do not match, so many are looked up at once; more is left to searching.
_MOST_LOOKED_UP = 10


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
    return Refused("refused", error.detail, whole_call=True)


def _forbidden(words: str) -> str:
    if "credit" in words and "credential" not in words:
        return "no_credit"
    if "disable" in words:
        return "service_disabled"
    return "not_granted" if "granted" in words else "keys_refused"


def read_report(
    report: Any, batch: Batch, same: Callable[[str], str], look_up: LookUp
) -> SendReport:
    """What a sending report says of each receiver.

    As many ids as receivers belong to them, one each, but which to whom is not said. ``same``
    brings a number as OVH writes it to our form.
    """
    if not isinstance(report, dict) or not isinstance(report.get("ids"), list):
        return SendReport.of_all(batch, Uncertain("OVH's answer is not a sending report"))
    ids = [str(one) for one in report["ids"] if type(one) is int]
    refused = report.get("invalidReceivers")
    invalid = {same(str(one)) for one in refused} if isinstance(refused, list) else set()
    outcomes: dict[str, Outcome] = {
        one: Refused("invalid_number") for one in batch.receivers if one in invalid
    }
    taken = [one for one in batch.receivers if one not in invalid]
    credit = _credits(report, len(taken))
    if len(set(ids)) == len(ids) == len(taken):
        return _one_each(outcomes, taken, ids, credit)
    return SendReport(outcomes | _looked_up(taken, list(dict.fromkeys(ids)), credit, look_up))


def _one_each(
    outcomes: dict[str, Outcome], taken: list[str], ids: list[str], credit: float | None
) -> SendReport:
    if len(taken) == 1:
        return SendReport({**outcomes, taken[0]: Accepted(ids[0], credit)})
    return SendReport(outcomes | dict.fromkeys(taken, Accepted(None, credit)), tuple(ids))


def _looked_up(
    taken: list[str], ids: list[str], credit: float | None, look_up: LookUp
) -> dict[str, Outcome]:
    """Numbers and ids do not match: only an id that OVH shows under a number counts."""
    unknown = Uncertain("OVH gave no id that belongs to this number")
    outcomes: dict[str, Outcome] = dict.fromkeys(taken, unknown)
    for uid in ids if 0 < len(ids) <= _MOST_LOOKED_UP else []:
        receiver = look_up(uid)
        if receiver is not None and outcomes.get(receiver) == unknown:
            outcomes[receiver] = Accepted(uid, credit)
    return outcomes


def _credits(report: dict[str, Any], accepted: int) -> float | None:
    removed = amount(report.get("totalCreditsRemoved"))
    return removed / accepted if removed is not None and accepted else None
