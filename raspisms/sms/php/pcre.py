"""A pattern as PHP's library PCRE has it, put into the words of the library ``regex``."""

import re

import regex

from raspisms.errors import RaspismsError, say
from raspisms.sms.excerpts import excerpt

#: Groups within groups, and times that a part may be asked for.
_DEEPEST = 20
_MOST_TIMES = 1_000
#: Pieces of a pattern, each as often as it is asked for: they take memory when it is read.
_MOST_PIECES = 10_000

_TIMES = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_GROUP = re.compile(r"\(\?(?:[:=!>|]|<[=!]|#[^)]*\)|P?<(?![=!])\w+>|'\w+'|P=\w+\)|[imsx-]+:)")
_LEADING_FLAGS = re.compile(r"\(\?([imsx]+)\)")
_HEX = re.compile(r"x\{([0-9A-Fa-f]{1,6})\}")
_PROPERTY = re.compile(r"[pP](?:\{\^?\w+\}|\w)")
_REFERENCE = re.compile(r"(?:[gk]\{(\w+)\}|k<(\w+)>|k'(\w+)'|g(\d+))")
_KEPT = set("dDwWsSbBAGKRXhHnrtfa0123456789")
_LINE_BREAKS = r"\n\x0b\f\r\x85"


class WrongPattern(RaspismsError):
    """A regular expression that cannot be read, or that would do more than match."""


def wrong(body: str, reason: str) -> WrongPattern:
    """A pattern that cannot be read, with the library's reason if there is one."""
    return WrongPattern(
        say("The regular expression “%(pattern)s” cannot be read.", pattern=excerpt(body)),
        say("The library says: %(reason)s.", reason=reason)
        if reason
        else say("Look at its brackets and backslashes."),
    )


class Translation:
    """A pattern of PHP's library PCRE as one of ``regex``: character by character."""

    def __init__(self, body: str, flags: str) -> None:
        self._body = body
        self._place = 0
        #: Pieces in the pattern so far, and in each group that is open; in the last piece.
        self._sizes = [0]
        self._last = 0
        self.flags = set(flags)
        self._is_bytes = "u" not in flags
        while leading := _LEADING_FLAGS.match(body, self._place):
            self.flags |= set(leading[1])
            self._place = leading.end()

    def text(self) -> str:
        written = []
        while self._place < len(self._body):
            if self._body[self._place] not in "(){":
                self._add(1)
            written.append(self._piece())
        return "".join(written)

    def _add(self, size: int) -> None:
        self._last = size
        self._sizes[-1] += size

    def _close(self) -> None:
        """A group ends, and is a piece of what it is in; what does not balance is found later."""
        if len(self._sizes) > 1:
            size = self._sizes.pop()
            self._add(1 + size)

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
            self._close()
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
        rest = self._body[self._place - 1 :]
        if rest.startswith("(*") or (rest.startswith("(?") and not _GROUP.match(rest)):
            raise WrongPattern(
                say(
                    "A regular expression uses “%(group)s”, which is not available.", group=rest[:4]
                ),
                say("Write it without."),
            )
        if comment := re.match(r"\(\?#[^)]*\)", rest):
            self._place += comment.end() - 1
            return ""
        if again := re.match(r"\(\?P=\w+\)", rest):
            self._place += again.end() - 1
            self._add(1)
            return again[0]
        self._sizes.append(0)
        if len(self._sizes) > _DEEPEST:
            raise wrong(self._body, "")
        if named := re.match(r"\(\?'(\w+)'", rest):
            self._place += named.end() - 1
            return f"(?P<{named[1]}>"
        return "("

    def _times(self) -> str:
        found = _TIMES.match(self._body, self._place)
        if found is None:
            self._place += 1
            self._add(1)
            return r"\{"  # no quantifier, so that PCRE takes it as it stands
        times = max(1, int(found[1]), int(found[3] or 0))
        self._sizes[-1] += self._last * (times - 1)
        self._last *= times
        if times > _MOST_TIMES or self._sizes[-1] > _MOST_PIECES:
            raise WrongPattern(
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
        raise wrong(self._body, "unterminated character set")

    def _escape(self, is_set: bool) -> str:
        character = self._take()
        if not character:
            raise wrong(self._body, "")
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
                raise wrong(self._body, "")
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
