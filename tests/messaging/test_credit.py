"""Credit: asked for when it may have changed, told where it runs low, totalled, estimated."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from raspisms import clock
from raspisms.adapters.errors import Unreachable
from raspisms.extensions import db
from raspisms.messaging import (
    account_watch,
    accounts,
    credit,
    estimates,
    members,
    outbox,
    phone_removal,
    phones,
    receipt_polling,
    reconciliation,
)
from raspisms.models import JournalEntry, Member, Message, Phone
from raspisms.simulator import Simulator, gsm
from raspisms.simulator.account import SERVICE
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household, eventually
from tests.messaging.conftest import later
from tests.messaging.test_plans import plans
from tests.statements import changes, statements

BELGIAN = "+32470123456"


def _asked(simulator: Simulator, path: str) -> int:
    return len([call for call in simulator.ledger.calls if call.path.endswith(path)])


def _planned(household: Household) -> tuple[list[int], timedelta | None]:
    now = clock.now()
    ready, at = account_watch.planned(household.engine, now)
    return ready, at - now if at else None


def _pass(household: Household, service: str, **passed: float) -> None:
    """Let time pass since an account was asked about, and since messages were sent."""
    by = timedelta(**passed)
    asking = household.engine.askings.get(service)
    if asking:
        household.engine.askings[service] = replace(asking, at=asking.at - by.total_seconds())
    household.engine.started_at -= by
    for message in db.session.scalars(db.select(Message)).all():
        if message.sent_at:
            moved = db.update(Message).where(Message.id == message.id)
            db.session.execute(moved.values(sent_at=message.sent_at - by))
    db.session.commit()


def _send(household: Household, phone: Phone, text: str = "Bonjour", number: str = PEER) -> Message:
    message_id = household.write(phone.id, text, number)
    outbox.send_due(household.engine, phone.id)
    return household.message(message_id)


def _near(wait: timedelta | None, **expected: float) -> bool:
    return wait is not None and abs(wait - timedelta(**expected)) < timedelta(seconds=20)


# Asking.


def test_what_an_account_says_is_kept_when_it_is_news(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    state = accounts.refresh(household.engine, phone.id)
    kept = accounts.of(phone.service)
    assert kept is not None
    assert (state.credits, kept.credits, kept.enabled, kept.status_url) == (1000, 1000, True, None)
    seen_at = kept.seen_at
    with statements(household.app) as asked:
        accounts.refresh(household.engine, phone.id)
    assert changes(asked) == []
    told_at = accounts.as_of(household.engine, accounts.of(phone.service) or kept)
    assert seen_at is not None
    assert told_at is not None
    assert told_at > seen_at
    service = simulator.account.service(SERVICE)
    service.credits, service.status = 3.5, "disable"
    accounts.refresh(household.engine, phone.id)
    kept = accounts.of(phone.service)
    assert kept is not None
    assert (kept.credits, kept.enabled) == (3.5, False)


def test_no_transaction_is_open_while_the_provider_is_asked(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_500_before", match="* /sms/*")
    with pytest.raises(Unreachable):
        accounts.refresh(household.engine, phone.id)
    assert not db.session().in_transaction()
    assert accounts.of(phone.service) is None


def test_credit_is_asked_for_after_sending_and_else_once_a_day(
    household: Household, phone: Phone
) -> None:
    ready, wait = _planned(household)
    assert (ready, _near(wait, minutes=1)) == ([], True)  # a start has more pressing calls
    _pass(household, phone.service, minutes=1)
    assert _planned(household) == ([phone.id], None)
    account_watch.ask(household.engine, phone.id)
    ready, wait = _planned(household)
    assert (ready, _near(wait, days=1)) == ([], True)
    _pass(household, phone.service, minutes=20)
    _send(household, phone)
    ready, wait = _planned(household)
    assert (ready, _near(wait, minutes=1)) == ([], True)
    _pass(household, phone.service, seconds=61)
    assert _planned(household)[0] == [phone.id]
    account_watch.ask(household.engine, phone.id)
    _send(household, phone, "Encore")
    ready, wait = _planned(household)
    assert (ready, _near(wait, minutes=10)) == ([], True)  # at most every ten minutes
    account_watch.ask(household.engine, phone.id)
    _pass(household, phone.service, days=1)
    assert _planned(household)[0] == [phone.id]


def test_it_is_asked_for_where_a_message_is_refused_for_want_of_it(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    account_watch.ask(household.engine, phone.id)
    _pass(household, phone.service, minutes=5)
    simulator.account.service(SERVICE).credits = 0.0
    _send(household, phone)
    assert _planned(household)[0] == [phone.id]
    account_watch.ask(household.engine, phone.id)
    ready, wait = _planned(household)
    assert (ready, _near(wait, days=1)) == ([], True)


def test_after_a_start_what_was_told_before_counts(household: Household, phone: Phone) -> None:
    accounts.refresh(household.engine, phone.id)
    household.engine.askings.clear()
    ready, wait = _planned(household)
    assert (ready, _near(wait, days=1)) == ([], True)


def test_phones_of_one_account_are_asked_about_once_and_paused_ones_never(
    household: Household, phone: Phone
) -> None:
    household.engine.started_at -= timedelta(minutes=2)
    second = household.add_ovh_phone("Bureau", number="+33639980002")
    household.add_test_phone()
    assert second.service == phone.service
    assert _planned(household)[0] == [phone.id]
    phones.pause(phone.id, True)
    assert _planned(household)[0] == [second.id]
    phone_removal.remove(second.id)
    assert _planned(household) == ([], None)


def test_a_provider_that_does_not_answer_is_told_of_once_and_asked_again_in_an_hour(
    household: Household, phone: Phone, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.fault("error_500_before", match="* /sms/*")
    for _ in range(3):
        account_watch.ask(household.engine, phone.id)
    assert len([one for one in caplog.records if "credit of phone" in one.message]) == 1
    ready, wait = _planned(household)
    assert (ready, _near(wait, hours=1)) == ([], True)


# Low credit.


def test_low_credit_is_told_and_goes_away_by_itself(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    service = simulator.account.service(SERVICE)
    assert credit.low(household.engine) == []  # nothing is known yet
    service.credits = 19.5
    accounts.refresh(household.engine, phone.id)
    assert credit.low(household.engine) == [credit.LowCredit(SERVICE, 19.5, ("Maison",))]
    balance = credit.balances(household.engine, [phone])[phone.id]
    assert (balance.credits, balance.is_low) == (19.5, True)
    service.credits = 20.0
    accounts.refresh(household.engine, phone.id)
    assert credit.low(household.engine) == []


def test_who_wants_no_notice_of_low_credit_gets_none(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.account.service(SERVICE).credits = 0.0
    accounts.refresh(household.engine, phone.id)
    household.engine.go_by(replace(household.engine.config, low_credit=0))
    assert credit.low(household.engine) == []


def test_a_phone_whose_provider_knows_no_credit_has_no_balance(household: Household) -> None:
    with household.app.app_context():
        other = household.add_test_phone()
        assert credit.balances(household.engine, [other]) == {}


# What was used.


def test_each_message_that_was_taken_has_its_credits(household: Household, phone: Phone) -> None:
    peers = [PEER, "+33639981112", "+33639981113"]
    household.write(phone.id, "a" * 200, "\n".join(peers))
    outbox.send_due(household.engine, phone.id)
    db.session.rollback()
    assert list(db.session.scalars(db.select(Message.credits))) == [2.0] * 3


def test_a_message_found_after_a_doubt_has_its_credits(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("cut_after_acceptance", match="POST */jobs", count=1)
    message = _send(household, phone, "a" * 200)
    assert message.status == Status.UNCERTAIN
    later(household.engine, minutes=5)
    simulator.settle(5)
    reconciliation.reconcile(household.engine, phone.id)
    receipt_polling.poll(household.engine, phone.id, 0)
    found = household.message(message.id)
    assert (found.status, found.credits) == (Status.DELIVERED, 2.0)


def _sent_at(message_id: int, at: datetime, credits_used: float | None) -> None:
    changed = db.update(Message).where(Message.id == message_id)
    db.session.execute(changed.values(sent_at=at, credits=credits_used, status=Status.SENT))
    db.session.commit()


def test_months_are_those_of_the_household(household: Household, phone: Phone) -> None:
    this = clock.now().astimezone(household.engine.config.timezone)
    first = this.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    second = timedelta(seconds=1)
    for at, used in ((first, 1.5), (first - second, 2.0), (first - timedelta(days=500), 9.0)):
        _sent_at(household.write(phone.id, "a" * 161), at.astimezone(UTC), used)
    household.write(phone.id, "not sent yet")
    found = credit.by_month(household.engine, household.admin)
    assert [(month.first, month.total) for month in found] == [
        (first.date(), credit.Spent(1, 2, 1.5, 0)),
        ((first - second).replace(day=1).date(), credit.Spent(1, 2, 2.0, 0)),
    ]


def test_members_see_what_their_phones_used(household: Household, phone: Phone) -> None:
    other = household.add_test_phone()
    for one, used in ((phone, 2.0), (other, None)):
        _sent_at(household.write(one.id), clock.now(), used)
    guest = members.create("Noé", "trois mots simples", phones=[other.id])
    assert _used(household, household.admin) == {"Maison": 2.0, "Essai": 0.0}
    assert _used(household, guest) == {"Essai": 0.0}
    total = credit.by_month(household.engine, household.admin)[0].total
    assert total == credit.Spent(2, 2, 2.0, 1)
    phone_removal.remove(phone.id)
    assert _used(household, household.admin) == {"Maison": 2.0, "Essai": 0.0}


def _used(household: Household, member: Member) -> dict[str, float]:
    months = credit.by_month(household.engine, member)
    return {phone.name: spent.credits for month in months for phone, spent in month.phones}


def test_totals_read_an_index_and_no_message(household: Household, phone: Phone) -> None:
    _sent_at(household.write(phone.id), clock.now(), 1.0)
    with plans() as found:
        credit.by_month(household.engine, household.admin)
        account_watch.planned(household.engine, clock.now())
    asked = [one for one in found if " message " in one.partition(" <- ")[0]]
    assert len(asked) >= credit.MONTHS
    assert [one for one in asked if "USING COVERING INDEX ix_message_spent" not in one] == []


def test_a_campaign_knows_what_it_used_so_far(household: Household, phone: Phone) -> None:
    first = household.write(phone.id, "Bonjour", f"{PEER}\n{BELGIAN}\n+33639981112")
    campaign_id = household.message(first).campaign_id
    assert campaign_id is not None
    _sent_at(first, clock.now(), 1.0)
    _sent_at(first + 1, clock.now(), None)
    with plans() as found:
        total = credit.of_campaign(campaign_id)
    assert total == (3, credit.Spent(2, 2, 1.0, 1))
    assert "ix_message_campaign_id" in found[0]


# Estimates.


def test_a_short_text_to_few_is_counted_without_a_call(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    before = len(simulator.ledger.calls)
    guess = estimates.estimate(household.engine, phone, "a" * 161, [PEER, "+33639981112"])
    assert guess == estimates.Estimate(2, 2, 4.0, 2)
    assert len(simulator.ledger.calls) == before


def test_the_price_of_another_country_is_asked_for_once(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    for _ in range(2):
        guess = estimates.estimate(household.engine, phone, "Bonjour", [PEER, BELGIAN])
        assert (guess.segments, guess.credits, guess.by_provider) == (1, 3.0, False)
    assert _asked(simulator, "/sms/rates/destinations") == 1


def test_many_segments_are_worth_a_call(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    numbers = [f"+3363998{n:04}" for n in range(1000, 1050)]
    guess = estimates.estimate(household.engine, phone, "Bonjour", numbers)
    assert guess == estimates.Estimate(50, 1, 50.0, 1, by_provider=True)
    assert _asked(simulator, "/sms/estimate") == 1
    estimates.estimate(household.engine, phone, "Bonjour", numbers[:49])
    assert _asked(simulator, "/sms/estimate") == 1


def test_a_difference_between_both_counts_is_journaled_once(
    household: Household, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OVH's FAQ says of ê that it is in the alphabet of which 160 fit."""
    monkeypatch.setattr(gsm, "BASIC", gsm.BASIC | {"ê"})
    for _ in range(2):
        guess = estimates.estimate(household.engine, phone, "ê" * 100, [PEER])
        assert guess == estimates.Estimate(1, 1, 1.0, 2, by_provider=True)
    estimates.estimate(household.engine, phone, "fenêtre", [PEER])  # short: both say one
    query = db.select(JournalEntry).where(JournalEntry.action == "credit.counts_differ")
    [entry] = db.session.scalars(query)
    assert (entry.subject, entry.details) == ("Maison", {"own": 2, "provider": 1})


def test_a_provider_that_does_not_answer_leaves_our_own_count(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_500_before", match="* /sms/*")
    guess = estimates.estimate(household.engine, phone, "Leçon", [PEER])
    assert guess == estimates.Estimate(1, 1, 1.0, 1, unanswered=True)
    guess = estimates.estimate(household.engine, phone, "Bonjour", [PEER, BELGIAN])
    assert (guess.credits, guess.unanswered) == (None, True)


def test_where_the_provider_estimates_nothing_the_segments_are_told(household: Household) -> None:
    with household.app.app_context():
        other = household.add_test_phone()
        guess = estimates.estimate(household.engine, other, "ê" * 71, [PEER])
        assert guess == estimates.Estimate(1, 2, None, 2)


def test_the_jobs_ask_by_themselves(household: Household, phone: Phone) -> None:
    service = phone.service
    household.engine.started_at -= timedelta(minutes=2)
    with household.jobs():
        eventually(lambda: accounts.of(service), what="the credit is known")
