"""Logging in and out, and the one-time links that let somebody in."""

from collections.abc import Sequence
from ipaddress import IPv4Address, ip_address, ip_network

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from flask_login import logout_user
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, NotFound, RaspismsError, say
from raspisms.messaging import (
    authentication,
    first_account,
    invitations,
    logins,
    members,
    passwords,
)
from raspisms.models.member import name_key
from raspisms.page_extensions import limiter
from raspisms.web import resume
from raspisms.web.access import safe_next
from raspisms.web.context import current_member, enter, household_name, this_login
from raspisms.web.forms import on_problem

blueprint = Blueprint("auth", __name__)

TRIES_PER_ADDRESS = "5 per minute; 30 per hour"
TRIES_PER_NAME = "10 per 15 minutes"
LINKS_PER_ADDRESS = "10 per minute; 60 per hour"


def _name_tried() -> str:
    # Brought into one form before it is cut, and never empty: an empty key would not be counted.
    return "name:" + name_key(request.form.get("name", ""))[: members.LONGEST_NAME]


def _address() -> str:
    """Who asks, as far as an address tells: a household has a whole IPv6 network of 64 bits."""
    try:
        address = ip_address(get_remote_address())
    except ValueError:
        return get_remote_address()
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def _login_page(problems: Sequence[RaspismsError] = ()) -> str:
    return render_template(
        "auth/login.html",
        problems=problems,
        name=request.form.get("name", ""),
        next=safe_next(request.values.get("next")),
        kept=resume.carried(),
        nobody=not members.any_exists(),
    )


@blueprint.get("/login")
def login() -> str | Response:
    if current_member():
        return _go_on()
    return _login_page()


@blueprint.post("/login")
@limiter.limit(TRIES_PER_ADDRESS, key_func=_address)
@limiter.limit(TRIES_PER_NAME, key_func=_name_tried)
@on_problem(_login_page)
def log_in() -> str | Response:
    form = request.form
    member = authentication.authenticate(form.get("name", ""), form.get("password", ""))
    if member is None:
        raise Invalid(
            say("The name or the password is not right."),
            say("Check both; in the password capital letters count."),
        )
    enter(logins.begin(member.id, browser()))
    kept = resume.carried()
    return render_template("auth/resume.html", kept=kept) if kept else _go_on()


@blueprint.post("/logout")
def log_out() -> Response:
    """The login ends in this browser whatever happens, and with it any copy of its cookie."""
    member_id, login_id = this_login().member_id, this_login().id
    logout_user()
    session.clear()
    logins.end(member_id, login_id)
    return redirect(url_for("auth.login"), 303)


def _link_page(token: str, problems: Sequence[RaspismsError] = ()) -> str:
    _refuse_spent(problems)
    return render_template("auth/link.html", token=token, problems=problems)


@blueprint.get("/login/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
def login_link(token: str) -> str:
    """A page with one button: programs that look at links to preview them do not use them up."""
    return _link_page(token)


@blueprint.post("/login/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
@on_problem(_link_page)
def log_in_by_link(token: str) -> Response:
    enter(logins.begin_by_link(token, browser()))
    return _go_on()


def _setup_page(token: str, problems: Sequence[RaspismsError] = ()) -> str:
    first_account.look(token)
    name = request.form.get("name", "")
    return render_template(
        "auth/setup.html", token=token, problems=problems, name=name, least=passwords.SHORTEST
    )


@blueprint.get("/setup/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
def setup(token: str) -> str:
    return _setup_page(token)


@blueprint.post("/setup/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
@on_problem(_setup_page)
def set_up(token: str) -> Response:
    name, password = request.form.get("name", ""), chosen_password()
    enter(first_account.make(token, name, password, browser(), household_name()))
    return _go_on()


def _invitation_page(token: str, problems: Sequence[RaspismsError] = ()) -> str:
    invitation = invitations.look(token)
    return render_template(
        "auth/invitation.html",
        token=token,
        problems=problems,
        invitation=invitation,
        household=household_name(),
        name=request.form.get("name", invitation.name),
        least=passwords.SHORTEST,
    )


@blueprint.get("/invitation/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
def invitation(token: str) -> str:
    return _invitation_page(token)


@blueprint.post("/invitation/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
@on_problem(_invitation_page)
def accept_invitation(token: str) -> Response:
    name, password = request.form.get("name", ""), chosen_password()
    enter(invitations.accept(token, name, password, browser(), household_name()))
    return _go_on()


def _reset_page(token: str, problems: Sequence[RaspismsError] = ()) -> str:
    name = authentication.look_at_reset(token)
    return render_template(
        "auth/reset.html", token=token, problems=problems, name=name, least=passwords.SHORTEST
    )


@blueprint.get("/reset/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
def reset(token: str) -> str:
    return _reset_page(token)


@blueprint.post("/reset/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
@on_problem(_reset_page)
def reset_password(token: str) -> Response:
    password = chosen_password()
    enter(authentication.reset_password(token, password, browser(), household_name()))
    return _go_on()


def chosen_password() -> str:
    """The new password of a form where it was typed twice. Raises Invalid where the two differ."""
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise Invalid(
            say("The two passwords are not the same."),
            say("Type the new password twice."),
            field="again",
        )
    return password


@blueprint.after_request
def _keep_links_secret(response: Response) -> Response:
    if "token" in (request.view_args or {}):
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def browser() -> str:
    """What the browser calls itself."""
    return request.user_agent.string


def _refuse_spent(problems: Sequence[RaspismsError]) -> None:
    """A link that is spent has no form to go back to."""
    for problem in problems:
        if isinstance(problem, NotFound):
            raise problem


def _go_on() -> Response:
    return redirect(safe_next(request.values.get("next")) or url_for("home"), 303)
