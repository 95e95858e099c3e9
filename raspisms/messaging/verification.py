"""What a provider says of a phone's settings, and what is stored of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from raspisms.adapters.base import Adapter
from raspisms.adapters.errors import Throttled, Unreachable
from raspisms.errors import Invalid, Text
from raspisms.messaging.transactions import reading
from raspisms.models import Phone

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Verdict:
    """Verified; or wrong, with a problem for each field; or not verified, with why."""

    problems: tuple[Invalid, ...] = ()
    notices: tuple[Text, ...] = ()
    unreachable: Text | None = None
    learned: Mapping[str, str] = field(default_factory=dict)
    query_id: str = ""

    @property
    def fault(self) -> Text | None:
        """Why it is not verified."""
        return self.unreachable or (self.problems[0].message if self.problems else None)

    @property
    def verified(self) -> bool:
        return not self.problems and self.unreachable is None

    def note_on(self, phone: Phone, now: datetime) -> None:
        """Write the verdict on a phone, with the time of the next try where one is due."""
        if self.verified:
            phone.settings = {**phone.settings, **self.learned}
            phone.verified_at, phone.check_at, phone.check_attempts = now, None, 0
            phone.problem = phone.problem_detail = phone.problem_at = None
            return
        phone.verified_at = None
        phone.problem = "unreachable" if self.unreachable else "wrong_settings"
        phone.problem_detail = str(self.unreachable or self.problems[0])[:500]
        phone.problem_at = now
        pause = min(_FIRST_PAUSE * 2 ** min(phone.check_attempts or 0, 10), _LONGEST_PAUSE)
        phone.check_attempts = (phone.check_attempts or 0) + 1
        # Wrong settings are asked about too: keys get validated, numbers get activated.
        phone.check_at = now + pause


def verify(adapter: Adapter) -> Verdict:
    """Try an adapter's settings for real."""
    reading().rollback()  # no transaction is open while the provider is asked
    try:
        report = adapter.check()
    except (Unreachable, Throttled) as error:
        return Verdict(unreachable=error.message, query_id=error.query_id)
    return Verdict(report.problems, report.notices, learned=report.learned)
