"""Writing an SMS."""

from collections.abc import Sequence

from babel.dates import get_timezone_name
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import campaigns, phones
from raspisms.messaging.campaigns import Acceptance
from raspisms.web import drafts, estimates, recipients
from raspisms.web.acceptance import tell_accepted
from raspisms.web.context import get_engine, require_member
from raspisms.web.credits import balances_of
from raspisms.web.drafts import DraftForm
from raspisms.web.forms import on_problem
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


def _page(problems: Sequence[RaspismsError] = ()) -> str:
    sent = request.method == "POST"
    return write_page(drafts.typed() if sent else drafts.asked_for(require_member()), problems)


def write_page(form: DraftForm, problems: Sequence[RaspismsError]) -> str:
    """The page to write an SMS on, with ``form`` filled in."""
    usable = phones.visible(require_member())
    chosen = drafts.chosen_phone(usable, form.phone)
    counted = drafts.asks_for_count()
    return render_template(
        "compose/index.html",
        form=form,
        problems=recipients.beside_fields(problems, form.more),
        others=recipients.others(problems),
        offers_flash=form.flash or any(map(campaigns.can_flash, usable)),
        phones=drafts.phone_choices(usable) if usable else [],
        chosen=chosen,
        wait=drafts.waits_for(chosen) if chosen else None,
        suggestions=drafts.suggestions(),
        counted=counted,
        balances=balances_of([chosen] if chosen else usable),
        estimate=estimates.in_words(form, chosen) if counted else [],
    )


@blueprint.get("/write")
def index() -> str:
    return _page()


@blueprint.post("/write")
@on_problem(_page)
def send() -> str | Response:
    if drafts.asks_for_count():
        return _page()
    form = drafts.typed()
    draft = form.draft(skip_unusable=drafts.leaves_out_unusable())
    accepted = campaigns.accept(get_engine(), require_member(), draft)
    tell_accepted(accepted, form.at)
    return redirect(_shown_at(accepted), 303)


def _shown_at(accepted: Acceptance) -> str:
    """One message is shown in its conversation; several are followed where they wait."""
    if accepted.count > 1:
        return url_for("messages.index")
    conversation_id = accepted.conversation_id
    return url_for("conversations.thread", conversation_id=conversation_id, _anchor="newest")


@blueprint.post("/write/length")
def length() -> Response:
    """How long a text is with a phone, for the live count."""
    phone = drafts.chosen_phone(phones.visible(require_member()), request.form.get("phone", ""))
    counted = drafts.length_of(request.form.get("text", ""), phone)
    measured = counted.length
    return jsonify(
        encoding=measured.encoding,
        segments=measured.segments,
        left=measured.left,
        ucs2_because=drafts.shown_characters(measured),
        words=drafts.length_in_words(counted),
    )
