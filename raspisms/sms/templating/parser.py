"""A whole text made into Jinja's tree: what is written, and Twig's tags."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import nodes

from raspisms.errors import say
from raspisms.sms.templating import limits, tree
from raspisms.sms.templating.errors import TextError
from raspisms.sms.templating.expressions import Expressions
from raspisms.sms.templating.lexer import tokens
from raspisms.sms.templating.registry import Offered
from raspisms.sms.templating.suggestions import no_tag, unexpected

_TAGS = ("apply", "for", "if", "set", "verbatim")
_INNER_TAGS = ("else", "elseif", "endapply", "endfor", "endif", "endset", "endverbatim")


@dataclass(frozen=True)
class Parsed:
    """The tree of a text, and the keys of contacts that it names."""

    tree: nodes.Template
    fields: frozenset[str]


def parse(
    source: str,
    filters: Mapping[str, Offered],
    functions: Mapping[str, Offered],
    tests: Mapping[str, Offered],
) -> Parsed:
    """Read a text. Raises TextError for what Twig would not read, or what goes beyond a bound."""
    parser = _Parser(tokens(source), filters, functions, tests)
    return Parsed(nodes.Template(parser.body(), lineno=1), frozenset(parser.fields))


class _Parser(Expressions):
    """Reads tags. ``_opened`` are those that are not closed yet, with their lines."""

    _opened: tuple[tuple[str, int], ...] = ()
    _pieces = 0

    def body(self, *ends: str) -> list[nodes.Node]:
        """Everything up to one of the tags ``ends``, of which the name comes next then."""
        body: list[nodes.Node] = []
        while self.stream:
            token = next(self.stream)
            self._count(token.lineno)
            match token.type:
                case "data":
                    body.append(_output(tree.constant(token.value, token.lineno)))
                case "variable_begin":
                    body.append(_output(self.expression()))
                    self._end("variable_end")
                case _:
                    if self.at(*ends):
                        return body
                    body.append(self._tag())
        if ends:
            tag, line = self._opened[-1]
            raise TextError(
                line,
                say("{%% %(tag)s %%} has no {%% end%(tag)s %%}.", tag=tag),
                say("Write {%% end%(tag)s %%} where it ends.", tag=tag),
            )
        return body

    def _count(self, line: int) -> None:
        self._pieces += 1
        if self._pieces > limits.MOST_PIECES:
            raise TextError(line, say("The text has too many fields and tags."))

    def _end(self, kind: str) -> None:
        if self.stream.current.type != kind:
            raise unexpected(self.stream.current)
        next(self.stream)

    def _tag(self) -> nodes.Node:
        line = self.stream.current.lineno
        name = self.name()
        if name not in _TAGS:
            raise self._unknown(name, line)
        if len(self._opened) >= limits.DEEPEST_TAGS:
            raise TextError(line, say("Too many tags are within each other."))
        opened, self._opened = self._opened, (*self._opened, (name, line))
        match name:
            case "if":
                node: nodes.Node = self._if(line)
            case "for":
                node = self._for(line)
            case "set":
                node = self._set(line)
            case _:
                node = self._apply(line)
        self._opened = opened
        return node

    def _unknown(self, name: str, line: int) -> TextError:
        if name not in _INNER_TAGS:
            return no_tag(name, line, (*_TAGS, *_INNER_TAGS))
        if not self._opened:
            return TextError(line, say("{%% %(name)s %%} belongs to no tag.", name=name))
        tag, opened = self._opened[-1]
        return TextError(
            line,
            say(
                "{%% %(name)s %%} does not belong to {%% %(tag)s %%} of line %(opened)s.",
                name=name,
                tag=tag,
                opened=opened,
            ),
        )

    def _if(self, line: int) -> nodes.If:
        first = self._branch(line)
        while True:
            tag = next(self.stream)
            if tag.value == "endif":
                break
            if tag.value == "else":
                if self.at("if"):
                    raise TextError(
                        tag.lineno,
                        say("“%(word)s” was not expected here.", word="if"),
                        say("Write %(word)s.", word="elseif"),
                    )
                self._end("block_end")
                first.else_ = self.body("endif")
                next(self.stream)
                break
            first.elif_.append(self._branch(tag.lineno))
            if len(first.elif_) > limits.MOST_BRANCHES:
                raise TextError(
                    tag.lineno, say("There are too many branches: %(tag)s.", tag="{% elseif %}")
                )
        self._end("block_end")
        return first

    def _branch(self, line: int) -> nodes.If:
        test = tree.truth(self.expression())
        self._end("block_end")
        return nodes.If(test, self.body("elseif", "else", "endif"), [], [], lineno=line)

    def _for(self, line: int) -> nodes.For:
        names = [self._target()]
        if self.skip(","):
            names.append(self._target())
        self.expect("in")
        values = self.expression()
        if self.at("if"):
            raise TextError(
                self.stream.current.lineno,
                say("A loop has no condition of its own."),
                say("Write %(tag)s within the loop.", tag="{% if %}"),
            )
        self._end("block_end")
        body = self.body("else", "endfor")
        otherwise: list[nodes.Node] = []
        if self.skip("else"):
            self._end("block_end")
            otherwise = self.body("endfor")
        self.expect("endfor")
        self._end("block_end")
        key = names[0] if len(names) > 1 else None
        rounds = tree.worked_out(
            tree.LOOP,
            values,
            tree.constant(names[-1], line),
            tree.constant(key, line),
            line=line,
        )
        unused = nodes.Name("_", "store", lineno=line)
        return nodes.For(unused, rounds, body, otherwise, None, False, lineno=line)

    def _set(self, line: int) -> nodes.Node:
        names = [self._target()]
        while self.skip(","):
            names.append(self._target())
        if self.skip("="):
            values = [self.expression()]
            while self.skip(","):
                values.append(self.expression())
            if len(values) != len(names):
                raise TextError(line, say("There are not as many values as names."))
            self._end("block_end")
            return nodes.ExprStmt(_set_all(names, values, line), lineno=line)
        if len(names) > 1:
            raise unexpected(self.stream.current, "=")
        self._end("block_end")
        body = self.body("endset")
        next(self.stream)
        self._end("block_end")
        name = tree.constant(names[0], line)
        kept = tree.worked_out(tree.KEEP_BLOCK, None, name, line=line)
        return nodes.FilterBlock(body, kept, lineno=line)

    def _target(self) -> str:
        token = self.stream.current
        name = self.name()
        if name.lower() in ("true", "false", "null", "none", "loop"):
            raise TextError(
                token.lineno, say("“%(name)s” cannot be given another value.", name=name)
            )
        return name

    def _apply(self, line: int) -> nodes.FilterBlock:
        filters = self.filters_of_block()
        self._end("block_end")
        body = self.body("endapply")
        next(self.stream)
        self._end("block_end")
        written = tree.worked_out(tree.WRITE_BLOCK, filters, line=line)
        return nodes.FilterBlock(body, written, lineno=line)


def _output(node: nodes.Expr) -> nodes.Output:
    return nodes.Output([node], lineno=node.lineno)


def _set_all(names: list[str], values: list[nodes.Expr], line: int) -> nodes.Expr:
    """All values are worked out before the first name gets its own."""
    targets = [tree.constant(name, line) for name in names]
    return tree.worked_out(tree.SET, nodes.List(values, lineno=line), *targets, line=line)
