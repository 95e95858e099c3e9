"""What a person is told once a message is accepted. It is not sent yet, and never said to be."""

from datetime import datetime, timedelta

from flask import flash
from flask_babel import gettext

from raspisms import clock
from raspisms.messaging.transactions import reading
from raspisms.models import Message, Phone
from raspisms.web.drafts import waits_for
from raspisms.web.i18n import full_time, reader_zone, translate

_DOUBLE_CLICK = timedelta(minutes=1)


def tell_accepted(message: Message, typed_at: str = "") -> None:
    """Say when a message leaves; ``typed_at`` is the time as it was entered."""
    now = clock.now()
    if now - message.created_at > _DOUBLE_CLICK:
        flash(
            gettext("This form was sent before, and its message was accepted then: it goes once."),
            "info",
        )
        return
    due_at = message.due_at or now
    if due_at <= now:
        words = gettext("Accepted: your message leaves at once.")
    else:
        words = gettext("Accepted: your message leaves on %(time)s.", time=full_time(due_at))
    change = _clock_change(typed_at, due_at)
    wait = waits_for(reading().get_one(Phone, message.phone_id))
    sentences = [words, change, translate(wait) if wait else ""]
    flash(" ".join(filter(None, sentences)), "warning" if wait else "success")


def _clock_change(typed_at: str, due_at: datetime) -> str:
    """What became of a wall-clock time that the change of the clocks skips or repeats."""
    try:
        wall = datetime.fromisoformat(typed_at.strip())
    except ValueError:
        return ""
    local = due_at.astimezone(reader_zone())
    if wall.tzinfo is not None or due_at <= clock.now():
        return ""
    if local.replace(tzinfo=None) != wall:
        return str(
            gettext("The clocks go forward that night, and the time you chose does not exist.")
        )
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return str(gettext("The clocks go back that night: of the two hours, it is the first."))
    return ""
