"""How long a text is with a phone: with all that its provider adds."""

from dataclasses import dataclass

from raspisms.adapters import registry
from raspisms.models import Phone
from raspisms.sms.segments import Length, measure


@dataclass(frozen=True)
class LengthOnTheAir:
    """``with_clause``: the provider adds a clause on how to stop its messages, counted in."""

    length: Length
    with_clause: bool


def on_the_air(phone: Phone, text: str) -> str:
    """A text as the provider of ``phone`` sends it."""
    return registry.get(phone.adapter).on_the_air(phone.settings, text)


def of(text: str, phone: Phone | None) -> LengthOnTheAir:
    """The length of a text that is written; as it stands where no phone is chosen yet.

    Nothing is added to no text.
    """
    sent = on_the_air(phone, text) if phone and text else text
    return LengthOnTheAir(measure(sent), with_clause=sent != text)
