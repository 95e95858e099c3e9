"""One contact: who it is, what was exchanged, which groups it is in, whether things arrive."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError, say
from raspisms.messaging import (
    contact_history,
    contacts,
    groups,
    invalid_numbers,
    opt_outs,
    smart_groups,
)
from raspisms.web import addresses
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.groups import household_now


def _page(
    contact_id: int, group_id: int | None = None, problems: Sequence[RaspismsError] = ()
) -> str:
    del group_id
    contact = contacts.get(contact_id)
    talks = contact_history.conversations(require_member(), contact.number)
    own = groups.of_contact(contact_id)
    ids = {found for found, _ in own}
    return render_template(
        "contacts/show.html",
        contact=contact,
        talks=talks,
        campaigns=contact_history.campaigns(talks),
        groups=own,
        smart_groups=smart_groups.around(contact, household_now()),
        others=[
            (found, name)
            for found, name, is_smart in groups.choices()
            if found not in ids and not is_smart
        ],
        opt_out=opt_outs.of(contact.number),
        rates=invalid_numbers.of(contact.number, invalid_numbers.limits(get_engine().config)),
        problems=problems,
    )


def show(contact_id: int) -> str:
    return _page(contact_id)


@on_problem(_page)
def add_to_group(contact_id: int) -> Response:
    contact = contacts.get(contact_id)
    group = groups.get(_chosen_group())
    groups.add_contacts(group.id, [contact.id])
    flash(
        gettext("“%(name)s” is in the group “%(group)s” now.", name=contact.name, group=group.name)
    )
    return redirect(url_for("contacts.show", contact_id=contact_id), 303)


@on_problem(_page)
def leave_group(contact_id: int, group_id: int) -> Response:
    contact, group = contacts.get(contact_id), groups.get(group_id)
    groups.remove_contacts(group.id, [contact.id])
    flash(
        gettext(
            "“%(name)s” is no longer in the group “%(group)s”.", name=contact.name, group=group.name
        )
    )
    return redirect(url_for("contacts.show", contact_id=contact_id), 303)


def _chosen_group() -> int:
    group_id = addresses.whole(request.form.get("group", ""))
    if group_id is None:
        raise Invalid(say("No group is chosen."), say("Choose one."), field="group")
    return group_id
