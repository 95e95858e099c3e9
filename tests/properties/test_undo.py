"""Whatever was removed and merged: taken back from the last to the first, all is as it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from raspisms.extensions import db
from raspisms.messaging import address_changes, contact_list, contact_merge, contacts, groups
from raspisms.messaging.contact_list import Selection
from raspisms.messaging.contact_merge import Choice, Side
from raspisms.messaging.transactions import writing
from raspisms.models import Contact
from tests.application import make_app

PEOPLE = 5
SIDES = st.sampled_from(list(Side))
NAMES = st.sampled_from(["Éloïse", "Zoé 🌻", "O'Brien", "Ana", "李雷"])
VALUES = st.sampled_from(["", "U9", 'a"b', "l’été\nici", "\\", "🌻", "{}", "null"])
PERSON = st.tuples(
    NAMES,
    st.dictionaries(st.sampled_from(["team", "âge", "x-1"]), VALUES),
    VALUES,
    st.sets(st.integers(0, 1)),
)
REMOVE = st.tuples(st.just("remove"), st.sets(st.integers(0, PEOPLE - 1), min_size=1))
MERGE = st.tuples(
    st.just("merge"),
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1), SIDES, SIDES, SIDES),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("undo")
    app = make_app(folder, RASPISMS_SECRET_KEY="k" * 32)
    with app.app_context():
        groups.add(None, "Un")
        groups.add(None, "Deux")
    yield app
    with app.app_context():
        db.engine.dispose()


def everything() -> dict[int, Any]:
    db.session.rollback()
    ids = list(db.session.scalars(select(Contact.id)))
    return address_changes.snapshot(db.session(), ids)


def begin(app: Flask, people: list[Any]) -> list[int]:
    with writing() as session:
        session.execute(delete(Contact))
    ids = []
    for place, (name, data, notes, held) in enumerate(people):
        one = contacts.add(app.extensions["raspisms"], name, f"+3363998000{place}", data, notes)
        for group in held:
            groups.add_contacts(group + 1, [one.id])
        ids.append(one.id)
    return ids


def do(act: str, what: Any, ids: list[int]) -> int | None:
    """The change that it made, if it could be done at all."""
    left = everything().keys()
    if act == "remove":
        chosen = [ids[place] for place in what if ids[place] in left]
        if not chosen:
            return None
        return contact_list.remove(None, Selection(ids=tuple(chosen)), len(chosen))
    first, second, *sides = what
    if ids[first] not in left or ids[second] not in left or first == second:
        return None
    pair = contact_merge.pair(ids[first], ids[second])
    values = dict.fromkeys(contact_merge.differing(*pair), sides[2])
    choice = Choice(sides[0], sides[1], values, contact_merge.free_key(*pair))
    return contact_merge.merge(None, ids[first], ids[second], choice)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    people=st.lists(PERSON, min_size=PEOPLE, max_size=PEOPLE),
    acts=st.lists(st.one_of(REMOVE, MERGE), max_size=4),
)
def test_taking_all_back_brings_all_back(app: Flask, people: list[Any], acts: list[Any]) -> None:
    with app.app_context():
        ids = begin(app, people)
        before = everything()
        done = [change for act, what in acts if (change := do(act, what, ids))]
        assert len(everything()) < PEOPLE or not done
        for change in reversed(done):
            assert address_changes.undo(change).left == 0
        assert everything() == before
