"""A text taken apart as Twig takes it: plain text, and the words within ``{{ }}`` and ``{% %}``.

The tokens are Jinja's, in Jinja's stream; each knows its line. What Twig does otherwise than Jinja
is done here: ``{% verbatim %}``, the line feed after a tag that goes with it, ``{{~`` and ``~}}``
that trim blanks but no line feeds, the operators, and texts in quotes as PHP reads them.
"""

import re
from collections.abc import Iterator

from jinja2.lexer import Token, TokenStream

from raspisms.errors import Text, say
from raspisms.sms.templating.errors import TextError

#: Blanks that ``~`` takes away at a tag: all but line feeds.
_BLANKS_OF_A_LINE = " \t\0\x0b"
#: What PHP's trim takes away.
_BLANKS = f"{_BLANKS_OF_A_LINE}\n\r"

_OPENING = re.compile(r"\{(?P<kind>[{%#])(?P<trim>[-~]?)")
_VERBATIM = re.compile(r"\s*verbatim\s*(?P<trim>[-~]?)%\}")
_VERBATIM_END = re.compile(r"\{%(?P<before>[-~]?)\s*endverbatim\s*(?P<trim>[-~]?)%\}")
_COMMENT_END = re.compile(r"(?P<trim>[-~]?)#\}")
_ENDS = {
    "{": re.compile(r"(?P<trim>[-~]?)\}\}"),
    "%": re.compile(r"(?P<trim>[-~]?)%\}"),
}
_NAMES = {"{": "variable", "%": "block"}

_SPACE = re.compile(r"\s+")
_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_OPERATOR = re.compile(
    r"===|!==|<=>|\.\.\.|\*\*|//|\.\.|\?\?|\?\.|==|!=|<=|>=|=>|&&|\|\||[-+*/%~<>=?:.,|()\[\]{}!]"
)
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_INTERPOLATION = "#{"
#: What telephones and word processors make of quotes.
_CURLY_QUOTES = "‘’‚“”„«»‹›"

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "v": "\v", "b": "\b", "f": "\f"}


def tokens(source: str) -> TokenStream:
    """The whole text in tokens. Raises TextError for what is never closed or not known.

    Types are Jinja's ``data``, ``variable_begin``, ``variable_end``, ``block_begin``,
    ``block_end``, ``name`` and ``string``, beside ``number`` and ``operator``.
    """
    return TokenStream(list(_Lexer(source.replace("\r\n", "\n").replace("\r", "\n"))), None, None)


class _Lexer:
    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._line = 1
        #: How the tag before trims what follows it.
        self._trim = ""

    def __iter__(self) -> Iterator[Token]:
        while opening := _OPENING.search(self._source, self._position):
            yield from self._data(opening.start(), opening["trim"])
            line = self._line
            self._go_to(opening.end())
            kind = opening["kind"]
            if kind == "#":
                self._comment(line)
            elif kind == "%" and (verbatim := self._match(_VERBATIM)):
                yield from self._verbatim(verbatim["trim"], line)
            else:
                yield from self._inside(kind, line)
        yield from self._data(len(self._source), "")

    def _data(self, end: int, trim: str) -> Iterator[Token]:
        line, data = self._line, self._source[self._position : end]
        self._go_to(end)
        if data := _right(_left(data, self._trim), trim):
            yield Token(line, "data", data)

    def _comment(self, line: int) -> None:
        end = _COMMENT_END.search(self._source, self._position)
        if end is None:
            raise TextError(line, say("The comment {# has no end #}."))
        self._go_to(end.end())
        self._after_tag(end["trim"])

    def _verbatim(self, trim: str, line: int) -> Iterator[Token]:
        self._after_tag(trim)
        end = _VERBATIM_END.search(self._source, self._position)
        if end is None:
            raise _unclosed("verbatim", line)
        yield from self._data(end.start(), end["before"])
        self._go_to(end.end())
        self._after_tag(end["trim"])

    def _inside(self, kind: str, line: int) -> Iterator[Token]:
        yield Token(line, f"{_NAMES[kind]}_begin", "")
        opened: list[tuple[str, int]] = []
        while True:
            self._match(_SPACE)
            if not opened and (end := self._match(_ENDS[kind])):
                break
            if self._position >= len(self._source):
                raise _no_end(kind, line, opened)
            token = self._word()
            if token.type == "operator":
                self._balance(token, opened)
            yield token
        yield Token(self._line, f"{_NAMES[kind]}_end", "")
        if kind == "%":
            self._after_tag(end["trim"])
        else:
            self._trim = end["trim"]

    def _word(self) -> Token:
        line = self._line
        if found := self._match(_NAME):
            return Token(line, "name", found[0])
        if found := self._match(_NUMBER):
            return Token(line, "number", found[0])
        if found := self._match(_STRING):
            if found[0][0] == '"' and _INTERPOLATION in found[0]:
                raise TextError(
                    line,
                    say("#{ } within a text in double quotes is not available."),
                    say("Join the parts with ~."),
                )
            return Token(line, "string", _unescape(found[0][1:-1]))
        if found := self._match(_OPERATOR):
            return Token(line, "operator", found[0])
        character = self._source[self._position]
        if character in "'\"":
            raise TextError(line, say("The quote %(quote)s is never closed.", quote=character))
        raise TextError(
            line,
            say("The character “%(character)s” has no meaning here.", character=character),
            say("Quotes in a tag are straight: '.") if character in _CURLY_QUOTES else None,
        )

    def _balance(self, token: Token, opened: list[tuple[str, int]]) -> None:
        """Keep account of brackets, within which ``}}`` does not end anything."""
        if token.value in _BRACKETS:
            opened.append((token.value, token.lineno))
        elif token.value in _BRACKETS.values():
            if not opened:
                raise TextError(
                    token.lineno,
                    say("The bracket %(bracket)s was never opened.", bracket=token.value),
                )
            bracket, line = opened.pop()
            if _BRACKETS[bracket] != token.value:
                raise TextError(line, _open_bracket(bracket))

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._source, self._position)
        if found is not None:
            self._go_to(found.end())
        return found

    def _after_tag(self, trim: str) -> None:
        """A tag takes the line feed with it that follows at once."""
        self._trim = trim
        if not trim and self._source.startswith("\n", self._position):
            self._go_to(self._position + 1)

    def _go_to(self, position: int) -> None:
        self._line += self._source.count("\n", self._position, position)
        self._position = position


def _left(data: str, trim: str) -> str:
    return data.lstrip(_trimmed(trim)) if trim else data


def _right(data: str, trim: str) -> str:
    return data.rstrip(_trimmed(trim)) if trim else data


def _trimmed(trim: str) -> str:
    return _BLANKS if trim == "-" else _BLANKS_OF_A_LINE


def _unescape(written: str) -> str:
    """A text in quotes as PHP's stripcslashes reads it: ``\\n`` is a line feed, ``\\'`` a quote."""

    def character(found: re.Match[str]) -> str:
        hexadecimal, octal, letter = found.groups()
        if hexadecimal is not None:
            return chr(int(hexadecimal, 16))
        if octal is not None:
            return chr(int(octal, 8) % 256)
        return _LETTERS.get(letter, letter)

    return _ESCAPE.sub(character, written)


def _no_end(kind: str, line: int, opened: list[tuple[str, int]]) -> TextError:
    if opened:
        bracket, line = opened[-1]
        return TextError(line, _open_bracket(bracket))
    begin, end = ("{{", "}}") if kind == "{" else ("{%", "%}")
    return TextError(line, say("%(begin)s has no end %(end)s.", begin=begin, end=end))


def _open_bracket(bracket: str) -> Text:
    return say("The bracket %(bracket)s is never closed.", bracket=bracket)


def _unclosed(tag: str, line: int) -> TextError:
    return TextError(
        line,
        say("{%% %(tag)s %%} has no {%% end%(tag)s %%}.", tag=tag),
        say("Write {%% end%(tag)s %%} where it ends.", tag=tag),
    )
