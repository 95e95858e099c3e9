"""The pieces of which a text's tree is built: Jinja's nodes, of few kinds.

All that a text works out becomes a node "Filter" whose name is a word of ours. Names such as
``=get`` cannot be written in a text, so a text can call only what it is offered; and since there
is no node for an attribute, an item, a call or a name, the code that Jinja makes of the tree
contains none of them: nothing of Python can be reached from it.
"""

from typing import Final

from jinja2 import nodes

NAME: Final = "=name"
KNOWN: Final = "=known"
GET: Final = "=get"
HAS: Final = "=has"
SLICE: Final = "=slice"
TRUTH: Final = "=truth"
LIST: Final = "=list"
MAP: Final = "=map"
SET: Final = "=set"
LOOP: Final = "=loop"
KEEP_BLOCK: Final = "=keep_block"
WRITE_BLOCK: Final = "=write_block"
ANY: Final = "=any"
IF_TRUE: Final = "=if_true"
IF_NOT_NULL: Final = "=if_not_null"
CHOSEN: Final = "=chosen"
NEGATIVE: Final = "=negative"
POSITIVE: Final = "=positive"
CONCAT: Final = "~"


def of_function(name: str) -> str:
    """How the tree names a function, so that it is no filter of that name."""
    return f"{name}()"


def of_test(name: str) -> str:
    """How the tree names a test, so that it is no filter of that name."""
    return f"is {name}"


def worked_out(name: str, node: nodes.Expr | None, *others: nodes.Expr, line: int) -> nodes.Filter:
    """What ``name`` makes of a value and others; None is what a block has written."""
    return nodes.Filter(node, name, list(others), [], None, None, lineno=line)


def constant(value: object, line: int) -> nodes.Const:
    return nodes.Const(value, lineno=line)


def truth(node: nodes.Expr) -> nodes.Expr:
    """Yes or no, by PHP's idea of them."""
    if isinstance(node, nodes.And | nodes.Or | nodes.Not):
        return node
    return worked_out(TRUTH, node, line=node.lineno)


def depth(node: nodes.Node) -> int:
    """How many nodes are within each other."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        one, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in one.iter_child_nodes())
    return deepest
