"""What a browser calls itself, as words that its owner recognises."""

from collections.abc import Sequence

from raspisms.errors import Text, say

#: The first mark that is found decides: most browsers claim to be others as well.
_BROWSERS = (
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_words(name: str) -> Text:
    """Which browser on which system ``name``, a User-Agent header, stands for."""
    browser, system = _first(_BROWSERS, name), _first(_SYSTEMS, name)
    if browser and system:
        return say("%(browser)s on %(system)s", browser=browser, system=system)
    if browser or system:
        return Text(browser or system)
    return say("A browser that does not say which")


def _first(marks: Sequence[tuple[str, str]], name: str) -> str:
    return next((words for mark, words in marks if mark in name), "")
