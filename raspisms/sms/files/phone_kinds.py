"""What phone a number is of, in the many words for it: "CELL", "Portable", "_$!<Home>!$_"."""

import re
from collections.abc import Iterable
from typing import Final

from raspisms.sms.files.entry import Written
from raspisms.sms.names import folded

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "mobile": ("mobile", "cell", "cellular", "portable", "iphone", "gsm", "handy", "natel"),
    "home": ("home", "domicile", "maison", "fixe", "personnel", "perso", "privat"),
    "work": ("work", "travail", "bureau", "pro", "professionnel", "business", "office", "company"),
    "main": ("main", "principal", "primary", "pref"),
    "fax": ("fax", "pager", "telecopie", "telex"),
    "other": ("other", "autre"),
}
#: Numbers of these get no text messages.
_MACHINES: Final = "fax"
_ORDER: Final = ("mobile", "iphone", "main", "", "home", "work", "other")
#: What is written behind the name of the second contact of one card, by language.
_LABELS: Final[dict[str, dict[str, str]]] = {
    "fr": {
        "mobile": "mobile",
        "home": "domicile",
        "work": "travail",
        "main": "principal",
        "other": "autre",
    },
    "en": {"mobile": "mobile", "home": "home", "work": "work", "main": "main", "other": "other"},
}
_ANYTHING: Final = {
    "voice",
    "voix",
    "internet",
    "phone",
    "telephone",
    "tel",
    "numero",
    "msg",
    "text",
}


def kind_of(words: Iterable[str]) -> str:
    """A kind of ``Written``, or "fax" for a machine, of all that is said about a number."""
    said = [word for one in words for word in _words(one)]
    known = {kind for kind, names in _WORDS.items() if not set(names).isdisjoint(said)}
    for kind in ("mobile", "fax", "home", "work", "other", "main"):
        if kind in known:
            return kind
    own = [word for word in said if word not in _ANYTHING and not word.isdecimal()]
    return " ".join(own)[:40]


def in_order(numbers: Iterable[Written]) -> tuple[Written, ...]:
    """Mobile ones first, and no fax; else as they stood."""
    people = [one for one in numbers if one.kind != _MACHINES]
    return tuple(sorted(people, key=lambda one: _place(one.kind)))


def label(kind: str, language: str) -> str:
    """How a kind is called behind a name; a word of the person's own stays."""
    return _LABELS.get(language, _LABELS["en"]).get(kind, kind)


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(text))
