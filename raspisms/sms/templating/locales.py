"""Languages and countries, as Babel knows them."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

from raspisms.errors import say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.run import Run


def of(run: Run, called: object) -> Locale:
    """The language that is asked for, else that of the text. Raises Trouble for unknown ones."""
    name = run.language if called is None else run.text(called)
    found = named(name)
    if found is None:
        raise Trouble(say("There is no language “%(name)s”.", name=excerpt(name)))
    return found


@lru_cache(maxsize=100)
def named(name: str) -> Locale | None:
    """``fr``, ``fr_FR`` or ``fr-FR``; None if there is no such language."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return None
