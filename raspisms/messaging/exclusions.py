"""Who gets nothing of what is written to several: opted-out numbers, those known to fail, and
those for emergencies.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from raspisms.messaging import invalid_numbers, opt_outs
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.sms.emergencies import is_emergency


def invalid(engine: Engine, numbers: Sequence[str]) -> dict[str, str]:
    """Those of ``numbers`` at which nothing arrives, with the code of ``sms.reasons`` for it."""
    found = invalid_numbers.among(reading(), numbers, invalid_numbers.limits(engine.config))
    return dict.fromkeys(found, "known_invalid")


def emergency(engine: Engine, numbers: Sequence[str]) -> dict[str, str]:
    """Those of ``numbers`` that are for emergencies, as a contact of a group may have one."""
    country = engine.config.country
    return {one: "emergency" for one in numbers if is_emergency(one, country)}


def with_opted_out(
    session: Session, numbers: Sequence[str], others: Mapping[str, str]
) -> dict[str, str]:
    """``others``, and those of ``numbers`` that want no campaigns, whatever else is known."""
    return {**others, **dict.fromkeys(opt_outs.among(session, numbers), "opted_out")}


def fingerprint(numbers: Iterable[str]) -> str:
    """The same for the same people, in whatever order, and another where anybody is another."""
    return hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()
