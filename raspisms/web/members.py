"""The members of the household, for administrators: inviting, changing, disabling."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import authentication, invitations, membership, phone_access
from raspisms.messaging.invitations import Wanted
from raspisms.web import one_time_links
from raspisms.web.access import admin_only
from raspisms.web.addresses import whole
from raspisms.web.context import require_member
from raspisms.web.forms import on_problem

blueprint = Blueprint("members", __name__, url_prefix="/settings/members")


@blueprint.get("")
@admin_only
def index() -> str:
    return render_template(
        "members/index.html",
        summaries=membership.summaries(),
        invitations=invitations.open_ones(),
    )


def _invite_page(problems: Sequence[RaspismsError] = ()) -> str:
    return render_template(
        "members/invite.html",
        problems=problems,
        name=request.form.get("name", ""),
        role=request.form.get("role", "member"),
        chosen=request.form.getlist("phones"),
        phones=phone_access.offered(None),
    )


@blueprint.get("/invite")
@admin_only
def invite() -> str:
    return _invite_page()


@blueprint.post("/invite")
@admin_only
@on_problem(_invite_page)
def make_invitation() -> str:
    """The link stands on the answer and nowhere else: it is not kept."""
    wanted = Wanted(request.form.get("name", ""), _is_admin(), _chosen_phones())
    token = invitations.invite(require_member(), wanted)
    return render_template(
        "members/invited.html",
        invitation=invitations.look(token),
        link=one_time_links.shown("auth.invitation", token),
    )


@blueprint.post("/invitations/<key>/withdraw")
@admin_only
def withdraw(key: str) -> Response:
    invitations.withdraw(require_member(), key)
    flash(gettext("The invitation is withdrawn: its link works no more."))
    return redirect(url_for("members.index"), 303)


def _edit_page(member_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    member = membership.find(member_id)
    form = request.form if request.endpoint == "members.save" else None
    given = phone_access.given_to(member_id)
    return render_template(
        "members/edit.html",
        member=member,
        problems=problems,
        name=form.get("name", "") if form else member.name,
        role=form.get("role", "") if form else _role_of(member.is_admin),
        chosen=form.getlist("phones") if form else given,
        phones=phone_access.offered(member_id),
        is_last_admin=membership.is_last_admin(member),
        is_self=member.id == require_member().id,
    )


@blueprint.get("/<int:member_id>")
@admin_only
def edit(member_id: int) -> str:
    return _edit_page(member_id)


@blueprint.post("/<int:member_id>")
@admin_only
@on_problem(_edit_page)
def save(member_id: int) -> Response:
    name = request.form.get("name", "")
    membership.edit(require_member(), member_id, name, _is_admin(), _chosen_phones())
    saved = membership.find(member_id)
    flash(gettext("The account “%(name)s” is saved.", name=saved.name))
    if not require_member().is_admin:  # whoever gave up the role sees this page no more
        return redirect(url_for("account.index"), 303)
    return redirect(url_for("members.index"), 303)


def _disable_page(member_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    member = membership.find(member_id)
    return render_template("members/disable.html", member=member, problems=problems)


@blueprint.get("/<int:member_id>/disable")
@admin_only
def ask_disabling(member_id: int) -> str:
    return _disable_page(member_id)


@blueprint.post("/<int:member_id>/disable")
@admin_only
@on_problem(_disable_page)
def disable(member_id: int) -> Response:
    membership.disable(require_member(), member_id)
    name = membership.find(member_id).name
    flash(gettext("The account “%(name)s” is disabled and logged out everywhere.", name=name))
    return redirect(url_for("members.index"), 303)


@blueprint.post("/<int:member_id>/enable")
@admin_only
def enable(member_id: int) -> Response:
    membership.enable(require_member(), member_id)
    name = membership.find(member_id).name
    flash(gettext("The account “%(name)s” can be used again.", name=name))
    return redirect(url_for("members.edit", member_id=member_id), 303)


@blueprint.post("/<int:member_id>/reset")
@admin_only
@on_problem(_edit_page)
def reset(member_id: int) -> str:
    """The link stands on the answer and nowhere else: it is not kept."""
    token = authentication.make_reset_link(require_member(), membership.find(member_id).id)
    return render_template(
        "members/reset.html",
        member=membership.find(member_id),
        link=one_time_links.shown("auth.reset", token),
    )


def _is_admin() -> bool:
    return request.form.get("role") == _role_of(True)


def _role_of(is_admin: bool) -> str:
    return "admin" if is_admin else "member"


def _chosen_phones() -> set[int]:
    """The phones that were ticked; what is no number is no phone of ours."""
    numbers = {whole(text) for text in request.form.getlist("phones")}
    return {number for number in numbers if number is not None}
