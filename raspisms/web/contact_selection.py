"""What is done with several contacts: those that are ticked, or all that a search finds.

The chosen ones stand in the address of the page that asks, as ``contacts=1,2,3``, or as ``search``
where all that it finds are meant, so that it can be looked at again.
"""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError, say
from raspisms.messaging import contact_list, groups
from raspisms.messaging.contact_list import Selection
from raspisms.web import addresses, contact_changes
from raspisms.web.context import require_member
from raspisms.web.forms import on_problem

#: Recipients that one page of writing takes by name; more are written to as a group.
MOST_RECIPIENTS = 200
#: More do not fit into an address; all that a search finds do.
_MOST_IDS = 500
_NAMES_SHOWN = 10
_PAGES = {"remove": "contacts.ask_removal_of_all", "group": "contacts.ask_group"}


def selected() -> Response:
    """From the list to the page that asks, or that does what the button said."""
    selection, act = _of_form(), request.form.get("do", "")
    if selection.is_empty:
        flash(gettext("No contact is chosen. Tick those that you mean."), "error")
        return redirect(_list_url(), 303)
    if act == "write":
        return _write(selection)
    if act == "export":
        return redirect(url_for("exports.selected", **address_of(selection)), 307)
    return redirect(url_for(_PAGES.get(act, _PAGES["group"]), **address_of(selection)), 303)


def _write(selection: Selection) -> Response:
    ids = contact_list.ids(selection, MOST_RECIPIENTS + 1)
    if len(ids) > MOST_RECIPIENTS:
        told = gettext(
            "These are more than %(most)d people. Put them into a group, and write to that.",
            most=MOST_RECIPIENTS,
        )
        flash(told, "error")
        return redirect(url_for("contacts.ask_group", **address_of(selection)), 303)
    return redirect(url_for("compose.index", contacts=",".join(map(str, ids))), 303)


def _removal_page(problems: Sequence[RaspismsError] = ()) -> str:
    selection = of_address()
    return render_template(
        "contacts/removal.html",
        count=contact_list.size(selection),
        names=contact_list.some_names(selection, _NAMES_SHOWN),
        selection=selection,
        problems=problems,
        address=address_of(selection),
    )


def ask_removal_of_all() -> str:
    return _removal_page()


@on_problem(_removal_page)
def remove_all() -> Response:
    expected = addresses.whole(request.form.get("count", "")) or 0
    return contact_changes.told(contact_list.remove(require_member(), of_address(), expected))


def _group_page(problems: Sequence[RaspismsError] = ()) -> str:
    selection = of_address()
    return render_template(
        "contacts/grouping.html",
        count=contact_list.size(selection),
        names=contact_list.some_names(selection, _NAMES_SHOWN),
        groups=[(found, name) for found, name, is_smart in groups.choices() if not is_smart],
        group=request.form.get("group", ""),
        name=request.form.get("name", ""),
        problems=problems,
        address=address_of(selection),
    )


def ask_group() -> str:
    return _group_page()


@on_problem(_group_page)
def add_all_to_group() -> Response:
    selection = of_address()
    group_id = addresses.whole(request.form.get("group", ""))
    name = request.form.get("name", "")
    if name.strip():
        group = groups.add(require_member(), name)
    elif group_id is not None:
        group = groups.get(group_id)
    else:
        raise Invalid(
            say("No group is chosen."), say("Choose one, or type a name for a new one."), "group"
        )
    count = groups.add_contacts(group.id, selection.query())
    told = ngettext(
        "%(num)d contact is now in the group “%(name)s”.",
        "%(num)d contacts are now in the group “%(name)s”.",
        count,
        name=group.name,
    )
    flash(told if count else gettext("They are in the group already."))
    return redirect(url_for("groups.show", group_id=group.id), 303)


def _of_form() -> Selection:
    if "all" in request.form:
        return Selection(search=request.form.get("search", ""))
    return Selection(ids=_ids(request.form.getlist("contact")))


def of_address() -> Selection:
    if "contacts" in request.args:
        return Selection(ids=_ids(request.args["contacts"].split(",")))
    if "search" in request.args:
        return Selection(search=request.args["search"])
    return Selection()


def _ids(typed: Sequence[str]) -> tuple[int, ...]:
    read = (addresses.whole(one) for one in typed[:_MOST_IDS])
    return tuple(one for one in read if one is not None)


def address_of(selection: Selection) -> dict[str, str]:
    if selection.search is not None:
        return {"search": selection.search}
    return {"contacts": ",".join(map(str, selection.ids))}


def _list_url() -> str:
    return url_for("contacts.index", search=request.form.get("search") or None)
