r"""Regular expressions as PHP's preg_match reads them: ``/^(u|v)\d+$/i``.

They are run by the library ``regex``, which can stop one that takes too long. Without the flag
``u`` PHP sees bytes rather than characters, and so does this. What asks for more than matching
(one pattern calling another) is refused.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import regex

from raspisms.errors import RaspismsError, say
from raspisms.sms.php.pcre import Translation, WrongPattern, wrong

__all__ = [
    "LONGEST_PATTERN",
    "Pattern",
    "SlowPattern",
    "WrongPattern",
    "literal",
    "pattern",
    "plain",
]

#: Characters of a pattern: the library prepares a search in a time that grows with their cube.
LONGEST_PATTERN = 500
#: Patterns that are remembered: the greatest takes two megabytes, and a rule may make another one
#: for each person. The library itself, which would remember hundreds more, is told not to.
_REMEMBERED = 32

_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL, "x": regex.VERBOSE}
#: They change how far a pattern reaches or how fast it is, never whether it matches.
_NO_MATTER = set("USXJ")
_SIMPLER = say("Avoid repetitions within repetitions, such as (a+)+.")


class SlowPattern(RaspismsError):
    """A regular expression that takes more time or memory than it may."""


@dataclass(frozen=True)
class Pattern:
    """A regular expression, ready to be asked."""

    compiled: "regex.Pattern[str] | regex.Pattern[bytes]"
    is_bytes: bool
    from_start: bool

    def matches(self, text: str, seconds: float) -> bool:
        """Whether a text has it. Raises SlowPattern after this time."""
        subject = text.encode("utf-8", "surrogatepass") if self.is_bytes else text
        ask = self.compiled.match if self.from_start else self.compiled.search
        try:
            return ask(subject, timeout=max(seconds, 0.001)) is not None
        except TimeoutError:
            raise SlowPattern(say("A regular expression takes too long."), _SIMPLER) from None
        except MemoryError:
            raise SlowPattern(
                say("A regular expression takes too much memory."), _SIMPLER
            ) from None


@lru_cache(maxsize=_REMEMBERED)
def pattern(written: str) -> Pattern:
    """The regular expression that is written like this. Raises WrongPattern."""
    body, flags = _parts(written)
    if len(body) > LONGEST_PATTERN:
        raise WrongPattern(
            say("A regular expression is too long."),
            say("It can have %(most)s characters.", most=LONGEST_PATTERN),
        )
    translation = Translation(body, flags)
    translated = translation.text()
    options = regex.VERSION0
    for flag in translation.flags & set(_FLAGS):
        options |= _FLAGS[flag]
    is_bytes = "u" not in flags
    try:
        compiled = (
            regex.compile(translated.encode("utf-8", "surrogatepass"), options, cache_pattern=False)
            if is_bytes
            else regex.compile(translated, options | regex.UNICODE, cache_pattern=False)
        )
    except (regex.error, ValueError, OverflowError, KeyError, IndexError, RecursionError) as error:
        raise wrong(body, str(getattr(error, "msg", ""))) from None
    return Pattern(compiled, is_bytes, "A" in flags)


def literal(text: str) -> str:
    """A pattern for exactly this text, to be put between slashes."""
    return re.sub(r"[-.\\+*?\[^\]$(){}=!<>|:#/]", r"\\\g<0>", text)


def plain(written: str) -> str | None:
    """The text for which ``literal`` gives this pattern; None if there is none."""
    text = re.sub(r"\\(.)", r"\1", written, flags=re.DOTALL)
    return text if literal(text) == written else None


def _parts(written: str) -> tuple[str, str]:
    """What is between the delimiters, and the flags after them."""
    whole = written.lstrip()
    delimiter = whole[:1]
    if not delimiter or delimiter.isalnum() or delimiter in "\\\0":
        raise WrongPattern(
            say("A regular expression stands between slashes."),
            say('Write it like this: contact.team matches "/^U1[0-9]$/"'),
        )
    end = whole.rfind(_BRACKETS.get(delimiter, delimiter))
    if end < 1:
        raise WrongPattern(
            say("A regular expression has no end."),
            say('It stands between slashes, like this: contact.team matches "/^U1[0-9]$/"'),
        )
    flags = whole[end + 1 :].rstrip("\r\n ")
    if unknown := set(flags) - set(_FLAGS) - _NO_MATTER - set("uAD"):
        raise WrongPattern(
            say("A regular expression has no flag “%(flag)s”.", flag=min(unknown)),
            say("After the second slash there can be i, m, s, x and u."),
        )
    return whole[1:end], flags
