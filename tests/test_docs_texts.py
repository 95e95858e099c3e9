"""The pages about texts with fields say what such texts can do."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from raspisms.sms.person import Person
from raspisms.sms.templating import compile as compiled
from raspisms.sms.templating.environment import FILTERS, FUNCTIONS, TESTS
from raspisms.sms.templating.limits import LONGEST_OUTPUT, LONGEST_SOURCE, MOST_ROUNDS
from tests.test_docs import ROOT

PAGES = {
    name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("texts.md", "texts.fr.md")
}
NOW = datetime(2026, 10, 22, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
#: Short for ``escape``.
UNTOLD = {"e"}


@pytest.mark.parametrize("name", PAGES)
def test_each_example_is_a_text(name: str) -> None:
    examples = [
        line for block in PAGES[name].split("```")[1::2] for line in block.strip().splitlines()
    ]
    assert len(examples) == 9
    data = {"firstname": "Anne", "prenom": "Anne", "licence": "7", "balance": "12", "solde": "12"}
    person = Person("+33639980001", "Anne", data)
    for example in examples:
        assert compiled(example).render(person, NOW).strip()


@pytest.mark.parametrize("name", PAGES)
def test_each_filter_function_and_test_is_told(name: str) -> None:
    prose = "".join(PAGES[name].split("```")[0::2])
    told = {re.split(r"[( ]", one)[0] for one in re.findall(r"`([^`]+)`", prose)}
    offered = {one.split()[0] for one in (*FILTERS, *FUNCTIONS, *TESTS)}
    assert offered - told == UNTOLD


def test_the_bounds_are_told() -> None:
    assert LONGEST_SOURCE == LONGEST_OUTPUT
    for bound in (LONGEST_SOURCE, MOST_ROUNDS):
        assert f"{bound:,}" in PAGES["texts.md"]
        assert f"{bound:,}".replace(",", " ") in PAGES["texts.fr.md"]
