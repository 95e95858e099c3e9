"""The first account, logging in and out, and one-time links."""

from collections.abc import Sequence
from ipaddress import IPv4Address, ip_address, ip_network

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, NotFound, RaspismsError, say
from raspisms.extensions import limiter
from raspisms.messaging import members
from raspisms.models import Member
from raspisms.models.member import name_key
from raspisms.web import resume
from raspisms.web.access import safe_next
from raspisms.web.context import Login, current_member
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
    member = members.authenticate(form.get("name", ""), form.get("password", ""))
    if member is None:
        raise Invalid(
            say("The name or the password is not right."),
            say("Check both; in the password capital letters count."),
        )
    _open_session(member)
    kept = resume.carried()
    return render_template("auth/resume.html", kept=kept) if kept else _go_on()


@blueprint.post("/logout")
def log_out() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"), 303)


def _link_page(token: str, problems: Sequence[RaspismsError] = ()) -> str:
    for problem in problems:
        if isinstance(problem, NotFound):
            raise problem
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
    _open_session(members.log_in_by_link(token))
    return _go_on()


def _setup_page(token: str, problems: Sequence[RaspismsError] = ()) -> str:
    if not members.can_set_up(token):
        raise NotFound(
            say("This link does not work any more."),
            say("Each link works once. Start RaspiSMS again to get a new one on its console."),
        )
    name = request.form.get("name", "")
    return render_template("auth/setup.html", token=token, problems=problems, name=name)


@blueprint.get("/setup/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
def setup(token: str) -> str:
    return _setup_page(token)


@blueprint.post("/setup/<token>")
@limiter.limit(LINKS_PER_ADDRESS, key_func=_address)
@on_problem(_setup_page)
def set_up(token: str) -> Response:
    form = request.form
    password = chosen_password()
    _open_session(members.set_up(token, form.get("name", ""), password))
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


def _open_session(member: Member) -> None:
    session.clear()
    session.permanent = True
    login_user(Login(member))


def _go_on() -> Response:
    return redirect(safe_next(request.values.get("next")) or url_for("home"), 303)
