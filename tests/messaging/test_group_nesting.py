"""Groups within groups: no circle, and nobody counted twice."""

import threading
from collections.abc import Iterator

import pytest

from raspisms import clock
from raspisms.errors import Invalid
from raspisms.extensions import db
from raspisms.messaging import contacts, group_nesting, groups
from raspisms.messaging.group_nesting import put_within, take_out
from raspisms.models import JournalEntry
from tests.household import Household


@pytest.fixture
def home(household: Household) -> Iterator[Household]:
    with household.app.app_context():
        yield household


def made(*names: str) -> list[int]:
    return [groups.add(None, name).id for name in names]


def test_whoever_is_in_a_group_within_is_in_the_outer_one_once(home: Household) -> None:
    lea = contacts.add(home.engine, "Léa", "+33612340001").id
    club, team, youth = made("Club", "Équipe", "Jeunes")
    put_within(home.admin, club, team)
    put_within(home.admin, team, youth)
    put_within(home.admin, club, youth)
    for group_id in (club, youth):
        groups.add_contacts(group_id, [lea])
    found = groups.people([club, team], clock.now())
    assert [one.name for one in found] == ["Léa"]
    assert [one.name for one in group_nesting.children(club)] == ["Équipe", "Jeunes"]
    assert [one.name for one in group_nesting.parents(youth)] == ["Club", "Équipe"]


def test_a_circle_is_refused_with_the_way_that_it_would_take(home: Household) -> None:
    club, team, youth = made("Club", "Équipe", "Jeunes")
    put_within(None, club, team)
    put_within(None, team, youth)
    with pytest.raises(Invalid) as refused:
        put_within(None, youth, club)
    assert "Club › Équipe › Jeunes" in str(refused.value.message)
    with pytest.raises(Invalid, match="within itself"):
        put_within(None, club, club)
    assert group_nesting.children(youth) == []


def test_two_at_once_close_no_circle_together(household: Household) -> None:
    with household.app.app_context():
        ids = made("Club", "Équipe")
    start, told = threading.Barrier(2), list[bool]()

    def put(parent_id: int, child_id: int) -> None:
        with household.app.app_context():
            start.wait(10)
            try:
                told.append(put_within(None, parent_id, child_id))
            except Invalid:
                told.append(False)

    threads = [threading.Thread(target=put, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == [False, True]


def test_only_what_can_be_put_in_is_offered(home: Household) -> None:
    club, team, youth, other = made("Club", "Équipe", "Jeunes", "Autre")
    put_within(None, club, team)
    put_within(None, team, youth)
    assert group_nesting.possible(team) == [(other, "Autre")]
    assert group_nesting.possible(club) == [(other, "Autre"), (youth, "Jeunes")]


def test_nothing_is_put_into_a_rule(home: Household) -> None:
    smart, (club,) = groups.add(None, "Majeurs", "true").id, made("Club")
    with pytest.raises(Invalid, match="smart group"):
        put_within(None, smart, club)
    assert put_within(None, club, smart)


def test_what_changes_nothing_is_not_in_the_journal(home: Household) -> None:
    club, team = made("Club", "Équipe")
    assert put_within(home.admin, club, team)
    assert not put_within(home.admin, club, team)
    assert take_out(home.admin, club, team)
    assert not take_out(home.admin, club, team)
    told = [e.details for e in db.session.query(JournalEntry) if e.action == "group.changed"]
    assert told == [{"changed": ["groups"]}] * 2
