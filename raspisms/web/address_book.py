"""The pages about people who are written to: the tabs that lead from one to the other."""

from flask import Flask, current_app

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
    app.add_template_global(book_tabs)
    app.add_template_global(has_page)


def book_tabs() -> list[tuple[str, Text]]:
    """The tabs whose pages there are."""
    return [tab for tab in TABS if tab[0] in current_app.view_functions]


def has_page(endpoint: str) -> bool:
    """Whether there is something at an endpoint."""
    return endpoint in current_app.view_functions
