"""``raspisms messages``."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from raspisms.cli import console
from raspisms.cli.household import opened
from raspisms.cli.options import as_json
from raspisms.sms.lifecycle import Status

if TYPE_CHECKING:
    from raspisms.messaging.listing import Listed
    from raspisms.models import Message


@click.command()
@click.option("--direction", type=click.Choice(["in", "out"]), help="Received or sent ones only.")
@click.option("--status", type=click.Choice([str(status) for status in Status]))
@click.option("--phone", metavar="NAME", help="Of one phone only.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="The last N only.")
@as_json
def messages(
    direction: str | None, status: str | None, phone: str | None, limit: int | None, as_json: bool
) -> None:
    """List messages, oldest first, with what became of them."""
    with opened() as engine:
        from raspisms.messaging import listing

        wanted = listing.Wanted(direction, Status(status) if status else None, phone)
        for listed in listing.walk(wanted, limit):
            if as_json:
                console.put_json(as_values(listed.message, listed.phone))
            else:
                click.echo(_line(listed, engine.config.timezone))


def as_values(message: "Message", phone: str) -> dict[str, object]:
    """A message as it is told to programs. Times are UTC, ISO 8601 with the offset."""
    return {
        "id": message.id,
        "direction": message.direction,
        "phone": phone,
        "number": message.peer,
        "text": message.body,
        "status": str(message.status),
        "reason": message.reason,
        "reason_text": _reason(message.reason, console.language()) if message.reason else None,
        "created_at": _iso(message.created_at),
        "sent_at": _iso(message.sent_at),
        "final_at": _iso(message.final_at),
        "due_at": _iso(message.due_at),
        "provider_uid": message.provider_uid,
        "segments": message.segments,
        "flash": message.flash,
    }


def _line(listed: "Listed", zone: ZoneInfo) -> str:
    """One message on one line, its time on the household's clock."""
    message = listed.message
    local = (message.sent_at or message.due_at or message.created_at).astimezone(zone)
    arrow = "<-" if message.direction == "in" else "->"
    status = _status(message.status, console.language())
    if message.reason:
        status = f"{status} ({message.reason})"
    text = " ".join(message.body.split())
    return (
        f"{message.id:>6}  {local:%Y-%m-%d %H:%M}  {listed.phone[:12]:12} {arrow} "
        f"{message.peer:<16}  {status}: {text}"
    )


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


@cache
def _status(status: str, _language: str) -> str:
    from raspisms.web.labels import MESSAGE_STATUS

    return console.words(MESSAGE_STATUS[status].word)


@cache
def _reason(code: str, _language: str) -> str:
    from raspisms.sms.reasons import explain

    reason = explain(code)
    return " ".join(console.words(part) for part in (reason.cause, reason.advice) if part)
