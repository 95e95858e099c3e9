"""A day as people say it."""

from datetime import date

from flask_babel import gettext
from markupsafe import Markup

from raspisms import clock
from raspisms.web.i18n import day_in_words, reader_zone


def day_words(day: date) -> Markup:
    """A ``<time>`` for a day that has come: today, yesterday, else its date.

    Days are counted in UTC where they are kept: what is tomorrow for the reader was today.
    """
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), _words(day))


def _words(day: date) -> str:
    today = clock.now().astimezone(reader_zone()).date()
    if day >= today:
        return gettext("Today")
    if (today - day).days == 1:
        return gettext("Yesterday")
    pattern = "d MMMM" if day.year == today.year else "d MMMM y"
    return day_in_words(day, pattern)
