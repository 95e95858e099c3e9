"""What a text may call: filters, functions and tests, with the names of their arguments.

Each is a Python function whose first parameter is the run of the text. The others, without the
underscore that keeps them off Python's own words, are called as in Twig.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """One argument: what Twig calls it, whether it must be given, and what it is otherwise."""

    name: str
    is_needed: bool
    default: object = None

    def is_called(self, name: str) -> bool:
        """Whether the name is this one's, in Twig's older way (``thousandSep``) or the newer."""
        return name.replace("_", "").lower() == self.name.replace("_", "").lower()


@dataclass(frozen=True)
class Offered:
    """One filter, function or test; ``takes_more`` for any number of further arguments."""

    name: str
    function: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    takes_more: bool


def offered(functions: Iterable[Callable[..., Any]], own: int) -> dict[str, Offered]:
    """The functions by their names in texts.

    ``own`` says how many parameters the text does not write as arguments: the run, and for
    filters and tests what stands before them.
    """
    return {one.name: one for one in (_offered(function, own) for function in functions)}


def _offered(function: Callable[..., Any], own: int) -> Offered:
    parameters = list(inspect.signature(function).parameters.values())[own:]
    takes_more = bool(parameters) and parameters[-1].kind is inspect.Parameter.VAR_POSITIONAL
    return Offered(
        function.__name__.rstrip("_"),
        function,
        tuple(_parameter(one) for one in (parameters[:-1] if takes_more else parameters)),
        takes_more,
    )


def _parameter(parameter: inspect.Parameter) -> Parameter:
    is_needed = parameter.default is inspect.Parameter.empty
    return Parameter(
        parameter.name.rstrip("_"), is_needed, None if is_needed else parameter.default
    )
