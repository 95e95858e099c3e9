"""Who gets nothing of what is written to several: opted-out numbers, and those known to fail."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.models import OptOut

#: Numbers asked for in one query.
_PORTION = 500


def invalid(engine: Engine, numbers: Sequence[str]) -> dict[str, str]:
    """Those of ``numbers`` at which nothing arrives, with the code of ``sms.reasons`` for it."""
    try:
        from raspisms.messaging import invalid_numbers
    except ImportError:
        return {}
    found = invalid_numbers.among(reading(), numbers, invalid_numbers.limits(engine.config))
    return dict.fromkeys(found, "known_invalid")


def with_opted_out(
    session: Session, numbers: Sequence[str], others: Mapping[str, str]
) -> dict[str, str]:
    """``others``, and those of ``numbers`` that want no campaigns, whatever else is known."""
    return {**others, **dict.fromkeys(opted_out(session, numbers), "opted_out")}


def opted_out(session: Session, numbers: Sequence[str]) -> set[str]:
    """Those of ``numbers`` that want no campaigns."""
    found: set[str] = set()
    for start in range(0, len(numbers), _PORTION):
        portion = numbers[start : start + _PORTION]
        found.update(session.scalars(select(OptOut.number).where(OptOut.number.in_(portion))))
    return found
