"""How a phone is doing, in words."""

from dataclasses import dataclass

from raspisms.errors import Text, say
from raspisms.models import Phone
from raspisms.sms.reasons import explain


@dataclass(frozen=True)
class PhoneState:
    """``level`` is "ok", "waiting", "error" or "off"."""

    words: Text
    hint: Text | None
    level: str


def state_of(phone: Phone) -> PhoneState:
    """What a person should know of a phone now."""
    if phone.removed_at is not None:
        return PhoneState(say("Removed"), None, "off")
    if phone.paused:
        return PhoneState(
            say("Paused"), say("It sends and receives nothing until you resume it."), "off"
        )
    if phone.problem == "unreachable" and phone.verified_at is None:
        return PhoneState(
            say("Not verified"),
            say("The provider could not be reached. RaspiSMS checks again by itself."),
            "waiting",
        )
    if phone.aside_at is not None:
        return PhoneState(say("Set aside"), _why_aside(phone), "error")
    if phone.problem is not None:
        reason = explain(phone.problem)
        return PhoneState(reason.cause, reason.advice, "error")
    return PhoneState(say("Ready"), None, "ok")


def _why_aside(phone: Phone) -> Text:
    aside = say(
        "It failed again and again. It is tried now and then; campaigns that have several "
        "phones go by the others until it works."
    )
    if phone.problem is None:
        return aside
    reason = explain(phone.problem)
    why = reason.cause
    if reason.advice is not None:
        why = say("%(cause)s %(advice)s", cause=reason.cause, advice=reason.advice)
    return say("%(cause)s %(advice)s", cause=why, advice=aside)
