"""Whatever somebody writes: a message shows as their words, and a link leads where it says."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raspisms.web.links import linked

LINK = re.compile(
    r'<a href="([^"<>]*)" target="_blank" rel="noopener noreferrer nofollow ugc" dir="ltr">'
    r"([^<>]*)</a>"
)
pieces = st.sampled_from(
    [
        "https://",
        "http://",
        "javascript:",
        "HTTPS://",
        "exemple.fr",
        "a@",
        "/",
        "?q=",
        "&",
        "#",
        "<script>",
        '"',
        "'",
        ">",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        " ",
        "\n",
        "%0a",
        ":8080",
        ":x",
        "\u202e",
        "\u2066",
        "\u200b",
        "раураl.com",
        "xn--a",
        "é",
        "👍",
        "\x00",
        "\ud800",
    ]
)
texts = st.one_of(st.text(max_size=200), st.lists(pieces, max_size=25).map("".join))


@given(texts)
def test_all_but_links_is_the_text_itself_and_nothing_else_is_markup(text: str) -> None:
    html = str(linked(text))
    rest = LINK.sub("", html)
    assert "<" not in rest
    assert ">" not in rest
    assert '"' not in rest
    assert LINK.search(html) or unescape(html) == text


@given(texts)
def test_a_link_is_what_it_shows_and_leads_to_the_web_alone(text: str) -> None:
    for href, shown in LINK.findall(str(linked(text))):
        assert href == shown
        parts = urlsplit(unescape(href))
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert parts.netloc.isascii()
        assert "@" not in parts.netloc
        assert not re.search(r"[\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", href)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Voir https://exemple.fr/a.", "https://exemple.fr/a"),
        ("(https://exemple.fr/a)", "https://exemple.fr/a"),
        (
            "https://fr.wikipedia.org/wiki/Lyon_(ville)",
            "https://fr.wikipedia.org/wiki/Lyon_(ville)",
        ),
        ("« https://exemple.fr »", "https://exemple.fr"),
        ("https://exemple.fr/?a=1&b=2, puis", "https://exemple.fr/?a=1&b=2"),
        ("HTTPS://Exemple.FR:8443/X", "https://exemple.fr:8443/X"),
        ("https://exemple.fr/\u202egnp.exe", "https://exemple.fr/"),
        ("https://pаypal.com/", "https://xn--pypal-4ve.com/"),
        ("https://straße.de/", "https://xn--strae-oqa.de/"),
        ("http://192.168.1.20/", "http://192.168.1.20/"),
    ],
)
def test_where_a_link_leads(text: str, target: str) -> None:
    ((href, _),) = LINK.findall(str(linked(text)))
    assert unescape(href) == target


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "https://banque.fr@exemple.org/",
        "https://exemple.fr:99999/",
        "http://localhost/",
        "https://[::1]/",
        "ftp://exemple.fr/",
        "https://",
        "https:///exemple.fr",
        "https://a..fr/",
        "exemple.fr",
    ],
)
def test_what_is_not_made_a_link(text: str) -> None:
    assert "<a" not in linked(text)


def test_a_long_text_takes_no_long_time() -> None:
    assert linked("https://exemple.fr/" + ")" * 50_000).count("<a") == 1
    assert linked("https://" * 20_000).count("<a") == 0
