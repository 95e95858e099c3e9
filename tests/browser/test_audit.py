"""The audit finds what it is there for."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from raspisms.web.security import CONTENT_SECURITY_POLICY
from tests.browser.visitor import Visitor

GOOD = """<!doctype html><html lang="fr"><title>Titre</title>
<a href="#main">Aller au contenu</a><main id="main"><h1>Titre</h1></main>"""
MAIN = "<h1>Titre</h1>"


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Visitor]:
    """One for all pages that are wrong, each in its own way."""
    visitor = Visitor(browser, "http://127.0.0.1:9")
    yield visitor
    visitor.abandon()


def show(visitor: Visitor, page: str) -> None:
    """A page under no policy, whatever the one before it had."""
    visitor.page.goto("about:blank")
    visitor.faults.clear()
    visitor.page.set_content(page)


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ('lang="fr"', 'lang="en"', 'lang="en" to a reader of fr'),
        ("<h1>Titre</h1>", "<h2>Titre</h2>", "0 main headings"),
        ("<title>Titre</title>", "", "no title"),
        ('<a href="#main">Aller au contenu</a>', "", "does not begin with a link"),
        (MAIN, f"{MAIN}<input name=text>", "has no label"),
        (MAIN, f"{MAIN}<button></button>", "says nothing"),
        (MAIN, f"{MAIN}<p id=main>", "several elements"),
        (MAIN, f"{MAIN}<p aria-describedby=none>", "which is not there"),
        (MAIN, f"{MAIN}<p style='width: 900px'>Large</p>", "wider than the screen"),
        (MAIN, f"{MAIN}<p style='width: 9px'>Déborde</p>", "leaves p"),
        (MAIN, f"{MAIN}<script>console.error('cassé')</script>", "cassé"),
        (MAIN, f"{MAIN}<script>throw Error('tombé')</script>", "tombé"),
        (MAIN, f"{MAIN}<img src='http://127.0.0.1:9/'>", "failed"),
    ],
)
def test_a_fault_is_noticed(right: str, wrong: str, fault: str, visitor: Visitor) -> None:
    show(visitor, GOOD.replace(right, wrong))
    visitor.look()
    assert any(fault in one for one in visitor.faults), visitor.faults


def test_a_good_page_has_none(browser: Browser) -> None:
    visitor = Visitor(browser, "http://127.0.0.1:9")
    visitor.page.set_content(GOOD)
    visitor.leave()


def test_what_axe_is_there_for_is_noticed(visitor: Visitor) -> None:
    pale = "<p style='color: #999; background: #fff'>Pâle</p><div role=list><p>Sans</p></div>"
    show(visitor, GOOD.replace(MAIN, f"{MAIN}{pale}"))
    visitor.look_by_axe("")
    broken = {re.findall(r"axe ([a-z-]+):", fault)[0] for fault in visitor.faults}
    assert broken == {"color-contrast", "aria-required-children"}


@pytest.mark.parametrize(
    "wrong",
    [
        "<script>document.title = 'Autre'</script>",
        "<p style='color: red'>Rouge</p>",
        "<p onclick='go()'>Ici</p>",
        "<img src='https://ailleurs.example/a.png' alt=''>",
        "<iframe src='https://ailleurs.example/' title='Cadre'></iframe>",
    ],
)
def test_what_the_policy_forbids_is_noticed(wrong: str, visitor: Visitor) -> None:
    """Each visitor hears of it, in every test of this folder."""
    visitor.faults.clear()
    answer = {
        "body": GOOD.replace(MAIN, f"{MAIN}{wrong}"),
        "content_type": "text/html; charset=utf-8",
        "headers": {"Content-Security-Policy": CONTENT_SECURITY_POLICY},
    }
    visitor.page.route("**/policy", lambda route: route.fulfill(**answer))
    visitor.page.goto("/policy")
    visitor.look()
    assert any("Content Security Policy" in one for one in visitor.faults), visitor.faults
