"""The pages about people who are written to: the tabs that lead from one to the other."""

from flask import Flask

from raspisms.errors import Text, say

#: (endpoint, label), in the order in which they are shown.
TABS: list[tuple[str, Text]] = [
    ("contacts.index", say("Contacts")),
    ("groups.index", say("Groups")),
    ("texts.index", say("Texts")),
    ("opt_outs.index", say("STOP")),
    ("invalid_numbers.index", say("Invalid numbers")),
    ("imports.index", say("Import")),
    ("exports.index", say("Export")),
]


def register(app: Flask) -> None:
    app.jinja_env.globals["book_tabs"] = TABS
