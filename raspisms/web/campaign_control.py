"""What is decided about a campaign while it runs: pausing it, changing it, sending it again."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.errors import RaspismsError
from raspisms.messaging import (
    campaign_again,
    campaign_changes,
    campaign_control,
    campaign_copy,
)
from raspisms.messaging.campaign_changes import Preview
from raspisms.messaging.campaign_control import Control
from raspisms.sms.reasons import explain
from raspisms.web import addresses, drafts
from raspisms.web.acceptance import tell_accepted
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.i18n import reader_zone, translate

blueprint = Blueprint("campaign_control", __name__)
blueprint.add_app_template_global(campaign_control.why, "why_paused")

_ONE = "/campaigns/<int:campaign_id>"


@blueprint.post(f"{_ONE}/pause")
def pause(campaign_id: int) -> Response:
    count = campaign_control.pause(require_member(), campaign_id)
    flash(
        ngettext(
            "The campaign is paused: %(num)d message waits.",
            "The campaign is paused: %(num)d messages wait.",
            count,
        )
    )
    return _back(campaign_id)


@blueprint.post(f"{_ONE}/resume")
def resume(campaign_id: int) -> Response:
    count = campaign_control.resume(require_member(), campaign_id)
    flash(
        ngettext(
            "The campaign goes on: %(num)d message leaves at its time.",
            "The campaign goes on: %(num)d messages leave at their time.",
            count,
        )
    )
    return _back(campaign_id)


def _cancelling_page(campaign_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    return _page("campaign_control/cancel.html", campaign_id, problems)


@blueprint.get(f"{_ONE}/cancel")
def ask_cancelling(campaign_id: int) -> str:
    return _cancelling_page(campaign_id)


@blueprint.post(f"{_ONE}/cancel")
@on_problem(_cancelling_page)
def cancel(campaign_id: int) -> Response:
    count = campaign_control.cancel(require_member(), campaign_id)
    flash(
        ngettext(
            "The campaign is cancelled: %(num)d message is not sent.",
            "The campaign is cancelled: %(num)d messages are not sent.",
            count,
        )
    )
    return _back(campaign_id)


def _text_page(
    campaign_id: int,
    problems: Sequence[RaspismsError] = (),
    preview: Preview | None = None,
) -> str:
    control = _control(campaign_id)
    return _page(
        "campaign_control/text.html",
        campaign_id,
        problems,
        text=request.form.get("text", control.campaign.body),
        version=campaign_changes.version_of(control.campaign),
        preview=preview,
    )


@blueprint.get(f"{_ONE}/text")
def ask_text(campaign_id: int) -> str:
    return _text_page(campaign_id)


@blueprint.post(f"{_ONE}/text")
@on_problem(_text_page)
def change_text(campaign_id: int) -> str | Response:
    form, engine, member = request.form, get_engine(), require_member()
    text = form.get("text", "")
    if "count" in form or _has_slip(campaign_id, text):
        preview = campaign_changes.preview(engine, member, campaign_id, text)
        if preview or "count" in form:
            return _text_page(campaign_id, preview=preview)
    changed = campaign_changes.change_text(
        engine, member, campaign_id, text, form.get("version", "")
    )
    flash(
        ngettext(
            "The text is changed: %(num)d message leaves with the new one.",
            "The text is changed: %(num)d messages leave with the new one.",
            changed.count,
        )
    )
    if changed.skipped:
        words = ngettext(
            "%(num)d person gets nothing, since the text cannot be made for them.",
            "%(num)d people get nothing, since the text cannot be made for them.",
            changed.skipped,
        )
        flash(words, "warning")
    return _back(campaign_id)


def _has_slip(campaign_id: int, text: str) -> bool:
    """Whether a text has fields that nobody has, which the person was not told yet."""
    unknown = campaign_changes.unknown_fields(get_engine(), require_member(), campaign_id, text)
    return bool(unknown) and request.form.get("unknown") != " ".join(unknown)


def _time_page(campaign_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    due_at = _control(campaign_id).campaign.due_at
    local = max(due_at, clock.now()).astimezone(reader_zone())
    return _page(
        "campaign_control/time.html",
        campaign_id,
        problems,
        at=request.form.get("at", f"{local:%Y-%m-%dT%H:%M}"),
    )


@blueprint.get(f"{_ONE}/time")
def ask_time(campaign_id: int) -> str:
    return _time_page(campaign_id)


@blueprint.post(f"{_ONE}/time")
@on_problem(_time_page)
def change_time(campaign_id: int) -> Response:
    count = campaign_changes.change_time(
        get_engine(), require_member(), campaign_id, request.form.get("at", "")
    )
    flash(
        ngettext(
            "%(num)d message leaves at the new time.",
            "%(num)d messages leave at the new time.",
            count,
        )
    )
    return _back(campaign_id)


def _again_page(campaign_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    failed = campaign_again.failed(require_member(), campaign_id)
    usual = [cause.reason for cause in failed.causes if not cause.is_doubtful]
    return _page(
        "campaign_control/again.html",
        campaign_id,
        problems,
        failed=failed,
        causes=[
            (cause.reason, f"{translate(explain(cause.reason).cause)} ({cause.count})")
            for cause in failed.causes
        ],
        chosen=request.form.getlist("reasons") if request.method == "POST" else usual,
        request_name=request.form.get("request") or drafts.new_request(),
    )


@blueprint.get(f"{_ONE}/again")
def ask_again(campaign_id: int) -> str:
    return _again_page(campaign_id)


@blueprint.post(f"{_ONE}/again")
@on_problem(_again_page)
def send_again(campaign_id: int) -> Response:
    form = request.form
    accepted = campaign_again.send_again_failed(
        get_engine(),
        require_member(),
        campaign_id,
        form.getlist("reasons"),
        addresses.whole(form.get("seen", "")) or 0,
        form.get("request", ""),
    )
    tell_accepted(accepted)
    return _back(accepted.campaign.id)


@blueprint.post(f"{_ONE}/copy")
def copy(campaign_id: int) -> Response:
    made = campaign_copy.copy(require_member(), campaign_id)
    flash(gettext("This is a new draft: the campaign stays as it is, and nothing leaves yet."))
    left_out = campaign_copy.left_out_of(campaign_control.find(require_member(), campaign_id))
    if left_out:
        flash(
            ngettext(
                "%(num)d person was excluded; who that was is not kept. Exclude them here again.",
                "%(num)d people were excluded; who they were is not kept. Exclude them here again.",
                left_out,
            ),
            "warning",
        )
    return redirect(url_for("campaign_drafts.edit", draft_id=made.id), 303)


def _control(campaign_id: int) -> Control:
    return campaign_control.control(require_member(), campaign_id)


def _page(
    template: str, campaign_id: int, problems: Sequence[RaspismsError], **values: object
) -> str:
    return render_template(
        template,
        control=_control(campaign_id),
        problems=problems,
        back=_address(campaign_id),
        **values,
    )


def _back(campaign_id: int) -> Response:
    return redirect(_address(campaign_id), 303)


def _address(campaign_id: int) -> str:
    """The campaign's own page."""
    return url_for("campaign_report.show", campaign_id=campaign_id)
