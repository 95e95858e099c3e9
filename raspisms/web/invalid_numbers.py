"""Invalid numbers: at which nothing arrives, with how much of what was sent to them failed."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import invalid_numbers
from raspisms.web import addresses
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.i18n import phone_number

blueprint = Blueprint("invalid_numbers", __name__)


def _page(problems: Sequence[RaspismsError] = ()) -> str:
    search, page = request.args.get("search", ""), max(addresses.number("page") or 1, 1)
    engine = get_engine()
    return render_template(
        "invalid_numbers/index.html",
        search=search,
        listing=invalid_numbers.listing(engine, search, page),
        limits=invalid_numbers.limits(engine.config),
        problems=problems,
    )


@blueprint.get("/invalid-numbers")
def index() -> str:
    return _page()


@blueprint.post("/invalid-numbers")
@on_problem(_page)
def clear() -> Response:
    number = request.form.get("number", "")
    invalid_numbers.clear(get_engine(), require_member(), number)
    told = gettext(
        "%(number)s is no invalid number any more, unless it fails again.",
        number=phone_number(number),
    )
    flash(told)
    return redirect(url_for("invalid_numbers.index"), 303)
