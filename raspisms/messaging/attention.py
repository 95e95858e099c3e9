"""What stands in the way of a phone, noted on it once and taken off when it is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from raspisms.adapters.answers import Accepted, NotSent, Outcome, Refused
from raspisms.adapters.errors import Misconfigured
from raspisms.models import Phone
from raspisms.sms.lifecycle import CLOCK_TOLERANCE

#: Faults of the phone that a person has to put right.
_TO_PUT_RIGHT = frozenset(
    {"keys_refused", "not_granted", "service_missing", "service_disabled", "no_credit"}
)


_CHECK_AFTER_FAULT = timedelta(minutes=1)
_PASSING = frozenset({"unreachable", "throttled", "clock"})


def concerns_phone(outcome: NotSent) -> bool:
    """Whether any other message of the phone would meet the same fault."""
    return outcome.code in _TO_PUT_RIGHT | _PASSING


def note_outcomes(phone: Phone, outcomes: Iterable[Outcome], now: datetime) -> None:
    """Keep or clear a phone's problem after a call; nothing is written when nothing changed."""
    for outcome in outcomes:
        match outcome:
            case Accepted() | Refused():
                _clear(phone)
                return
            case NotSent(code, detail) if code in _TO_PUT_RIGHT or code == "unreachable":
                _set(phone, code, detail, now)
                return


def clock_off(difference: timedelta | None) -> int | None:
    """By how many seconds the clock is off, to the minute, where that is too much; else None."""
    if difference is None or abs(difference) <= CLOCK_TOLERANCE:
        return None
    return round(difference / timedelta(minutes=1)) * 60


def note_fault(phone: Phone, fault: Misconfigured, now: datetime) -> None:
    """Keep what the provider said when it was asked something."""
    _set(phone, fault.code, str(fault.message), now)
    # A check of all that the phone needs finds out when it is over.
    phone.check_at = phone.check_at or now + _CHECK_AFTER_FAULT


def _set(phone: Phone, code: str, detail: str, now: datetime) -> None:
    if phone.problem != code:
        phone.problem, phone.problem_detail, phone.problem_at = code, detail[:500] or None, now


def _clear(phone: Phone) -> None:
    if phone.problem is not None and phone.verified_at is not None:
        phone.problem = phone.problem_detail = phone.problem_at = None
