"""When a campaign goes again and again: the schedule that the fields of its form say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from raspisms.errors import Invalid, InvalidForm
from raspisms.messaging import public_holidays
from raspisms.messaging.engine import Engine
from raspisms.sms.recurrence import Schedule, refuse_unusable
from raspisms.sms.recurrence.form import PREFIX, ScheduleForm


def read(engine: Engine, repeat: Mapping[str, Any], now: datetime) -> Schedule:
    """The schedule of ``CampaignContent.repeat``, which has a run after ``now``.

    Raises InvalidForm with a problem for each field at fault; their names begin with PREFIX.
    """
    form = ScheduleForm.of(repeat)
    schedule = form.schedule()
    try:
        if form.country:
            public_holidays.refuse_unknown(form.country)
        holidays = public_holidays.for_schedule(schedule)
        refuse_unusable(schedule, now, engine.config.timezone, holidays)
    except Invalid as problem:
        field = PREFIX + (problem.field or "kind")
        raise InvalidForm([Invalid(problem.message, problem.hint, field)]) from None
    return schedule
