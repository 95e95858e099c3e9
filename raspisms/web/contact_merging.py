"""Two contacts that are one person: choosing the other one, looking at both, making them one."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import contact_list, contact_merge, contacts, opt_outs
from raspisms.messaging.contact_merge import Choice, Side
from raspisms.web.context import require_member
from raspisms.web.forms import on_problem


def choose(contact_id: int) -> str:
    """The contacts that are sought, else those of the same name, else all."""
    contact, asked = contacts.get(contact_id), request.args.get("search")
    for search in (contact.name, "") if asked is None else (asked,):
        found = [one for one in contact_list.listing(search).contacts if one.id != contact_id]
        if found:
            break
    return render_template("contacts/merge_with.html", contact=contact, search=search, found=found)


def _merge_page(contact_id: int, second_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    first, second = contact_merge.pair(contact_id, second_id)
    form = request.form
    return render_template(
        "contacts/merge.html",
        first=first,
        second=second,
        differing=contact_merge.differing(first, second),
        chosen=form,
        opted_out=[one for one in (first, second) if opt_outs.of(one.number)],
        number_key=form.get("number_key", contact_merge.free_key(first, second)),
        problems=problems,
    )


def ask(contact_id: int, second_id: int) -> str:
    return _merge_page(contact_id, second_id)


@on_problem(_merge_page)
def merge(contact_id: int, second_id: int) -> Response:
    form = request.form
    values = {
        name.removeprefix("data_"): _side(value)
        for name, value in form.items()
        if name.startswith("data_")
    }
    number_key = form.get("number_key", "") if form.get("other_number") != "drop" else ""
    choice = Choice(_side(form.get("name")), _side(form.get("number")), values, number_key)
    contact_merge.merge(require_member(), contact_id, second_id, choice)
    flash(gettext("They are one contact now. “Last changes” below the contacts undoes it."))
    return redirect(url_for("contacts.show", contact_id=contact_id), 303)


def _side(typed: str | None) -> Side:
    return Side.SECOND if typed == Side.SECOND else Side.FIRST
