"""A message before it is sent: what each person would get, how long it is, what it would cost."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from raspisms.errors import Invalid, InvalidForm
from raspisms.extensions import db
from raspisms.messaging import campaigns, contacts, estimates, groups, preview, rendering
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.preview import Preview
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from tests.household import Household, opt_out

BELGIAN = "+32470123456"
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
    opt_out(NUMBERS["Tom"])
    return household


def seen(household: Household, draft: Draft, chosen: str = "") -> Preview:
    found = preview.of(household.engine, household.admin, draft, chosen)
    assert found is not None
    return found


def names(found: Preview) -> list[str | None]:
    return [one.person.name for one in found.going]


def test_a_text_that_would_take_hours_for_all_is_refused_and_nothing_is_stored(
    club: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "MOST_SECONDS", 0.001)
    slow = Draft(1, "Club", "{% for i in 1..2000 %}{% if i == 7 %}{{ i }}{% endif %}{% endfor %}")
    with pytest.raises(Invalid, match="too long to work out for so many"):
        seen(club, slow)
    with pytest.raises(InvalidForm) as refused:
        campaigns.accept(club.engine, club.admin, slow)
    assert [problem.field for problem in refused.value.problems] == ["text"]
    assert db.session.scalars(select(Message.id)).all() == []
    assert seen(club, Draft(1, "Club", "Bonjour")).people == len(NUMBERS)


def test_it_says_the_same_as_what_is_then_accepted(club: Household) -> None:
    draft = Draft(1, "Club", TEXT)
    told = seen(club, draft)
    assert db.session.scalars(select(Message)).all() == []
    accepted = campaigns.accept(club.engine, club.admin, draft)
    stored = db.session.scalars(select(Message)).all()
    going = [one for one in stored if one.status == Status.PENDING]
    assert accepted.count == len(told.going) == len(going)
    assert sorted((one.person.number, one.text, one.segments) for one in told.going) == sorted(
        (one.peer, one.body, one.segments) for one in going
    )
    assert {one.person.number: reason for one, reason in told.skipped} == {
        one.peer: one.reason for one in stored if one.status == Status.SKIPPED
    }


def test_lengths_go_from_the_shortest_to_the_longest(club: Household) -> None:
    contacts.add(club.engine, "Max", BELGIAN, {"n": "20", "a": "y" * 160})
    told = seen(club, Draft(1, "Club\nMax", TEXT))
    assert names(told) == ["Bob", "Max", "Ana"]
    assert [one.segments for one in told.going] == [1, 2, 3]
    assert told.typical.person.name == "Max"
    assert (told.people, told.segments) == (6, 6)


def test_the_text_shown_is_the_chosen_persons_else_that_of_the_first_who_gets_it(
    club: Household,
) -> None:
    draft = Draft(1, "Tom, Bob", TEXT)
    assert seen(club, draft).shown.text == "4 "
    assert seen(club, draft, NUMBERS["Tom"]).shown.text == "100 "
    assert seen(club, draft, "+33699999999").shown.person.name == "Bob"
    failed = seen(club, Draft(1, "Club", TEXT), NUMBERS["Léa"]).shown
    assert failed.reason == "text_error"
    assert str(failed.problem).startswith("Line 1 of the text:")


def test_one_person_alone_is_shown_also_where_nothing_would_go(club: Household) -> None:
    told = seen(club, Draft(1, "Tom", "Bonjour"))
    assert (told.going, told.skipped[0][1]) == ([], "opted_out")
    told = seen(club, Draft(1, "Tom", "Bonjour", despite_opt_out=True))
    assert names(told) == ["Tom"]


@pytest.mark.parametrize(
    ("typed", "text", "field"),
    [("Ana", "{{ x", "text"), ("Ana", "", "text"), ("", "Bonjour", None), ("06 12", "x", None)],
)
def test_what_cannot_be_previewed_is_said_where_it_is_the_text(
    club: Household, typed: str, text: str, field: str | None
) -> None:
    draft = Draft(1, typed, text)
    if field is None:
        assert preview.of(club.engine, club.admin, draft) is None
        return
    with pytest.raises(Invalid) as refused:
        preview.of(club.engine, club.admin, draft)
    assert refused.value.field == field


def test_texts_that_differ_are_estimated_by_country_and_not_one_by_one(
    club: Household, phone: Phone, simulator: Simulator
) -> None:
    before = len(simulator.ledger.calls)
    segments = {NUMBERS["Ana"]: 3, NUMBERS["Bob"]: 1, BELGIAN: 2}
    guess = estimates.estimate_each(club.engine, phone, segments)
    # A segment to Belgium costs two credits at the simulator, to France one.
    assert (guess.recipients, guess.segments, guess.credits) == (3, 6, 8.0)
    asked = [call.path for call in simulator.ledger.calls[before:] if "/rates/" in call.path]
    assert len(asked) <= 2
    assert not any("/estimate" in call.path for call in simulator.ledger.calls[before:])
