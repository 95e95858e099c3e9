"""Who answered STOP: OVH lets nobody of the account write to them (schema, ``sms.Blacklist``)."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from raspisms.adapters.answers import Blocked
from raspisms.adapters.base import Purpose
from raspisms.adapters.errors import Throttled
from raspisms.adapters.ovh.client import Answered, AnswerLost, OvhClient

#: The date takes a call for each number: asked for only where they are no more than this.
_MOST_DATED = 10


def read(client: OvhClient, root: str, same: Callable[[str], str]) -> tuple[Blocked, ...]:
    """All of them, dated where they are few and the budget of calls allows it.

    ``same`` brings a number as OVH writes it to our form. Raises CallError, Throttled.
    """
    answer = client.get(Purpose.INBOX, f"{root}/blacklists")
    if not isinstance(answer, list):
        raise AnswerLost("not a list of numbers")
    shown = {same(str(one)): str(one) for one in answer}
    since = _dates(client, root, shown) if len(shown) <= _MOST_DATED else {}
    return tuple(Blocked(number, since.get(number)) for number in shown)


def _dates(client: OvhClient, root: str, shown: dict[str, str]) -> dict[str, datetime]:
    """By number in our form; those that OVH does not tell now are left out."""
    dates: dict[str, datetime] = {}
    for number, written in shown.items():
        try:
            path = f"{root}/blacklists/{quote(written, safe='+')}"
            entry = client.get(Purpose.RECEIPTS, path)
            date = datetime.fromisoformat(entry["dateCreation"])
        except Throttled:
            break
        except (Answered, AnswerLost, KeyError, TypeError, ValueError):
            continue
        if date.tzinfo is not None:
            dates[number] = date
    return dates
