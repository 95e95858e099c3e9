"""Writing an SMS."""

from collections.abc import Sequence
from dataclasses import replace

from babel.dates import get_timezone_name
from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError
from raspisms.messaging import campaign_drafts, campaigns, contacts, phones, preview, texts
from raspisms.messaging.campaigns import Acceptance
from raspisms.messaging.preview import Preview
from raspisms.models import Phone
from raspisms.sms.templating import is_template
from raspisms.web import addressees, drafts, estimates, recipients
from raspisms.web.acceptance import tell_accepted
from raspisms.web.context import get_engine, require_member
from raspisms.web.credits import balances_of
from raspisms.web.drafts import DraftForm
from raspisms.web.forms import each, on_problem
from raspisms.web.i18n import reader_zone

blueprint = Blueprint("compose", __name__)


def zone_in_words() -> str:
    """The reader's time zone, such as "Europe/Paris (Central European Time)"."""
    zone = reader_zone()
    name: str = get_timezone_name(zone, locale=get_locale())
    return f"{zone.key} ({name})"


blueprint.add_app_template_global(zone_in_words)
blueprint.add_app_template_global(drafts.length_of)
blueprint.add_app_template_global(drafts.length_in_words)
blueprint.add_app_template_global(drafts.fields_in_words)
blueprint.add_app_template_global(is_template, "has_fields")


def _page(problems: Sequence[RaspismsError] = ()) -> str:
    sent = request.method == "POST"
    return write_page(drafts.typed() if sent else drafts.asked_for(require_member()), problems)


def write_page(form: DraftForm, problems: Sequence[RaspismsError]) -> str:
    """The page to write an SMS on, with ``form`` filled in."""
    usable = phones.visible(require_member())
    chosen = drafts.chosen_phone(usable, form.phone)
    previewed, faults = _preview(form, chosen) if drafts.asks_for_count() else (None, [])
    problems = [*problems, *faults]
    return render_template(
        "compose/index.html",
        form=form,
        problems=recipients.beside_fields(problems, form.more),
        others=recipients.others(problems),
        offers_flash=form.flash or any(map(campaigns.can_flash, usable)),
        phones=drafts.phone_choices(usable) if usable else [],
        chosen=chosen,
        wait=drafts.waits_for(chosen) if chosen else None,
        suggestions=addressees.suggestions(),
        groups=addressees.group_choices(),
        saved_texts=texts.choices(),
        keys=contacts.known_keys(),
        counted=drafts.asks_for_count(),
        preview=previewed,
        balances=balances_of([chosen] if chosen else usable),
        estimate=estimates.in_words(previewed, chosen),
    )


def _preview(form: DraftForm, phone: Phone | None) -> tuple[Preview | None, list[RaspismsError]]:
    """What would become of the form, or what is wrong with its text or its groups.

    A text that is only missing is no fault yet, nor is one too long: sending says it.
    """
    draft = replace(form.draft(), phone_id=phone.id if phone else 0)
    try:
        return preview.of(get_engine(), require_member(), draft, form.person), []
    except Invalid as error:
        is_told = form.text.strip() and (error.field == "groups" or is_template(form.text))
        return None, [error] if is_told else []


@blueprint.get("/write")
def index() -> str:
    return _page()


@blueprint.post("/write")
@on_problem(_page)
def send() -> str | Response:
    form = drafts.typed()
    if drafts.asks_for_count():
        return _page()
    if drafts.asks_for_text():
        return write_page(drafts.with_saved_text(form), [])
    if drafts.keeps_text():
        return _kept(form)
    draft = form.draft(skip_unusable=drafts.leaves_out_unusable())
    if campaigns.is_for_several(get_engine(), require_member(), draft):
        return _to_review(form)
    accepted = campaigns.accept(get_engine(), require_member(), draft)
    tell_accepted(accepted, form.at)
    return redirect(_shown_at(accepted), 303)


def _to_review(form: DraftForm) -> Response:
    """What goes to several is kept as a draft, and looked at first; the same form is one draft."""
    kept = campaign_drafts.of_request(require_member(), form.request)
    if kept is None:
        kept = campaign_drafts.save(require_member(), form.as_campaign())
    return redirect(url_for("review.show", draft_id=kept.id), 303)


def _kept(form: DraftForm) -> str:
    """The page again, once its text is in the library under the name that was typed."""
    try:
        saved = texts.add(form.save_as, form.text)
    except RaspismsError as error:
        problems = [
            type(one)(one.message, one.hint, "save_as") if one.field == "name" else one
            for one in each(error)
        ]
        return write_page(form, problems)
    flash(gettext("The text “%(name)s” is saved.", name=saved.name), "success")
    return write_page(replace(form, save_as="", text_id=str(saved.id)), [])


def _shown_at(accepted: Acceptance) -> str:
    """One message is shown in its conversation; several are followed where they wait."""
    if not accepted.campaign.direct:
        return url_for("messages.index")
    conversation_id = accepted.conversation_id
    return url_for("conversations.thread", conversation_id=conversation_id, _anchor="newest")


@blueprint.post("/write/length")
def length() -> Response:
    """How long a text is with a phone, for the live count."""
    phone = drafts.chosen_phone(phones.visible(require_member()), request.form.get("phone", ""))
    text = request.form.get("text", "")
    counted = drafts.length_of(text, phone)
    measured = counted.length
    # Only where fields are filled in; an answer in a conversation goes as it is written.
    is_filled_in = "fields" in request.form and is_template(text)
    return jsonify(
        encoding=measured.encoding,
        segments=measured.segments,
        left=measured.left,
        ucs2_because=drafts.shown_characters(measured),
        words=drafts.fields_in_words() if is_filled_in else drafts.length_in_words(counted),
    )
