"""Phones: how they do, adding, changing, pausing, removing."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import Conflict, RaspismsError
from raspisms.messaging import phone_removal, phones
from raspisms.messaging.diagnosis_checks import check_now
from raspisms.messaging.phones import Saved
from raspisms.models import Phone
from raspisms.models.member import name_key
from raspisms.web import callback_address, phone_diagnosis, phone_forms
from raspisms.web.access import admin_only
from raspisms.web.callback_address import CallbackAddress
from raspisms.web.context import get_engine, require_member
from raspisms.web.credits import balances_of
from raspisms.web.forms import on_problem
from raspisms.web.i18n import translate
from raspisms.web.labels import PHONE_LEVEL
from raspisms.web.public_address import own_root

blueprint = Blueprint("phones", __name__)


@blueprint.get("/phones")
def index() -> str:
    summaries = phones.summaries(require_member())
    return render_template(
        "phones/index.html",
        summaries=summaries,
        levels=PHONE_LEVEL,
        balances=dict(balances_of([one.phone for one in summaries])),
    )


def _add_page(problems: Sequence[RaspismsError] = ()) -> str:
    address = callback_address.carried() or callback_address.fresh()
    sent = request.method == "POST"
    form = phone_forms.typed(address) if sent else phone_forms.empty(address)
    return render_template("phones/new.html", form=form, problems=problems)


@blueprint.get("/phones/new")
@admin_only
def new() -> str:
    return _add_page()


@blueprint.post("/phones/new")
@admin_only
@on_problem(_add_page)
def add() -> str | Response:
    if phone_forms.asks_for_fields():
        return _add_page()
    made = callback_address.already_saved()
    if made and made.name_key == name_key(request.form.get("name", "")):
        return redirect(url_for("phones.index"), 303)
    address = callback_address.carried()
    if address is None:
        raise callback_address.changed()
    saved = phones.add(get_engine(), phone_forms.draft(), address.token, require_member())
    tell_saved(saved)
    return redirect(url_for("phones.index"), 303)


def _edit_page(phone_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    phone = _find(phone_id)
    overtaken = any(isinstance(problem, Conflict) for problem in problems)
    if request.method == "POST":
        # Who has been told that someone else saved may save over it; nobody else may.
        version = phone.version if overtaken else phone_forms.version_edited()
        form = phone_forms.typed(CallbackAddress(phone.callback_token), phone, version)
    else:
        form = phone_forms.stored(phone)
    return render_template(
        "phones/edit.html",
        form=form,
        problems=problems,
        overtaken=overtaken,
        summary=phones.summary(phone),
        diagnosis=phone_diagnosis.of(phone),
        levels=PHONE_LEVEL,
    )


@blueprint.get("/phones/<int:phone_id>")
@admin_only
def edit(phone_id: int) -> str:
    return _edit_page(phone_id)


@blueprint.post("/phones/<int:phone_id>")
@admin_only
@on_problem(_edit_page)
def save(phone_id: int) -> str | Response:
    if phone_forms.asks_for_fields():
        return _edit_page(phone_id)
    saved = phones.edit(
        get_engine(),
        _find(phone_id).id,
        phone_forms.version_edited(),
        phone_forms.draft(),
        require_member(),
    )
    tell_saved(saved)
    return redirect(url_for("phones.index"), 303)


@blueprint.post("/phones/<int:phone_id>/pause")
@admin_only
def pause(phone_id: int) -> Response:
    phones.pause(_find(phone_id).id, True, require_member())
    flash(gettext("The phone is paused. What is to be sent waits until you resume it."))
    return redirect(url_for("phones.edit", phone_id=phone_id), 303)


@blueprint.post("/phones/<int:phone_id>/resume")
@admin_only
def resume(phone_id: int) -> Response:
    phones.pause(_find(phone_id).id, False, require_member())
    flash(gettext("The phone sends and receives again."))
    return redirect(url_for("phones.edit", phone_id=phone_id), 303)


@blueprint.post("/phones/<int:phone_id>/check")
@admin_only
def check(phone_id: int) -> Response:
    checked = check_now(get_engine(), _find(phone_id).id, own_root())
    parts = phone_diagnosis.of(checked.phone).parts
    open_ones = [translate(part.words) for part in parts if part.needs_a_person]
    if checked.verified and not open_ones:
        flash(gettext("The provider was asked: all is well."))
    else:
        state = open_ones[0] if checked.verified else _state(checked)
        flash(gettext("The provider was asked. %(state)s", state=state), "warning")
    _tell_notices(checked)
    return redirect(url_for("phones.edit", phone_id=phone_id), 303)


def _removal_page(phone_id: int) -> str:
    phone = _find(phone_id)
    return render_template(
        "phones/remove.html", phone=phone, effects=phone_removal.effects(phone.id)
    )


@blueprint.get("/phones/<int:phone_id>/remove")
@admin_only
def ask_removal(phone_id: int) -> str:
    return _removal_page(phone_id)


@blueprint.post("/phones/<int:phone_id>/remove")
@admin_only
def remove(phone_id: int) -> Response:
    name = _find(phone_id).name
    phone_removal.remove(phone_id, require_member())
    flash(gettext("The phone “%(name)s” is removed. Its conversations stay readable.", name=name))
    return redirect(url_for("phones.index"), 303)


def _find(phone_id: int) -> Phone:
    return phones.find(require_member(), phone_id)


def tell_saved(saved: Saved) -> None:
    """Say with the next page that a phone is saved, and what is to be known of it."""
    name = saved.phone.name
    if saved.verified:
        flash(gettext("The phone “%(name)s” is saved.", name=name))
    else:
        flash(gettext("“%(name)s” is saved. %(state)s", name=name, state=_state(saved)), "warning")
    _tell_notices(saved)


def _tell_notices(saved: Saved) -> None:
    for notice in saved.notices:
        flash(translate(notice), "info")


def _state(saved: Saved) -> str:
    """How a phone does, as sentences."""
    summary, problem = phones.summary(saved.phone), saved.problem
    words = (problem.message, problem.hint) if problem else (summary.state, summary.hint)
    told = [translate(text) for text in words if text]
    return " ".join(f"{text.rstrip('.')}." for text in told)
