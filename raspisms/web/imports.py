"""Imports: a file is chosen, looked at line by line, and imported or given up."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask import stream_with_context as in_this_request
from flask_babel import get_locale, gettext, ngettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError, Text, say
from raspisms.messaging import address_changes, groups, import_preview, imports
from raspisms.messaging.import_choices import Choices
from raspisms.messaging.import_rows import VERDICTS
from raspisms.models import ContactImport
from raspisms.web import addresses, import_form
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.i18n import spreadsheet_delimiter, translate

blueprint = Blueprint("imports", __name__)

#: While something is done by itself, the page is loaded again after so many seconds.
_AGAIN_SECONDS: Final = {"uploaded": 2, "reading": 1, "local": 2, "importing": 1}
_STATES: Final[dict[str, Text]] = {
    "uploaded": say("Is being stored"),
    "reading": say("Is being read"),
    "local": say("Is being read"),
    "ready": say("Waits for you"),
    "importing": say("Is being imported"),
    "done": say("Imported"),
    "failed": say("Cannot be read"),
    "discarded": say("Discarded"),
    "undone": say("Undone"),
}


def _upload_page(problems: Sequence[RaspismsError] = ()) -> str:
    recent = imports.recent()
    return render_template(
        "imports/index.html",
        problems=problems,
        imports=[(one, _STATES[_state(one)]) for one in recent],
        kept_days=imports.KEPT.days,
    )


@blueprint.get("/contacts/import")
def index() -> str:
    return _upload_page()


@blueprint.post("/contacts/import")
@on_problem(_upload_page)
def upload() -> Response:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(say("No file is chosen."), say("Choose the file to import."), field="file")
    language = str(get_locale())
    stream = file.stream if file.stream.seekable() else BytesIO(file.stream.read())
    import_id = imports.add(get_engine(), require_member(), file.filename, stream, language)
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _page(import_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    record, country = imports.get(import_id), get_engine().config.country
    choices = Choices.of(record.choices)
    shown = request.args.get("show", "")
    verdict = shown if shown in VERDICTS else import_preview.first_verdict(record)
    return render_template(
        "imports/show.html",
        record=record,
        state=_state(record),
        problems=problems,
        problem=imports.problem_of(record),
        counts=record.found.get("counts", {}),
        verdict=verdict,
        page=import_preview.page(record, country, verdict, request.args.get("after", "")),
        form=import_form.shown(choices, record, problems),
        groups=[(gid, name) for gid, name, smart in groups.choices() if not smart],
        into=_typed_group(),
    )


@blueprint.get("/contacts/import/<int:import_id>")
def show(import_id: int) -> Response:
    response = make_response(_page(import_id))
    seconds = _AGAIN_SECONDS.get(imports.get(import_id).state)
    if seconds:
        response.headers["Refresh"] = str(seconds)
    return response


@blueprint.post("/contacts/import/<int:import_id>/read")
@on_problem(_page)
def choose(import_id: int) -> Response:
    """Read the file again, in another way."""
    choices = Choices.of(imports.get(import_id).choices)
    imports.choose(get_engine(), import_id, **import_form.typed(choices))
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.post("/contacts/import/<int:import_id>/import")
@on_problem(_page)
def run(import_id: int) -> Response:
    group, new_group = _typed_group()
    imports.begin(
        get_engine(), require_member(), import_id, addresses.whole(group), new_group=new_group
    )
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.post("/contacts/import/<int:import_id>/discard")
@on_problem(_page)
def discard(import_id: int) -> Response:
    name = imports.get(import_id).name
    imports.discard(get_engine(), import_id)
    flash(gettext("“%(name)s” is discarded. No contact was changed by it.", name=name))
    return redirect(url_for("imports.index"), 303)


@blueprint.post("/contacts/import/<int:import_id>/undo")
@on_problem(_page)
def undo(import_id: int) -> Response:
    undone = imports.undo(import_id)
    said = ngettext(
        "The import is undone: %(num)d contact is as before.",
        "The import is undone: %(num)d contacts are as before.",
        undone.restored,
    )
    if undone.left:
        said += " " + ngettext(
            "%(num)d stays as it is, since somebody has changed it meanwhile.",
            "%(num)d stay as they are, since somebody has changed them meanwhile.",
            undone.left,
        )
    flash(said)
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.get("/contacts/import/<int:import_id>/report")
def report(import_id: int) -> Response:
    """The skipped lines, to be mended and imported again."""
    is_json = imports.get(import_id).choices.get("format") == "json"
    response = Response(in_this_request(_report(import_id, is_json)), mimetype="text/csv")
    name = f"import-{import_id}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _report(import_id: int, is_json: bool) -> Iterator[str]:
    place = gettext("Entry") if is_json else gettext("Line")
    heads = (place, gettext("Reason"), gettext("As it stood in the file"))
    return import_preview.report(
        import_id, get_engine().config.country, heads, translate, spreadsheet_delimiter()
    )


def _typed_group() -> tuple[str, str]:
    return request.form.get("group", ""), request.form.get("new_group", "")


def _state(record: ContactImport) -> str:
    """The state, also "undone" for what was imported and is not any more."""
    if record.state == "done" and record.change_id is not None:
        return "undone" if address_changes.get(record.change_id).undone_at else "done"
    return record.state
