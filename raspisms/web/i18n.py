"""The reader's language and time zone, and sentences, times and numbers shown in them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask_babel import format_percent, get_locale, gettext
from markupsafe import Markup

from raspisms import clock
from raspisms.errors import RaspismsError
from raspisms.sms import numbers
from raspisms.web.context import current_member, get_engine, language_at_hand
from raspisms.web.translation import day_in_words, translate

LANGUAGES = ("fr", "en")


def register(app: Flask) -> None:
    app.add_template_filter(translate, "tr")
    app.add_template_filter(when)
    app.add_template_filter(full_time)
    app.add_template_filter(phone_number, "phone")
    app.add_template_filter(format_percent, "percent")
    app.add_template_global(language_tag)


def choose_locale() -> str:
    """The member's language, else the household's, else the browser's, else French."""
    member = current_member()
    chosen = member.language if member else None
    return chosen or get_engine().config.language or browser_language()


def locale_at_hand() -> str:
    """The same without asking the database, which may be what is broken."""
    return language_at_hand() or get_engine().config.language or browser_language()


def browser_language() -> str:
    return request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0])


def choose_timezone() -> str:
    """The name of the reader's time zone, for Flask-Babel."""
    return reader_zone().key


def reader_zone() -> ZoneInfo:
    """The member's time zone, else the household's."""
    member = current_member()
    if member and member.timezone:
        return ZoneInfo(member.timezone)
    return get_engine().config.timezone


def language_tag() -> str:
    """The language of the page, for ``<html lang>``."""
    return str(get_locale())


def spreadsheet_delimiter() -> str:
    """What spreadsheets part cells by, where the reader's language is at home."""
    return ";" if str(get_locale()).startswith("fr") else ","


def in_words(error: RaspismsError) -> str:
    """What happened and what to do, in the reader's language."""
    parts = (error.message, error.hint)
    return " ".join(translate(part) for part in parts if part)


def phone_number(number: str | None) -> str:
    """A kept number as the household reads it."""
    return numbers.display(number, get_engine().config.country) if number else ""


def when(instant: datetime) -> Markup:
    """A ``<time>``: the hour for today, else the day too, on the reader's clock."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        instant.isoformat(timespec="seconds"), full_time(instant), _short(instant)
    )


def full_time(instant: datetime) -> str:
    """The whole date and the time with seconds and zone, on the reader's clock."""
    local = instant.astimezone(reader_zone())
    day = day_in_words(local, "full")
    return f"{day}, {local:%H:%M:%S} ({local:%Z})"


def _short(instant: datetime) -> str:
    zone = reader_zone()
    local, today = instant.astimezone(zone), clock.now().astimezone(zone).date()
    hour = f"{local:%H:%M}"
    days = (today - local.date()).days
    if days == 0:
        return hour
    if days in (1, -1):
        near = gettext("Yesterday") if days == 1 else gettext("Tomorrow")
        return f"{near} {hour}"
    pattern = "d MMM" if local.year == today.year else "d MMM y"
    day = day_in_words(local, "EEEE" if 1 < days < 7 else pattern)
    return f"{day} {hour}" if 1 < days < 7 else f"{day}, {hour}"
