"""Whatever is named, grouped and excluded: who is left is meant and not excluded, each once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raspisms import clock
from raspisms.errors import Invalid
from raspisms.messaging import audience, contacts, groups
from tests.household import Household

PEOPLE = [f"+3363998400{n}" for n in range(6)]
#: Groups by id, each with some of PEOPLE.
GROUPS = {1: PEOPLE[:3], 2: PEOPLE[2:5], 3: PEOPLE[5:]}
#: As people are named: by number, in the country's way, by name.
_WRITTEN = {n: (one, f"0{one[3:]}", f"Membre {n}") for n, one in enumerate(PEOPLE)}

named = st.lists(st.tuples(st.sampled_from(range(6)), st.sampled_from(range(3))), max_size=5)
chosen = st.lists(st.sampled_from([*GROUPS]), max_size=2)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    folder: Path = tmp_path_factory.mktemp("club")
    household = Household(folder / "instance")
    with household.app.app_context():
        ids = {
            number: contacts.add(household.engine, f"Membre {n}", number).id
            for n, number in enumerate(PEOPLE)
        }
        for group_id, members in GROUPS.items():
            groups.add_contacts(groups.add(None, f"Groupe {group_id}").id, map(ids.get, members))
        yield household
    household.close()


@given(to=named, to_groups=chosen, but=named, but_groups=chosen)
def test_who_is_left(
    club: Household,
    to: list[tuple[int, int]],
    to_groups: list[int],
    but: list[tuple[int, int]],
    but_groups: list[int],
) -> None:
    meant = _numbers(to, to_groups)
    left = meant - _numbers(but, but_groups)
    try:
        found = audience.read(
            club.engine,
            _typed(to),
            to_groups,
            clock.now(),
            exclude=_typed(but),
            exclude_groups=but_groups,
        )
    except Invalid:
        assert not left
        return
    numbers = [person.number for person in found.people]
    assert sorted(numbers) == sorted(left)
    assert {person.number for person in found.excluded} == meant - left


def _numbers(named_ones: list[tuple[int, int]], group_ids: list[int]) -> set[str]:
    of_groups = {number for one in group_ids for number in GROUPS[one]}
    return of_groups.union(PEOPLE[n] for n, _ in named_ones)


def _typed(named_ones: list[tuple[int, int]]) -> str:
    return "\n".join(_WRITTEN[n][way] for n, way in named_ones)
