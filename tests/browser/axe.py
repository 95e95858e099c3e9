"""What axe-core finds wrong with a page: it sees what a page is to people who cannot see it."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

#: Colours that fade in are looked at when they are there.
_SETTLE = """() => {
  for (const one of document.getAnimations())
    if (Number.isFinite(one.effect.getComputedTiming().endTime)) one.finish();
}"""
#: The style sheets are read by no rule of ours: they are not loaded once more for one that is not.
_RUN = """(runOnly) => axe.run(
  document, { runOnly, resultTypes: ["violations"], preload: { assets: ["media"] } }).then(
  ({ violations }) => violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => ({ id, help, target, failureSummary }))))"""
_EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(page: Page) -> list[str]:
    """Each fault on the open page, as a sentence, by all rules that axe-core is sure of."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(_SETTLE)
    found: list[dict[str, Any]] = page.evaluate(_RUN, _EVERYTHING)
    return [_sentence(**one) for one in found]


def _sentence(id: str, help: str, target: list[str], failureSummary: str) -> str:  # noqa: A002, N803 - axe's names
    why = " ".join(failureSummary.split())
    return f"axe {id}: {help}: {' '.join(map(str, target))} ({why})"
