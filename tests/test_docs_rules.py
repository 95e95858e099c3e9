"""The pages about rules say what rules can do."""

import re

import pytest

from raspisms.sms.php.patterns import LONGEST_PATTERN
from raspisms.sms.rules import parse
from raspisms.sms.rules.about import MOST_SECONDS
from raspisms.sms.rules.functions import FUNCTIONS
from raspisms.sms.rules.lexer import LONGEST_RULE
from raspisms.sms.rules.parser import DEEPEST
from tests.test_docs import ROOT

ENGLISH, FRENCH = (
    (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("rules.md", "rules.fr.md")
)


@pytest.mark.parametrize("page", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_each_example_is_a_rule(page: str) -> None:
    examples = page.split("```")[1].strip().splitlines()
    assert len(examples) == 5
    for example in examples:
        assert parse(example)


@pytest.mark.parametrize(
    ("page", "heading"), [(ENGLISH, "Functions"), (FRENCH, "Fonctions")], ids=["en", "fr"]
)
def test_each_function_is_told_and_written_as_it_is_used(page: str, heading: str) -> None:
    table = page.split(f"## {heading}")[1].split("## ")[0]
    uses = [use for row in table.splitlines()[4:] for use in re.findall(r"`([^`]+\(.*?\))`", row)]
    assert {use.partition("(")[0] for use in uses} == set(FUNCTIONS)
    for use in uses:
        assert parse(use)


def test_the_bounds_are_told() -> None:
    assert f"{LONGEST_RULE:,} characters" in ENGLISH
    assert f"{DEEPEST} parts" in ENGLISH
    assert f"{MOST_SECONDS} seconds" in ENGLISH
    assert f"at most {LONGEST_PATTERN} characters" in ENGLISH
    assert f"{LONGEST_RULE:,} caractères".replace(",", " ") in FRENCH
    assert f"{DEEPEST} parties" in FRENCH
    assert f"{str(MOST_SECONDS).replace('.', ',')} seconde" in FRENCH
    assert f"au plus {LONGEST_PATTERN} caractères" in FRENCH
