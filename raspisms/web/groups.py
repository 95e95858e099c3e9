"""Groups with a list: whom they hold, and groups within them."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.errors import Invalid, RaspismsError, say
from raspisms.messaging import contacts, group_members, group_nesting, group_people, groups
from raspisms.models import Group
from raspisms.web import addresses
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem, seen, seen_again

blueprint = Blueprint("groups", __name__)


def household_now() -> datetime:
    """The present instant, in the zone in which rules name days."""
    return clock.now().astimezone(get_engine().config.timezone)


@blueprint.get("/groups")
def index() -> str:
    return render_template(
        "groups/index.html",
        groups=groups.listing(),
        counts=group_people.counts(household_now()),
        holders=group_nesting.holders(),
    )


def _new_page(problems: Sequence[RaspismsError] = ()) -> str:
    name = request.form.get("name", "")
    return render_template("groups/new.html", name=name, problems=problems)


@blueprint.get("/groups/new")
def new() -> str:
    return _new_page()


@blueprint.post("/groups/new")
@on_problem(_new_page)
def add() -> Response:
    group = groups.add(require_member(), request.form.get("name", ""))
    flash(gettext("The group “%(name)s” is made. Now choose who is in it.", name=group.name))
    return redirect(url_for("groups.choose", group_id=group.id), 303)


def _group_page(
    group_id: int, child_id: int | None = None, problems: Sequence[RaspismsError] = ()
) -> str:
    del child_id
    group = groups.get(group_id)
    page = max(addresses.number("page") or 1, 1)
    return render_template(
        "groups/show.html",
        group=group,
        listing=group_members.listing(group, household_now(), page),
        children=group_nesting.children(group_id),
        parents=group_nesting.parents(group_id),
        possible=group_nesting.possible(group_id),
        problems=problems,
    )


@blueprint.get("/groups/<int:group_id>")
def show(group_id: int) -> str | Response:
    if groups.get(group_id).rule is not None:
        return redirect(url_for("groups.show_rule", smart_id=group_id))
    return _group_page(group_id)


def _name_page(group_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    group = groups.get(group_id)
    name = request.form.get("name", group.name)
    carried = seen_again(group.updated_at, problems)
    return render_template(
        "groups/edit.html", group=group, name=name, seen=carried, problems=problems
    )


@blueprint.get("/groups/<int:group_id>/edit")
def edit(group_id: int) -> str | Response:
    if groups.get(group_id).rule is not None:
        return redirect(url_for("groups.edit_rule", smart_id=group_id))
    return _name_page(group_id)


@blueprint.post("/groups/<int:group_id>/edit")
@on_problem(_name_page)
def save(group_id: int) -> Response:
    name = request.form.get("name", "")
    group = groups.change(require_member(), group_id, name, seen=seen())
    return saved(group)


def saved(group: Group) -> Response:
    flash(gettext("The group “%(name)s” is saved.", name=group.name))
    if group.rule is not None:
        return redirect(url_for("groups.show_rule", smart_id=group.id), 303)
    return redirect(url_for("groups.show", group_id=group.id), 303)


def _choice_page(group_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    search, page = request.values.get("search", ""), max(addresses.number("page") or 1, 1)
    group, listing = groups.get(group_id), contacts.listing(search, page)
    return render_template(
        "groups/choose.html",
        group=group,
        search=search,
        listing=listing,
        present=group_members.listed_among(group_id, [one.id for one in listing.contacts]),
        chosen=_ids("contact"),
        problems=problems,
    )


@blueprint.get("/groups/<int:group_id>/add")
def choose(group_id: int) -> str:
    groups.require_list(groups.get(group_id))
    return _choice_page(group_id)


@blueprint.post("/groups/<int:group_id>/add")
@on_problem(_choice_page)
def add_contacts(group_id: int) -> Response:
    search = request.form.get("search", "")
    if "all" in request.form:
        count = groups.add_contacts(group_id, contacts.matching(search))
    else:
        count = groups.add_contacts(group_id, _some("contact"))
    flash(
        ngettext(
            "%(num)d person is added to the group.", "%(num)d people are added to the group.", count
        )
        if count
        else gettext("They are in the group already.")
    )
    return redirect(url_for("groups.show", group_id=group_id), 303)


@blueprint.post("/groups/<int:group_id>/contacts/remove")
@on_problem(_group_page)
def remove_contacts(group_id: int) -> Response:
    count = groups.remove_contacts(group_id, _some("contact"))
    flash(
        ngettext(
            "%(num)d person is taken out of the group.",
            "%(num)d people are taken out of the group.",
            count,
        )
    )
    return redirect(url_for("groups.show", group_id=group_id), 303)


@blueprint.post("/groups/<int:group_id>/groups")
@on_problem(_group_page)
def put_within(group_id: int) -> Response:
    child = groups.get(_some("group")[0])
    group_nesting.put_within(require_member(), group_id, child.id)
    flash(gettext("“%(name)s” is within the group now.", name=child.name))
    return redirect(url_for("groups.show", group_id=group_id), 303)


@blueprint.post("/groups/<int:group_id>/groups/<int:child_id>/remove")
@on_problem(_group_page)
def take_out(group_id: int, child_id: int) -> Response:
    child = groups.get(child_id)
    group_nesting.take_out(require_member(), group_id, child_id)
    flash(gettext("“%(name)s” is taken out of the group.", name=child.name))
    return redirect(url_for("groups.show", group_id=group_id), 303)


def _removal_page(group_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    return render_template(
        "groups/remove.html",
        group=groups.get(group_id),
        parents=group_nesting.parents(group_id),
        problems=problems,
    )


@blueprint.get("/groups/<int:group_id>/remove")
def ask_removal(group_id: int) -> str:
    return _removal_page(group_id)


@blueprint.post("/groups/<int:group_id>/remove")
@on_problem(_removal_page)
def remove(group_id: int) -> Response:
    name = groups.get(group_id).name
    groups.remove(require_member(), group_id)
    flash(gettext("The group “%(name)s” is removed. Its contacts stay.", name=name))
    return redirect(url_for("groups.index"), 303)


def _ids(name: str) -> list[int]:
    """The ids that were chosen in a form; what is none is passed over."""
    typed = (addresses.whole(value) for value in request.form.getlist(name))
    return [found for found in typed if found is not None]


def _some(name: str) -> list[int]:
    """The same, at least one. Raises Invalid."""
    found = _ids(name)
    if not found:
        raise Invalid(say("Nothing is chosen."), say("Choose at least one."), field=name)
    return found
