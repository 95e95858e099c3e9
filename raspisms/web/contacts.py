"""Contacts: the address book that the household shares."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import Conflict, Invalid, RaspismsError
from raspisms.messaging import contacts
from raspisms.models import Contact
from raspisms.sms.numbers import parse_recipient
from raspisms.web import addresses
from raspisms.web.access import safe_next
from raspisms.web.context import get_engine
from raspisms.web.forms import on_problem
from raspisms.web.i18n import phone_number

blueprint = Blueprint("contacts", __name__)


@dataclass(frozen=True)
class ContactForm:
    """What the form shows; ``next`` is the page to go back to."""

    name: str
    number: str
    next: str


@blueprint.get("/contacts")
def index() -> str:
    search, page = request.args.get("search", ""), max(addresses.number("page") or 1, 1)
    return render_template(
        "contacts/index.html", search=search, listing=contacts.listing(search, page)
    )


def _typed() -> ContactForm:
    form = request.form
    return ContactForm(
        form.get("name", ""), form.get("number", ""), safe_next(form.get("next")) or ""
    )


def _other(problems: Sequence[RaspismsError]) -> Contact | None:
    """The contact that has the number already, where that is what is wrong."""
    if not any(isinstance(problem, Conflict) for problem in problems):
        return None
    try:
        number = parse_recipient(_typed().number, get_engine().config.country)
    except Invalid:
        return None
    return contacts.find_by_number(number)


def _new_page(problems: Sequence[RaspismsError] = ()) -> str:
    if request.method == "POST":
        form = _typed()
    else:
        number, back = request.args.get("number", ""), safe_next(request.args.get("next"))
        form = ContactForm("", phone_number(number), back or "")
    return render_template(
        "contacts/new.html", form=form, problems=problems, other=_other(problems)
    )


@blueprint.get("/contacts/new")
def new() -> str:
    return _new_page()


@blueprint.post("/contacts/new")
@on_problem(_new_page)
def add() -> Response:
    form = _typed()
    contact = contacts.add(get_engine(), form.name, form.number)
    return _saved(contact, form)


def _edit_page(contact_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    contact = contacts.get(contact_id)
    if request.method == "POST":
        form = _typed()
    else:
        back = safe_next(request.args.get("next"))
        form = ContactForm(contact.name, phone_number(contact.number), back or "")
    return render_template(
        "contacts/edit.html",
        contact=contact,
        form=form,
        problems=problems,
        other=_other(problems),
    )


@blueprint.get("/contacts/<int:contact_id>")
def edit(contact_id: int) -> str:
    return _edit_page(contact_id)


@blueprint.post("/contacts/<int:contact_id>")
@on_problem(_edit_page)
def save(contact_id: int) -> Response:
    form = _typed()
    contact = contacts.edit(get_engine(), contact_id, form.name, form.number)
    return _saved(contact, form)


def _saved(contact: Contact, form: ContactForm) -> Response:
    flash(gettext("The contact “%(name)s” is saved.", name=contact.name))
    return redirect(form.next or url_for("contacts.index"), 303)


def _removal_page(contact_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    contact = contacts.get(contact_id)
    return render_template("contacts/remove.html", contact=contact, problems=problems)


@blueprint.get("/contacts/<int:contact_id>/remove")
def ask_removal(contact_id: int) -> str:
    return _removal_page(contact_id)


@blueprint.post("/contacts/<int:contact_id>/remove")
@on_problem(_removal_page)
def remove(contact_id: int) -> Response:
    name = contacts.get(contact_id).name
    contacts.remove(contact_id)
    flash(gettext("The contact “%(name)s” is removed. Its messages stay.", name=name))
    return redirect(url_for("contacts.index"), 303)
