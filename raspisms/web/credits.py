"""The page of credit, and what other pages tell of it: what is left, and where that is little."""

from collections.abc import Sequence

from babel.dates import format_skeleton
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from raspisms.adapters.errors import AdapterError
from raspisms.messaging import account_watch, accounts, credit, phones
from raspisms.messaging.credit import Balance, LowCredit, Month
from raspisms.models import Phone
from raspisms.web.access import admin_only
from raspisms.web.context import get_engine, require_member
from raspisms.web.i18n import in_words

blueprint = Blueprint("credits", __name__)


def low_credits() -> list[LowCredit]:
    """The accounts that run low, for administrators."""
    return credit.low(get_engine()) if require_member().is_admin else []


def balances_of(some: Sequence[Phone]) -> list[tuple[Phone, Balance]]:
    """Phones with what is left for them, those of which the provider tells it."""
    found = credit.balances(get_engine(), some)
    return [(phone, found[phone.id]) for phone in some if phone.id in found]


def month_name(month: Month) -> str:
    """Such as "November 2026"."""
    return str(format_skeleton("yMMMM", month.first, locale=get_locale()))


blueprint.add_app_template_global(low_credits)
blueprint.add_app_template_global(month_name)


@blueprint.get("/credits")
def index() -> str:
    member = require_member()
    return render_template(
        "credits/index.html",
        balances=balances_of(phones.visible(member)),
        months=credit.by_month(get_engine(), member),
    )


@blueprint.post("/credits/ask")
@admin_only
def ask() -> Response:
    """Ask each provider now, such as after credit was bought."""
    for mine in account_watch.watched().values():
        name, phone_id = mine[0].name, mine[0].id
        try:
            accounts.refresh(get_engine(), phone_id)
        except AdapterError as error:
            words = in_words(error)
            flash(
                gettext("The credit of “%(name)s” is not known: %(why)s", name=name, why=words),
                "error",
            )
    return redirect(url_for("credits.index"), 303)
