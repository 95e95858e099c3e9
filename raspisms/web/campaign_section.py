"""The pages about messages to several people: the tabs that lead from one to the other."""

from flask import Flask, current_app

from raspisms.errors import Text, say

#: (endpoint, label), in the order in which they are shown.
TABS: list[tuple[str, Text]] = [
    ("campaigns.index", say("Campaigns")),
    ("campaign_drafts.index", say("Drafts")),
    ("plans.index", say("Planned")),
    ("messages.index", say("Waiting")),
    ("campaign_report.statistics", say("Statistics")),
]


def register(app: Flask) -> None:
    app.add_template_global(campaign_tabs)


def campaign_tabs() -> list[tuple[str, Text]]:
    """The tabs whose pages there are."""
    return [tab for tab in TABS if tab[0] in current_app.view_functions]
