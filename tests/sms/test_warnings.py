"""What is said of a text before it goes to many."""

import time
from datetime import UTC, datetime

import pytest

from raspisms.sms import warnings
from raspisms.sms.spelling import Spelling


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Voir https://club.example/a?b=c.", ["https://club.example/a?b=c"]),
        ("(www.club-u13.fr)", ["www.club-u13.fr"]),
        ("bit.ly/3xY9 et club.fr, merci", ["bit.ly/3xY9", "club.fr"]),
        ("Club.fr.", ["Club.fr"]),
        ("Demain 18.30. Apportez vos affaires.Merci", []),
        ("Écrire à ana@club.fr", []),
        ("3.50 € par personne", []),
        ("Rendez-vous.demain", []),
    ],
)
def test_links_are_seen(text: str, links: list[str]) -> None:
    assert warnings.links(text) == links


@pytest.mark.parametrize("piece", ["a.", "a-", "www.", "http://", "fr.", "a@"])
def test_no_text_takes_long_to_look_at(piece: str) -> None:
    began = time.process_time()
    warnings.links(piece * 5000)
    assert time.process_time() - began < 1


def test_what_is_said_of_texts_counts_people() -> None:
    told = warnings.about(
        [("x" * 161, 3), ("Fête d’été " * 7, 2), ("club.fr", 5), ("Nœud 😀 êê", 1)]
    )
    assert (told.texts, told.several, told.with_link, told.links) == (11, 5, 5, ("club.fr",))
    assert told.ucs2 == 3
    assert told.foreign == (
        Spelling("ê", "e"),
        Spelling("’", "'"),
        Spelling("œ", "oe"),
        Spelling("😀", None),
    )
    # 77 characters take two SMS in UCS-2, and one written plainly.
    assert (told.segments, told.segments_plain, told.saved) == (6 + 4 + 5 + 1, 14, 2)


def test_nothing_is_said_of_a_short_plain_text() -> None:
    told = warnings.about([("Entraînement".replace("î", "i"), 1)])
    assert told == warnings.AboutTexts(1, segments=1, segments_plain=1)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-03-27 18:00", "2026-03-27 18:05", []),
        ("2026-03-27 07:59", "2026-03-27 09:00", ["It leaves at night"]),
        ("2026-03-27 21:00", None, ["It leaves at night"]),
        ("2026-03-29 12:00", "2026-03-29 12:00", ["It leaves on a Sunday"]),
        ("2026-03-29 03:00", None, ["It leaves at night", "It leaves on a Sunday"]),
        ("2026-03-29 20:30", "2026-03-29 21:10", ["It leaves on a Sunday", "The last messages"]),
        ("2026-03-27 20:30", "2026-03-27 21:10", ["The last messages"]),
        ("2026-03-27 20:30", None, []),
    ],
)
def test_night_and_sunday_are_said(start: str, end: str | None, said: list[str]) -> None:
    first, last = (
        datetime.fromisoformat(one).replace(tzinfo=UTC) if one else None for one in (start, end)
    )
    assert first is not None
    told = warnings.hours_between(first, last)
    assert [str(one)[: len(words)] for one, words in zip(told, said, strict=True)] == said
