"""Regular expressions as PHP's preg_match takes them: ``/^jean/i``, with a time for each search."""

import string
from functools import lru_cache

import regex

from raspisms.errors import say
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.limits import PATTERN_SECONDS

#: A pattern of more characters is not made.
_LONGEST = 500
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAGS = {"i": regex.I, "m": regex.M, "s": regex.S, "x": regex.X}
#: Letters after the pattern that change nothing here: texts are Unicode, a search ends early.
_IGNORED = "uSD"


def found(pattern: str, text: str) -> bool:
    """Whether the pattern is somewhere in the text. Raises Trouble for one that is none."""
    try:
        return _compiled(pattern).search(text, timeout=PATTERN_SECONDS) is not None
    except TimeoutError as error:
        raise Trouble(
            say("The regular expression %(pattern)s takes too long.", pattern=pattern)
        ) from error


@lru_cache(maxsize=200)
def _compiled(pattern: str) -> regex.Pattern[str]:
    written = pattern.lstrip()
    delimiter = written[:1]
    if not delimiter or delimiter in string.ascii_letters + string.digits + "\\":
        raise _none(pattern)
    end = written.rfind(_CLOSING.get(delimiter, delimiter))
    letters = written[end + 1 :].strip("\n")
    if end < 1 or len(written) > _LONGEST or not set(letters) <= {*_FLAGS, *_IGNORED}:
        raise _none(pattern)
    flags = regex.V0
    for letter in letters:
        flags |= _FLAGS.get(letter, 0)
    inner = written[1:end]
    if delimiter not in _CLOSING:
        inner = inner.replace(f"\\{delimiter}", delimiter)
    try:
        return regex.compile(inner, flags)
    except (regex.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise _none(pattern) from error


def _none(pattern: str) -> Trouble:
    return Trouble(
        say("“%(pattern)s” is not a regular expression.", pattern=pattern[:40]),
        say("Put it between slashes: '/^06/'."),
    )
