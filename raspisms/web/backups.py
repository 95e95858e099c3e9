"""The pages of backups, a part of the settings: which there are, making, taking, deleting."""

from collections.abc import Sequence
from datetime import timedelta

from babel.numbers import format_decimal
from flask import Flask, flash, redirect, render_template, request, send_file, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.errors import RaspismsError, Text, say
from raspisms.messaging import automatic_backups, backup_acts, backup_folder
from raspisms.messaging.backup_folder import AUTOMATIC, BY_HAND
from raspisms.messaging.machine import StorageError
from raspisms.web import choices, settings_form
from raspisms.web.access import admin_only
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.settings import blueprint

NAMES = ("RASPISMS_BACKUP_HOUR", "RASPISMS_BACKUPS_KEPT")
_KINDS = {AUTOMATIC: say("Automatic"), BY_HAND: say("Made by hand")}
_KINDS |= {"before-restore": say("Before a restore")}
_BEFORE_STEP = say("Before an update")
#: An automatic backup that is so late was not made, whoever should have made it.
_LATE = timedelta(hours=1)


def register(app: Flask) -> None:
    app.add_template_global(backup_fault)
    app.add_template_filter(size_in_words, "size")
    app.add_template_filter(kind_in_words, "backup_kind")


def backup_fault() -> StorageError | None:
    """Why this process could not make the automatic backup, for administrators."""
    return get_engine().backup_fault if require_member().is_admin else None


def size_in_words(size: int) -> str:
    """Bytes, rounded as a person wants them."""
    if size < 1_000_000:
        return str(gettext("%(number)s kB", number=_rounded(-(-size // 1000))))
    if size < 1_000_000_000:
        return str(gettext("%(number)s MB", number=_rounded(size / 1_000_000)))
    return str(gettext("%(number)s GB", number=_rounded(size / 1_000_000_000)))


def _rounded(number: float) -> str:
    """To two digits that say something, at least."""
    pattern = "0" if number >= 10 else "0.#"
    return str(format_decimal(number, pattern, locale=get_locale()))


def kind_in_words(kind: str) -> Text:
    return _KINDS.get(kind, _BEFORE_STEP)


def _page(problems: Sequence[RaspismsError] = ()) -> str:
    engine, now = get_engine(), clock.now()
    instance = engine.config.instance_path
    is_due = automatic_backups.is_due(engine, now)
    return render_template(
        "settings/backups.html",
        form=settings_form.shown(NAMES, problems, sent=request.endpoint == "settings.save_backups"),
        problems=problems,
        hours=choices.hours(),
        backups=backup_folder.listing(instance),
        folder=backup_folder.folder(instance),
        room=backup_folder.room(instance),
        next_at=automatic_backups.next_at(engine, now),
        is_late=is_due and automatic_backups.is_due(engine, now - _LATE),
    )


@blueprint.get("/settings/backups")
@admin_only
def backups() -> str:
    return _page()


@blueprint.post("/settings/backups")
@admin_only
@on_problem(_page)
def back_up() -> Response:
    made = backup_acts.make(get_engine(), require_member())
    flash(gettext("The backup is made: %(size)s.", size=size_in_words(made.size)))
    return redirect(url_for("settings.backups"), 303)


@blueprint.post("/settings/backups/automatic")
@admin_only
@on_problem(_page)
def save_backups() -> Response:
    if settings_form.save(NAMES):
        flash(gettext("The settings are saved. They hold from now on."))
    else:
        flash(gettext("Nothing was changed."), "info")
    return redirect(url_for("settings.backups"), 303)


@blueprint.get("/settings/backups/<name>")
@admin_only
def download(name: str) -> Response:
    backup = backup_acts.take(get_engine(), require_member(), name)
    try:
        response = send_file(
            backup.path,
            mimetype="application/vnd.sqlite3",
            as_attachment=True,
            download_name=f"raspisms-{backup.name}",
            conditional=False,
            etag=False,
        )
    except FileNotFoundError as gone:
        raise backup_folder.no_such() from gone
    response.headers["Cache-Control"] = "no-store"
    return response


def _deletion_page(name: str, problems: Sequence[RaspismsError] = ()) -> str:
    backup = backup_folder.find(get_engine().config.instance_path, name)
    return render_template("settings/delete_backup.html", backup=backup, problems=problems)


@blueprint.get("/settings/backups/<name>/delete")
@admin_only
def ask_deletion(name: str) -> str:
    return _deletion_page(name)


@blueprint.post("/settings/backups/<name>/delete")
@admin_only
@on_problem(_deletion_page)
def delete_backup(name: str) -> Response:
    backup_acts.delete(get_engine(), require_member(), name)
    flash(gettext("The backup is deleted."))
    return redirect(url_for("settings.backups"), 303)
