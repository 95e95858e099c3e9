"""Whatever is done to groups: no circle, and the same people however they are nested."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from raspisms import clock
from raspisms.errors import Invalid
from raspisms.messaging import contacts, group_nesting, group_people, groups
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Group, GroupGroup
from tests.application import make_app

GROUPS, PEOPLE = 6, 5
#: The last group is a smart one, with the third person.
SMART, RULE, MEANT = GROUPS - 1, 'contact_metas.name == "Nom 2"', 3
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "take", "add", "remove"]),
        st.integers(0, GROUPS - 1),
        st.integers(0, GROUPS - 1),
    ),
    max_size=20,
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("groups")
    app = make_app(folder, RASPISMS_SECRET_KEY="k" * 32)
    with app.app_context():
        for last in range(PEOPLE):
            contacts.add(app.extensions["raspisms"], f"Nom {last}", f"+3361234567{last}")
    return app


@settings(max_examples=25, deadline=None)
@given(acts=ACTS)
def test_no_circle_ever_and_each_person_once(app: Flask, acts: list[tuple[str, int, int]]) -> None:
    with app.app_context():
        ids = _fresh()
        held: dict[int, set[int]] = {place: set() for place in range(GROUPS)}
        listed: dict[int, set[int]] = {place: set() for place in range(GROUPS)}
        listed[SMART].add(MEANT)
        for act, one, other in acts:
            person = other % PEOPLE + 1
            if act == "put":
                _put(ids, held, one, other)
            elif act == "take":
                group_nesting.take_out(None, ids[one], ids[other])
                held[one].discard(other)
            elif one == SMART:
                with pytest.raises(Invalid):
                    groups.add_contacts(ids[one], [person])
            elif act == "add":
                groups.add_contacts(ids[one], [person])
                listed[one].add(person)
            else:
                groups.remove_contacts(ids[one], [person])
                listed[one].discard(person)
        stored = reading().execute(select(GroupGroup.parent_id, GroupGroup.child_id)).all()
        assert set(map(tuple, stored)) == {
            (ids[one], ids[other]) for one in held for other in held[one]
        }
        now = clock.now()
        counted = group_people.counts(now)
        for place in range(GROUPS):
            expected = {p for inner in _reached(held, place) for p in listed[inner]}
            found = [one.name for one in groups.people([ids[place]], now)]
            assert found == [f"Nom {person - 1}" for person in sorted(expected)]
            assert counted.get(ids[place], 0) == len(expected)


def _fresh() -> list[int]:
    with writing() as session:
        session.execute(delete(Group))
    rules = {SMART: RULE}
    return [groups.add(None, f"Groupe {place}", rules.get(place)).id for place in range(GROUPS)]


def _put(ids: list[int], held: dict[int, set[int]], one: int, other: int) -> None:
    """It is refused exactly where the outer one is reached from the inner one, or has no list."""
    circle = one in _reached(held, other) or one == SMART
    try:
        group_nesting.put_within(None, ids[one], ids[other])
    except Invalid:
        assert circle
    else:
        assert not circle
        held[one].add(other)


def _reached(held: dict[int, set[int]], start: int) -> set[int]:
    found = {start}
    while more := {inner for outer in found for inner in held[outer]} - found:
        found |= more
    return found
