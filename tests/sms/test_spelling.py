"""What to write in place of characters that GSM-7 lacks."""

import pytest

from raspisms.sms.segments import measure
from raspisms.sms.spelling import Spelling, instead_of, plainer, spellings


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("L’équipe", "L'équipe"),
        ("« oui »", '" oui "'),
        ("10\u202f000 – 20\u00a0000", "10 000 - 20 000"),
        ("à suivre…", "à suivre..."),
        ("fête, Noël, goûter, français", "fete, Noel, gouter, francais"),
        ("œuf, ŒUF, À L’HEURE", "oeuf, OEUF, A L'HEURE"),
        ("ex\u00adam\u200ben", "examen"),
        ("n° 5, 2×3, ½", "no 5, 2x3, 1/2"),
    ],
)
def test_what_a_text_processor_puts_in_is_written_plainly(typed: str, plain: str) -> None:
    assert measure(typed).encoding == "UCS-2"
    assert plainer(typed) == plain
    assert measure(plain).encoding == "GSM-7"


def test_what_gsm_7_has_stays_as_it_is() -> None:
    text = "éèàùìò ÇÑÄÖÜ €[]{} ?!"
    assert plainer(text) is text


@pytest.mark.parametrize("sign", "😀中я☎")
def test_for_some_characters_there_is_nothing_alike(sign: str) -> None:
    assert instead_of(sign) is None
    assert plainer(f"a{sign}’") == f"a{sign}'"


def test_each_character_is_told_with_what_to_write() -> None:
    told = spellings(measure("Fête ’😀\u200b").ucs2_because)
    assert told == [
        Spelling("ê", "e"),
        Spelling("’", "'"),
        Spelling("😀", None),
        Spelling("\u200b", ""),
    ]
