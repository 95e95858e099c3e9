"""Amounts of credit as OVH tells them."""

#: More than any account has.
_TOO_MUCH = 1e12


def amount(value: object) -> float | None:
    """None for what is no amount; JSON as it comes may also be infinite, no number, or endless."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _TOO_MUCH else None
