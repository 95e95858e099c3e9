"""Campaigns that are being written: the form, what is kept of it as one types, and the list."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.errors import Invalid, RaspismsError
from raspisms.messaging import (
    campaign_drafts,
    campaigns,
    contacts,
    drafting,
    phones,
    schedules,
    texts,
)
from raspisms.messaging.campaign_content import SCHEDULE, CampaignContent, Csv
from raspisms.messaging.campaign_drafts import ChangedMeanwhile, Kept
from raspisms.sms.templating import is_template
from raspisms.web import addressees, addresses, campaign_form, drafts, schedule_form
from raspisms.web.campaign_section import shown_at
from raspisms.web.context import get_engine, require_member
from raspisms.web.credits import balances_of
from raspisms.web.forms import each, on_problem
from raspisms.web.i18n import in_words

blueprint = Blueprint("campaign_drafts", __name__)
blueprint.add_app_template_global(is_template, "has_fields")


@blueprint.get("/campaigns/drafts")
def index() -> str:
    return render_template(
        "campaign_drafts/index.html", drafts=campaign_drafts.listing(require_member())
    )


def _new_page(problems: Sequence[RaspismsError] = ()) -> str:
    if request.method == "POST":
        return _form_page(_typed(None), None, problems)
    return _form_page(campaign_form.asked_for(phones.visible(require_member())), None, problems)


@blueprint.get("/campaigns/new")
def new() -> str:
    return _new_page()


@blueprint.post("/campaigns/new")
@on_problem(_new_page)
def add() -> str | Response:
    """The same form sent twice is one draft."""
    earlier = campaign_drafts.of_request(require_member(), request.form.get("request", ""))
    return _saved(earlier, version=1)


def _edit_page(draft_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    kept = campaign_drafts.get(require_member(), draft_id)
    form = _typed(kept) if request.method == "POST" else kept.content
    return _form_page(form, kept, problems)


@blueprint.get("/campaigns/drafts/<int:draft_id>")
def edit(draft_id: int) -> str | Response:
    """The form; with ``check`` in the address, with what is wrong with it."""
    kept = campaign_drafts.get(require_member(), draft_id)
    if kept.is_confirmed:
        return redirect(shown_at(kept.campaign_id, kept.plan_id))
    problems = _problems(kept.content) if "check" in request.args else []
    return _form_page(kept.content, kept, problems)


@blueprint.post("/campaigns/drafts/<int:draft_id>")
@on_problem(_edit_page)
def save(draft_id: int) -> str | Response:
    kept = campaign_drafts.get(require_member(), draft_id)
    return _saved(kept, version=addresses.whole(request.form.get("version", "")) or 0)


@blueprint.post("/campaigns/drafts/<int:draft_id>/copy")
def copy(draft_id: int) -> Response:
    made = campaign_drafts.copy(require_member(), draft_id)
    flash(gettext("This is a copy: the other draft stays as it is."), "success")
    return redirect(url_for("campaign_drafts.edit", draft_id=made.id), 303)


def _removal_page(draft_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    kept = campaign_drafts.get(require_member(), draft_id)
    return render_template("campaign_drafts/remove.html", draft=kept, problems=problems)


@blueprint.get("/campaigns/drafts/<int:draft_id>/remove")
def ask_removal(draft_id: int) -> str:
    return _removal_page(draft_id)


@blueprint.post("/campaigns/drafts/<int:draft_id>/remove")
@on_problem(_removal_page)
def remove(draft_id: int) -> Response:
    campaign_drafts.remove(require_member(), draft_id)
    flash(gettext("The draft is deleted."), "success")
    return redirect(url_for("campaign_drafts.index"), 303)


def _saved(earlier: Kept | None, version: int) -> str | Response:
    """Keep the form, then go where the button that was pressed leads."""
    is_quiet = "quiet_save" in request.form
    form, told, problems = _with_file(_typed(earlier))
    if "insert" in request.form:
        text, text_id = campaign_form.with_saved_text(form, request.form.get("saved", ""))
        form = replace(form, text=text, text_id=text_id)
    try:
        kept = _keep(form, earlier, version)
    except RaspismsError as problem:
        if is_quiet:
            return _answer(jsonify(told=in_words(problem)), 409)
        raise
    if is_quiet:
        address = url_for("campaign_drafts.edit", draft_id=kept.id)
        return jsonify(version=kept.version, address=address, told=gettext("Saved."))
    for words in told:
        flash(words, "warning")
    here = url_for("campaign_drafts.edit", draft_id=kept.id)
    if problems:
        return _form_page(form, kept, problems)
    if "review" in request.form:
        return redirect(url_for("review.show", draft_id=kept.id), 303)
    if "insert" in request.form or "dates" in request.form:
        anchor = "#dates" if "dates" in request.form else "#text"
        return redirect(f"{here}{anchor}", 303)
    flash(gettext("The draft is saved. Whoever may use its phone can go on with it."), "success")
    return redirect(here, 303)


def _keep(form: CampaignContent, earlier: Kept | None, version: int) -> Kept:
    if "as_new" in request.form:
        return campaign_drafts.save(require_member(), replace(form, request=drafts.new_request()))
    if earlier is None:
        return campaign_drafts.save(require_member(), form)
    return campaign_drafts.save(require_member(), form, earlier.id, version)


def _typed(earlier: Kept | None) -> CampaignContent:
    return campaign_form.typed(earlier.content.csv if earlier else Csv(), schedule_form.typed())


def _with_file(form: CampaignContent) -> tuple[CampaignContent, list[str], list[RaspismsError]]:
    """The form with the file that was chosen, what to know of it, and what is wrong with it."""
    try:
        csv, told = campaign_form.uploaded()
    except Invalid as problem:
        return form, [], [problem]
    return (form if csv is None else replace(form, csv=csv)), told, []


def _problems(form: CampaignContent) -> Sequence[RaspismsError]:
    """All that keeps a campaign from being sent, but for recipients that the review tells."""
    engine, now, problems = get_engine(), clock.now(), list[RaspismsError]()
    try:
        drafting.check(engine, require_member(), form.as_draft(), now)
    except RaspismsError as problem:
        problems += each(problem)
    try:
        if form.when == SCHEDULE:
            schedules.read(engine, form.repeat, now)
    except RaspismsError as problem:
        problems += each(problem)
    return problems


def _answer(response: Response, code: int) -> Response:
    response.status_code = code
    return response


def _form_page(form: CampaignContent, kept: Kept | None, problems: Sequence[RaspismsError]) -> str:
    usable = phones.visible(require_member())
    known = {phone.id: phone for phone in usable}
    chosen = [known[one] for one in form.phones if one in known]
    phone = chosen[0] if chosen else None
    keys = [*dict.fromkeys((*contacts.known_keys(), *form.csv.keys))]
    return render_template(
        "campaign_drafts/form.html",
        form=form,
        draft=kept,
        problems=campaign_form.beside_fields(problems),
        changed=any(isinstance(one, ChangedMeanwhile) for one in problems),
        phones=drafts.phone_choices(usable) if usable else [],
        others=campaign_form.phone_choices(usable),
        phone_fields=campaign_form.PHONE_FIELDS[1 : len(usable)],
        chosen=phone,
        wait=drafts.waits_for(phone) if phone else None,
        balances=balances_of(chosen or usable),
        offers_flash=form.flash or any(map(campaigns.can_flash, usable)),
        groups=addressees.group_choices(),
        suggestions=addressees.suggestions(),
        saved_texts=texts.choices(),
        keys=keys,
        repeat=schedule_form.shown(form.repeat, keys),
        repeat_fields=[one.field for one in problems if (one.field or "").startswith("repeat_")],
        when=campaign_form.translated(campaign_form.WHEN),
        fixed=campaign_form.translated(campaign_form.FIXED),
        missed=campaign_form.translated(campaign_form.MISSED),
        hold_after=get_engine().config.hold_after_hours,
        quiet=campaign_form.quiet_choices(),
        validities=campaign_form.validity_choices(form.validity),
    )
