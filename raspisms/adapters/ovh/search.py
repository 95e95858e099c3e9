"""Whether OVH has the messages of a call whose answer was lost.

The mark of the call comes first. Whether OVH keeps marks for virtual numbers is not documented, so
without a hit the messages are looked for by receiver, time and text; an entry with the mark of
another call, or with an id that belongs to another message, is not one of them. Each call to OVH is
counted in the budget; where that ends the search, what was found by then stands.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from raspisms.adapters.answers import Absent, CannotTell, Finding, Found, SearchReport, Sought
from raspisms.adapters.base import Purpose
from raspisms.adapters.errors import Throttled
from raspisms.adapters.ovh.amounts import amount
from raspisms.adapters.ovh.client import Answered, AnswerLost, OvhClient

#: A search among more entries than this, and than twice the receivers, tells nothing.
_LEAST_LOOKED_AT = 25
#: Clocks differ, and OVH does not document when a message becomes visible.
OVERLAP = timedelta(minutes=5)
#: How long after its call a message may have been made: a call takes seconds, a gateway may wait.
_WINDOW = timedelta(minutes=20)


def find(client: OvhClient, root: str, sought: Sought, same: Callable[[str], str]) -> SearchReport:
    """Look for the messages of a call among what OVH has sent and what it is about to send."""
    search = _Search(client, root, sought, same)
    tagged = search.free(search.ids("outgoing", tag=sought.tag))
    if len(tagged) == len(sought.receivers) > 1 and search.is_marked(tagged[0]):
        # Each of the receivers has one of them: no need to look at every one.
        return SearchReport(dict.fromkeys(sought.receivers, Found(None)), tuple(tagged))
    search.look_at("outgoing", tagged)
    if not search.is_complete or search.has_all:
        return search.report()
    # What is about to leave comes before what has left: in the meantime it may only move there.
    search.look_at("jobs", search.free(search.ids("jobs")))
    if not tagged:
        search.look_at("outgoing", search.free(search.ids("outgoing", **_by_looks(sought))))
    return search.report()


def _by_looks(sought: Sought) -> dict[str, str]:
    query = {
        "creationDatetime.from": _iso(sought.since - OVERLAP),
        "creationDatetime.to": _iso(sought.since + _WINDOW),
    }
    if len(sought.receivers) == 1:
        query["receiver"] = sought.receivers[0]
    return query


def _iso(instant: datetime) -> str:
    return instant.replace(microsecond=0).isoformat()


@dataclass
class _Search:
    """One search: what it may cost, and what it came upon."""

    client: OvhClient
    root: str
    sought: Sought
    same: Callable[[str], str]
    #: The entries that may be messages of the call, by receiver and id.
    found: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    retry_after: timedelta | None = None
    too_many: bool = False

    @property
    def is_complete(self) -> bool:
        return self.retry_after is None and not self.too_many

    @property
    def has_all(self) -> bool:
        return len(self.found) == len(self.sought.receivers)

    def ids(self, place: str, **query: str) -> list[str]:
        answer = self.client.get(Purpose.RECONCILE, f"{self.root}/{place}", **query)
        if not isinstance(answer, list):
            raise AnswerLost("not a list of ids")
        return [str(one) for one in answer]

    def free(self, uids: list[str]) -> list[str]:
        """Those that belong to no other message of ours."""
        known = set(self.sought.known(uids))
        return [uid for uid in dict.fromkeys(uids) if uid not in known]

    def is_marked(self, uid: str) -> bool:
        """Whether an entry has the mark of the call, so that the list was made by it."""
        self.look_at("outgoing", [uid])
        return any(
            entries.get(uid, {}).get("tag") == self.sought.tag for entries in self.found.values()
        )

    def look_at(self, place: str, uids: list[str]) -> None:
        """Keep those entries that may be messages of the call; what vanished is left out."""
        if len(uids) > max(_LEAST_LOOKED_AT, 2 * len(self.sought.receivers)):
            self.too_many = True
            return
        for uid in uids:
            try:
                entry = self.client.get(Purpose.RECONCILE, f"{self.root}/{place}/{uid}")
            except Throttled as error:
                self.retry_after = error.retry_after
                return
            except Answered as error:
                if error.status != 404:
                    raise
                continue
            if isinstance(entry, dict) and self._may_be(entry):
                receiver = self.same(str(entry.get("receiver")))
                self.found.setdefault(receiver, {})[uid] = entry

    def _may_be(self, entry: dict[str, Any]) -> bool:
        tag = entry.get("tag") or ""
        if tag and tag != self.sought.tag:
            return False
        if self.same(str(entry.get("receiver"))) not in self.sought.receivers:
            return False
        if tag == self.sought.tag:
            return True  # no other call has this mark, whatever became of the text on its way
        if not str(entry.get("message")).strip().startswith(self.sought.text.strip()):
            return False
        try:
            made = datetime.fromisoformat(str(entry.get("creationDatetime")))
            return made >= self.sought.since - OVERLAP
        except (ValueError, TypeError):
            return False

    def report(self) -> SearchReport:
        findings = {one: self._finding(one) for one in self.sought.receivers}
        told = {one: finding for one, finding in findings.items() if finding is not None}
        return SearchReport(told, retry_after=self.retry_after)

    def _finding(self, receiver: str) -> Finding | None:
        """None where the search did not come so far."""
        entries = self.found.get(receiver, {})
        marked = {uid for uid, entry in entries.items() if entry.get("tag") == self.sought.tag}
        likely = marked or set(entries)
        if len(likely) > 1:
            return CannotTell("several messages at OVH look like it")
        if likely and not marked and receiver in self.sought.rivals:
            return CannotTell("what OVH has may be another message of the same text")
        if likely:
            (uid,) = likely
            return Found(uid, amount(entries[uid].get("credits")))
        if self.too_many:
            return CannotTell("OVH has too many messages of that time to look at each")
        return Absent() if self.retry_after is None else None
