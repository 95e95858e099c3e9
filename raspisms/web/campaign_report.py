"""What became of a campaign, while it runs and after; and what was sent over time."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import Text, say
from raspisms.messaging import (
    campaign_answers,
    campaign_people,
    campaign_report,
    campaign_statistics,
    phone_limits,
)
from raspisms.messaging.campaign_control import Control
from raspisms.messaging.campaign_people import PAGE, Person, Wanted
from raspisms.messaging.campaign_report import Report
from raspisms.models import Member, Phone
from raspisms.sms.files import writers
from raspisms.sms.lifecycle import Status
from raspisms.sms.reasons import explain
from raspisms.web import addresses, drafts, live, periods
from raspisms.web.context import get_engine, require_member
from raspisms.web.downloads import download
from raspisms.web.i18n import reader_zone, spreadsheet_delimiter, translate
from raspisms.web.labels import MESSAGE_STATUS
from raspisms.web.panes import Pane

blueprint = Blueprint("campaign_report", __name__)
blueprint.add_app_template_global(explain, "explain_reason")

_ONE = "/campaigns/<int:campaign_id>"
_LONGEST_SEARCH = 200
#: States that are told together in a chart, in their order there: what each is, its colour.
_KINDS = ("ok", "info", "off", "waiting", "error")


@blueprint.get(_ONE)
def show(campaign_id: int) -> str:
    member = require_member()
    return render_template("campaign_report/show.html", **pane(member, campaign_id).values)


def pane(member: Member, campaign_id: int) -> Pane:
    """A campaign as an open page shows it. Raises NotFound."""
    report = campaign_report.show(member, campaign_id)
    campaign, waits = report.campaign, _waits(report)
    state = live.version(
        report.causes,
        report.used,
        report.answers,
        campaign.name,
        campaign.body,
        campaign.paused_at,
        campaign.cancelled_at,
        waits,
    )
    values = {"report": report, "state": state, "control": _control(report), "waits": waits}
    return Pane(state, lambda: render_template("campaign_report/_live.html", **values), values)


def _waits(report: Report) -> list[Text]:
    """Why its phones send nothing now, where something waits for them."""
    if not report.count(Status.PENDING):
        return []
    there = [phone for phone in report.phones if phone.removed_at is None]
    waits = [words for phone in there if (words := drafts.waits_for(phone))]
    return [*waits, *_endless_waits(report, there)]


def _endless_waits(report: Report, phones: Sequence[Phone]) -> Iterator[Text]:
    """Which phones let nothing leave as long as their limits are as they are, where it waits."""
    of_limits = (one for one in report.causes if one.reason == phone_limits.REASON)
    if not any(one.status == Status.PENDING and one.until is None for one in of_limits):
        return
    for phone in phones:
        limit = phone_limits.reached(get_engine(), phone.id)
        if limit is not None and limit.until is None:
            yield say(
                "The limits of the phone “%(name)s” let nothing leave: what waits for it leaves "
                "once an administrator changes them on the phone's page.",
                name=phone.name,
            )


def _control(report: Report) -> Control:
    return Control(
        report.campaign,
        waiting=report.count(Status.PENDING, Status.HELD),
        under_way=report.count(Status.SENDING, Status.UNCERTAIN),
        failed=report.count(Status.FAILED),
    )


@blueprint.get(f"{_ONE}/people")
def people(campaign_id: int) -> str:
    member, wanted = require_member(), _wanted()
    report = campaign_report.show(member, campaign_id)
    found = campaign_people.people(member, campaign_id, wanted, addresses.number("after"))
    return render_template(
        "campaign_report/people.html",
        report=report,
        people=found[:PAGE],
        next=found[PAGE - 1].message_id if len(found) > PAGE else None,
        wanted=wanted,
        address=_address(wanted),
        phones=campaign_people.phone_names(member),
    )


@blueprint.get(f"{_ONE}/answers")
def answers(campaign_id: int) -> str:
    member = require_member()
    return render_template(
        "campaign_report/answers.html",
        report=campaign_report.show(member, campaign_id),
        answers=campaign_answers.newest(member, campaign_id),
        within=campaign_answers.WITHIN,
    )


@blueprint.get(f"{_ONE}/file")
def file(campaign_id: int) -> Response:
    """The people as a table for a spreadsheet, those that the page is about."""
    member = require_member()
    found = campaign_people.walk(member, campaign_id, _wanted())
    lines = _lines(found, campaign_people.phone_names(member))
    return download(
        lambda file: file.writelines(line.encode() for line in lines),
        "text/csv",
        f"campaign-{campaign_id}",
        "csv",
    )


@blueprint.get("/campaigns/statistics")
def statistics() -> str:
    member = require_member()
    period = periods.read(request.args.get("period", ""), reader_zone())
    tag = request.args.get("tag", "")
    messages = campaign_statistics.over_time(member, period.bounds)
    return render_template(
        "campaign_report/statistics.html",
        period=period,
        periods=periods.choices(),
        messages=messages,
        spans=list(zip(period.words(), messages.spans, strict=True)),
        tag=tag,
        tags=campaign_statistics.tags(member),
        lines=campaign_statistics.compared(member, tag),
    )


def kinds(counts: Any) -> list[tuple[str, int]]:
    """Counts by state put together by the colour that they are shown in, without what came in."""
    found = dict.fromkeys(_KINDS, 0)
    for status, count in dict(counts).items():
        if status != Status.RECEIVED:
            found[MESSAGE_STATUS[status].kind] += count
    return list(found.items())


blueprint.add_app_template_global(kinds, "chart_kinds")


def _wanted() -> Wanted:
    """Whom the address means; what it does not know counts as not said."""
    state = request.args.get("state", "")
    reason = request.args.get("cause")
    return Wanted(
        Status(state) if state in set(Status) else None,
        reason if reason is None or re.fullmatch(r"[a-z_]{0,64}", reason) else None,
        request.args.get("search", "").strip()[:_LONGEST_SEARCH],
    )


def _address(wanted: Wanted) -> dict[str, str | None]:
    return {
        "state": wanted.status,
        "cause": wanted.reason,
        "search": wanted.search or None,
    }


def _lines(found: Iterator[Person], phones: dict[int, str]) -> Iterator[str]:
    header = [
        gettext("Number"),
        gettext("Name"),
        gettext("State"),
        gettext("Why"),
        gettext("The provider said"),
        gettext("Phone"),
        gettext("Taken by the provider"),
        gettext("Last news"),
        gettext("SMS"),
        gettext("Credits"),
    ]
    rows = (_row(one, phones) for one in found)
    return writers.table_lines(
        header, rows, for_spreadsheet=True, delimiter=spreadsheet_delimiter()
    )


def _clock(at: datetime | None) -> str:
    """A time on the reader's clock, as spreadsheets know one."""
    return f"{at.astimezone(reader_zone()):%Y-%m-%d %H:%M:%S}" if at else ""


def _row(one: Person, phones: dict[int, str]) -> list[str]:
    return [
        one.number,
        one.name or "",
        translate(MESSAGE_STATUS[one.status].word),
        translate(explain(one.reason).cause) if one.reason else "",
        one.reason_detail or "",
        phones.get(one.phone_id, ""),
        _clock(one.sent_at),
        _clock(one.final_at),
        str(one.segments),
        "" if one.credits is None else f"{one.credits:g}",
    ]
