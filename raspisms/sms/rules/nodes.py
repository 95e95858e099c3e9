"""What a rule is made of once it is read.

``start`` and ``end`` say where a part stands in the rule; two parts that mean the same are equal
wherever they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Node:
    """Any part of a rule."""

    start: int = field(compare=False)
    end: int = field(compare=False)

    @property
    def parts(self) -> "Sequence[Node]":
        return ()

    @cached_property
    def depth(self) -> int:
        """How many parts it has within each other, itself among them."""
        return 1 + max((part.depth for part in self.parts), default=0)


@dataclass(frozen=True)
class Constant(Node):
    """A text, a number, true, false or null."""

    value: str | int | float | bool | None

    def __eq__(self, other: object) -> bool:
        """1, 1.0 and true are three values."""
        if not isinstance(other, Constant):
            return NotImplemented
        return type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


@dataclass(frozen=True)
class Name(Node):
    """``contact`` or ``contact_metas``."""

    name: str


@dataclass(frozen=True)
class Item(Node):
    """``of.key`` or ``of[key]``."""

    of: Node
    key: Node

    @property
    def parts(self) -> Sequence[Node]:
        return self.of, self.key


@dataclass(frozen=True)
class Call(Node):
    """A function of some values."""

    function: str
    arguments: tuple[Node, ...]

    @property
    def parts(self) -> Sequence[Node]:
        return self.arguments


@dataclass(frozen=True)
class Unary(Node):
    """``not``, ``-`` or ``+`` before a value."""

    operator: str
    of: Node

    @property
    def parts(self) -> Sequence[Node]:
        return (self.of,)


@dataclass(frozen=True)
class Binary(Node):
    """An operator between two values, but for ``and`` and ``or``."""

    operator: str
    left: Node
    right: Node

    @property
    def parts(self) -> Sequence[Node]:
        return self.left, self.right


@dataclass(frozen=True)
class Logic(Node):
    """``and`` or ``or`` between two or more values."""

    operator: str
    operands: tuple[Node, ...]

    @property
    def parts(self) -> Sequence[Node]:
        return self.operands


@dataclass(frozen=True)
class Conditional(Node):
    """``test ? yes : no``; ``yes`` is None for ``test ?: no``, where it is the test's value."""

    test: Node
    yes: Node | None
    no: Node

    @property
    def parts(self) -> Sequence[Node]:
        return (self.test, self.no) if self.yes is None else (self.test, self.yes, self.no)


@dataclass(frozen=True)
class Array(Node):
    """A list, or a map with a key before each value."""

    items: tuple[tuple[Node | None, Node], ...]

    @property
    def parts(self) -> Sequence[Node]:
        return [part for item in self.items for part in item if part is not None]


def is_constant(node: Node) -> bool:
    """Whether a part comes to the same for everybody: it has no name and calls nothing."""
    return not isinstance(node, Name | Call) and all(map(is_constant, node.parts))
