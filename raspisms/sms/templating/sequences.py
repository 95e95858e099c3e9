"""Ranges of numbers or letters, which texts write ``1..3`` or ``range(1, 3)``."""

import math

from raspisms.errors import say
from raspisms.sms.php import sequences
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.limits import MOST_ENTRIES
from raspisms.sms.templating.run import Run, too_many


def sequence(run: Run, low: object, high: object, step: object) -> list[object]:
    """All from one to the other; of the step the sign does not matter."""
    distance = abs(run.number(step))
    if distance == 0 or not math.isfinite(distance):
        raise Trouble(say("The step of a range cannot be %(step)s.", step=run.text(step)))
    first, last = (end if isinstance(end, str) else run.number(end) for end in (low, high))
    try:
        return sequences.sequence(first, last, distance, most=MOST_ENTRIES)
    except sequences.Endless as error:
        raise Trouble(say("A range needs an end.")) from error
    except sequences.TooMany as error:
        raise too_many() from error
