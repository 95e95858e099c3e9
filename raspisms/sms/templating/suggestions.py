"""Sentences about words that a text cannot have, with what may have been meant."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from jinja2.lexer import Token

from raspisms.errors import Text, say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.templating.errors import TextError

#: What other languages write, and what Twig writes for it.
_INSTEAD: Final = {"&&": "and", "||": "or", "!": "not", "=": "==", "elif": "elseif"}
_SHOWN: Final = {
    "variable_begin": "{{",
    "variable_end": "}}",
    "block_begin": "{%",
    "block_end": "%}",
}
#: Tags of Twig and of Jinja that exist there, and not in texts.
_NOT_OFFERED: Final = frozenset(
    [
        "autoescape",
        "block",
        "cache",
        "call",
        "deprecated",
        "do",
        "embed",
        "extends",
        "filter",
        "flush",
        "from",
        "guard",
        "import",
        "include",
        "macro",
        "raw",
        "sandbox",
        "spaceless",
        "types",
        "use",
        "with",
    ]
)


def unexpected(token: Token, wanted: str | None = None) -> TextError:
    """About a word where there should be another one: ``wanted``, if only one would do."""
    word = _SHOWN.get(token.type, token.value)
    if token.type == "eof":
        return TextError(token.lineno, say("The text ends within a tag."))
    if token.value == "=>" and token.type == "operator":
        return TextError(token.lineno, say("Arrow functions (=>) are not available in texts."))
    if token.type == "operator" and token.value in _INSTEAD:
        hint: Text | None = say("Write %(word)s.", word=_INSTEAD[token.value])
    elif wanted is not None:
        hint = say("%(word)s should be there.", word=wanted)
    else:
        hint = None
    if token.type in ("variable_end", "block_end") and wanted is None:
        return TextError(token.lineno, say("Something is missing before %(word)s.", word=word))
    return TextError(
        token.lineno, say("“%(word)s” was not expected here.", word=excerpt(word)), hint
    )


def no_filter(name: str, line: int, offered: Iterable[str]) -> TextError:
    return TextError(
        line,
        say("There is no filter “%(name)s”.", name=excerpt(name)),
        _nearest(name, offered),
    )


def no_function(name: str, line: int, offered: Iterable[str]) -> TextError:
    return TextError(
        line,
        say("There is no function “%(name)s”.", name=excerpt(name)),
        _nearest(name, offered),
    )


def no_test(name: str, line: int, offered: Iterable[str]) -> TextError:
    return TextError(
        line,
        say("There is no test “is %(name)s”.", name=excerpt(name)),
        _nearest(name, offered),
    )


def no_tag(name: str, line: int, offered: Iterable[str]) -> TextError:
    """About a tag that Twig does not have, or that texts do not have."""
    if name in _NOT_OFFERED:
        return TextError(
            line, say("The tag {%% %(name)s %%} is not available in texts.", name=name)
        )
    hint = (
        say("Write %(word)s.", word=_INSTEAD[name]) if name in _INSTEAD else _nearest(name, offered)
    )
    return TextError(line, say("There is no tag {%% %(name)s %%}.", name=excerpt(name)), hint)


def _nearest(name: str, offered: Iterable[str]) -> Text:
    words = sorted(offered)
    near = get_close_matches(name[:40].lower(), words, n=1)
    if near:
        return say("Did you mean “%(word)s”?", word=near[0])
    return say("There are: %(words)s.", words=", ".join(words))
