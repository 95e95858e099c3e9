"""What the pages are made of: each token and each piece, in all its states, and its code."""

import re
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, render_template

from raspisms.errors import Invalid, Text, say
from raspisms.paths import STATIC, TEMPLATES
from raspisms.web.access import admin_only
from raspisms.web.avatars import TINTS

blueprint = Blueprint("style", __name__)


@dataclass(frozen=True)
class Piece:
    """A template that shows one piece in its states. ``name`` is that of its file."""

    name: str
    title: Text

    @property
    def template(self) -> str:
        return f"style/pieces/{self.name}.html"

    @property
    def source(self) -> str:
        return (TEMPLATES / self.template).read_text()


PIECES = (
    Piece("buttons", say("Buttons")),
    Piece("fields", say("Fields and choices")),
    Piece("search", say("Search")),
    Piece("notices", say("Notices")),
    Piece("badges", say("States and counts")),
    Piece("avatars", say("Avatars")),
    Piece("table", say("Table")),
    Piece("empty", say("Empty list")),
    Piece("menu", say("Menu")),
    Piece("dialog", say("Dialog")),
    Piece("progress", say("Progress")),
    Piece("pager", say("Pages")),
)
#: A refused field, as the macros of forms are given it.
_PROBLEM = Invalid(
    say("“%(number)s” has too few digits for a phone number.", number="06 12"),
    say("Check that no digit is missing; a number of another country begins with + or 00."),
    field="number",
)


@blueprint.get("/style")
@admin_only
def index() -> str:
    colours, sizes = _tokens()
    return render_template(
        "style/index.html",
        colours=colours,
        sizes=sizes,
        tints=range(TINTS),
        marks=_marks(),
        pieces=PIECES,
        problems=[_PROBLEM],
    )


@cache
def _tokens() -> tuple[list[str], list[tuple[str, str]]]:
    """The names of the colours, and the names and values of what is none, as by day."""
    day = (STATIC / "css" / "tokens.css").read_text().partition("@media")[0]
    found = re.findall(r"--([a-z0-9-]+): ([^;]+);", day)
    colours = [name for name, value in found if value.startswith("#")]
    return colours, [(name, value) for name, value in found if not value.startswith("#")]


@cache
def _marks() -> list[str]:
    return re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text())
