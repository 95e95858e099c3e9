"""Each page is valid HTML, in both languages."""

from pathlib import Path

from tests.browser import markup
from tests.browser.home import Home
from tests.browser.pages import administrator_of, is_document, pages_of
from tests.web.browser import ENGLISH, FRENCH, Browser


def test_each_page_is_valid(home: Home, tmp_path: Path) -> None:
    browser, stranger = administrator_of(home), Browser(home.app)
    pages = pages_of(home) | {"no such page": "/nowhere"}
    pages |= {name: f"/conversations/{number}" for name, number in home.conversations.items()}
    for who, paths in (
        (browser, pages),
        (stranger, {"login": "/login", "link": home.login_link()}),
    ):
        for name, path in paths.items():
            _keep(who, name, path, tmp_path)
    for name, path in {"phone": "/phones/new", "contact": "/contacts/new"}.items():
        browser.submit(path, on=path)
        _keep_open(browser, f"{name} refused", tmp_path)
    assert markup.faults(tmp_path) == []


def _keep(browser: Browser, name: str, path: str, folder: Path) -> None:
    for language, headers in (("en", ENGLISH), ("fr", FRENCH)):
        browser.headers = dict(headers)
        browser.get(path)
        _keep_open(browser, f"{name} {language}", folder)


def _keep_open(browser: Browser, name: str, folder: Path) -> None:
    assert is_document(browser.page.text), name
    markup.keep(browser.page.text, name, folder)


def test_faults_are_found(tmp_path: Path) -> None:
    wrong = {
        "<p id=a></p><p id=a></p>": "Duplicate ID",
        "<a href=/><button>Ici</button></a>": "must not appear as a descendant",
        "<ul><p>Un</p></ul>": "not allowed as child of element “ul”",
        "<label for=none>Nom</label>": "The value of the “for” attribute",
        "<p><div></div></p>": "No “p” element in scope",
        "<p colour=red></p>": "not allowed on element “p”",
        "<template><p><a href=/><b>Gras</a></p></template>": "violates nesting rules",
        "<svg><use/></svg><img src=/a.png>": "must have an “alt” attribute",
    }
    for number, body in enumerate(wrong):
        html = f'<!doctype html><html lang="fr"><title>Titre</title><body>{body}'
        markup.keep(html, str(number), tmp_path)
    found = markup.faults(tmp_path)
    for number, fault in enumerate(wrong.values()):
        assert any(one.startswith(str(number)) and fault in one for one in found), found
