"""Export: contacts, opt-outs and invalid numbers as files."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError, Text, say
from raspisms.messaging import contact_list, exports, groups
from raspisms.messaging.exports import Format, Selection, What
from raspisms.web import addresses, contact_selection
from raspisms.web.context import get_engine
from raspisms.web.downloads import download
from raspisms.web.i18n import spreadsheet_delimiter

blueprint = Blueprint("exports", __name__)

#: What is chosen of the list of contacts, beside what ``exports`` knows.
_SELECTED = "selected"
FORMATS: dict[Format, tuple[Text, Text]] = {
    Format.SPREADSHEET: (
        say("For a spreadsheet"),
        say("A CSV file as Excel and LibreOffice open it best."),
    ),
    Format.CSV: (say("CSV"), say("For other programs, and for RaspiSMS itself.")),
    Format.JSON: (say("JSON"), say("With all data; in the form that RaspiSMS has always had.")),
    Format.VCARD: (say("vCard"), say("For the address book of a telephone or of a mail program.")),
}
_ENDS = {Format.VCARD: "vcf", Format.JSON: "json"}
_TYPES = {Format.VCARD: "text/vcard", Format.JSON: "application/json"}


@dataclass(frozen=True)
class _Wanted:
    """What was asked for; ``chosen`` are the contacts that were ticked."""

    what: str
    group_id: int | None
    chosen: contact_list.Selection


@blueprint.get("/contacts/export")
def index() -> str:
    return _page()


def _page(problems: tuple[RaspismsError, ...] = ()) -> str:
    wanted = _wanted()
    return render_template(
        "exports/index.html",
        whats=_whats(wanted),
        what=wanted.what,
        groups=[(group_id, name) for group_id, name, _ in groups.choices()],
        group=wanted.group_id or "",
        formats=[(key, *words) for key, words in FORMATS.items()],
        form=request.args.get("as", Format.SPREADSHEET),
        address={} if wanted.chosen.is_empty else contact_selection.address_of(wanted.chosen),
        problems=problems,
    )


def _whats(wanted: _Wanted) -> list[tuple[str, str]]:
    found = [(str(What.CONTACTS), gettext("Contacts"))]
    if not wanted.chosen.is_empty:
        count = contact_list.size(wanted.chosen)
        told = ngettext("The %(num)d contact chosen", "The %(num)d contacts chosen", count)
        found.insert(0, (_SELECTED, told))
    return [
        *found,
        (str(What.OPT_OUTS), gettext("The numbers that get no campaigns (STOP)")),
        (str(What.INVALID_NUMBERS), gettext("The invalid numbers")),
    ]


def _wanted() -> _Wanted:
    chosen = contact_selection.of_address()
    usual = str(What.CONTACTS) if chosen.is_empty else _SELECTED
    return _Wanted(request.args.get("what", usual), addresses.number("group"), chosen)


@blueprint.post("/contacts/export/selected")
def selected() -> Response:
    """From the list of contacts, some of which were ticked."""
    chosen = contact_selection.of_address()
    address = {} if chosen.is_empty else contact_selection.address_of(chosen)
    return redirect(url_for("exports.index", **address), 303)


@blueprint.get("/contacts/export/file")
def file() -> Response | tuple[str, int]:
    wanted = _wanted()
    try:
        form = Format(request.args.get("as", Format.CSV))
        name, pieces = _pieces(wanted, form)
        return download(
            lambda file: file.writelines(piece.encode() for piece in pieces),
            _TYPES.get(form, "text/csv"),
            name,
            _ENDS.get(form, "csv"),
        )
    except ValueError:
        problem = Invalid(say("There is no such export."), say("Choose what, and as what."))
        return _page((problem,)), 400


def _pieces(wanted: _Wanted, form: Format) -> tuple[str, Iterator[str]]:
    """The name of the file, and what is in it. Raises ValueError for what there is not."""
    engine = get_engine()
    delimiter = spreadsheet_delimiter() if form is Format.SPREADSHEET else ","
    if wanted.what == _SELECTED:
        selection = Selection(chosen=wanted.chosen)
        return "contacts", exports.contacts(engine, selection, form, delimiter=delimiter)
    what = What(wanted.what)
    if what is What.OPT_OUTS:
        return what, exports.opt_outs(form, delimiter=delimiter)
    if what is What.INVALID_NUMBERS:
        return what, exports.invalid(engine, form, delimiter=delimiter)
    selection = Selection(group_id=wanted.group_id)
    return what, exports.contacts(engine, selection, form, delimiter=delimiter)
