"""What leaves today and what needs a person, for the pages where one begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, url_for

from raspisms import clock
from raspisms.messaging import alerts, campaign_drafts, coming
from raspisms.messaging.alerts import Alert
from raspisms.messaging.coming import Coming
from raspisms.sms.localtime import start_of
from raspisms.web.context import get_engine, require_member
from raspisms.web.i18n import reader_zone

_MOST_SHOWN = 5


@dataclass(frozen=True)
class Today:
    """``leaving`` is the first of what leaves today, ``more`` how much else does."""

    alerts: Sequence[Alert]
    leaving: Sequence[Coming]
    more: int
    drafts: int


def register(app: Flask) -> None:
    app.add_template_global(today)
    app.add_template_global(about_alert)


def today() -> Today:
    """What is told to whoever is logged in."""
    engine, member, now = get_engine(), require_member(), clock.now()
    soon = coming.coming(engine, member, now, now + alerts.PLANNED_WITHIN)
    midnight = _midnight(now)
    leaving = [one for one in soon if one.at < midnight]
    return Today(
        alerts.of(engine, member, now, soon),
        leaving[:_MOST_SHOWN],
        max(len(leaving) - _MOST_SHOWN, 0),
        campaign_drafts.count(member),
    )


def about_alert(alert: Alert) -> str:
    """Where something can be done about an alert."""
    if alert.campaign_id is not None:
        return url_for("campaign_report.show", campaign_id=alert.campaign_id)
    if alert.plan_id is not None:
        return url_for("plans.show", plan_id=alert.plan_id)
    return url_for("phones.index" if alert.phone_id is not None else "credits.index")


def _midnight(now: datetime) -> datetime:
    """When the reader's day ends."""
    zone = reader_zone()
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return start_of(tomorrow, zone)
