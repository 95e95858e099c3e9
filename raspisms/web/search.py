"""Search: a page with a form and what was found; a script can ask for the latter alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError
from raspisms.messaging import phones, search
from raspisms.messaging.search import Found
from raspisms.messaging.search_words import LONGEST
from raspisms.web import addresses, threads
from raspisms.web.context import get_engine, require_member
from raspisms.web.excerpts import excerpt
from raspisms.web.forms import each
from raspisms.web.i18n import translate
from raspisms.web.labels import MESSAGE_STATUS
from raspisms.web.search_form import SearchForm, typed, wanted

blueprint = Blueprint("search", __name__)
#: Asks for the results alone.
HEADER = "RaspiSMS-Results"


@blueprint.get("/search")
def index() -> Response:
    form, below = typed(), addresses.number("before")
    try:
        asked = wanted(form)
        found = search.find(get_engine(), require_member(), asked, below)
    except Invalid as problem:
        return _answer(form, None, problems=each(problem), code=400)
    return _answer(form, found, below=below, is_nothing=asked.is_nothing)


def _answer(
    form: SearchForm,
    found: Found | None,
    problems: Sequence[RaspismsError] = (),
    code: int = 200,
    **more: Any,
) -> Response:
    part = "_results" if HEADER in request.headers else "index"
    shown = {**_shown(form), "found": found, "problems": problems, **more}
    response = make_response(render_template(f"search/{part}.html", **shown), code)
    response.vary.add(HEADER)
    return response


def _shown(form: SearchForm) -> Mapping[str, Any]:
    visible = phones.visible(require_member(), removed=True)
    return {
        "form": form,
        "several_phones": len(visible) > 1,
        "phone_choices": [(phone.id, phone.name) for phone in visible],
        "status_choices": [(key, translate(one.word)) for key, one in MESSAGE_STATUS.items()],
        "excerpt": excerpt,
        "can_answer": threads.can_answer,
        "longest": LONGEST,
        "most": search.MOST_COUNTED,
        "most_people": search.MOST_PEOPLE,
        "looked_at": search.LOOKED_AT,
    }
