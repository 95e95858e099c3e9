"""The page about rules says what rules can do."""

import re

from raspisms.sms.rules import parse
from raspisms.sms.rules.evaluation import MOST_SECONDS
from raspisms.sms.rules.functions import FUNCTIONS
from raspisms.sms.rules.lexer import LONGEST_RULE
from raspisms.sms.rules.parser import DEEPEST
from raspisms.sms.rules.patterns import LONGEST_PATTERN
from tests.test_docs import ROOT

PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def test_each_example_is_a_rule() -> None:
    examples = PAGE.split("```")[1].strip().splitlines()
    assert len(examples) == 5
    for example in examples:
        assert parse(example)


def test_each_function_is_told_and_written_as_it_is_used() -> None:
    table = PAGE.split("## Functions")[1].split("## ")[0]
    uses = [use for row in table.splitlines()[4:] for use in re.findall(r"`([^`]+\(.*?\))`", row)]
    assert {use.partition("(")[0] for use in uses} == set(FUNCTIONS)
    for use in uses:
        assert parse(use)


def test_the_bounds_are_told() -> None:
    assert f"{LONGEST_RULE:,} characters" in PAGE
    assert f"{DEEPEST} parts" in PAGE
    assert f"{MOST_SECONDS} seconds" in PAGE
    assert f"at most {LONGEST_PATTERN} characters" in PAGE
