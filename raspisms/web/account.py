"""One's own account: name, language, time zone, password, and where one is logged in."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, refresh
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import authentication, logins, members, passwords
from raspisms.page_extensions import limiter
from raspisms.web import choices
from raspisms.web.auth import TRIES_PER_NAME, chosen_password
from raspisms.web.browsers import browser_words
from raspisms.web.context import get_engine, household_name, require_member, this_login
from raspisms.web.days import day_words
from raspisms.web.forms import on_problem

blueprint = Blueprint("account", __name__)
blueprint.add_app_template_filter(browser_words)
blueprint.add_app_template_filter(day_words)


def _page(problems: Sequence[RaspismsError] = ()) -> str:
    member = require_member()
    typed = request.form if request.endpoint == "account.save" else {}
    return render_template(
        "account/index.html",
        problems=problems,
        at_password=request.endpoint == "account.change_password",
        name=typed.get("name", member.name),
        language=typed.get("language", member.language or ""),
        timezone=typed.get("timezone", member.timezone or ""),
        languages=_languages(),
        timezones=_timezones(),
        logins=logins.of(member),
        this_login=this_login().id,
        least=passwords.SHORTEST,
    )


@blueprint.get("/account")
def index() -> str:
    return _page()


@blueprint.post("/account")
@on_problem(_page)
def save() -> Response:
    form = request.form
    members.change_account(
        require_member(),
        form.get("name", ""),
        form.get("language", ""),
        form.get("timezone", ""),
    )
    refresh()  # the answer is in the language just chosen
    flash(gettext("Your account is saved."))
    return redirect(url_for("account.index"), 303)


@blueprint.post("/account/password")
@limiter.limit(TRIES_PER_NAME, key_func=lambda: str(require_member().id))
@on_problem(_page)
def change_password() -> Response:
    authentication.change_password(
        require_member(),
        this_login().id,
        request.form.get("current", ""),
        chosen_password(),
        household_name(),
    )
    flash(gettext("Your password is changed. Other devices have to log in again."))
    return redirect(url_for("account.index"), 303)


@blueprint.post("/account/logins/<int:login_id>/end")
def end_login(login_id: int) -> Response:
    """End one login of one's own; that of this very browser by logging out."""
    logins.end(require_member().id, login_id)
    flash(gettext("That device is logged out."))
    return redirect(url_for("account.index", _anchor="logins"), 303)


@blueprint.post("/account/logins/end")
def end_other_logins() -> Response:
    logins.end_others(require_member().id, this_login().id)
    flash(gettext("All other devices are logged out."))
    return redirect(url_for("account.index", _anchor="logins"), 303)


def _languages() -> list[tuple[str, str]]:
    household = get_engine().config.language
    names = choices.LANGUAGES
    follow = gettext("That of the browser")
    if household:
        follow = gettext("That of the household (%(language)s)", language=names[household])
    return [("", follow), *names.items()]


def _timezones() -> list[tuple[str, str]]:
    zone = get_engine().config.timezone.key
    household = gettext("That of the household (%(zone)s)", zone=zone)
    return [("", household), *((name, name.replace("_", " ")) for name in choices.zone_names())]
