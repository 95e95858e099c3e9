"""Regular expressions of texts: the same as in rules, with a time for each search."""

from raspisms.sms.php.patterns import SlowPattern, WrongPattern, pattern
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.limits import PATTERN_SECONDS


def found(written: str, text: str) -> bool:
    """Whether the pattern is somewhere in the text. Raises Trouble for one that is none."""
    try:
        return pattern(written).matches(text, PATTERN_SECONDS)
    except (SlowPattern, WrongPattern) as problem:
        raise Trouble(problem.message, problem.hint) from problem
