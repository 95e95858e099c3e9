r"""Regular expressions as PHP's preg_match reads them: ``/^(u|v)\d+$/i``.

They are run by the library ``regex``, which can stop one that takes too long. Without the flag
``u`` PHP sees bytes rather than characters, and so does this. What asks for more than matching
(one pattern calling another) is refused.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import regex

from raspisms.errors import say
from raspisms.sms.rules.errors import RuleFailure, TooSlow, excerpt

#: Characters of a pattern, groups within groups, and times that a part may be asked for.
LONGEST_PATTERN = 1_000
_DEEPEST = 20
_MOST_TIMES = 1_000
#: All such times of a pattern multiplied: within each other they take memory when it is read.
_MOST_TIMES_TOGETHER = 10_000

_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL, "x": regex.VERBOSE}
#: They change how far a pattern reaches or how fast it is, never whether it matches.
_NO_MATTER = set("USXJ")
_TIMES = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_GROUP = re.compile(r"\(\?(?:[:=!>|]|<[=!]|#[^)]*\)|P?<(?![=!])\w+>|'\w+'|P=\w+\)|[imsx-]+:)")
_LEADING_FLAGS = re.compile(r"\(\?([imsx]+)\)")
_HEX = re.compile(r"x\{([0-9A-Fa-f]{1,6})\}")
_PROPERTY = re.compile(r"[pP](?:\{\^?\w+\}|\w)")
_REFERENCE = re.compile(r"(?:[gk]\{(\w+)\}|k<(\w+)>|k'(\w+)'|g(\d+))")
_KEPT = set("dDwWsSbBAGKRXhHnrtfa0123456789")
_LINE_BREAKS = r"\n\x0b\f\r\x85"


@dataclass(frozen=True)
class Pattern:
    """A regular expression, ready to be asked."""

    compiled: "regex.Pattern[str] | regex.Pattern[bytes]"
    is_bytes: bool
    from_start: bool

    def matches(self, text: str, seconds: float) -> bool:
        """Whether a text has it. Raises TooSlow after this time."""
        subject = text.encode("utf-8", "surrogatepass") if self.is_bytes else text
        ask = self.compiled.match if self.from_start else self.compiled.search
        try:
            return ask(subject, timeout=max(seconds, 0.001)) is not None
        except TimeoutError:
            raise TooSlow(
                say("A regular expression takes too long."),
                say("Avoid repetitions within repetitions, such as (a+)+."),
            ) from None
        except MemoryError:
            raise TooSlow(
                say("A regular expression takes too much memory."),
                say("Avoid repetitions within repetitions, such as (a+)+."),
            ) from None


@lru_cache(maxsize=256)
def pattern(written: str) -> Pattern:
    """The regular expression that is written like this. Raises RuleFailure."""
    body, flags = _parts(written)
    if len(body) > LONGEST_PATTERN:
        raise RuleFailure(
            say("A regular expression is too long."),
            say("It can have %(most)s characters.", most=LONGEST_PATTERN),
        )
    translation = _Translation(body, flags)
    translated = translation.text()
    options = regex.VERSION0
    for flag in translation.flags & set(_FLAGS):
        options |= _FLAGS[flag]
    is_bytes = "u" not in flags
    try:
        compiled = (
            regex.compile(translated.encode("utf-8", "surrogatepass"), options)
            if is_bytes
            else regex.compile(translated, options | regex.UNICODE)
        )
    except (regex.error, ValueError, OverflowError, KeyError, IndexError, RecursionError) as error:
        raise _wrong(body, str(getattr(error, "msg", ""))) from None
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
        raise RuleFailure(
            say("A regular expression stands between slashes."),
            say('Write it like this: contact.team matches "/^U1[0-9]$/"'),
        )
    end = whole.rfind(_BRACKETS.get(delimiter, delimiter))
    if end < 1:
        raise RuleFailure(
            say("A regular expression has no end."),
            say('It stands between slashes, like this: contact.team matches "/^U1[0-9]$/"'),
        )
    flags = whole[end + 1 :].rstrip("\r\n ")
    if unknown := set(flags) - set(_FLAGS) - _NO_MATTER - set("uAD"):
        raise RuleFailure(
            say("A regular expression has no flag “%(flag)s”.", flag=min(unknown)),
            say("After the second slash there can be i, m, s, x and u."),
        )
    return whole[1:end], flags


def _wrong(body: str, reason: str) -> RuleFailure:
    return RuleFailure(
        say("The regular expression “%(pattern)s” cannot be read.", pattern=excerpt(body)),
        say("The library says: %(reason)s.", reason=reason)
        if reason
        else say("Look at its brackets and backslashes."),
    )


class _Translation:
    """A pattern of PHP's library PCRE as one of ``regex``: character by character."""

    def __init__(self, body: str, flags: str) -> None:
        self._body = body
        self._place = 0
        self._open = 0
        self._times_together = 1
        self.flags = set(flags)
        self._is_bytes = "u" not in flags
        while leading := _LEADING_FLAGS.match(body, self._place):
            self.flags |= set(leading[1])
            self._place = leading.end()

    def text(self) -> str:
        written = []
        while self._place < len(self._body):
            written.append(self._piece())
        return "".join(written)

    def _take(self, count: int = 1) -> str:
        taken = self._body[self._place : self._place + count]
        self._place += count
        return taken

    def _piece(self) -> str:
        character = self._take()
        if character == "\\":
            return self._escape(is_set=False)
        if character == "[":
            return self._set()
        if character == "(":
            return self._group()
        if character == ")":
            self._open -= 1
        elif character == "{":
            self._place -= 1
            return self._times()
        elif character == "$" and "D" in self.flags and "m" not in self.flags:
            return r"\Z"
        elif character == "#" and "x" in self.flags:
            end = self._body.find("\n", self._place)
            self._place = len(self._body) if end < 0 else end + 1
            return ""
        return character

    def _group(self) -> str:
        self._open += 1
        if self._open > _DEEPEST:
            raise _wrong(self._body, "")
        rest = self._body[self._place - 1 :]
        if rest.startswith("(*") or (rest.startswith("(?") and not _GROUP.match(rest)):
            raise RuleFailure(
                say("A regular expression uses “%(group)s”, which rules cannot.", group=rest[:4]),
                say("Write it without."),
            )
        if comment := re.match(r"\(\?#[^)]*\)", rest):
            self._place += comment.end() - 1
            self._open -= 1
            return ""
        if named := re.match(r"\(\?'(\w+)'", rest):
            self._place += named.end() - 1
            return f"(?P<{named[1]}>"
        if again := re.match(r"\(\?P=\w+\)", rest):
            self._place += again.end() - 1
            self._open -= 1
            return again[0]
        return "("

    def _times(self) -> str:
        found = _TIMES.match(self._body, self._place)
        if found is None:
            self._place += 1
            return r"\{"  # no quantifier, so that PCRE takes it as it stands
        times = max(1, int(found[1]), int(found[3] or 0))
        self._times_together *= times
        if times > _MOST_TIMES or self._times_together > _MOST_TIMES_TOGETHER:
            raise RuleFailure(
                say("A regular expression repeats something too often."),
                say("It can be repeated %(most)s times.", most=_MOST_TIMES),
            )
        self._place = found.end()
        return found[0]

    def _set(self) -> str:
        written = ["["]
        if self._body.startswith("^", self._place):
            written.append(self._take())
        if self._body.startswith("]", self._place):
            self._take()
            written.append(r"\]")
        while self._place < len(self._body):
            if posix := re.compile(r"\[:\^?[a-z]+:\]").match(self._body, self._place):
                written.append(posix[0])
                self._place = posix.end()
                continue
            character = self._take()
            if character == "]":
                return "".join([*written, "]"])
            if character == "\\":
                written.append(self._escape(is_set=True))
            else:
                written.append(r"\[" if character == "[" else character)
        raise _wrong(self._body, "unterminated character set")

    def _escape(self, is_set: bool) -> str:
        character = self._take()
        if not character:
            raise _wrong(self._body, "")
        if character == "Z" and not is_set:
            return r"(?=\n?\Z)"
        if character == "z" and not is_set:
            return r"\Z"
        if character == "v":
            return _LINE_BREAKS if is_set else f"[{_LINE_BREAKS}]"
        if character == "V" and not is_set:
            return f"[^{_LINE_BREAKS}]"
        if character == "N" and not is_set:
            return r"[^\n]"
        if character == "e":
            return r"\x1b"
        if character == "b" and is_set:
            return r"\x08"
        if character in "xpPgk":
            return self._long_escape(character, is_set)
        if character == "Q":
            return self._quoted()
        if character in _KEPT:
            return "\\" + character
        # The others stand for themselves, letters too.
        return str(regex.escape(character))

    def _long_escape(self, letter: str, is_set: bool) -> str:
        start = self._place - 1
        if letter == "x" and (found := _HEX.match(self._body, start)):
            self._place = found.end()
            code = int(found[1], 16)
            if code > 0x10FFFF or (self._is_bytes and code > 0xFF):
                raise _wrong(self._body, "")
            return f"\\x{code:02x}" if code < 0x100 else regex.escape(chr(code))
        if letter in "pP" and (found := _PROPERTY.match(self._body, start)):
            self._place = found.end()
            return "\\" + found[0]
        if letter in "gk" and not is_set and (found := _REFERENCE.match(self._body, start)):
            self._place = found.end()
            name = next(filter(None, found.groups()))
            return f"(?:\\g<{name}>)"
        return "\\" + letter

    def _quoted(self) -> str:
        r"""What stands between \Q and \E, or the end."""
        end = self._body.find(r"\E", self._place)
        quoted = self._body[self._place : end if end >= 0 else None]
        self._place += len(quoted) + 2
        return str(regex.escape(quoted))
