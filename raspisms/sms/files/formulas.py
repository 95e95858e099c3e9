"""Values of a CSV file that a spreadsheet would take for a formula, made harmless and back.

A spreadsheet runs what begins with one of a few signs (OWASP, "CSV Injection"), so an apostrophe
goes in front of it. One that begins with apostrophes before such a sign gets one more: so what was
written is always found again.
"""

import re
from typing import Final

_RUNS: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def defused(value: str) -> str:
    """A value as a spreadsheet may see it."""
    return f"'{value}" if _RUNS.match(value) else value


def plain(value: str) -> str:
    """The value of which ``defused`` made this; any other stays as it is."""
    return value[1:] if value.startswith("'") and _RUNS.match(value, 1) else value
