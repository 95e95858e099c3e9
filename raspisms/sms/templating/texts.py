"""Filters for texts."""

import re
import unicodedata

from raspisms.errors import say
from raspisms.sms.templating import limits, values
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.registry import offered
from raspisms.sms.templating.run import Run, too_long

#: What PHP's trim takes away.
_BLANKS = " \t\n\r\0\x0b"


def capitalize(run: Run, value: object) -> str:
    """The first letter a capital, all others small."""
    text = run.text(value)
    return text[:1].upper() + text[1:].lower()


def default(_: Run, value: object, default: object = "") -> object:
    """Something else for what is empty."""
    is_empty = value is None or value is False or value == "" or value in ([], {})
    return default if is_empty else value


def lower(run: Run, value: object) -> str:
    return run.text(value).lower()


def replace(run: Run, value: object, from_: object) -> str:
    """Each key of the map by its value, the longest first; what was put in stays."""
    if not isinstance(from_, list | dict):
        raise Trouble(say("“replace” takes a map."), say("For example {'a': 'b'}."))
    text = run.text(value)
    pairs = {str(key): run.text(one) for key, one in values.entries(from_) if key != ""}
    if not pairs:
        return text
    longest_first = sorted(pairs, key=len, reverse=True)
    parts: list[str] = []
    room = limits.LONGEST_OUTPUT
    position = 0
    for found in re.finditer("|".join(map(re.escape, longest_first)), text):
        for part in (text[position : found.start()], pairs[found[0]]):
            parts.append(part)
            room -= len(part)
        if room < 0:
            raise too_long()
        position = found.end()
    return "".join((*parts, text[position:]))


def spaceless(run: Run, value: object) -> str:
    """Without the blanks between tags of HTML."""
    return re.sub(r">\s+<", "><", run.text(value)).strip(_BLANKS)


def title(run: Run, value: object) -> str:
    """Each word with a capital; an apostrophe is within a word, as PHP has it."""
    written = []
    within_word = False
    for character in run.text(value):
        if _is_ignored(character):
            written.append(character)
        elif character.isalpha():
            written.append(character.lower() if within_word else character.title())
            within_word = True
        else:
            written.append(character)
            within_word = False
    return "".join(written)


def trim(run: Run, value: object, character_mask: object = None, side: object = "both") -> str:
    """Without blanks, or without the characters given, at both sides, ``left`` or ``right``."""
    text = run.text(value)
    mask = _BLANKS if character_mask is None else _with_ranges(run.text(character_mask))
    match side:
        case "both":
            return text.strip(mask)
        case "left":
            return text.lstrip(mask)
        case "right":
            return text.rstrip(mask)
    raise Trouble(say("“trim” knows the sides both, left and right."))


def upper(run: Run, value: object) -> str:
    return run.text(value).upper()


def _is_ignored(character: str) -> bool:
    """Whether it neither ends a word nor counts in it (Unicode: case-ignorable)."""
    return character in "'’.·:^`¨" or unicodedata.category(character) in ("Mn", "Me", "Cf", "Lm")


def _with_ranges(mask: str) -> str:
    """``a..e`` means all from a to e."""

    def filled(found: re.Match[str]) -> str:
        first, last = ord(found[1]), ord(found[2])
        if not first <= last < first + 256:
            return found[0]
        return "".join(map(chr, range(first, last + 1)))

    return re.sub(r"(.)\.\.(.)", filled, mask, flags=re.DOTALL)


FILTERS = offered(
    (capitalize, default, lower, replace, spaceless, title, trim, upper),
    own=2,
)
