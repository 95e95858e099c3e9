"""How a value of a rule is shown."""

from datetime import datetime

from raspisms.sms.excerpts import excerpt
from raspisms.sms.php.conversion import text


def shown(value: object) -> str:
    """As the value would stand in a rule, dates as such: "U11", 12, null, 1990-10-22 00:00:00."""
    return excerpt(_shown(value))


def quoted(value: str) -> str:
    """A text as a rule has it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    for letter, character in (("n", "\n"), ("r", "\r"), ("t", "\t")):
        escaped = escaped.replace(character, f"\\{letter}")
    return f'"{escaped}"'


def _shown(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case list():
            inner = ", ".join(map(_shown, value[:10]))
            return f"[{inner}{', …' if len(value) > 10 else ''}]"
        case dict():
            pairs = [f"{_shown(key)}: {_shown(value)}" for key, value in [*value.items()][:10]]
            return f"{{{', '.join(pairs)}{', …' if len(value) > 10 else ''}}}"
        case _:
            return text(value)
