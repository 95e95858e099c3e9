"""What a person is told once messages are accepted. They are not sent yet, nor said to be."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import flash
from flask_babel import gettext, ngettext

from raspisms import clock
from raspisms.messaging.campaigns import Acceptance
from raspisms.messaging.transactions import reading
from raspisms.models import Phone
from raspisms.sms.reasons import explain
from raspisms.web.drafts import waits_for
from raspisms.web.i18n import full_time, reader_zone, translate
from raspisms.web.recipients import left_out

_DOUBLE_CLICK = timedelta(minutes=1)


def tell_accepted(accepted: Acceptance, typed_at: str = "") -> None:
    """Say when what was accepted leaves; ``typed_at`` is the time as it was entered."""
    campaign, now = accepted.campaign, clock.now()
    if now - campaign.created_at > _DOUBLE_CLICK:
        flash(_accepted_long_ago(accepted.count), "info")
        return
    wait = waits_for(reading().get_one(Phone, campaign.phone_id))
    sentences = [
        _when(accepted.count, campaign.due_at, now),
        _clock_change(typed_at, campaign.due_at),
        _repeats(accepted.repeated),
        left_out(accepted.left_out) if accepted.left_out else "",
        *_skipped(accepted.skipped),
        _unjudged(accepted.unjudged),
        translate(wait) if wait else "",
    ]
    is_whole = not (accepted.left_out or accepted.skipped or accepted.unjudged)
    kind = "success" if is_whole and not wait else "warning"
    flash(" ".join(filter(None, sentences)), kind)


def _accepted_long_ago(count: int) -> str:
    if count == 1:
        return str(
            gettext("This form was sent before, and its message was accepted then: it goes once.")
        )
    return str(
        gettext("This form was sent before, and its messages were accepted then: each goes once.")
    )


def _when(count: int, due_at: datetime, now: datetime) -> str:
    if due_at <= now:
        return str(
            ngettext(
                "Accepted: your message leaves at once.",
                "Accepted: %(num)d messages leave at once.",
                count,
            )
        )
    return str(
        ngettext(
            "Accepted: your message leaves on %(time)s.",
            "Accepted: %(num)d messages leave on %(time)s.",
            count,
            time=full_time(due_at),
        )
    )


def _repeats(count: int) -> str:
    return str(gettext("Given twice, gets it once: %(count)d.", count=count)) if count else ""


def _skipped(counts: Mapping[str, int]) -> list[str]:
    """How many get nothing, with the cause."""
    return [
        gettext("Skipped: %(count)d. %(cause)s", count=count, cause=translate(explain(code).cause))
        for code, count in counts.items()
    ]


def _unjudged(count: int) -> str:
    """Whom the rule of a group could not judge: they may be missed by whoever wrote it."""
    if not count:
        return ""
    return str(gettext("Not in a group because its rule could not judge them: %(n)d.", n=count))


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
