"""The journal, for administrators."""

from flask import Blueprint, render_template, url_for

from raspisms.messaging import journal
from raspisms.web import addresses
from raspisms.web.access import admin_only
from raspisms.web.journal_words import changes, sentence

blueprint = Blueprint("journal", __name__)


@blueprint.get("/settings/journal")
@admin_only
def index() -> str:
    before = addresses.number("before")
    page = journal.page(before)
    return render_template(
        "journal/index.html",
        entries=[(entry, sentence(entry), changes(entry)) for entry in page.entries],
        older=url_for("journal.index", before=page.older) if page.older else None,
        newest=url_for("journal.index") if before is not None else None,
    )
