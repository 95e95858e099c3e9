"""A rule as words and signs, as Symfony's ExpressionLanguage 5 takes it apart."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from raspisms.errors import Text, say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.php.conversion import GREATEST_INT
from raspisms.sms.rules.errors import RuleError

#: Characters in a rule.
LONGEST_RULE = 10_000

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_WORDS = {"and", "or", "not", "in", "matches"}
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_STRING = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""", re.DOTALL)
_OPERATOR = re.compile(r"===|!==|==|!=|<=|>=|&&|\|\||\*\*|\.\.|[-+*/%~<>!]")
_NAME = re.compile(r"[^\W\d]\w*")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "r": "\r", "t": "\t"}
_QUOTES = "“”«»„‟‘’‚`´"


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    STRING = auto()
    NAME = auto()
    OPERATOR = auto()
    PUNCTUATION = auto()
    END = auto()


@dataclass(frozen=True)
class Token:
    """A word or sign; ``value`` is what it means, ``start`` and ``end`` where it stands."""

    kind: Kind
    value: str | int | float
    start: int
    end: int

    def is_sign(self, *signs: str) -> bool:
        return self.kind is Kind.PUNCTUATION and self.value in signs


def tokens(rule: str) -> list[Token]:
    """The words and signs of a rule, with an END last. Raises RuleError."""
    if len(rule) > LONGEST_RULE:
        raise RuleError(
            say("The rule is too long: it has %(length)s characters.", length=len(rule)),
            LONGEST_RULE,
            say("A rule can have %(most)s characters. Make two groups of it.", most=LONGEST_RULE),
        )
    found: list[Token] = []
    open_brackets: list[Token] = []
    position = 0
    while position < len(rule):
        if blanks := _BLANKS.match(rule, position):
            position = blanks.end()
            continue
        token = _token(rule, position, found[-1] if found else None)
        _balance(token, open_brackets)
        found.append(token)
        position = token.end
    if open_brackets:
        raise _unclosed(open_brackets[-1])
    found.append(Token(Kind.END, "", position, position))
    return found


def _token(rule: str, position: int, before: Token | None) -> Token:
    character = rule[position]
    if number := _NUMBER.match(rule, position):
        return Token(Kind.NUMBER, _number(number), position, number.end())
    if character in "\"'":
        return _string(rule, position)
    if rule.startswith("<>", position):
        raise _unexpected(rule, position)
    if operator := _OPERATOR.match(rule, position):
        return Token(Kind.OPERATOR, operator[0], position, operator.end())
    if character in "()[]{}.,?:":
        return Token(Kind.PUNCTUATION, character, position, position + 1)
    if name := _NAME.match(rule, position):
        is_key = before is not None and before.is_sign(".")
        is_operator = name[0] in _WORDS and not is_key
        kind = Kind.OPERATOR if is_operator else Kind.NAME
        return Token(kind, name[0], position, name.end())
    raise _unexpected(rule, position)


def _number(found: re.Match[str]) -> int | float:
    """Beyond PHP's integers, and with a point or an exponent, a number is a float."""
    if found[1] is None and found[2] is None:
        digits = found[0].lstrip("0")
        if len(digits) < 20 and (whole := int(digits or "0")) <= GREATEST_INT:
            return whole
    return float(found[0])


def _string(rule: str, position: int) -> Token:
    found = _STRING.match(rule, position)
    if found is None:
        raise RuleError(
            say("A text begins with %(quote)s here and does not end.", quote=rule[position]),
            position,
            say(
                "Add the missing %(quote)s at its end. Within the text write it as \\%(quote)s.",
                quote=rule[position],
            ),
        )
    inner = found[1] if found[1] is not None else found[2]
    # As in ExpressionLanguage, a line of the text is no line of the value.
    plain = re.sub(r"[\r\n\t]", " ", inner)
    return Token(Kind.STRING, _ESCAPE.sub(_unescape, plain), position, found.end())


def _unescape(found: re.Match[str]) -> str:
    r"""What a backslash means. Before any other character it stays, so that "/\d/" is a digit."""
    return _ESCAPED.get(found[1], found[0])


def _balance(token: Token, open_brackets: list[Token]) -> None:
    if token.is_sign("(", "[", "{"):
        open_brackets.append(token)
    elif token.is_sign(")", "]", "}"):
        if not open_brackets:
            raise RuleError(
                say("There is a “%(sign)s” too many.", sign=token.value),
                token.start,
                say("Remove it, or add the sign that opens before it."),
            )
        opened = open_brackets.pop()
        if _CLOSING[str(opened.value)] != token.value:
            raise _unclosed(opened)


def _unclosed(opened: Token) -> RuleError:
    return RuleError(
        say("“%(sign)s” is opened here and not closed.", sign=opened.value),
        opened.start,
        say("Add the missing “%(sign)s”.", sign=_CLOSING[str(opened.value)]),
    )


def _unexpected(rule: str, position: int) -> RuleError:
    character = rule[position]
    return RuleError(
        say("“%(sign)s” has no meaning in a rule.", sign=excerpt(character)),
        position,
        _hint(character),
    )


def _hint(character: str) -> Text:
    if character == "=":
        return say("Write == to compare.")
    if character == "<":
        return say("Write != for what is not the same.")
    if character == "&":
        return say("Write && or “and” where both must be true.")
    if character == "|":
        return say("Write || or “or” where one of two must be true.")
    if character in _QUOTES:
        return say("Put texts into straight quotes: \"text\" or 'text'.")
    return say("Texts stand in quotes, data of a contact is written contact.key.")
