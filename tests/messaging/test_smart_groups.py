"""Smart groups: who is in by a rule, why, and what cannot be judged."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from raspisms import clock
from raspisms.errors import RaspismsError
from raspisms.extensions import db
from raspisms.messaging import (
    contacts,
    group_members,
    group_nesting,
    group_people,
    groups,
    rules_asked,
    smart_groups,
)
from raspisms.messaging.transactions import writing
from raspisms.models import Contact, Group
from raspisms.sms import rules
from raspisms.sms.rules import RuleError
from tests.household import Household

TEAM_A = 'exists(contact.team) && contact.team == "A"'
#: Comes to nothing for whoever has no, or a zero, "n".
DIVIDES = "10 / contact.n > 1"


@pytest.fixture
def home(household: Household) -> Iterator[Household]:
    with household.app.app_context():
        yield household


def now() -> datetime:
    return clock.now()


def person(home: Household, name: str, last: int, **data: str) -> int:
    contact_id = contacts.add(home.engine, name, f"+3361234{last:04}").id
    with writing() as session:
        session.get_one(Contact, contact_id).data = data
    return contact_id


def names_in(home: Household, *group_ids: int) -> list[str | None]:
    return [one.name for one in groups.people(group_ids, now())]


def test_a_rule_says_who_is_in_at_the_time_of_asking(home: Household) -> None:
    zoe = person(home, "Zoé", 1, team="A")
    person(home, "Léa", 2, team="A")
    person(home, "Marc", 3)
    group = smart_groups.add(home.admin, "Équipe A", TEAM_A)
    assert names_in(home, group.id) == ["Léa", "Zoé"]
    with writing() as session:
        session.get_one(Contact, zoe).data = {"team": "B"}
    assert names_in(home, group.id) == ["Léa"]


def test_a_rule_within_a_list_is_asked_and_each_is_once(home: Household) -> None:
    zoe, marc = person(home, "Zoé", 1, team="A"), person(home, "Marc", 2)
    person(home, "Léa", 3)
    club = groups.add(None, "Club").id
    smart = smart_groups.add(None, "Équipe A", TEAM_A).id
    group_nesting.put_within(None, club, smart)
    groups.add_contacts(club, [zoe, marc])
    assert names_in(home, club) == ["Marc", "Zoé"]
    assert names_in(home, smart, club) == ["Marc", "Zoé"]
    assert group_people.counts(now()) == {club: 2, smart: 1}


def test_a_rule_that_cannot_be_read_is_not_stored(home: Household) -> None:
    with pytest.raises(RuleError) as refused:
        smart_groups.add(None, "Équipe A", "contact.a == (1")
    assert refused.value.field == "rule"
    group = smart_groups.add(None, "Équipe A", TEAM_A)
    with pytest.raises(RuleError):
        smart_groups.change(None, group.id, "Équipe B", "&&")
    assert groups.get(group.id).name == "Équipe A"


def test_whom_a_rule_cannot_judge_is_left_out_and_told_by_cause(home: Household) -> None:
    for last, n in enumerate(["2", "0", "0", "20"]):
        person(home, f"Nom {last}", last, n=n)
    group = smart_groups.add(None, "Dix", DIVIDES)
    found = groups.gather([group.id], now())
    assert [one.name for one in found.people] == ["Nom 0"]
    (unjudged,) = found.unjudged
    assert (unjudged.group, unjudged.count, unjudged.names) == ("Dix", 2, ("Nom 1", "Nom 2"))
    # Whoever is in by another way is not told.
    other = groups.add(None, "Autre").id
    groups.add_contacts(other, [2, 3])
    both = groups.gather([group.id, other], now())
    assert [one.name for one in both.people] == ["Nom 0", "Nom 1", "Nom 2"]
    assert both.unjudged == ()


def test_a_preview_counts_all_and_shows_the_first(home: Household) -> None:
    for last in range(25):
        person(home, f"Nom {24 - last:02}", last, n="0" if last == 3 else "1")
    found = smart_groups.preview(rules.parse(DIVIDES), "Dix", now())
    assert (found.count, found.looked_at, found.total, found.is_whole) == (24, 25, 25, True)
    assert [row.person.name for row in found.first] == [f"Nom {n:02}" for n in range(20)]
    assert found.unjudged[0].names == ("Nom 21",)
    assert found.unjudged[0].group == "Dix"


def test_a_preview_that_stops_early_says_so(home: Household) -> None:
    for last in range(3):
        person(home, f"Nom {last}", last)
    found = smart_groups.preview(rules.parse("true"), "", now(), seconds=-1)
    assert (found.count, found.looked_at, found.total, found.is_whole) == (0, 0, 3, False)


def test_whom_to_write_to_is_known_of_all_or_of_nobody(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(home, "Zoé", 1)
    group = smart_groups.add(None, "Tous", "true")
    monkeypatch.setattr(rules_asked, "MOST_SECONDS", -1)
    with pytest.raises(rules_asked.TooLong, match="Tous"):
        groups.people([group.id], now())


def test_a_stored_rule_that_cannot_be_read_any_more_is_told_with_its_group(
    home: Household,
) -> None:
    person(home, "Zoé", 1)
    broken, club = smart_groups.add(None, "Vieux", "true").id, groups.add(None, "Club").id
    group_nesting.put_within(None, club, broken)
    with writing() as session:
        session.get_one(Group, broken).rule = "true &&"
    with pytest.raises(RaspismsError, match="Vieux"):
        groups.people([club], now())
    assert group_people.counts(now()) == {broken: None, club: None}
    page = group_members.listing(groups.get(club), now())
    assert "Vieux" in str(page.problem)


def test_why_somebody_is_in_or_not(home: Household) -> None:
    zoe, marc = person(home, "Zoé", 1, team="A"), person(home, "Marc", 2, n="0")
    rule = rules.parse(TEAM_A)
    found = smart_groups.why(rule, zoe, now())
    assert found.holds is True
    assert [part.text for part in found.parts] == [
        TEAM_A,
        "exists(contact.team)",
        'contact.team == "A"',
    ]
    assert smart_groups.why(rule, marc, now()).holds is False
    failed = smart_groups.why(rules.parse(DIVIDES), marc, now())
    assert failed.holds is None
    assert failed.problem is not None


def test_the_smart_groups_of_a_contact(home: Household) -> None:
    zoe, marc = person(home, "Zoé", 1, team="A", n="0"), person(home, "Marc", 2)
    for name, rule in (("Tous", "true"), ("Équipe A", TEAM_A), ("Dix", DIVIDES), ("Vieux", "1 +")):
        groups.add(None, name, rule)
    found = smart_groups.around(contacts.get(zoe), now())
    assert [group.name for group in found] == ["Équipe A", "Tous"]
    found = smart_groups.around(contacts.get(marc), now())
    assert [group.name for group in found] == ["Tous"]
    assert smart_groups.around(contacts.get(zoe), now(), seconds=-1) == []


def test_members_are_told_with_the_groups_through_which_they_are(home: Household) -> None:
    zoe, marc = person(home, "Zoé", 1, team="A"), person(home, "Marc", 2)
    person(home, "Léa", 3)
    club, team = groups.add(None, "Club"), groups.add(None, "Équipe")
    smart = smart_groups.add(None, "Équipe A", TEAM_A).id
    group_nesting.put_within(None, club.id, team.id)
    group_nesting.put_within(None, team.id, smart)
    groups.add_contacts(club.id, [marc])
    groups.add_contacts(team.id, [zoe, marc])
    page = group_members.listing(club, now())
    assert page.count == 2
    assert [(m.contact.name, m.is_direct, m.through) for m in page.members] == [
        ("Marc", True, ("Équipe",)),
        ("Zoé", False, ("Équipe", "Équipe A")),
    ]


def test_members_have_pages(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_members, "PAGE", 2)
    ids = [person(home, f"Nom {last}", last) for last in range(3)]
    group = groups.add(None, "Club")
    groups.add_contacts(group.id, ids)
    first, second = (group_members.listing(group, now(), page) for page in (1, 2))
    assert [m.contact.name for m in first.members] == ["Nom 0", "Nom 1"]
    assert (first.has_next, first.count) == (True, 3)
    assert [m.contact.name for m in second.members] == ["Nom 2"]
    assert not second.has_next


def test_nobody_is_asked_where_there_are_too_many_for_a_list_of_groups(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(home, "Zoé", 1)
    smart = smart_groups.add(None, "Tous", "true").id
    assert group_people.counts(now()) == {smart: 1}
    monkeypatch.setattr(group_people, "_COUNTED_AT_ONCE", 0)
    db.session.rollback()
    assert group_people.counts(now()) == {smart: None}


def test_slow_rules_keep_the_list_of_groups_no_longer_however_many_they_are(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(home, "Zoé", 1, key="a" * 900)
    for number in range(8):  # each may take a fifth of a second for one person
        groups.add(None, f"Lent {number}", f'contact.key matches "/(a|aa)+$b{number}/"')
    monkeypatch.setattr(group_people, "_SECONDS_TO_COUNT", 0.0)
    begun = time.thread_time()
    assert set(group_people.counts(now()).values()) == {None}
    assert time.thread_time() - begun < 0.7
