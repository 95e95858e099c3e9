"""Jinja's sandbox, holding only what texts may call."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Template, nodes, pass_context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from raspisms.sms.templating import (
    core,
    dates,
    encodings,
    international,
    judgements,
    lists,
    names,
    numbers,
    operators,
    texts,
    tree,
)
from raspisms.sms.templating.registry import Offered
from raspisms.sms.templating.run import Run

FILTERS: Mapping[str, Offered] = (
    dates.FILTERS
    | encodings.FILTERS
    | international.FILTERS
    | lists.FILTERS
    | names.FILTERS
    | numbers.FILTERS
    | texts.FILTERS
)
FUNCTIONS: Mapping[str, Offered] = dates.FUNCTIONS | numbers.FUNCTIONS
TESTS: Mapping[str, Offered] = judgements.TESTS

#: What the code that Jinja makes is said to be in, so that its lines can be found in a traceback.
FILE_NAME = "<text>"


def made(parsed: nodes.Template) -> Template:
    """A tree turned into code that can be run."""
    parsed.set_environment(_ENVIRONMENT)
    code = _ENVIRONMENT.compile(parsed, filename=FILE_NAME)
    return Template.from_code(_ENVIRONMENT, code, {})


def run_of(*arguments: Any) -> Run:
    """A run with an account of its own; the arguments are those of Run after the environment."""
    return Run(_ENVIRONMENT, *arguments)


def _environment() -> ImmutableSandboxedEnvironment:
    # Nothing is worked out in advance: each rendering has to account for what it does.
    environment = ImmutableSandboxedEnvironment(
        autoescape=False, optimized=False, cache_size=0, finalize=pass_context(core.write)
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    calls = core.CORE | operators.OPERATORS
    environment.filters.update({name: pass_context(call) for name, call in calls.items()})
    for name, one in FILTERS.items():
        environment.filters[name] = _accounted(one.function)
    for name, one in FUNCTIONS.items():
        environment.filters[tree.of_function(name)] = _accounted(one.function)
    for name, one in TESTS.items():
        environment.filters[tree.of_test(name)] = _accounted(one.function)
    return environment


def _accounted(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, accounting for what it is given and for what it makes."""

    def call(run: Run, value: object, *arguments: object) -> object:
        run.handle(value)
        return run.kept(function(run, value, *arguments))

    return pass_context(call)


_ENVIRONMENT = _environment()
