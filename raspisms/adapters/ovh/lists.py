"""Lists that OVH gives, of ids or of names."""

from datetime import datetime
from typing import Any

from raspisms.adapters.base import Purpose
from raspisms.adapters.ovh.client import AnswerLost, OvhClient
from raspisms.adapters.ovh.search import OVERLAP


def incoming(client: OvhClient, root: str, since: datetime | None) -> list[str]:
    """The ids of what came in below ``root``, after ``since`` and a little before, or of all."""
    query = {"creationDatetime.from": _iso(since - OVERLAP)} if since else {}
    return _texts(client.get(Purpose.INBOX, f"{root}/incoming", **query))


def virtual_numbers(client: OvhClient, service: str, purpose: Purpose = Purpose.CHECK) -> list[str]:
    """The virtual numbers of a service (its path), as OVH writes them."""
    return _texts(client.get(purpose, f"{service}/virtualNumbers"))


def senders(client: OvhClient, service: str) -> list[str]:
    """The names of the senders of a service (its path), approved or not."""
    return _texts(client.get(Purpose.CHECK, f"{service}/senders"))


def _texts(answer: Any) -> list[str]:
    if not isinstance(answer, list):
        raise AnswerLost("not a list")
    return [str(one) for one in answer]


def _iso(instant: datetime) -> str:
    return instant.replace(microsecond=0).isoformat()
