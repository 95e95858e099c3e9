"""What stands in addresses and forms, read without trust."""

from flask import request

# Enough for any row and page; a longer one could not be asked of the database.
_MOST_DIGITS = 15


def number(name: str) -> int | None:
    """The whole number under ``name`` in the query; None where there is none."""
    return whole(request.args.get(name, ""))


def whole(text: str) -> int | None:
    """``text`` as a whole number that can be a row's; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def within_setup() -> int | None:
    """What keeps an address within the guided set-up of a phone; None outside of it."""
    return 1 if request.args.get("setup") == "1" else None
