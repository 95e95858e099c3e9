"""Regular expressions of texts: the same as in rules, with a time for each search."""

from raspisms.sms.rules.errors import RuleFailure
from raspisms.sms.rules.patterns import pattern
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.limits import PATTERN_SECONDS


def found(written: str, text: str) -> bool:
    """Whether the pattern is somewhere in the text. Raises Trouble for one that is none."""
    try:
        return pattern(written).matches(text, PATTERN_SECONDS)
    except RuleFailure as failure:
        raise Trouble(failure.message, failure.hint) from failure
