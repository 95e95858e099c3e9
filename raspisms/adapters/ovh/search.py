"""Whether OVH has a message whose answer was lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from raspisms.adapters.base import Absent, CannotTell, Finding, Found, Purpose, Sought
from raspisms.adapters.ovh.client import Answered, AnswerLost, OvhClient

#: A search that would cost more calls than this tells nothing.
_MOST_LOOKED_AT = 25
#: How long after ``since`` a message may have been made: a call takes seconds, clocks differ.
_WINDOW = timedelta(minutes=20)


def find(
    client: OvhClient, root: str, sought: Sought, since: datetime, same: Callable[[str], str]
) -> Finding:
    """Look for ``sought`` among what OVH has sent and what it is about to send.

    The mark of the call comes first. Whether OVH keeps marks for virtual numbers is not documented,
    so without a hit the message is looked for by receiver, time and text; an entry with the mark of
    another call, or with an id that belongs to another message, is not it.
    """
    tagged = _outgoing(client, root, tag=sought.tag)
    entries = _look_at(client, f"{root}/outgoing", tagged, sought)
    if not any(_matches(entry, sought, since, same) for entry in entries.values()):
        # What is about to leave is listed first: in the meantime it may only move to the others.
        entries |= _look_at(client, f"{root}/jobs", _ids(client, f"{root}/jobs"), sought)
        dated = _outgoing(
            client,
            root,
            receiver=sought.receiver,
            **{
                "creationDatetime.from": since.replace(microsecond=0).isoformat(),
                "creationDatetime.to": (since + _WINDOW).replace(microsecond=0).isoformat(),
            },
        )
        entries |= _look_at(client, f"{root}/outgoing", dated, sought)
    matches = {uid: entry for uid, entry in entries.items() if _matches(entry, sought, since, same)}
    if not matches:
        return Absent()
    if len(matches) > 1:
        return CannotTell("several messages at OVH look like it")
    ((uid, entry),) = matches.items()
    return Found(uid, _credits(entry))


def _outgoing(client: OvhClient, root: str, **query: Any) -> list[str]:
    return _ids(client, f"{root}/outgoing", **query)


def _ids(client: OvhClient, path: str, **query: Any) -> list[str]:
    answer = client.get(Purpose.SEND, path, **query)
    if not isinstance(answer, list):
        raise AnswerLost("not a list of ids")
    return [str(one) for one in answer]


def _look_at(
    client: OvhClient, path: str, uids: list[str], sought: Sought
) -> dict[str, dict[str, Any]]:
    """The entries behind ids that may be the message; what vanished meanwhile is left out."""
    free = [uid for uid in uids if uid not in sought.taken]
    if len(free) > _MOST_LOOKED_AT:
        raise AnswerLost("too many entries to look at")
    entries: dict[str, dict[str, Any]] = {}
    for uid in free:
        try:
            entry = client.get(Purpose.SEND, f"{path}/{uid}")
        except Answered as error:
            if error.status != 404:
                raise
            continue
        if isinstance(entry, dict):
            entries[uid] = entry
    return entries


def _matches(
    entry: dict[str, Any], sought: Sought, since: datetime, same: Callable[[str], str]
) -> bool:
    tag = entry.get("tag") or ""
    if tag and tag != sought.tag:
        return False
    if same(str(entry.get("receiver"))) != sought.receiver:
        return False
    if tag == sought.tag:
        return True  # no other call has this mark, whatever became of the text on its way
    if not str(entry.get("message")).strip().startswith(sought.text.strip()):
        return False
    try:
        return datetime.fromisoformat(str(entry.get("creationDatetime"))) >= since
    except (ValueError, TypeError):
        return False


def _credits(entry: dict[str, Any]) -> float | None:
    value = entry.get("credits")
    return float(value) if isinstance(value, int | float) else None
