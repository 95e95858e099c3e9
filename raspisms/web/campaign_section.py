"""The pages about messages to several people: the tabs that lead from one to the other, and where
what a draft became is looked at.
"""

from flask import Flask, url_for

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


def shown_at(campaign_id: int | None, plan_id: int | None) -> str:
    """Where there is to be seen what a draft became: one of both."""
    if plan_id is not None:
        return url_for("plans.show", plan_id=plan_id)
    return url_for("campaign_report.show", campaign_id=campaign_id)
