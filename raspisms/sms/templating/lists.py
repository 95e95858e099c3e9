"""Filters for lists and maps; several of them also take texts apart."""

import functools

from raspisms.errors import say
from raspisms.sms.php import comparison
from raspisms.sms.templating import limits, values
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.registry import offered
from raspisms.sms.templating.run import Run, too_long, too_many


def first(run: Run, value: object) -> object:
    """The first entry, or the first character."""
    if isinstance(value, list | dict):
        return next(iter(values.members(value)), "")
    return run.text(value)[:1]


def last(run: Run, value: object) -> object:
    """The last entry, or the last character."""
    if isinstance(value, list | dict):
        return next(reversed(values.members(value)), "")
    return run.text(value)[-1:]


def length(run: Run, value: object) -> int:
    """How many entries, or how many characters."""
    return len(value) if isinstance(value, list | dict) else len(run.text(value))


def keys(_: Run, value: object) -> list[object]:
    return [key for key, _ in values.entries(value)]


def join(run: Run, value: object, glue: object = "", and_: object = None) -> str:
    """All entries as one text, before the last one ``and`` if it is given."""
    if not isinstance(value, list | dict):
        return run.text(value)
    written = [run.text(one) for one in values.members(value)]
    between = run.text(glue)
    if sum(map(len, written)) + len(between) * len(written) > limits.LONGEST_OUTPUT:
        raise too_long()
    if and_ is None or len(written) < 2:
        return between.join(written)
    return f"{between.join(written[:-1])}{run.text(and_)}{written[-1]}"


def reverse(run: Run, value: object, preserve_keys: object = False) -> object:
    """The entries or the characters in the other order."""
    if not isinstance(value, list | dict):
        return run.text(value)[::-1]
    pairs = values.entries(value)[::-1]
    return _kept_keys(pairs) if preserve_keys else _counted(pairs)


def slice_(
    run: Run, value: object, start: object, length: object = None, preserve_keys: object = False
) -> object:
    """A part of a list or of a text; what is below 0 counts from the end."""
    begin = run.integer(start)
    size = None if length is None else run.integer(length)
    if not isinstance(value, list | dict):
        text = run.text(value)
        return text[_part(len(text), begin, size)]
    pairs = values.entries(value)[_part(len(value), begin, size)]
    return _kept_keys(pairs) if preserve_keys else _counted(pairs)


def sort(run: Run, value: object) -> object:
    """The entries by PHP's comparison; each keeps its key, as Twig has it."""
    if not isinstance(value, list | dict):
        raise Trouble(say("Only a list can be sorted."))
    run.look_through(value)

    def order(a: tuple[object, object], b: tuple[object, object]) -> int:
        return comparison.loose_compare(a[1], b[1])

    return _kept_keys(sorted(values.entries(value), key=functools.cmp_to_key(order)))


def split(run: Run, value: object, delimiter: object, limit: object = None) -> list[object]:
    """The parts of a text between the delimiters; without one, its characters.

    As in Twig: with a limit above 0 the last part has all the rest, with one below 0 so many
    parts are left out at the end; for characters it says how many go together.
    """
    text, between = run.text(value), run.text(delimiter)
    most = None if limit is None else run.integer(limit)
    if not between:
        size = max(1, most or 1)
        if len(text) / size > limits.MOST_ENTRIES:
            raise too_many()
        return [text[start : start + size] for start in range(0, len(text), size)]
    parts: list[object] = list(text.split(between, -1 if most is None or most < 0 else most - 1))
    if most == 0:
        return [text]
    return parts if most is None or most > 0 else parts[:most]


def _part(size: int, start: int, length: int | None) -> slice:
    begin = max(0, size + start) if start < 0 else start
    if length is None:
        return slice(begin, None)
    return slice(begin, max(begin, size + length) if length < 0 else begin + length)


def _kept_keys(pairs: list[tuple[object, object]]) -> object:
    return values.array(pairs)


def _counted(pairs: list[tuple[object, object]]) -> object:
    """With keys that are numbers counted anew, and texts kept."""
    if all(isinstance(key, int) for key, _ in pairs):
        return [value for _, value in pairs]
    counted: dict[object, object] = {}
    count = 0
    for key, value in pairs:
        if isinstance(key, int):
            counted[count] = value
            count += 1
        else:
            counted[key] = value
    return counted


FILTERS = offered((first, last, length, keys, join, reverse, slice_, sort, split), own=2)
