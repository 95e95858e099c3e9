"""Telephone numbers as OVH takes and gives them."""

import re

# The expression of OVH's own php-ovh-sms: a local 06… is an invalid receiver.
RECEIVER = re.compile(r"(?:\+|00)([1-9][0-9]{9,16})")

# Invented, but in OVH's manner: France costs one credit a part, elsewhere it
# depends on the country and need not be a whole number.
CREDITS = {"33": 1.0, "32": 2.0, "34": 2.5, "39": 2.0, "41": 1.5, "44": 1.2, "49": 2.4}
ELSEWHERE = 3.0
COUNTRIES = {"fr": "33", "be": "32", "es": "34", "it": "39", "ch": "41", "gb": "44", "de": "49"}


def international(number: str) -> str | None:
    """``+33…`` for ``+33…`` or ``0033…``; None for anything else."""
    found = RECEIVER.fullmatch(number)
    return f"+{found[1]}" if found else None


def with_zeros(number: str) -> str:
    """``0033…``: how a virtual number is written in a path."""
    return "00" + number.removeprefix("+")


def credits_of(receiver: str) -> float:
    """Credits for one part to ``receiver``, given as ``+33…``."""
    prefixes = (cost for prefix, cost in CREDITS.items() if receiver.startswith("+" + prefix))
    return next(prefixes, ELSEWHERE)
