"""A rule's words as a tree, with the precedence of Symfony's ExpressionLanguage 5.

It climbs by precedence, as that one does, and so keeps its peculiarities: ``not`` binds more
tightly than ``==``, and a minus more tightly than ``**``.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from raspisms.errors import Text, say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.rules.errors import RuleError
from raspisms.sms.rules.functions import FUNCTIONS
from raspisms.sms.rules.lexer import Kind, Token, tokens
from raspisms.sms.rules.nodes import (
    Array,
    Binary,
    Call,
    Conditional,
    Constant,
    Item,
    Logic,
    Name,
    Node,
    Unary,
)

#: Parts within parts.
DEEPEST = 50

_NAMES = ("contact", "contact_metas")
_UNARY = {"not": 50, "!": 50, "-": 500, "+": 500}
_BINARY = {
    "or": 10,
    "||": 10,
    "and": 15,
    "&&": 15,
    "==": 20,
    "===": 20,
    "!=": 20,
    "!==": 20,
    "<": 20,
    ">": 20,
    "<=": 20,
    ">=": 20,
    "in": 20,
    "not in": 20,
    "matches": 20,
    "..": 25,
    "+": 30,
    "-": 30,
    "~": 40,
    "*": 60,
    "/": 60,
    "%": 60,
    "**": 200,
}
_RIGHT = {"**"}
_SAME = {"||": "or", "&&": "and", "!": "not"}
_WORDS = {"true": True, "TRUE": True, "false": False, "FALSE": False, "null": None, "NULL": None}


def tree(rule: str) -> Node:
    """What a rule is made of. Raises RuleError."""
    return _Parser(rule).rule()


class _Parser:
    def __init__(self, rule: str) -> None:
        self._rule = rule
        self._tokens = tokens(rule)
        self._next = 0
        self._open = 0

    def rule(self) -> Node:
        if self._token.kind is Kind.END:
            raise RuleError(
                say("The rule is empty."), 0, say('A rule is, for example, contact.team == "U11".')
            )
        whole = self._expression()
        self._expect_end()
        return whole

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    @property
    def _end(self) -> int:
        return self._tokens[self._next - 1].end

    def _take(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _expect(self, sign: str) -> None:
        if not self._token.is_sign(sign):
            raise self._unexpected(say("“%(sign)s” is expected here.", sign=sign))
        self._next += 1

    def _expect_end(self) -> None:
        if self._token.kind is not Kind.END:
            raise self._unexpected()

    def _expression(self, precedence: int = 0) -> Node:
        self._open += 1
        self._bound(self._open)
        start = self._token.start
        node = self._primary()
        while (operator := self._binary()) is not None and _BINARY[operator] >= precedence:
            self._next += 2 if operator == "not in" else 1
            binding = _BINARY[operator] + (0 if operator in _RIGHT else 1)
            node = self._joined(operator, start, node, self._expression(binding))
        while precedence == 0 and self._token.is_sign("?"):
            node = self._conditional(start, node)
        self._open -= 1
        return node

    def _binary(self) -> str | None:
        """The operator between two values that comes next, if one does."""
        if self._token.kind is not Kind.OPERATOR:
            return None
        operator = str(self._token.value)
        if operator == "not":
            after = self._tokens[self._next + 1]
            operator = "not in" if (after.kind, after.value) == (Kind.OPERATOR, "in") else ""
        return operator if operator in _BINARY else None

    def _joined(self, operator: str, start: int, left: Node, right: Node) -> Node:
        operator = _SAME.get(operator, operator)
        if operator not in ("and", "or"):
            return self._built(Binary(start, self._end, operator, left, right))
        # A chain is one part, so that a long one is not deep; what stands in parentheses is not
        # part of the chain.
        is_chain = isinstance(left, Logic) and left.operator == operator and left.start == start
        operands = left.operands if is_chain and isinstance(left, Logic) else (left,)
        return self._built(Logic(start, self._end, operator, (*operands, right)))

    def _conditional(self, start: int, test: Node) -> Node:
        self._take()
        yes: Node | None = None
        if not self._token.is_sign(":"):
            yes = self._expression()
        if self._token.is_sign(":"):
            self._take()
            no = self._expression()
        else:
            no = Constant(self._end, self._end, None)
        return self._built(Conditional(start, self._end, test, yes, no))

    def _primary(self) -> Node:
        token = self._token
        if token.kind is Kind.OPERATOR and token.value in _UNARY:
            operator = str(self._take().value)
            of = self._expression(_UNARY[operator])
            operator = _SAME.get(operator, operator)
            return self._built(Unary(token.start, self._end, operator, of))
        if token.is_sign("("):
            self._take()
            node = self._expression()
            self._expect(")")
            return self._postfixed(token.start, node)
        if token.is_sign("["):
            return self._postfixed(token.start, self._list())
        if token.is_sign("{"):
            return self._postfixed(token.start, self._map())
        if token.kind in (Kind.NUMBER, Kind.STRING):
            self._take()
            return Constant(token.start, token.end, token.value)
        if token.kind is Kind.NAME:
            return self._named()
        raise self._unexpected()

    def _named(self) -> Node:
        token = self._take()
        name = str(token.value)
        if name in _WORDS:
            return Constant(token.start, token.end, _WORDS[name])
        if self._token.is_sign("("):
            return self._postfixed(token.start, self._call(token))
        if name not in _NAMES:
            raise self._unknown_name(token)
        return self._postfixed(token.start, Name(token.start, token.end, name))

    def _call(self, token: Token) -> Node:
        name = str(token.value)
        if name not in FUNCTIONS:
            raise RuleError(
                say("There is no function %(name)s.", name=excerpt(name)),
                token.start,
                _nearest(name, [*FUNCTIONS])
                or say("The functions are: %(names)s.", names=", ".join(sorted(FUNCTIONS))),
            )
        self._take()
        arguments: list[Node] = []
        while not self._token.is_sign(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._expression())
        self._take()
        function = FUNCTIONS[name]
        if not function.least <= len(arguments) <= function.most:
            raise RuleError(
                say("The function %(name)s is not written like this.", name=name),
                token.start,
                say("It is written: %(usage)s", usage=function.usage),
            )
        return self._built(Call(token.start, self._end, name, tuple(arguments)))

    def _list(self) -> Node:
        start = self._take().start
        items = tuple((None, self._expression()) for _ in self._each_until("]"))
        return self._built(Array(start, self._end, items))

    def _map(self) -> Node:
        start = self._take().start
        items: list[tuple[Node | None, Node]] = []
        for _ in self._each_until("}"):
            key = self._map_key()
            self._expect(":")
            items.append((key, self._expression()))
        return self._built(Array(start, self._end, tuple(items)))

    def _each_until(self, end: str) -> Iterator[None]:
        """Go round for each of what has commas between, and perhaps one behind, up to ``end``."""
        while not self._token.is_sign(end):
            yield
            if not self._token.is_sign(end):
                self._expect(",")
        self._take()

    def _map_key(self) -> Node:
        token = self._token
        if token.is_sign("("):
            return self._expression()
        if token.kind not in (Kind.STRING, Kind.NUMBER, Kind.NAME):
            raise self._unexpected(say("A key of a map is a name, a text or a number."))
        self._take()
        return Constant(token.start, token.end, token.value)

    def _postfixed(self, start: int, node: Node) -> Node:
        while self._token.is_sign(".", "["):
            if self._take().value == "[":
                key = self._expression()
                self._expect("]")
            else:
                token = self._take()
                if token.kind is not Kind.NAME:
                    self._next -= 1
                    raise self._unexpected(say("After the point comes the name of a key."))
                key = Constant(token.start, token.end, token.value)
                if self._token.is_sign("("):
                    raise RuleError(
                        say("“%(name)s” cannot be called.", name=excerpt(str(token.value))),
                        token.start,
                        say("Functions stand by themselves, as in lower(contact.team)."),
                    )
            node = self._built(Item(start, self._end, node, key))
        return node

    def _built(self, node: Node) -> Node:
        self._bound(node.depth)
        return node

    def _bound(self, depth: int) -> None:
        if depth > DEEPEST:
            raise RuleError(
                say("The rule has more than %(most)s parts within each other.", most=DEEPEST),
                self._token.start,
                say("Remove parentheses, or make two groups of it."),
            )

    def _unknown_name(self, token: Token) -> RuleError:
        name = str(token.value)
        before = self._rule[: token.start].rstrip()
        hint = _nearest(name, [*_NAMES, *_WORDS])
        if before.endswith("-"):
            hint = say('Write contact["first-name"] for a key with a hyphen.')
        elif hint is None and name.startswith("_"):
            hint = say("A rule knows contact and contact_metas, and nothing else.")
        elif hint is None:
            hint = say(
                'Write contact.%(name)s for data of a contact, and "%(name)s" for a text.',
                name=excerpt(name),
            )
        return RuleError(say("A rule knows no “%(name)s”.", name=excerpt(name)), token.start, hint)

    def _unexpected(self, hint: Text | None = None) -> RuleError:
        token = self._token
        if token.kind is Kind.END:
            return RuleError(
                say("The rule ends too early."),
                token.start,
                hint or say("A value is missing at its end."),
            )
        sign = excerpt(self._rule[token.start : token.end])
        if hint is None and token.kind is Kind.OPERATOR:
            hint = say("There is a value missing before or after it.")
        elif hint is None:
            hint = say("There is an operator missing before it, such as == or &&.")
        return RuleError(say("“%(sign)s” cannot stand here.", sign=sign), token.start, hint)


def _nearest(name: str, known: list[str]) -> Text | None:
    """The known name that somebody may have meant."""
    if near := get_close_matches(name.lower(), known, n=1):
        return say("Did you mean %(name)s?", name=near[0])
    return None
