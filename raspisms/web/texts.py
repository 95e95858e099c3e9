"""Saved texts: the household's library, and what to write with each."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError
from raspisms.messaging import contacts, rendering, texts
from raspisms.web import addresses
from raspisms.web.context import get_engine
from raspisms.web.forms import is_overtaken, on_problem, seen, seen_again
from raspisms.web.i18n import in_words

blueprint = Blueprint("texts", __name__)


@dataclass(frozen=True)
class TextForm:
    """What the form shows."""

    name: str = ""
    text: str = ""


def _typed() -> TextForm:
    return TextForm(request.form.get("name", ""), request.form.get("text", ""))


@blueprint.get("/texts")
def index() -> str:
    search, page = request.args.get("search", ""), max(addresses.number("page") or 1, 1)
    return render_template("texts/index.html", search=search, listing=texts.listing(search, page))


def _form_page(template: str, **shown: object) -> str:
    return render_template(template, keys=contacts.known_keys(), **shown)


def _new_page(problems: Sequence[RaspismsError] = ()) -> str:
    form = _typed() if request.method == "POST" else TextForm()
    return _form_page("texts/new.html", form=form, problems=problems)


@blueprint.get("/texts/new")
def new() -> str:
    return _new_page()


@blueprint.post("/texts/new")
@on_problem(_new_page)
def add() -> Response:
    form = _typed()
    texts.add(form.name, form.text)
    return _saved(form)


def _edit_page(text_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    text = texts.get(text_id)
    form = _typed() if request.method == "POST" else TextForm(text.name, text.body)
    return _form_page(
        "texts/edit.html",
        text=text,
        form=form,
        seen=seen_again(text.updated_at, problems),
        problems=problems,
        overtaken=is_overtaken(problems),
    )


@blueprint.get("/texts/<int:text_id>")
def edit(text_id: int) -> str:
    return _edit_page(text_id)


@blueprint.post("/texts/<int:text_id>")
@on_problem(_edit_page)
def save(text_id: int) -> Response:
    form = _typed()
    texts.edit(text_id, form.name, form.text, seen=seen())
    return _saved(form)


def _saved(form: TextForm) -> Response:
    name = " ".join(form.name.split())
    flash(gettext("The text “%(name)s” is saved.", name=name), "success")
    try:
        rendering.read(get_engine(), None, form.text, None)
    except Invalid as why:
        problem = in_words(why)
        flash(gettext("It cannot be sent yet. %(problem)s", problem=problem), "warning")
    return redirect(url_for("texts.index"), 303)


def _removal_page(text_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    return render_template("texts/remove.html", text=texts.get(text_id), problems=problems)


@blueprint.get("/texts/<int:text_id>/remove")
def ask_removal(text_id: int) -> str:
    return _removal_page(text_id)


@blueprint.post("/texts/<int:text_id>/remove")
@on_problem(_removal_page)
def remove(text_id: int) -> Response:
    name = texts.get(text_id).name
    texts.remove(text_id)
    flash(gettext("The text “%(name)s” is removed.", name=name), "success")
    return redirect(url_for("texts.index"), 303)
