"""The page with the handsets, and the switches beside them. Plain forms, no script needed."""

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from raspisms.simulator.credential_page import register_credential_page
from raspisms.simulator.errors import ApiError
from raspisms.simulator.faults import FAULTS
from raspisms.simulator.match import NOTHING
from raspisms.simulator.phones import numbers, phones
from raspisms.simulator.token_page import register_token_page

if TYPE_CHECKING:
    from raspisms.simulator.simulator import Simulator

Page = str | tuple[str, int] | Response
# OVH's limit of six parts is for what it sends; a handset may well write longer.
MAX_TEXT = 2000
# A campaign may reach hundreds; the page is fetched every other second.
SHOWN = 60
# Those of the network would take this page away, too.
FAULTS_OF_CALLS = sorted(
    name for name, fault in FAULTS.items() if fault.concerns is not NOTHING and name != "happy"
)


def create_pages(simulator: "Simulator") -> Blueprint:
    """Routes at the root."""
    pages = Blueprint("pages", __name__)
    _register_handsets(pages, simulator)
    _register_switches(pages, simulator)
    register_credential_page(pages, simulator)
    register_token_page(pages, simulator)
    return pages


def _register_handsets(pages: Blueprint, simulator: "Simulator") -> None:
    @pages.get("/")
    def handsets() -> Page:
        return show(simulator)

    @pages.post("/answer")
    def answer() -> Page:
        """What is typed comes back when it cannot be sent."""
        sender, to = request.form.get("from", "").strip(), request.form.get("to", "")
        text = request.form.get("text", "").replace("\r\n", "\n")
        problem = _problem(sender, text)
        if problem:
            return show(simulator, problem), 400
        try:
            simulator.answer(sender, to, text)
        except ApiError:
            return show(simulator, _("No service has the number %(number)s.", number=to)), 404
        return redirect(url_for(".handsets"), 303)


def _problem(sender: str, text: str) -> str:
    if not sender:
        return str(_("Give the number of the phone that writes."))
    if not text.strip():
        return str(_("Write a text first."))
    if len(text) > MAX_TEXT:
        return str(_("The text is too long: %(count)d characters at most.", count=MAX_TEXT))
    return ""


def _register_switches(pages: Blueprint, simulator: "Simulator") -> None:
    @pages.post("/callbacks")
    def callbacks() -> Page:
        simulator.change(callbacks=request.form.get("callbacks") == "on")
        return redirect(url_for(".handsets"), 303)

    @pages.post("/fault")
    def fault() -> Page:
        name = request.form.get("name", "")
        if name not in FAULTS_OF_CALLS:
            return show(simulator, _("There is no such fault.")), 400
        simulator.fault(name, count=1 if request.form.get("times") == "once" else None)
        return redirect(url_for(".handsets"), 303)

    @pages.post("/fault/clear")
    def clear_faults() -> Page:
        simulator.clear_faults()
        return redirect(url_for(".handsets"), 303)


def show(simulator: "Simulator", problem: str = "") -> str:
    """The page, with what was typed where something was wrong with it."""
    world = simulator.world
    known = phones(world)
    return render_template(
        "simulator/handsets.html",
        language=str(get_locale()),
        problem=problem,
        typed=request.form if problem else {},
        phones=known[:SHOWN],
        hidden=len(known[SHOWN:]),
        numbers=numbers(world),
        services=list(simulator.account.services.values()),
        callbacks=world.settings.callbacks,
        in_force=world.faults.described(),
        faults=FAULTS_OF_CALLS,
        url=simulator.url,
    )
