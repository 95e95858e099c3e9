"""STOP: the numbers that campaigns leave out, which the household shares as it shares contacts."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError, Text, say
from raspisms.messaging import contacts, opt_outs
from raspisms.messaging.opt_outs import BadLine
from raspisms.models import OptOut
from raspisms.sms.files import source
from raspisms.web import addresses
from raspisms.web.access import safe_next
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.i18n import phone_number

blueprint = Blueprint("opt_outs", __name__)

#: How it is known that a number wants no campaigns.
SOURCES: dict[str, Text] = {
    opt_outs.BY_SMS: say("By SMS"),
    opt_outs.BY_PERSON: say("By hand"),
    opt_outs.BY_IMPORT: say("From a list"),
    opt_outs.BY_PROVIDER: say("From the provider"),
}
_SHOWN_BAD_LINES = 20


@dataclass(frozen=True)
class OptOutForm:
    """What the form shows; ``next`` is the page to go back to."""

    number: str = ""
    reason: str = ""
    next: str = ""


@dataclass(frozen=True)
class ListForm:
    """What the form of a list shows."""

    numbers: str = ""
    reason: str = ""


@blueprint.get("/opt-outs")
def index() -> str:
    search, page = request.args.get("search", ""), max(addresses.number("page") or 1, 1)
    return render_template(
        "opt_outs/index.html",
        search=search,
        listing=opt_outs.listing(search, page),
        sources=SOURCES,
    )


def _new_page(problems: Sequence[RaspismsError] = ()) -> str:
    form = request.form if request.method == "POST" else request.args
    number = form.get("number", "")
    shown = OptOutForm(
        number if request.method == "POST" else phone_number(number),
        form.get("reason", ""),
        safe_next(form.get("next")) or "",
    )
    return render_template(
        "opt_outs/new.html", form=shown, problems=problems, suggestions=contacts.suggestions()
    )


@blueprint.get("/opt-outs/new")
def new() -> str:
    return _new_page()


@blueprint.post("/opt-outs/new")
@on_problem(_new_page)
def add() -> Response:
    form = request.form
    added = opt_outs.add(
        get_engine(), require_member(), form.get("number", ""), form.get("reason", "")
    )
    flash(gettext("%(number)s gets no campaigns any more.", number=phone_number(added.number)))
    return redirect(safe_next(form.get("next")) or url_for("opt_outs.index"), 303)


def _list_page(problems: Sequence[RaspismsError] = ()) -> str:
    form = ListForm(request.form.get("numbers", ""), request.form.get("reason", ""))
    return render_template("opt_outs/list.html", form=form, problems=problems)


@blueprint.get("/opt-outs/list")
def list_page() -> str:
    return _list_page()


@blueprint.post("/opt-outs/list")
@on_problem(_list_page)
def add_list() -> Response | str:
    form = ListForm(request.form.get("numbers", ""), request.form.get("reason", ""))
    text = "\n".join(part for part in (form.numbers, _uploaded()) if part.strip())
    if not text:
        raise Invalid(
            say("There is no number in the list."),
            say("Type the numbers, one on each line, or choose a file."),
            field="numbers",
        )
    listed = opt_outs.add_list(get_engine(), require_member(), text, form.reason)
    if listed.added or listed.known:
        flash(_told(listed.added, listed.known))
    if not listed.bad:
        return redirect(url_for("opt_outs.index"), 303)
    # What could not be used comes back, to be corrected; all else is stored.
    left = replace(form, numbers="\n".join(bad.text for bad in listed.bad))
    return render_template("opt_outs/list.html", form=left, problems=[_refused(listed.bad)])


def _told(added: int, known: int) -> str:
    told = ngettext(
        "%(num)d number gets no campaigns any more.",
        "%(num)d numbers get no campaigns any more.",
        added,
    )
    if not known:
        return told
    return f"{told} " + ngettext("%(num)d was known already.", "%(num)d were known already.", known)


class _BadLines(Invalid):
    """The lines that name no number; ``entries`` says of each why."""

    def __init__(self, bad: Sequence[BadLine]) -> None:
        super().__init__(
            say("Some lines name no number that can be used: they are below, and were not taken."),
            say("Correct them and send them again, or leave them."),
            field="numbers",
        )
        self.entries = [
            say("Line %(line)d: %(problem)s", line=one.line, problem=one.problem.message)
            for one in bad[:_SHOWN_BAD_LINES]
        ]
        if len(bad) > _SHOWN_BAD_LINES:
            self.entries.append(say("And %(count)d more.", count=len(bad) - _SHOWN_BAD_LINES))


def _refused(bad: Sequence[BadLine]) -> Invalid:
    return _BadLines(bad)


def _uploaded() -> str:
    """The text of the file that was chosen; empty where none was. Raises Invalid (file)."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return ""
    content = file.read()
    source.refuse_binary(content)
    stream = io.BytesIO(content)
    with source.opened(stream, source.encoding_of(stream)) as text:
        return text.read()


def _one(number: str) -> OptOut:
    opt_out = opt_outs.of(number)
    if opt_out is None:
        raise opt_outs.not_there()
    return opt_out


def _removal_page(number: str, problems: Sequence[RaspismsError] = ()) -> str:
    return render_template(
        "opt_outs/remove.html",
        opt_out=_one(number),
        contact=contacts.find_by_number(number),
        sources=SOURCES,
        back=safe_next(request.values.get("next")) or "",
        problems=problems,
    )


@blueprint.get("/opt-outs/<number>/remove")
def ask_removal(number: str) -> str:
    return _removal_page(number)


@blueprint.post("/opt-outs/<number>/remove")
@on_problem(_removal_page)
def remove(number: str) -> Response:
    opt_outs.remove(get_engine(), require_member(), number)
    flash(gettext("Campaigns go to %(number)s again.", number=phone_number(number)))
    return redirect(safe_next(request.form.get("next")) or url_for("opt_outs.index"), 303)
