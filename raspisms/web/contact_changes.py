"""What was done to contacts lately, and taking it back."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from raspisms.errors import NotFound, RaspismsError
from raspisms.messaging import address_changes
from raspisms.messaging.address_changes import Change, Undone
from raspisms.web import addresses
from raspisms.web.forms import on_problem


def told(change_id: int) -> Response:
    """To the list, which tells what was done and offers to undo it."""
    return redirect(url_for("contacts.index", done=change_id), 303)


def just_made() -> Change | None:
    """The removal that the list is to tell, unless it is undone or forgotten by now."""
    change_id = addresses.number("done")
    try:
        change = address_changes.get(change_id) if change_id is not None else None
    except NotFound:
        return None
    is_told = change and change.kind == "removal" and change.undone_at is None
    return change if is_told else None


def _changes_page(change_id: int | None = None, problems: Sequence[RaspismsError] = ()) -> str:
    del change_id
    return render_template(
        "contacts/changes.html",
        changes=address_changes.recent(),
        days=address_changes.KEPT.days,
        problems=problems,
    )


def changes() -> str:
    return _changes_page()


@on_problem(_changes_page)
def undo(change_id: int) -> Response:
    undone = address_changes.undo(change_id)
    flash(_words(undone), "warning" if undone.left else "message")
    return redirect(url_for("contacts.index"), 303)


def _words(undone: Undone) -> str:
    back = ngettext(
        "Undone: %(num)d contact is as it was before.",
        "Undone: %(num)d contacts are as they were before.",
        undone.restored,
    )
    if not undone.left:
        return back
    left = ngettext(
        "%(num)d has changed since, or its number is taken, and stays as it is.",
        "%(num)d have changed since, or their numbers are taken, and stay as they are.",
        undone.left,
    )
    return f"{back} {left}"
