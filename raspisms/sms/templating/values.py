"""Lists and maps of a text, as PHP's arrays are read."""

from collections.abc import Mapping

from raspisms.errors import say
from raspisms.sms.php import conversion
from raspisms.sms.templating.errors import Trouble


def entries(value: object) -> list[tuple[object, object]]:
    """Keys and values in their order; what is neither a list nor a map has none."""
    if isinstance(value, list):
        return list(enumerate(value))
    if isinstance(value, Mapping):
        return list(value.items())
    return []


def members(value: object) -> list[object]:
    """The values of a list or a map in their order."""
    return [one for _, one in entries(value)]


def key(value: object) -> int | str:
    """What PHP keeps a value under: "7" is 7. Raises Trouble for lists and dates."""
    try:
        return conversion.array_key(value)
    except conversion.Unconvertible as error:
        raise Trouble(say("A list or a date cannot be a key.")) from error


def array(pairs: list[tuple[object, object]]) -> list[object] | dict[object, object]:
    """The entries as a list if their keys count from 0, else as a map."""
    if all(key == position for position, (key, _) in enumerate(pairs)):
        return [value for _, value in pairs]
    return dict(pairs)


def has(value: object, wanted: object) -> bool:
    """Whether a list or a map has such a key."""
    return _found(value, wanted) is not None


def get(value: object, wanted: object) -> object:
    """What is under a key, None if there is nothing or if the value has no keys at all."""
    found = _found(value, wanted)
    return None if found is None else found[0]


def _found(value: object, wanted: object) -> tuple[object] | None:
    if isinstance(value, dict):
        if isinstance(wanted, str) and wanted in value:
            return (value[wanted],)
        kept = _key(wanted)
        # The data of contacts has texts as keys only.
        for one in (kept, str(kept)):
            if one in value:
                return (value[one],)
        return None
    if isinstance(value, list):
        position = _key(wanted)
        if isinstance(position, int) and 0 <= position < len(value):
            return (value[position],)
    return None


def _key(wanted: object) -> int | str | None:
    try:
        return conversion.array_key(wanted)
    except conversion.Unconvertible:
        return None
