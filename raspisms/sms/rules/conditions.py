"""Conditions: what people who do not write rules ask of contacts."""

from dataclasses import dataclass

from raspisms.errors import say

#: Fields that every contact has; the others are "contact." and a key of the contact's data.
FIELDS = {
    "contact_metas.name": say("Name"),
    "contact_metas.number": say("Number"),
    "contact_metas.created_at": say("Added on"),
    "contact_metas.updated_at": say("Changed on"),
}
DATA = "contact."


@dataclass(frozen=True)
class Condition:
    """A field compared with a value.

    The field is one of FIELDS or "contact." and a key; the comparison one of COMPARISONS. The
    value is a text, a number, a date ("1990-10-22", or "-18 years" as PHP reads it), or for
    "one_of" one text a line.
    """

    field: str
    comparison: str
    value: str = ""


@dataclass(frozen=True)
class Conditions:
    """Conditions, and conditions of conditions: all hold (``every``), or any of them.

    What has one part only is that part, whether all or any of it is asked for.
    """

    every: bool
    parts: "tuple[Condition | Conditions, ...]"

    def __post_init__(self) -> None:
        parts: list[Condition | Conditions] = []
        for part in self.parts:
            if isinstance(part, Condition) or len(part.parts) > 1:
                parts.append(part)
            else:
                parts.extend(part.parts)
        every = self.every
        if len(parts) == 1:
            (only,) = parts
            every = only.every if isinstance(only, Conditions) else True
            parts = [*only.parts] if isinstance(only, Conditions) else parts
        object.__setattr__(self, "every", every)
        object.__setattr__(self, "parts", tuple(parts))
