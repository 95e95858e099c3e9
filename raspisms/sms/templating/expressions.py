"""Expressions as Twig reads them, made into Jinja's nodes.

By Twig's documentation, "Twig for Template Designers", with the precedences of its version 3. Twig
binds ``not`` and the signs so that filters after them belong to what follows: ``-1|abs`` is -1.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from jinja2 import nodes
from jinja2.lexer import Token, TokenStream

from raspisms.errors import say
from raspisms.sms.templating import limits, tree
from raspisms.sms.templating.arguments import in_order
from raspisms.sms.templating.errors import TextError
from raspisms.sms.templating.reader import Reader
from raspisms.sms.templating.registry import Offered
from raspisms.sms.templating.suggestions import no_filter, no_function, no_test, unexpected

#: How tightly an operator binds.
_PRECEDENCE = (
    {"or": 10, "xor": 12, "and": 15}
    | dict.fromkeys(("==", "!=", "<=>", "<", ">", ">=", "<=", "===", "!=="), 20)
    | dict.fromkeys(("in", "not in", "matches", "starts with", "ends with"), 20)
    | {"..": 25, "+": 30, "-": 30, "~": 40, "*": 60, "/": 60, "//": 60, "%": 60}
    | {"is": 100, "**": 200, "??": 300}
)
_FROM_THE_RIGHT = frozenset({"**", "??"})
_NOT = 50
_SIGN = 500
#: Operators of two words, by the first one.
_SECOND_WORDS = {"not": "in", "starts": "with", "ends": "with"}
#: Tests of two words, by the first one.
_SECOND_WORDS_OF_TESTS = {"same": "as", "divisible": "by"}
_SYNONYMS_OF_TESTS = {"none": "null"}

_CONSTANTS = {"true": True, "false": False, "null": None, "none": None}
#: What precedes the keys that are counted as fields.
_CONTACT = "contact"


class Expressions(Reader):
    """Reads expressions from the tokens; ``fields`` are the keys of contacts that they name."""

    def __init__(
        self,
        stream: TokenStream,
        filters: Mapping[str, Offered],
        functions: Mapping[str, Offered],
        tests: Mapping[str, Offered],
    ) -> None:
        super().__init__(stream)
        self.fields: set[str] = set()
        self._filters = filters
        self._functions = functions
        self._tests = tests
        self._depth = 0

    def expression(self) -> nodes.Expr:
        """A whole expression."""
        node = self._expression(0)
        if tree.depth(node) > 2 * limits.DEEPEST_EXPRESSION:
            raise _too_deep(node.lineno)
        return node

    def filters_of_block(self) -> nodes.Expr:
        """``upper|trim``, applied to what a block has written."""
        node: nodes.Expr = self._filter(None)
        while self.skip("|"):
            node = self._filter(node)
        if tree.depth(node) > 2 * limits.DEEPEST_EXPRESSION:
            raise _too_deep(node.lineno)
        return node

    # Operators.

    def _expression(self, least: int) -> nodes.Expr:
        with self._deeper():
            node = self._operand()
            while (operator := self._operator()) and _PRECEDENCE[operator] >= least:
                node = self._with(operator, node)
            return self._conditional(node) if least == 0 else node

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > limits.DEEPEST_EXPRESSION:
            raise _too_deep(self.stream.current.lineno)
        yield
        self._depth -= 1

    def _operator(self) -> str | None:
        """The operator of two sides that comes next."""
        token = self.stream.current
        if token.type not in ("operator", "name"):
            return None
        word = token.value
        if second := _SECOND_WORDS.get(word):
            after = self.stream.look()
            if after.type == "name" and after.value == second:
                return f"{word} {second}"
            return None
        return word if word in _PRECEDENCE else None

    def _with(self, operator: str, left: nodes.Expr) -> nodes.Expr:
        line = next(self.stream).lineno
        if " " in operator:
            next(self.stream)
        if operator == "is":
            return self._test(left, line)
        right = self._expression(_PRECEDENCE[operator] + (operator not in _FROM_THE_RIGHT))
        match operator:
            case "and":
                return nodes.And(tree.truth(left), tree.truth(right), lineno=line)
            case "or":
                return nodes.Or(tree.truth(left), tree.truth(right), lineno=line)
            case "??":
                return _first_of(tree.IF_NOT_NULL, left, right, line)
            case "not in":
                return nodes.Not(tree.worked_out("in", left, right, line=line), lineno=line)
            case tree.CONCAT if isinstance(left, nodes.Filter) and left.name == tree.CONCAT:
                # One call for a whole chain: texts are often joined of many parts.
                left.args.append(right)
                return left
        return tree.worked_out(operator, left, right, line=line)

    def _conditional(self, node: nodes.Expr) -> nodes.Expr:
        while self.at("?"):
            line = next(self.stream).lineno
            if self.skip(":"):
                node = _first_of(tree.IF_TRUE, node, self._expression(0), line)
                continue
            chosen = self._expression(0)
            other = self._expression(0) if self.skip(":") else tree.constant("", line)
            node = nodes.CondExpr(tree.truth(node), chosen, other, lineno=line)
        return node

    def _test(self, node: nodes.Expr, line: int) -> nodes.Expr:
        negated = self.skip("not")
        name = self.name()
        if (second := _SECOND_WORDS_OF_TESTS.get(name)) and self.skip(second):
            name = f"{name} {second}"
        name = _SYNONYMS_OF_TESTS.get(name, name)
        tested = (
            _is_defined(node, line) if name == "defined" else self._offered_test(node, name, line)
        )
        return nodes.Not(tested, lineno=line) if negated else tested

    def _offered_test(self, node: nodes.Expr, name: str, line: int) -> nodes.Expr:
        test = self._tests.get(name)
        if test is None:
            raise no_test(name, line, [*self._tests, "defined"])
        if test.parameters and not self.at("("):
            arguments = [self._primary()]
        else:
            arguments = self._arguments(test, line)
        return tree.worked_out(tree.of_test(name), node, *arguments, line=line)

    # Operands.

    def _operand(self) -> nodes.Expr:
        token = self.stream.current
        if self.skip("not"):
            operand = self._expression(_NOT)
            return self._postfix(nodes.Not(tree.truth(operand), lineno=token.lineno))
        if token.type == "operator" and token.value in ("-", "+"):
            next(self.stream)
            name = tree.NEGATIVE if token.value == "-" else tree.POSITIVE
            signed = tree.worked_out(name, self._expression(_SIGN), line=token.lineno)
            return self._postfix(signed)
        return self._postfix(self._primary())

    def _primary(self) -> nodes.Expr:
        token = self.stream.current
        match token.type:
            case "name":
                next(self.stream)
                return self._named(token)
            case "string":
                next(self.stream)
                return tree.constant(token.value, token.lineno)
            case "number":
                next(self.stream)
                return tree.constant(_number(token), token.lineno)
        if self.skip("("):
            node = self._expression(0)
            self.expect(")")
            return node
        if self.skip("["):
            return tree.worked_out(tree.LIST, self._list(token.lineno), line=token.lineno)
        if self.skip("{"):
            entries = self._map()
            nothing = tree.constant(None, token.lineno)
            return tree.worked_out(tree.MAP, nothing, *entries, line=token.lineno)
        raise unexpected(token)

    def _named(self, token: Token) -> nodes.Expr:
        line = token.lineno
        if self.at("("):
            function = self._functions.get(token.value)
            if function is None:
                raise no_function(token.value, line, self._functions)
            arguments = self._arguments(function, line)
            nothing = tree.constant(None, line)
            name = tree.of_function(token.value)
            return tree.worked_out(name, nothing, *arguments, line=line)
        if token.value.lower() in _CONSTANTS:
            return tree.constant(_CONSTANTS[token.value.lower()], line)
        return tree.worked_out(tree.NAME, tree.constant(token.value, line), line=line)

    def _list(self, line: int) -> nodes.List:
        items = [self._expression(0) for _ in self.each_until("]")]
        return nodes.List(items, lineno=line)

    def _map(self) -> list[nodes.Expr]:
        """Keys and values of a map, in turn."""
        entries: list[nodes.Expr] = []
        for _ in self.each_until("}"):
            token = self.stream.current
            entries.append(self._key())
            if token.type == "name" and self.at(",", "}"):
                entries.append(
                    tree.worked_out(
                        tree.NAME, tree.constant(token.value, token.lineno), line=token.lineno
                    )
                )
                continue
            self.expect(":")
            entries.append(self._expression(0))
        return entries

    def _key(self) -> nodes.Expr:
        """``'a'``, ``a`` and ``1`` are themselves; ``(a)`` is worked out."""
        token = self.stream.current
        if token.type in ("string", "name"):
            next(self.stream)
            return tree.constant(token.value, token.lineno)
        if token.type == "number":
            next(self.stream)
            return tree.constant(_number(token), token.lineno)
        if not self.skip("("):
            raise unexpected(token)
        key = self._expression(0)
        self.expect(")")
        return key

    # What follows an operand.

    def _postfix(self, node: nodes.Expr) -> nodes.Expr:
        while True:
            line = self.stream.current.lineno
            if self.skip("."):
                node = self._attribute(node, line)
            elif self.skip("["):
                node = self._item(node, line)
            elif self.skip("|"):
                node = self._filter(node)
            elif self.at("("):
                raise _no_calls(line)
            else:
                return node

    def _attribute(self, node: nodes.Expr, line: int) -> nodes.Expr:
        token = self.stream.current
        if token.type == "number":
            next(self.stream)
            return self._get(node, tree.constant(_number(token), line), line)
        return self._get(node, tree.constant(self.name(), line), line)

    def _item(self, node: nodes.Expr, line: int) -> nodes.Expr:
        start = tree.constant(0, line) if self.at(":") else self._expression(0)
        if not self.skip(":"):
            self.expect("]")
            return self._get(node, start, line)
        length = tree.constant(None, line) if self.at("]") else self._expression(0)
        self.expect("]")
        return tree.worked_out(tree.SLICE, node, start, length, line=line)

    def _get(self, node: nodes.Expr, key: nodes.Expr, line: int) -> nodes.Expr:
        if isinstance(key, nodes.Const) and _is_name(node, _CONTACT):
            self.fields.add(str(key.value))
        return tree.worked_out(tree.GET, node, key, line=line)

    def _filter(self, node: nodes.Expr | None) -> nodes.Filter:
        line = self.stream.current.lineno
        name = self.name()
        offered = self._filters.get(name)
        if offered is None:
            raise no_filter(name, line, self._filters)
        return tree.worked_out(name, node, *self._arguments(offered, line), line=line)

    # Arguments.

    def _arguments(self, offered: Offered, line: int) -> list[nodes.Expr]:
        """What is in the parentheses, in the order of the parameters."""
        given, named = self._given() if self.skip("(") else ([], {})
        return in_order(offered, given, named, line)

    def _given(self) -> tuple[list[nodes.Expr], dict[str, nodes.Expr]]:
        given: list[nodes.Expr] = []
        named: dict[str, nodes.Expr] = {}
        for _ in self.each_until(")"):
            token = self.stream.current
            if token.type == "name" and self.stream.look().value in ("=", ":"):
                self.stream.skip(2)
                named[token.value] = self._expression(0)
            elif named:
                raise TextError(
                    token.lineno, say("An argument without a name stands after one with a name.")
                )
            else:
                given.append(self._expression(0))
        return given, named


def _first_of(condition: str, left: nodes.Expr, right: nodes.Expr, line: int) -> nodes.Expr:
    """The left one if it fulfils the condition, else the right one, which is not worked out before.

    Both are put into boxes, of which the first one that is not empty is opened: so that the left
    one is worked out only once.
    """
    either = nodes.Or(
        tree.worked_out(condition, left, line=line),
        tree.worked_out(tree.ANY, right, line=line),
        lineno=line,
    )
    return tree.worked_out(tree.CHOSEN, either, line=line)


def _is_name(node: nodes.Node | None, name: str) -> bool:
    return (
        isinstance(node, nodes.Filter)
        and node.name == tree.NAME
        and isinstance(node.node, nodes.Const)
        and node.node.value == name
    )


def _is_defined(node: nodes.Expr, line: int) -> nodes.Expr:
    if isinstance(node, nodes.Filter) and node.name == tree.NAME:
        return tree.worked_out(tree.KNOWN, node.node, line=line)
    if isinstance(node, nodes.Filter) and node.name == tree.GET:
        return tree.worked_out(tree.HAS, node.node, *node.args, line=line)
    if isinstance(node, nodes.Const):
        return tree.constant(True, line)
    raise TextError(line, say("“is defined” only asks whether a name is there."))


def _number(token: Token) -> int | float:
    """As PHP reads it: an integer that is too great is a float."""
    if token.value.isdigit() and len(token.value) < 19:
        return int(token.value)
    number = float(token.value)
    if math.isinf(number):
        raise TextError(token.lineno, say("This number is too great."))
    return number


def _too_deep(line: int) -> TextError:
    return TextError(
        line,
        say("Too much is nested or chained in one expression."),
        say("Take it apart with %(tag)s.", tag="{% set %}"),
    )


def _no_calls(line: int) -> TextError:
    return TextError(
        line,
        say("Only the functions that texts have can be called."),
        say("What stands before the parenthesis is a value."),
    )
