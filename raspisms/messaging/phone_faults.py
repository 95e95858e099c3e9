"""The last thing that went wrong with each part of a phone: kept also when all is well again."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters.answers import NotSent, Outcome, Refused, Uncertain
from raspisms.adapters.errors import AdapterError, Throttled
from raspisms.errors import Text, say
from raspisms.messaging.transactions import reading, writing
from raspisms.models import PhoneFault
from raspisms.sms.reasons import explain

#: What a phone does, as it is stored.
SEND, RECEIVE, RECEIPTS, CHECK, CALLBACKS = "send", "receive", "receipts", "check", "callbacks"

#: The same fault, met again and again, is written once in so long.
_WRITTEN_AGAIN_AFTER = timedelta(hours=1)
#: A fault that goes on would have been written again by then.
STALE_AFTER = _WRITTEN_AGAIN_AFTER + timedelta(minutes=15)
_MOST_SIGNS, _MOST_SIGNS_OF_ID = 500, 120
#: How a provider's name for a call stands in its words: " (OVH: EU.ext-1.5f3e.1234)".
_QUERY_ID = re.compile(r" ?\([A-Za-z]+: ([\w.:-]+)\)")


@dataclass(frozen=True)
class Fault:
    """What went wrong, when, and the provider's name for the call, empty where it gave none."""

    words: Text
    at: datetime
    query_id: str


def of(phone_id: int) -> dict[str, Fault]:
    """The last fault of each part that ever had one."""
    rows = reading().scalars(select(PhoneFault).where(PhoneFault.phone_id == phone_id))
    return {row.part: Fault(_decoded(row.words), row.at, row.query_id) for row in rows}


def note(session: Session, phone_id: int, part: str, words: Text | str, query_id: str = "") -> None:
    """Keep a fault, in the transaction of ``session``; nothing where the same was just kept."""
    plain, found = _without_query_id(words)
    row = session.get(PhoneFault, (phone_id, part))
    kept, now = _encoded(plain), clock.now()
    if row is None:
        row = PhoneFault(phone_id=phone_id, part=part, at=now, words="", query_id="")
        session.add(row)
    elif not _is_news(row, kept, now):
        return
    row.at, row.words, row.query_id = now, kept, (query_id or found)[:_MOST_SIGNS_OF_ID]


def keep(phone_id: int, part: str, error: AdapterError) -> None:
    """Keep a fault, in a transaction of its own where it is to be written at all."""
    if isinstance(error, Throttled):
        return  # that is how it should be
    plain, _ = _without_query_id(error.message)
    row = reading().get(PhoneFault, (phone_id, part))
    is_news = row is None or _is_news(row, _encoded(plain), clock.now())
    reading().rollback()
    if is_news:
        with writing() as session:
            note(session, phone_id, part, error.message, error.query_id)


def note_outcomes(
    session: Session, phone_id: int, outcomes: Iterable[Outcome], query_id: str = ""
) -> None:
    """Keep what went wrong with a call that sends, in the transaction of ``session``."""
    told = (words for outcome in outcomes if (words := _words_of(outcome)) is not None)
    if (first := next(told, None)) is not None:
        note(session, phone_id, SEND, first, query_id)


def _words_of(outcome: Outcome) -> Text | None:
    """What an outcome says went wrong; None where nothing did."""
    match outcome:
        case NotSent(code, detail) if code != "throttled":
            return _with_detail(code, detail)
        case Refused(code, detail):
            return _with_detail(code, detail)
        case Uncertain(detail):
            return _with_detail("no_answer", detail)
    return None


def _with_detail(code: str, detail: str) -> Text:
    cause = explain(code).cause
    return say("%(cause)s (%(words)s)", cause=cause, words=detail) if detail else cause


def _is_news(row: PhoneFault, words: str, now: datetime) -> bool:
    # A clock that was set back leaves a fault of the future: it is written over too.
    return row.words != words or not timedelta(0) <= now - row.at < _WRITTEN_AGAIN_AFTER


def _without_query_id(words: Text | str) -> tuple[Text, str]:
    """The words without the name of the call, which is another one each time; and that name."""
    if isinstance(words, str):
        words = Text("%(words)s", {"words": words})
    found = ""
    params: dict[str, object] = {}
    for name, value in words.params.items():
        if isinstance(value, str):
            match = _QUERY_ID.search(value)
            found = match[1] if match else found
            params[name] = _QUERY_ID.sub("", value).strip()
        else:
            params[name] = value
    return Text(words.msgid, params), found


def _encoded(text: Text) -> str:
    """A sentence as it is stored, so that each reader gets it in their own language."""
    whole = json.dumps(_as_list(text), ensure_ascii=False)
    return whole if len(whole) <= _MOST_SIGNS else str(text)[:_MOST_SIGNS]


def _as_list(text: Text) -> list[Any]:
    return [
        text.msgid,
        {
            name: _as_list(value) if isinstance(value, Text) else str(value)
            for name, value in text.params.items()
        },
    ]


def _decoded(stored: str) -> Text:
    try:
        return _as_text(json.loads(stored))
    except (ValueError, TypeError):
        return Text("%(words)s", {"words": stored})


def _as_text(value: Any) -> Text:
    msgid, params = value
    return Text(
        msgid,
        {
            name: _as_text(inner) if isinstance(inner, list) else inner
            for name, inner in params.items()
        },
    )
