"""What is kept of a person, for administrators: as a file, or erased.

The address names a contact or a conversation, and no number, so that none gets into a log.
"""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import person_traces, personal_data, privacy, search_forgetting
from raspisms.messaging.person_traces import Person
from raspisms.web.access import admin_only
from raspisms.web.context import get_engine, require_member
from raspisms.web.downloads import download
from raspisms.web.forms import on_problem

blueprint = Blueprint("privacy", __name__)


def _by_contact(contact_id: int) -> Person:
    return person_traces.of_contact(contact_id)


def _by_conversation(conversation_id: int) -> Person:
    return person_traces.of_conversation(require_member(), conversation_id)


def _page(kind: str, row_id: int, person: Person, problems: Sequence[RaspismsError] = ()) -> str:
    effects = privacy.effects(person)
    sent = request.method == "POST"
    return render_template(
        "privacy/index.html",
        person=person,
        effects=effects,
        kind=kind,
        address={f"{kind}_id": row_id},
        typed=request.form.get("number", ""),
        keep="keep" in request.form or not sent,
        back=_back(kind, row_id),
        problems=problems,
    )


def _back(kind: str, row_id: int) -> str:
    if kind == "contact":
        return url_for("contacts.show", contact_id=row_id)
    return url_for("conversations.thread", conversation_id=row_id)


def _download(person: Person) -> Response:
    return download(
        lambda file: personal_data.write(get_engine(), require_member(), person, file),
        "application/zip",
        "person",
        "zip",
    )


def _erase(person: Person) -> Response:
    form = request.form
    privacy.erase(
        get_engine(),
        require_member(),
        person,
        form.get("number", ""),
        keep_opt_out="keep" in form,
    )
    search_forgetting.forget_removed()
    flash(gettext("The person is erased. What was sent is still counted."))
    return redirect(url_for("contacts.index"), 303)


def _add(kind: str, path: str, found: Callable[[int], Person]) -> None:
    """The addresses of somebody who is named by one kind of row."""
    name = f"{kind}_id"

    def page(problems: Sequence[RaspismsError] = (), **row: int) -> str:
        return _page(kind, row[name], found(row[name]), problems)

    @admin_only
    def show(**row: int) -> str:
        return page(**row)

    @admin_only
    @on_problem(page)
    def download(**row: int) -> Response:
        return _download(found(row[name]))

    @admin_only
    @on_problem(page)
    def erase(**row: int) -> Response:
        return _erase(found(row[name]))

    blueprint.add_url_rule(path, kind, show)
    blueprint.add_url_rule(f"{path}/download", f"download_{kind}", download, methods=["POST"])
    blueprint.add_url_rule(f"{path}/erase", f"erase_{kind}", erase, methods=["POST"])


_add("contact", "/contacts/<int:contact_id>/privacy", _by_contact)
_add("conversation", "/conversations/<int:conversation_id>/privacy", _by_conversation)
