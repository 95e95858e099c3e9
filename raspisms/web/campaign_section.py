"""The pages about messages to several people: the tabs that lead from one to the other."""

from flask import Flask

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
    app.jinja_env.globals["campaign_tabs"] = TABS
