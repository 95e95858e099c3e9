"""Contacts: their data, finding them page by page, removing many, and undoing it."""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import select, text

from raspisms.errors import Conflict, Invalid, InvalidForm, NotFound
from raspisms.extensions import db
from raspisms.messaging import address_changes, contact_list, contacts, groups
from raspisms.messaging.contact_list import Order, Place, Selection
from raspisms.messaging.transactions import writing
from raspisms.models import AddressChange, Contact
from raspisms.sms.data_keys import LONGEST_KEY, LONGEST_NOTES, LONGEST_VALUE, MOST_KEYS
from tests.household import Household


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    """A household that calls nobody."""
    home = Household(tmp_path, RASPISMS_OVH_API_URL="http://127.0.0.1:9/1.0")
    with home.app.app_context():
        yield home
    home.close()


def add(home: Household, name: str, last: int, data: Mapping[str, str] | None = None) -> int:
    return contacts.add(home.engine, name, f"+3363998{last:04}", data or {}).id


def names(search: str = "", order: Order = Order.NAME, place: Place | None = None) -> list[str]:
    return [one.name for one in contact_list.listing(search, order, place).contacts]


def remove(*ids: int) -> int:
    return contact_list.remove(None, Selection(ids=ids), len(ids))


# Data


def test_data_and_notes_are_kept_and_stay_where_they_are_not_given(home: Household) -> None:
    given = [("first_name", " Léa "), ("birthday", "1990-10-22"), ("", ""), ("vide", "")]
    one = contacts.add(home.engine, "Léa", "0639980001", given, " aime\r\nle thé ")
    assert one.data == {"first_name": "Léa", "birthday": "1990-10-22", "vide": ""}
    assert one.notes == "aime\nle thé"
    contacts.edit(home.engine, one.id, "Léa M.", "0639980001")
    again = contacts.get(one.id)
    assert (again.name, again.notes, again.data["birthday"]) == ("Léa M.", one.notes, "1990-10-22")


def test_nothing_is_written_where_nothing_changes(home: Household) -> None:
    one = contacts.add(home.engine, "Léa", "0639980001", {"a": "1"}, "x")
    contacts.edit(home.engine, one.id, "Léa", "06 39 98 00 01", {"a": "1"}, "x")
    assert contacts.get(one.id).updated_at == one.created_at


@pytest.mark.parametrize(
    ("data", "notes", "field", "said"),
    [
        ([("", "x")], "", "data", "A value has no name."),
        ([("first name", "x")], "", "data", "cannot be used"),
        ([("a.b", "x")], "", "data", "cannot be used"),
        ([("a", "1"), ("a", "2")], "", "data", "is there twice"),
        ([("a" * (LONGEST_KEY + 1), "x")], "", "data", "is too long"),
        ([("a", "x" * (LONGEST_VALUE + 1))], "", "data", "is too long"),
        ([("a", "x\x00")], "", "data", "control character"),
        ([(f"k{n}", "x") for n in range(MOST_KEYS + 1)], "", "data", "too many"),
        ([], "x" * (LONGEST_NOTES + 1), "notes", "too long"),
        ([], "x\x07", "notes", "control character"),
    ],
)
def test_what_data_cannot_be_is_said(
    home: Household, data: list[tuple[str, str]], notes: str, field: str, said: str
) -> None:
    with pytest.raises(InvalidForm) as error:
        contacts.add(home.engine, "Léa", "0639980001", data, notes)
    (problem,) = error.value.problems
    assert problem.field == field
    assert said in str(problem)


def test_keys_in_use_are_known(home: Household) -> None:
    add(home, "Ana", 1, {"team": "U9", "birthday": "x"})
    add(home, "Bob", 2, {"team": "U11"})
    assert contacts.known_keys() == ["birthday", "team"]


# The list


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("élo", ["Éloïse Le Goff"]),
        ("goff", ["Éloïse Le Goff"]),
        ("le elo", ["Éloïse Le Goff"]),
        ("pierre", ["Jean-Pierre"]),
        ("06 39 98 00", ["Jean-Pierre", "Éloïse Le Goff", "🌻"]),
        ("0033639980002", ["Jean-Pierre"]),
        ("8000", ["Jean-Pierre", "Éloïse Le Goff", "🌻"]),
        ("02", ["Jean-Pierre"]),
        ("۰۰۰۲", ["Jean-Pierre"]),
        ("🌻", ["🌻"]),
        ("goffe", []),
        ("%", []),
        ('"', []),
        ("a " * 100, []),
        ("1" * 60_000, []),
        ("°" * 60_000, []),
    ],
)
def test_contacts_are_found(home: Household, search: str, found: list[str]) -> None:
    add(home, "Éloïse Le Goff", 1)
    add(home, "Jean-Pierre", 2)
    add(home, "🌻", 3)
    assert sorted(names(search)) == sorted(found)


def test_digits_that_very_many_have_find_the_same(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    for last in range(6):
        add(home, f"Nom {last}", last)
    few = names("3998")
    monkeypatch.setattr(contact_list, "_FEW", 3)
    assert names("3998") == few == [f"Nom {last}" for last in range(6)]
    assert names("80005") == ["Nom 5"]


@pytest.mark.parametrize(
    "search", ["ba", "mar", "bar mart", "pie", '"jean pierre"', "j-p", "éric", "i"]
)
def test_words_that_very_many_have_find_the_same(
    home: Household, monkeypatch: pytest.MonkeyPatch, search: str
) -> None:
    people = ("Bara Martin", "Barbe", "Jean-Pierre Bas", "Jean Pierre", "Éric Imbart", "O'Mara")
    for last, name in enumerate(people):
        add(home, name, last)
    few = names(search)
    monkeypatch.setattr(contact_list, "_FEW", 0)
    assert names(search) == few


def test_numbers_are_found_after_they_changed_and_not_after_they_went(home: Household) -> None:
    one = add(home, "Ana", 1)
    contacts.edit(home.engine, one, "Ana", "+33639981234")
    assert names("80001") == []
    assert names("1234") == ["Ana"]
    contacts.remove(one)
    assert names("1234") == []
    with writing() as session:
        check = "INSERT INTO contact_number_search (contact_number_search) "
        session.execute(text(check + "VALUES ('integrity-check')"))


@pytest.mark.parametrize("order", list(Order))
def test_pages_forwards_and_backwards_show_each_contact_once(
    home: Household, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    monkeypatch.setattr(contact_list, "PAGE", 2)
    for last, name in enumerate(("Zoé", "Ana", "Ana", "Mia", "Éva")):
        add(home, name, 9 - last)
    everyone = [one.id for one in contact_list.listing("", order).contacts]
    pages = [everyone]
    page = contact_list.listing("", order)
    assert page.previous is None
    while page.following:
        page = contact_list.listing("", order, page.following)
        pages.append([one.id for one in page.contacts])
    assert [len(one) for one in pages] == [2, 2, 1]
    back = []
    while page.previous:
        page = contact_list.listing("", order, page.previous)
        back.append([one.id for one in page.contacts])
    assert back == [pages[1], pages[0]]
    key = {
        Order.NAME: lambda one: (one.name_key, one.id),
        Order.NUMBER: lambda one: one.number,
        Order.NEWEST: lambda one: -one.id,
        Order.CHANGED: lambda one: -one.id,
    }[order]
    ordered = sorted(db.session.scalars(select(Contact)), key=key)
    assert list(chain(*pages)) == [one.id for one in ordered]


def test_a_page_after_a_contact_that_is_gone_is_the_first(home: Household) -> None:
    add(home, "Ana", 1)
    assert names(place=Place(after=99)) == ["Ana"]


def test_a_selection_by_a_search_is_what_the_list_shows(home: Household) -> None:
    for last, name in enumerate(("Ana Roy", "Bob Roy", "Mia Lo")):
        add(home, name, last)
    found = Selection(search="roy")
    assert contact_list.size(found) == 2
    assert contact_list.some_names(found, 5) == names("roy")
    assert contact_list.size(Selection(search="")) == 3
    assert contact_list.count("roy") == 2
    assert Selection().is_empty


# Removing and undoing


def test_a_removal_is_undone_with_groups_and_dates(home: Household) -> None:
    group = groups.add(None, "U9")
    one = contacts.add(home.engine, "Ana", "0639980001", {"team": "U9"}, "note")
    groups.add_contacts(group.id, [one.id])
    before = (one.id, one.name, one.number, one.data, one.notes, one.created_at, one.updated_at)
    change_id = contacts.remove(one.id)
    assert contacts.find_by_number("+33639980001") is None
    assert address_changes.get(change_id).subject == "Ana"
    undone = address_changes.undo(change_id)
    assert (undone.restored, undone.left) == (1, 0)
    back = contacts.get(one.id)
    assert before == (
        *(back.id, back.name, back.number, back.data),
        *(back.notes, back.created_at, back.updated_at),
    )
    assert groups.of_contact(one.id) == [(group.id, "U9")]
    assert names("ana") == names("80001") == ["Ana"]
    with pytest.raises(Conflict):
        address_changes.undo(change_id)


def test_many_are_removed_by_what_they_were_found_by_and_come_back(home: Household) -> None:
    for last in range(4):
        add(home, f"Roy {last}", last)
    other = add(home, "Mia", 9)
    with pytest.raises(Invalid):
        contact_list.remove(None, Selection(search="roy"), 3)
    assert len(names()) == 5
    change_id = contact_list.remove(None, Selection(search="roy"), 4)
    assert names() == ["Mia"]
    contacts.remove(other)
    undone = address_changes.undo(change_id)
    assert (undone.restored, undone.left) == (4, 0)
    assert names() == [f"Roy {last}" for last in range(4)]


def test_undoing_leaves_a_number_that_somebody_has_since(home: Household) -> None:
    change_id = remove(add(home, "Ana", 1), add(home, "Bob", 2))
    add(home, "Nouveau", 1)
    undone = address_changes.undo(change_id)
    assert (undone.restored, undone.left) == (1, 1)
    assert names() == ["Bob", "Nouveau"]


def test_a_contact_comes_back_beside_one_that_got_its_id(home: Household) -> None:
    group = groups.add(None, "U9")
    one = add(home, "Ana", 1)
    groups.add_contacts(group.id, [one])
    change_id = contacts.remove(one)
    assert add(home, "Bob", 2) == one  # SQLite gives the highest id again
    assert address_changes.undo(change_id).restored == 1
    back = contacts.find_by_number("+33639980001")
    assert back is not None
    assert back.id != one
    assert groups.of_contact(back.id) == [(group.id, "U9")]
    assert groups.of_contact(one) == []


def test_what_an_import_made_and_changed_goes_back_where_nobody_touched_it(
    home: Household,
) -> None:
    old, touched = add(home, "Ana", 1, {"a": "1"}), add(home, "Bob", 2)
    with writing() as session:
        before = address_changes.snapshot(session, [old, touched])
    contacts.edit(home.engine, old, "Ana", "+33639980001", {"a": "2"})
    contacts.edit(home.engine, touched, "Bobby", "+33639980002")
    new, used = add(home, "Neuf", 3), add(home, "Dix", 4)
    with writing() as session:
        after = address_changes.snapshot(session, [old, touched, new, used])
        rows = [(one, before.get(one), after[one]) for one in (old, touched, new, used)]
        change_id = address_changes.record(session, None, "import", "club.csv", rows).id
    contacts.edit(home.engine, touched, "Robert", "+33639980002")
    groups.add_contacts(groups.add(None, "U9").id, [used])
    undone = address_changes.undo(change_id)
    assert (undone.restored, undone.left) == (2, 2)
    assert names() == ["Ana", "Dix", "Robert"]
    assert contacts.get(old).data == {"a": "1"}


def test_changes_are_listed_and_forgotten_in_time(home: Household) -> None:
    first = remove(add(home, "Ana", 1))
    second = remove(add(home, "Bob", 2), add(home, "Mia", 3))
    assert [(one.id, one.count) for one in address_changes.recent()] == [(second, 2), (first, 1)]
    with writing() as session:
        session.get_one(AddressChange, first).at -= address_changes.KEPT
    assert [one.id for one in address_changes.recent()] == [second]
    address_changes.forget_old(address_changes.clock.now())
    with pytest.raises(NotFound):
        address_changes.undo(first)
    assert address_changes.undo(second).restored == 2
