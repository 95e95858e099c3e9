"""Public holidays by country, those of France's overseas among them."""

from datetime import date, time

import pytest

from raspisms.errors import Invalid
from raspisms.messaging import public_holidays
from raspisms.sms.recurrence import SKIP, Once, Repeated
from raspisms.sms.recurrence.rules import parse


@pytest.mark.parametrize(
    ("country", "holiday", "workday"),
    [
        ("FR", "2026-07-14", "2026-12-20"),
        ("FR", "2027-03-29", "2027-03-26"),  # Easter Monday, and Good Friday, which is none
        ("FR-57", "2027-03-26", "2026-12-27"),
        ("FR-6AE", "2026-12-26", "2026-12-27"),
        ("RE", "2026-12-20", "2026-05-22"),
        ("GP", "2026-05-27", "2026-12-20"),
        ("NC", "2026-09-24", "2026-09-25"),
        ("BE", "2026-07-21", "2026-07-14"),
        ("", "2026-01-01", "2026-01-01"),
    ],
)
def test_a_country_has_its_days(country: str, holiday: str, workday: str) -> None:
    is_holiday = public_holidays.of(country)
    assert is_holiday(date.fromisoformat(holiday)) == bool(country)
    assert not is_holiday(date.fromisoformat(workday))


@pytest.mark.parametrize("country", ["XX", "UK", "FRA", "FR-99", "fr", "FR; DROP"])
def test_an_unknown_country_is_told(country: str) -> None:
    with pytest.raises(Invalid) as refused:
        public_holidays.of(country)
    assert refused.value.field == "country"


def test_a_schedule_has_the_holidays_of_its_country_if_that_is_known() -> None:
    assert public_holidays.for_schedule(_skipping("FR"))(date(2026, 7, 14))
    assert not public_holidays.for_schedule(_skipping("SU"))(date(2026, 7, 14))
    assert not public_holidays.for_schedule(Once.of({"kind": "once", "at": "2026-07-14T10:00"}))(
        date(2026, 7, 14)
    )


def _skipping(country: str) -> Repeated:
    return Repeated(date(2026, 1, 1), time(9), parse("FREQ=DAILY"), SKIP, country)
