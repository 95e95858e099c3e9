"""What makes everybody's messages wait, in words for every page: the clock, the budget of calls,
the limits of phones.
"""

from collections.abc import Iterator

from babel.dates import format_timedelta
from flask import Flask
from flask_babel import get_locale, gettext

from raspisms.messaging import phone_limits, phones, queues, times
from raspisms.messaging.phone_limits import Reached
from raspisms.messaging.queues import Queue
from raspisms.models import Phone
from raspisms.web.context import get_engine, require_member
from raspisms.web.phone_limits import period_words


def register(app: Flask) -> None:
    app.add_template_global(wrong_clock)
    app.add_template_global(queues_in_sight)
    app.add_template_global(limits_in_sight)
    app.add_template_filter(period_words)


def wrong_clock() -> str:
    """By how much this machine's clock is wrong, as a sentence; nothing where it is right."""
    difference = times.worst_difference()
    if difference is None:
        return ""
    size = format_timedelta(abs(difference), locale=get_locale(), threshold=1.5)
    if difference.total_seconds() > 0:
        return str(gettext("It is %(size)s behind the provider's clock.", size=size))
    return str(gettext("It is %(size)s ahead of the provider's clock.", size=size))


def queues_in_sight() -> list[Queue]:
    """The queues of the phones that the member may see."""
    return queues.waiting(get_engine(), phones.visible(require_member()))


def limits_in_sight() -> Iterator[tuple[Phone, Reached]]:
    """The phones that the member may see of which nothing leaves because of a limit."""
    for phone in phones.visible(require_member()):
        limit = phone_limits.reached(get_engine(), phone.id)
        if limit is not None:
            yield phone, limit
