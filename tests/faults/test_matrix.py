"""Every registered adapter under every fault that its provider knows; docs/faults.md says how."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from raspisms.adapters import registry
from raspisms.adapters.base import Adapter
from raspisms.sms.reasons import REASONS
from tests.faults.matrix import cells, page
from tests.faults.matrix.providers import PROVIDERS, provider_of
from tests.faults.matrix.sending import words_of
from tests.faults.matrix.stage import Stage

KINDS = {kind.uid: kind for kind in registry.all_kinds()}
FAULTS = [
    (uid, fault)
    for uid, kind in KINDS.items()
    for provider in PROVIDERS
    if provider.plays_for(kind)
    for fault in provider.faults
]
ANEW = "write docs/faults.md anew: it says how"
NOT_VERIFIED = "Not verified. The provider could not be reached. RaspiSMS checks again by itself."
Stages = Callable[[str], Stage]


@pytest.fixture(scope="module")
def stage_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    """The household with an adapter; one for all its faults."""
    stages: dict[str, Stage] = {}
    with ExitStack() as stack:

        def stage_of(uid: str) -> Stage:
            if uid not in stages:
                kind = KINDS[uid]
                provider = provider_of(kind)(tmp_path_factory.mktemp("matrix") / "instance")
                running = stack.enter_context(provider.running())
                stages[uid] = stack.enter_context(Stage(kind, running).set_up())
            return stages[uid]

        yield stage_of


@pytest.fixture(scope="module")
def written() -> dict[page.Key, page.Cells]:
    return page.read(page.PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("uid", "fault"), FAULTS)
def test_no_message_is_lost_doubled_or_lied_about(
    stage_of: Stages, written: dict[page.Key, page.Cells], uid: str, fault: str
) -> None:
    rows = cells.run(stage_of(uid), fault)
    found = {row.operation: row.in_the_end for row in rows}
    # What it is at once may depend on who is quicker, the adapter that asks or the provider.
    told = {key[2]: cells[1] for key, cells in written.items() if key[:2] == (uid, fault)}
    assert found == told, ANEW


@pytest.mark.parametrize("uid", KINDS)
def test_each_adapter_has_a_provider(uid: str) -> None:
    assert provider_of(KINDS[uid]).faults


def test_the_page_has_a_row_for_each_fault_and_operation(
    written: dict[page.Key, page.Cells],
) -> None:
    wanted = [
        (uid, fault, drill.operation)
        for uid, fault in FAULTS
        for drill in cells.drills_of(KINDS[uid], provider_of(KINDS[uid]), fault)
    ]
    assert list(written) == wanted, ANEW


def test_the_page_has_the_words_of_the_program(written: dict[page.Key, page.Cells]) -> None:
    read = {words for *_, words in written.values() if words}
    spoken = sorted([*map(words_of, REASONS), NOT_VERIFIED], key=len, reverse=True)
    assert {words for words in read if _without(words, spoken).strip(" /")} == set(), ANEW


def _without(words: str, spoken: list[str]) -> str:
    for sentence in spoken:
        words = words.replace(sentence, "")
    return words


def test_an_adapter_without_a_provider_is_told_what_to_add() -> None:
    stranger = type("Stranger", (Adapter,), {"uid": "stranger"})
    with pytest.raises(AssertionError, match=r"stranger has no provider .* PROVIDERS"):
        provider_of(stranger)
