"""Writing an SMS."""

from collections.abc import Sequence

from babel.dates import get_timezone_name
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import campaigns, phones
from raspisms.web import drafts
from raspisms.web.acceptance import tell_accepted
from raspisms.web.context import get_engine, require_member
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
    chosen = [one for one in usable if len(usable) == 1 or str(one.id) == form.phone]
    return render_template(
        "compose/index.html",
        form=form,
        problems=problems,
        phones=drafts.phone_choices(usable) if usable else [],
        waits=[wait for one in chosen if (wait := drafts.waits_for(one))],
        suggestions=drafts.suggestions(),
        counted=drafts.asks_for_count(),
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
    message = campaigns.accept(get_engine(), require_member(), form.draft())
    tell_accepted(message, form.at)
    return redirect(
        url_for("conversations.thread", conversation_id=message.conversation_id, _anchor="newest"),
        303,
    )


@blueprint.post("/write/length")
def length() -> Response:
    """How long a text is, for the live count."""
    measured = drafts.length_of(request.form.get("text", ""))
    return jsonify(
        encoding=measured.encoding,
        segments=measured.segments,
        left=measured.left,
        ucs2_because=drafts.shown_characters(measured),
        words=drafts.length_in_words(measured),
    )
