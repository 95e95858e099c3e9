"""As much of what somebody wrote as a sentence about it quotes."""

_LONGEST = 60


def excerpt(source: str) -> str:
    """The beginning of a rule, a text or a value, on one line."""
    one_line = " ".join(source.split())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[: _LONGEST - 1]}…"
