"""Initials and tints, whatever people call themselves."""

import pytest

from raspisms.web.avatars import TINTS, avatar_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Camille", "C"),
        ("léa", "L"),
        ("Éloïse Le Goff", "ÉG"),
        ("  Tom   O’Brien ", "TO"),
        ("Jean-Pierre", "J"),
        ("Association des parents d'élèves", "AD"),
        ("Nora (gardienne U13)", "N"),
        ("(Voisin)", "V"),
        ("e\u0301tienne", "É"),  # the accent as a sign of its own
        ("ßen", "ß"),
        ("ŉ", "ŉ"),  # its capital would be two signs
        ("کیمیا محمدی", "ک"),  # two would join into a word
        ("שרה כהן", "ש"),
        ("李 小龙", "李小"),
        ("कि ति", "कित\u093f"),  # with its vowel sign
        ("z" + "\u0335" * 50, "Z\u0335\u0335"),
        ("👵 Mamie", "M"),
        ("🎈", ""),
        ("12 3", ""),
        ("", ""),
        ("\u202e\u200b", ""),
        ("\ud800", ""),  # half a sign, as broken texts have
        ("<b>Bob</b>", "B"),
        (None, ""),
    ],
)
def test_a_name_is_its_initials(name: str | None, initials: str) -> None:
    avatar = avatar_of(name)
    assert avatar.initials == initials
    assert avatar.tint in range(TINTS)


def test_a_name_keeps_its_tint_however_it_is_written() -> None:
    assert avatar_of("Léa") == avatar_of(" Le\u0301a ")
    assert avatar_of("LÉA").tint == avatar_of("léa").tint


def test_the_household_is_colourful() -> None:
    names = ["Papa", "Maman", "Léa", "Tom", "Nora", "Yanis", "Mamie Jeanne", "Oncle Raphaël"]
    assert len({avatar_of(name).tint for name in names}) > TINTS / 2
