"""Saved texts: kept with a name of their own, found by it, and what they were last used for."""

import pytest

from raspisms import clock
from raspisms.errors import Conflict, InvalidForm, NotFound
from raspisms.messaging import texts
from raspisms.messaging.transactions import writing
from raspisms.sms.content import LONGEST_TEXT
from tests.household import Household

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def inside(household: Household):  # type: ignore[no-untyped-def]
    with household.app.app_context():
        yield


def test_a_text_keeps_its_lines_and_its_fields_as_they_were_written() -> None:
    text = texts.add("  Vœux  du\tclub ", "Bonjour {{ contact.firstname }},\r\nà demain !  ")
    kept = texts.get(text.id)
    assert (kept.name, kept.body) == (
        "Vœux du club",
        "Bonjour {{ contact.firstname }},\nà demain !  ",
    )
    assert kept.used_at is None
    assert texts.choices() == [(text.id, "Vœux du club")]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Anniversaire", "Été", "Match"]),
        ("ete", ["Été"]),
        ("ANNIV", ["Anniversaire"]),
        ("terrain", ["Match"]),
        ("100%", ["Été"]),
        ("personne", []),
    ],
)
def test_texts_are_found_by_name_and_by_their_words(search: str, found: list[str]) -> None:
    texts.add("Match", "Rendez-vous au terrain")
    texts.add("Été", "Soleil à 100%")
    texts.add("Anniversaire", "Joyeux anniversaire")
    assert [one.name for one in texts.listing(search).texts] == found


def test_a_page_has_fifty_and_says_whether_there_are_more() -> None:
    for number in range(51):
        texts.add(f"Texte {number:02}", "Bonjour")
    first, second = texts.listing(), texts.listing(page=2)
    assert (len(first.texts), first.has_next) == (50, True)
    assert ([one.name for one in second.texts], second.has_next) == (["Texte 50"], False)


def test_a_name_is_one_texts_only_however_it_is_written() -> None:
    first = texts.add("Été", "Bonjour")
    other = texts.add("Hiver", "Bonsoir")
    with pytest.raises(Conflict, match="another text named “ete”"):
        texts.add("ete", "Encore")
    with pytest.raises(Conflict):
        texts.edit(other.id, "ÉTÉ", "Bonsoir")
    assert texts.edit(first.id, "ÉTÉ", "Bonjour !").body == "Bonjour !"
    assert [one.name for one in texts.listing().texts] == ["ÉTÉ", "Hiver"]


@pytest.mark.parametrize(
    ("name", "body", "fields"),
    [
        ("", "Bonjour", ["name"]),
        ("a\x00b", "Bonjour", ["name"]),
        ("a" * 201, "Bonjour", ["name"]),
        ("Vœux", " \n\t", ["text"]),
        ("Vœux", "\x00\x07", ["text"]),
        ("Vœux", "a" * (LONGEST_TEXT + 1), ["text"]),
        (" ", "", ["name", "text"]),
    ],
)
def test_what_is_no_text_is_refused_beside_its_field(
    name: str, body: str, fields: list[str]
) -> None:
    with pytest.raises(InvalidForm) as refused:
        texts.add(name, body)
    assert [problem.field for problem in refused.value.problems] == fields
    assert texts.choices() == []


def test_nothing_is_written_where_nothing_changes() -> None:
    text = texts.add("Vœux", "Bonne année")
    before = text.updated_at
    assert texts.edit(text.id, "Vœux", "Bonne année").updated_at == before


def test_a_removed_text_is_none_any_more_and_its_use_is_noted_nowhere() -> None:
    text = texts.add("Vœux", "Bonne année")
    text_id, now = text.id, clock.now()
    with writing() as session:
        texts.note_used(session, text_id, now)
    assert texts.get(text_id).used_at == now
    texts.remove(text_id)
    with writing() as session:
        texts.note_used(session, text_id, now)
    assert texts.find(text_id) is None
    with pytest.raises(NotFound):
        texts.remove(text_id)
