"""Invalid numbers: what counts as one, what it takes to be none any more, what is told of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from raspisms import clock
from raspisms.errors import NotFound
from raspisms.extensions import db
from raspisms.messaging import deletion, invalid_numbers
from raspisms.messaging.invalid_numbers import Limits
from raspisms.models import JournalEntry, Phone
from raspisms.sms.reasons import FOR_GOOD, OF_RECIPIENT, REASONS
from tests.household import PEER, Household
from tests.messaging.stored import came_in, went_out
from tests.web import making

OTHER = "+33639982222"
#: What the settings are where nobody has changed them.
LIMITS = Limits(failures=3, percent=75)


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_test_phone()


def went(
    household: Household,
    phone: Phone,
    status: str,
    reason: str | None = None,
    number: str = PEER,
    at: datetime | None = None,
) -> int:
    """A message whose end is known, now or at another time."""
    final_at = at or clock.now()
    return went_out(household, phone.id, "x", number, status, reason=reason, final_at=final_at)


def listed(household: Household, search: str = "") -> list[str]:
    db.session.rollback()
    page = invalid_numbers.listing(household.engine, search)
    numbers = [one.rates.number for one in page.numbers]
    if not search:
        assert set(numbers) == invalid_numbers.among(db.session(), [PEER, OTHER], LIMITS)
    return numbers


def test_the_reasons_are_reasons() -> None:
    assert FOR_GOOD < OF_RECIPIENT <= REASONS.keys()


@pytest.mark.parametrize("reason", sorted(FOR_GOOD))
def test_one_failure_for_good_is_enough(household: Household, phone: Phone, reason: str) -> None:
    went(household, phone, "delivered", at=clock.now() - timedelta(days=1))
    went(household, phone, "failed", reason)
    assert listed(household) == [PEER]
    (one,) = invalid_numbers.listing(household.engine).numbers
    assert (one.rates.sent, one.rates.failed_share, one.rates.for_good) == (2, 0.5, True)


@pytest.mark.parametrize("reason", ["spam", "refused", "given_up", "network_fault", None])
def test_what_says_nothing_of_the_number_does_not_count(
    household: Household, phone: Phone, reason: str | None
) -> None:
    for _ in range(4):
        went(household, phone, "failed", reason)
    assert listed(household) == []
    assert invalid_numbers.of(PEER, LIMITS) is None


def test_failures_that_pass_count_from_the_third_on(household: Household, phone: Phone) -> None:
    for expected in ([], [], [PEER]):
        went(household, phone, "failed", "absent")
        assert listed(household) == expected
    went(household, phone, "cancelled", "cancelled")
    went(household, phone, "skipped", "known_invalid")
    assert listed(household) == [PEER]
    went(household, phone, "delivered")
    assert listed(household) == [PEER], "three of four are three quarters"
    went(household, phone, "expired", "no_receipt")
    assert listed(household) == []
    rates = invalid_numbers.of(PEER, LIMITS)
    assert rates is not None
    assert (rates.sent, rates.failed_share, rates.unknown_share) == (5, 0.6, 0.2)
    assert not rates.is_invalid


def test_the_settings_say_how_many_and_how_much(household: Household, phone: Phone) -> None:
    went(household, phone, "failed", "absent")
    went(household, phone, "delivered")
    assert invalid_numbers.among(db.session(), [PEER], Limits(1, 50)) == {PEER}
    assert invalid_numbers.among(db.session(), [PEER], Limits(1, 51)) == set()
    assert invalid_numbers.among(db.session(), [PEER], Limits(2, 50)) == set()


def test_a_delivery_takes_back_a_failure_for_good(household: Household, phone: Phone) -> None:
    went(household, phone, "failed", "bad_number", at=clock.now() - timedelta(hours=1))
    went(household, phone, "delivered")
    assert listed(household) == []


@pytest.mark.parametrize("then_deleted", [False, True])
def test_a_number_that_answers_is_no_longer_invalid(
    household: Household, phone: Phone, then_deleted: bool
) -> None:
    went(household, phone, "failed", "bad_number")
    went(household, phone, "failed", "bad_number", OTHER)
    assert sorted(listed(household)) == [PEER, OTHER]
    conversation = came_in(household, phone.id, "Me voilà", PEER)
    if then_deleted:
        deletion.delete_conversation(household.admin, conversation, newest=99)
    assert listed(household) == [OTHER]
    went(household, phone, "failed", "bad_number")
    assert sorted(listed(household)) == [PEER, OTHER]


def test_a_number_called_right_is_listed_again_only_when_it_fails_again(
    household: Household, phone: Phone
) -> None:
    went(household, phone, "failed", "bad_number")
    invalid_numbers.clear(household.engine, household.admin, PEER)
    assert listed(household) == []
    entry = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject, entry.actor) == ("number.cleared", PEER, "Ana")
    with pytest.raises(NotFound):
        invalid_numbers.clear(household.engine, household.admin, PEER)
    went(household, phone, "failed", "bad_number")
    assert listed(household) == [PEER]
    invalid_numbers.clear(household.engine, household.admin, PEER)
    assert listed(household) == []


def test_the_newest_failure_is_first_and_one_is_found_by_name_and_number(
    household: Household, phone: Phone
) -> None:
    went(household, phone, "failed", "bad_number", OTHER)
    went(household, phone, "failed", "bad_number", at=clock.now() - timedelta(days=1))
    went(household, phone, "failed", "bad_number", "SENDER")
    making.add_contact(household.app, "Éloïse", PEER)
    assert listed(household) == [OTHER, PEER]
    assert listed(household, "eloi") == [PEER]
    assert listed(household, "06 39 98 22") == [OTHER]
    assert listed(household, "zzz") == listed(household, "%") == []
    assert [one.rates.number for one in invalid_numbers.each(household.engine)] == [OTHER, PEER]


def test_they_are_searched_by_number_in_the_digits_of_any_script(
    household: Household, phone: Phone
) -> None:
    went(household, phone, "failed", "bad_number")
    for search in ("06 39 98 11", "0033639", "٠٦ ٣٩ ٩٨ ١١"):
        assert listed(household, search) == [PEER]
    for search in ("06 39 99", "٠٦ ٣٩ ٩٩", "06 39 98 x"):
        assert listed(household, search) == []


def test_pages_follow_each_other(
    household: Household, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invalid_numbers, "PAGE", 2)
    numbers = [f"+3363998000{place}" for place in range(5)]
    for place, number in enumerate(numbers):
        at = clock.now() - timedelta(minutes=place)
        went(household, phone, "failed", "bad_number", number, at)
    pages = [invalid_numbers.listing(household.engine, page=page) for page in (1, 2, 3)]
    assert [one.rates.number for page in pages for one in page.numbers] == numbers
    assert [page.has_next for page in pages] == [True, True, False]
    assert invalid_numbers.among(db.session(), [*numbers * 500, PEER], LIMITS) == set(numbers)
