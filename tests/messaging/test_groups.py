"""Groups: names, lists, groups within groups, and who is in them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound
from raspisms.extensions import db
from raspisms.messaging import address_changes, contacts, groups, people
from raspisms.messaging.transactions import writing
from raspisms.models import Contact, JournalEntry
from tests.household import Household


@pytest.fixture
def home(household: Household) -> Iterator[Household]:
    with household.app.app_context():
        yield household


def person(home: Household, name: str, last: int) -> int:
    return contacts.add(home.engine, name, f"+3361234{last:04}").id


def names_in(home: Household, *group_ids: int) -> list[str | None]:
    now = clock.now().astimezone(home.engine.config.timezone)
    return [one.name for one in groups.people(group_ids, now)]


def test_a_list_has_whom_was_put_into_it_once_and_by_name(home: Household) -> None:
    zoe, lea = person(home, "Zoé", 1), person(home, "Léa", 2)
    person(home, "Marc", 3)
    group = groups.add(home.admin, "  Équipe   A ")
    assert group.name == "Équipe A"
    assert groups.add_contacts(group.id, [zoe, lea, zoe, 999]) == 2
    assert groups.add_contacts(group.id, [zoe]) == 0
    assert names_in(home, group.id) == ["Léa", "Zoé"]
    assert groups.of_contact(zoe) == [(group.id, "Équipe A")]
    assert groups.remove_contacts(group.id, [zoe, 999]) == 1
    assert names_in(home, group.id) == ["Léa"]
    assert groups.of_contact(zoe) == []


def test_contacts_are_put_in_by_a_query(home: Household) -> None:
    for last in range(3):
        person(home, f"Nom {last}", last)
    group = groups.add(None, "Tous")
    query = contacts.matching("nom")
    assert groups.add_contacts(group.id, query) == 3
    assert groups.remove_contacts(group.id, query) == 3


@pytest.mark.parametrize("name", ["", " \t", "a\x00b", "a" * 201, "\u202etxt", "\u0301"])
def test_a_name_that_cannot_be_used_is_refused(home: Household, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        groups.add(home.admin, name)
    assert refused.value.field == "name"
    assert groups.choices() == []


def test_a_name_is_one_group_s_of_either_kind(home: Household) -> None:
    groups.add(home.admin, "Équipe")
    smart = groups.add(home.admin, "Majeurs", "true")
    for name in ("equipe", "MAJEURS"):
        with pytest.raises(Conflict, match="already"):
            groups.add(home.admin, name)
    with pytest.raises(Conflict):
        groups.change(home.admin, smart.id, "Equipe")
    assert groups.change(home.admin, smart.id, "majeurs").name == "majeurs"
    assert [(name, smart) for _, name, smart in groups.choices()] == [
        ("Équipe", False),
        ("majeurs", True),
    ]


def test_a_group_is_found_by_what_was_typed(home: Household) -> None:
    group = groups.add(home.admin, "Équipe A")
    assert groups.named(["equipe  a", "Équipe A", "B", "x" * 1000]) == {
        "equipe  a": group.id,
        "Équipe A": group.id,
    }


def test_contacts_stay_when_their_group_goes_and_leave_it_when_they_go(home: Household) -> None:
    zoe, lea = person(home, "Zoé", 1), person(home, "Léa", 2)
    group = groups.add(home.admin, "Équipe")
    groups.add_contacts(group.id, [zoe, lea])
    contacts.remove(zoe)
    assert names_in(home, group.id) == ["Léa"]
    groups.remove(home.admin, group.id)
    assert groups.choices() == []
    assert contacts.get(lea).name == "Léa"
    with pytest.raises(NotFound):
        groups.get(group.id)


def test_the_number_of_a_group_that_is_gone_never_means_another(home: Household) -> None:
    """A form open since before would write to others, and undoing would put people there."""
    lea = person(home, "Léa", 1)
    gone = groups.add(home.admin, "Famille").id
    groups.add_contacts(gone, [lea])
    change = contacts.remove(lea)
    groups.remove(home.admin, gone)
    other = groups.add(home.admin, "Clients").id
    assert other != gone
    address_changes.undo(change)
    assert groups.of_contact(lea) == []


def test_no_contact_is_put_into_a_rule(home: Household) -> None:
    smart = groups.add(home.admin, "Majeurs", "true")
    with pytest.raises(Invalid, match="smart group"):
        groups.add_contacts(smart.id, [person(home, "Zoé", 1)])


def test_the_journal_tells_what_was_done_to_a_group(home: Household) -> None:
    group = groups.add(home.admin, "Équipe", "true")
    groups.change(home.admin, group.id, "Équipe B", "false")
    groups.change(home.admin, group.id, "Équipe B", "false")
    groups.remove(home.admin, group.id)
    told = [(e.action, e.subject, e.details) for e in db.session.query(JournalEntry)]
    assert told[-3:] == [
        ("group.added", "Équipe", {}),
        ("group.changed", "Équipe", {"after": "Équipe B", "changed": ["rule"]}),
        ("group.removed", "Équipe B", {}),
    ]


def test_when_a_group_was_last_written_to_is_kept(home: Household) -> None:
    group, other, now = groups.add(None, "Équipe"), groups.add(None, "Autre"), clock.now()
    with writing() as session:
        groups.note_used(session, [group.id], now)
    assert groups.get(group.id).used_at == now
    assert groups.get(other.id).used_at is None


def test_people_are_told_of_numbers_with_and_without_a_contact(home: Household) -> None:
    person(home, "Zoé", 1)
    found = people.of_numbers(["+33612349999", "+33612340001", "+33612349999"])
    assert [(number, one.name) for number, one in found.items()] == [
        ("+33612349999", None),
        ("+33612340001", "Zoé"),
    ]
    contact = contacts.find_by_number("+33612340001")
    assert contact is not None
    assert people.of_contact(contact) == found["+33612340001"]


def test_people_are_read_in_portions(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_PORTION", 2)
    for last in range(4):
        person(home, f"Nom {last}", last)
    found = [row.person.name for row in people.rows(select(Contact))]
    assert found == ["Nom 0", "Nom 1", "Nom 2", "Nom 3"]
    found = [row.person.name for row in people.rows_of([4, 2, 1, 2, 99, 3])]
    assert found == ["Nom 0", "Nom 1", "Nom 2", "Nom 3"]
