"""What is told of a campaign before it is confirmed, and that it is what then happens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from raspisms import clock
from raspisms.errors import Conflict, Invalid, InvalidForm
from raspisms.messaging import (
    accounts,
    campaigns,
    contacts,
    groups,
    limit_changes,
    opt_outs,
    outbox,
    review,
)
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.credit import Short
from raspisms.messaging.review import Review
from raspisms.messaging.transactions import writing
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator
from raspisms.simulator.account import SERVICE
from raspisms.sms.lifecycle import Status
from raspisms.sms.quiet_hours import read
from raspisms.sms.recurrence import Birthdays
from tests.household import Household

NUMBERS = {name: f"+3363998000{n}" for n, name in enumerate(("Ana", "Bob", "Léa", "Tom", "Zoé"))}
TEXT = "{% if contact.n is defined %}{{ 100 / contact.n }} {{ contact.a }}{% endif %}"


@pytest.fixture
def club(household: Household, phone: Phone) -> Iterator[Household]:
    """Five in the group "Club": Tom said STOP, Zoé has no data, and 100 cannot be parted by 0."""
    data = {
        "Ana": {"n": "50", "a": "x" * 320},
        "Bob": {"n": "25"},
        "Léa": {"n": "0"},
        "Tom": {"n": "1"},
        "Zoé": {},
    }
    people = [
        contacts.add(household.engine, name, number, data[name]).id
        for name, number in NUMBERS.items()
    ]
    groups.add_contacts(groups.add(None, "Club").id, people)
    opt_outs.add(household.engine, household.admin, "Tom", "STOP")
    return household


def seen(household: Household, draft: Draft) -> Review:
    return review.of(household.engine, household.admin, draft)


def told(found: Review) -> dict[str, tuple[int, list[str]]]:
    return {
        cause.code: (cause.count, [one.name or one.number for one in cause.people])
        for cause in found.causes
    }


def test_each_is_told_who_gets_nothing_and_why(club: Household) -> None:
    extra = "+33639980010"
    draft = Draft(1, f"{extra}\nBob\n{extra}\nnobody", TEXT + "!", groups=(1,), exclude="Ana")
    found = seen(club, draft)
    assert told(found) == {
        "repeated": (2, [extra, "Bob"]),
        "opted_out": (1, ["Tom"]),
        "excluded": (1, ["Ana"]),
        "text_error": (1, ["Léa"]),
        "unusable": (1, ["nobody"]),
    }
    assert [one.person.name for one in found.going] == [None, "Zoé", "Bob"]
    cause = found.cause("text_error")
    assert cause is not None
    assert "divided by zero" in str(cause.people[0].why)


def test_it_says_what_is_then_stored(club: Household) -> None:
    found = seen(club, Draft(1, "Club", TEXT))
    assert told(found)["empty_text"] == (1, ["Zoé"])
    accepted = campaigns.accept(club.engine, club.admin, found.draft)
    assert accepted.count == found.count == 2
    assert sum(accepted.skipped.values()) == sum(count for count, _ in told(found).values())


def test_examples_are_the_shortest_the_longest_and_one_between(club: Household) -> None:
    for place in range(3):
        contacts.add(club.engine, f"Max {place}", f"+3363998002{place}", {"n": "20", "a": "yyy"})
    typed = "Club\nMax 0\nMax 1\nMax 2"
    found = seen(club, Draft(1, typed, TEXT))
    first, between, last = found.examples
    assert (first.person.name, last.person.name) == ("Bob", "Ana")
    assert (between.person.name or "").startswith("Max")
    assert found.examples == seen(club, Draft(1, typed, TEXT)).examples
    assert found.by_segments == [(1, 4), (3, 1)]
    same = seen(club, Draft(1, "Club", "Bonjour"))
    assert len(same.examples) == 1


def test_anybody_among_them_can_be_looked_at(club: Household) -> None:
    draft = Draft(1, "Club", TEXT)
    shown = review.of_person(club.engine, club.admin, draft, "06 39 98 00 01")
    assert (shown.person.name, shown.text) == ("Bob", "4 ")
    with pytest.raises(Invalid, match="not among those who get it"):
        review.of_person(club.engine, club.admin, draft, "+33639980099")


def test_names_are_told_also_where_the_text_has_no_fields(club: Household) -> None:
    found = seen(club, Draft(1, "\n".join(NUMBERS.values()), "Bonjour", exclude="Bob"))
    assert told(found) == {"opted_out": (1, ["Tom"]), "excluded": (1, ["Bob"])}
    assert {one.person.name for one in found.going} == {"Ana", "Léa", "Zoé"}


def test_where_nobody_is_left_it_says_so(club: Household) -> None:
    found = seen(club, Draft(1, "Tom", "Bonjour"))
    assert found.count == 0
    assert found.nobody is not None
    with pytest.raises(InvalidForm, match="are excluded"):
        seen(club, Draft(1, "Club", "Bonjour", exclude_groups=(1,)))


def test_what_changed_since_is_refused(club: Household) -> None:
    found = seen(club, Draft(1, "Club", "Bonjour"))
    opt_outs.add(club.engine, club.admin, "Ana", "STOP")
    with pytest.raises(Conflict, match="3 people now, and not to 4"):
        campaigns.accept(club.engine, club.admin, replace(found.draft, expected=found.count))


def test_who_got_something_today_is_named(club: Household) -> None:
    for number, phone_id, days in ((NUMBERS["Ana"], 1, 0), (NUMBERS["Bob"], 1, 2)):
        message_id = club.write(phone_id, number=number)
        with writing() as session:
            message = session.get_one(Message, message_id)
            message.status = Status.SENT
            message.claimed_at = message.sent_at = clock.now() - timedelta(days=days)
    found = seen(club, Draft(1, "Club", "Bonjour"))
    assert [one.name for one in found.got_today] == ["Ana"]
    # Of what goes on birthdays only those count who have theirs today: nobody of them.
    now = clock.now()
    born = Birthdays(now.date(), time(23, 59), "naissance")
    planned = review.Planned(born, [now + timedelta(seconds=1)], is_fixed=False, on_birthdays=True)
    found = review.of(club.engine, club.admin, Draft(1, "Club", "Bonjour"), planned)
    assert (found.count, len(found.got_today)) == (4, 0)


def test_warnings_are_of_the_texts_as_they_are_sent(club: Household) -> None:
    found = seen(club, Draft(1, "Club", "Fête de l’école : club.fr " + "x" * 60))
    assert found.texts.with_link == found.texts.ucs2 == found.texts.several == 4
    assert [one.character for one in found.texts.foreign] == ["ê", "’"]
    assert (found.texts.segments, found.texts.saved) == (8, 4)


def test_credit_that_does_not_last_is_told(club: Household, simulator: Simulator) -> None:
    draft = Draft(1, "Club", "x" * 200)  # two SMS for each of four people

    def left(credits_left: float) -> Short | None:
        simulator.account.service(SERVICE).credits = credits_left
        accounts.refresh(club.engine, 1)
        return seen(club, draft).short

    assert seen(club, draft).short is None  # nobody knows yet what is left
    assert left(8.0) is None
    assert left(7.0) == Short(7.0, 8, 0)
    club.write(1)
    assert left(8.0) == Short(8.0, 8, 1)
    assert [balance.now for _, balance in seen(club, draft).balances] == [None]
    # What was sent since it was asked is paid for.
    outbox.send_due(club.engine, 1)
    found = seen(club, draft)
    assert found.short == Short(7.0, 8, 0)
    assert [(balance.credits, balance.now) for _, balance in found.balances] == [(8.0, 7.0)]
    # What a phone has whose provider does not tell it is not known.
    other = club.add_test_phone().id
    assert seen(club, replace(draft, phones=(1, other))).short is None


def test_the_end_is_told_by_limits_quiet_hours_and_pace(club: Household) -> None:
    draft = Draft(1, "Club", "Bonjour")
    soon = seen(club, draft).forecast
    assert soon.start is not None
    assert soon.end is not None
    assert soon.end - soon.start < timedelta(minutes=1)
    slow = seen(club, replace(draft, pace=600.0)).forecast
    assert slow.end is not None
    assert slow.end - soon.start >= timedelta(minutes=30)
    limit_changes.add(club.engine, None, 1, "2", "-24 hours")
    limited = seen(club, draft).forecast
    assert (limited.limited, limited.going) == (True, 2)
    assert limited.end is not None
    assert limited.end - soon.start > timedelta(hours=23)
    limit_changes.add(club.engine, None, 1, "0", "today")
    assert seen(club, draft).forecast.end is None


def test_it_begins_after_the_quiet_hours(club: Household) -> None:
    quiet = read("mon-sun none; tue 08:00-09:00").as_kept()
    found = seen(club, Draft(1, "Club", "Bonjour", at="2027-03-06T10:00", quiet=quiet))
    assert found.forecast.quiet
    assert found.forecast.start == datetime(2027, 3, 9, 7, 0, tzinfo=UTC)
    late = seen(club, Draft(1, "Club", "Bonjour", at="2027-03-07T23:00"))
    assert ["night" in str(one) for one in late.hours] == [True, False]
