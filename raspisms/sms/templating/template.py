"""A text with fields: read once, filled in for any number of people."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import TracebackType

from jinja2 import Template as Code

from raspisms.errors import Text, say
from raspisms.sms.person import Person
from raspisms.sms.templating import limits
from raspisms.sms.templating.environment import (
    FILE_NAME,
    FILTERS,
    FUNCTIONS,
    TESTS,
    made,
    run_of,
)
from raspisms.sms.templating.errors import TextError, Trouble
from raspisms.sms.templating.parser import parse

#: What Python raises for a calculation that none of the functions foresaw.
_UNFORESEEN = (ArithmeticError, LookupError, MemoryError, RecursionError, TypeError, ValueError)


def is_template(text: str) -> bool:
    """Whether a text has fields, tags or comments at all."""
    return any(begin in text for begin in ("{{", "{%", "{#"))


@lru_cache(maxsize=50)
def compile(text: str, language: str = "fr") -> "Template":  # noqa: A001
    """Read a text; ``language`` is that of the names of months, countries and amounts.

    Raises TextError, with the line and the cause, for what cannot be read.
    """
    if len(text) > limits.LONGEST_SOURCE:
        raise TextError(
            1 + text.count("\n", 0, limits.LONGEST_SOURCE),
            say("The text is longer than %(most)s characters.", most=limits.LONGEST_SOURCE),
        )
    parsed = parse(text, FILTERS, FUNCTIONS, TESTS)
    try:
        code = made(parsed.tree)
    except (MemoryError, RecursionError, SyntaxError) as error:
        raise TextError(1, say("The text is too intricate.")) from error
    return Template(parsed.fields, language, code)


@dataclass(frozen=True, eq=False)
class Template:
    """A text that was read. ``fields`` are the keys of contacts' data that it names."""

    fields: frozenset[str]
    _language: str
    _code: Code

    def render(self, person: Person, now: datetime) -> str:
        """The text for a person. ``now`` is aware, in the household's time zone.

        Raises TextError for what cannot be worked out, or would go beyond a bound.
        """
        known = {"contact": dict(person.data), "contact_metas": person.metas(now.tzinfo)}
        try:
            run = run_of(known, now, self._language)
            return "".join(self._code.root_render_func(run))
        except Trouble as trouble:
            raise self._error(trouble, trouble.cause, trouble.hint) from trouble
        except _UNFORESEEN as error:
            raise self._error(error, say("This cannot be worked out.")) from error

    def _error(self, error: Exception, cause: Text, hint: Text | None = None) -> TextError:
        return TextError(
            self._code.get_corresponding_lineno(_line(error.__traceback__)), cause, hint
        )


def _line(traceback: TracebackType | None) -> int:
    """The line of the text's code in which it happened."""
    line = 1
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE_NAME:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
