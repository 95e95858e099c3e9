"""Contacts: the address book that the household shares."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import contact_list, contacts
from raspisms.messaging.contact_list import Order, Place
from raspisms.models import Contact
from raspisms.web import (
    addresses,
    contact_changes,
    contact_form,
    contact_merging,
    contact_page,
    contact_selection,
)
from raspisms.web.contact_form import ContactForm
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import is_overtaken, on_problem, seen, seen_again

blueprint = Blueprint("contacts", __name__)


@blueprint.get("/contacts")
def index() -> str:
    search, order = request.args.get("search", ""), _order()
    place = Place(addresses.number("after"), addresses.number("before"))
    return render_template(
        "contacts/index.html",
        search=search,
        order=order,
        listing=contact_list.listing(search, order, place),
        is_first=place == Place(),
        count=contact_list.count(search),
        most_counted=contact_list.MOST_COUNTED,
        change=contact_changes.just_made(),
    )


def _order() -> Order:
    try:
        return Order(request.args.get("order", Order.NAME))
    except ValueError:
        return Order.NAME


def _new_page(problems: Sequence[RaspismsError] = ()) -> str:
    is_typed = request.method == "POST"
    return render_template(
        "contacts/new.html",
        form=contact_form.typed_again() if is_typed else contact_form.empty(),
        problems=problems,
        other=contact_form.owner(problems),
        keys=contacts.known_keys(),
    )


@blueprint.get("/contacts/new")
def new() -> str:
    return _new_page()


@blueprint.post("/contacts/new")
@on_problem(_new_page)
def add() -> str | Response:
    if contact_form.asks_for_row():
        return _new_page()
    form = contact_form.typed()
    contact = contacts.add(get_engine(), form.name, form.number, form.rows, form.notes)
    return _saved(contact, form)


def _edit_page(contact_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    contact = contacts.get(contact_id)
    is_typed = request.method == "POST"
    return render_template(
        "contacts/edit.html",
        contact=contact,
        form=contact_form.typed_again() if is_typed else contact_form.of(contact),
        seen=seen_again(contact.updated_at, problems),
        problems=problems,
        overtaken=is_overtaken(problems),
        other=contact_form.owner(problems),
        keys=contacts.known_keys(),
    )


@blueprint.get("/contacts/<int:contact_id>/edit")
def edit(contact_id: int) -> str:
    return _edit_page(contact_id)


@blueprint.post("/contacts/<int:contact_id>/edit")
@on_problem(_edit_page)
def save(contact_id: int) -> str | Response:
    if contact_form.asks_for_row():
        return _edit_page(contact_id)
    form = contact_form.typed()
    contact = contacts.edit(
        *(get_engine(), contact_id, form.name, form.number, form.rows, form.notes),
        seen=seen(),
    )
    return _saved(contact, form)


def _saved(contact: Contact, form: ContactForm) -> Response:
    flash(gettext("The contact “%(name)s” is saved.", name=contact.name))
    return redirect(form.next or url_for("contacts.show", contact_id=contact.id), 303)


def _removal_page(contact_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    contact = contacts.get(contact_id)
    return render_template("contacts/remove.html", contact=contact, problems=problems)


@blueprint.get("/contacts/<int:contact_id>/remove")
def ask_removal(contact_id: int) -> str:
    return _removal_page(contact_id)


@blueprint.post("/contacts/<int:contact_id>/remove")
@on_problem(_removal_page)
def remove(contact_id: int) -> Response:
    change_id = contacts.remove(contact_id, require_member())
    return contact_changes.told(change_id)


_ONE = "/contacts/<int:contact_id>"
blueprint.add_url_rule(_ONE, view_func=contact_page.show)
blueprint.add_url_rule(f"{_ONE}/groups", view_func=contact_page.add_to_group, methods=["POST"])
blueprint.add_url_rule(
    f"{_ONE}/groups/<int:group_id>/leave", view_func=contact_page.leave_group, methods=["POST"]
)
blueprint.add_url_rule(f"{_ONE}/merge", view_func=contact_merging.choose)
blueprint.add_url_rule(f"{_ONE}/merge/<int:second_id>", view_func=contact_merging.ask)
blueprint.add_url_rule(
    f"{_ONE}/merge/<int:second_id>", view_func=contact_merging.merge, methods=["POST"]
)
blueprint.add_url_rule("/contacts/selected", view_func=contact_selection.selected, methods=["POST"])
blueprint.add_url_rule("/contacts/removal", view_func=contact_selection.ask_removal_of_all)
blueprint.add_url_rule(
    "/contacts/removal", view_func=contact_selection.remove_all, methods=["POST"]
)
blueprint.add_url_rule("/contacts/grouping", view_func=contact_selection.ask_group)
blueprint.add_url_rule(
    "/contacts/grouping", view_func=contact_selection.add_all_to_group, methods=["POST"]
)
blueprint.add_url_rule("/contacts/changes", view_func=contact_changes.changes)
blueprint.add_url_rule(
    "/contacts/changes/<int:change_id>/undo", view_func=contact_changes.undo, methods=["POST"]
)
