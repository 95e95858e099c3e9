"""What is planned: what is coming as a list and by month, and each plan with what it did."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.errors import Conflict, RaspismsError, say
from raspisms.messaging import coming, plan_problems, plan_runs, plans
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.web import addresses, plan_words
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import each, on_problem
from raspisms.web.i18n import reader_zone
from raspisms.web.months import Month

blueprint = Blueprint("plans", __name__)
blueprint.add_app_template_filter(plan_words.coming_day)
blueprint.add_app_template_filter(plan_words.hour)

#: What is coming within this is listed.
_SOON = timedelta(days=8)
_MOST_LISTED = 50
_NEXT_DATES = 5
_MOST_A_DAY = 5


@blueprint.get("/campaigns/planned")
def index() -> str:
    member, now = require_member(), clock.now()
    soon = coming.coming(get_engine(), member, now, now + _SOON, _MOST_LISTED + 1)
    listing = plans.listing(member, addresses.number("page") or 1)
    return render_template(
        "plans/index.html",
        days=plan_words.by_day(soon[:_MOST_LISTED], reader_zone()),
        has_more=len(soon) > _MOST_LISTED,
        listing=listing,
        lines=[plan_words.line(plan) for plan in listing.plans],
    )


@blueprint.get("/campaigns/planned/month")
def calendar() -> str:
    zone = reader_zone()
    month = Month.read(request.args.get("month", ""), clock.now().astimezone(zone).date())
    since, until = month.instants(zone)
    found = coming.coming(get_engine(), require_member(), max(since, clock.now()), until)
    days = dict(plan_words.by_day(found, zone))
    return render_template(
        "plans/calendar.html",
        month=month,
        days=days,
        today=clock.now().astimezone(zone).date(),
        most_a_day=_MOST_A_DAY,
        is_cut=len(found) == coming.MOST,
    )


def _page(plan_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    engine, plan = get_engine(), plans.find(require_member(), plan_id)
    made = plans.runs_made(plan_id)
    content = CampaignContent.of(plan.content)
    goes = plan_runs.would_go(engine, plan)
    return render_template(
        "plans/show.html",
        plan=plan,
        line=plan_words.line(plan),
        wrong=plan_problems.told(plan.problem),
        content=content,
        groups=plans.group_names(content.groups),
        phone=plans.phone_name(plan),
        dates=plan_words.next_dates(engine, plan, _NEXT_DATES),
        count=goes if isinstance(goes, int) else None,
        in_its_way=each(goes) if isinstance(goes, RaspismsError) else (),
        runs=made,
        counts=coming.sent_counts([one.id for one in made]),
        problems=problems,
    )


@blueprint.get("/campaigns/plans/<int:plan_id>")
def show(plan_id: int) -> str:
    return _page(plan_id)


@blueprint.post("/campaigns/plans/<int:plan_id>/pause")
@on_problem(_page)
def pause(plan_id: int) -> Response:
    plans.pause(require_member(), plan_id)
    flash(gettext("It is paused: it makes nothing until you let it go on."), "success")
    return _back(plan_id)


@blueprint.post("/campaigns/plans/<int:plan_id>/resume")
@on_problem(_page)
def resume(plan_id: int) -> Response:
    plans.resume(get_engine(), require_member(), plan_id)
    flash(gettext("It goes on. What it would have sent meanwhile is not made up for."), "success")
    return _back(plan_id)


@blueprint.post("/campaigns/plans/<int:plan_id>/edit")
@on_problem(_page)
def edit(plan_id: int) -> Response:
    """A draft with what the plan has, which takes its place once it is confirmed."""
    draft_id = plans.draft_of(require_member(), plan_id)
    flash(gettext("The plan stays as it is until you have reviewed and confirmed this."), "info")
    return redirect(url_for("campaign_drafts.edit", draft_id=draft_id), 303)


@blueprint.post("/campaigns/plans/<int:plan_id>/missed")
@on_problem(_page)
def make_missed(plan_id: int) -> Response:
    """Make the run that could not be made, now that what was wrong is put right."""
    member = require_member()
    plan = plans.find(member, plan_id)
    made = plan_runs.make_missed(get_engine(), member, plan.id, _run_at())
    flash(gettext("The run is made. Recipients: %(count)d.", count=made.count), "success")
    return _back(plan_id)


def _run_at() -> datetime:
    try:
        return datetime.fromisoformat(request.form.get("run_at", ""))
    except ValueError:
        raise Conflict(
            say("It is not said which run is meant."), say("Look at the plan again.")
        ) from None


def _end_page(plan_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    plan = plans.find(require_member(), plan_id)
    return render_template("plans/end.html", plan=plan, problems=problems)


@blueprint.get("/campaigns/plans/<int:plan_id>/end")
def ask_end(plan_id: int) -> str:
    return _end_page(plan_id)


@blueprint.post("/campaigns/plans/<int:plan_id>/end")
@on_problem(_end_page)
def end(plan_id: int) -> Response:
    plans.end(require_member(), plan_id)
    flash(gettext("It has ended. What it made before stays."), "success")
    return _back(plan_id)


def _back(plan_id: int) -> Response:
    return redirect(url_for("plans.show", plan_id=plan_id), 303)
