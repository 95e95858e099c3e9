"""Whether the books agree with each other, and with what people wrote."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.kills.books import Books, Row, sms_of, sms_of_job
from tests.faults.kills.people import REFUSED, SILENT, People
from tests.faults.kills.traffic import Sms

#: What can be found, in the order in which it is told.
KINDS = ("lost", "doubled", "wrong status", "wrong person", "unapplied receipt", "damage")


@dataclass(frozen=True)
class Discrepancy:
    """One thing that must not be."""

    kind: str
    what: str
    history: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}\n{self.history}".rstrip()


def audit(books: Books, accepted: Counter[Sms], people: People) -> list[Discrepancy]:
    """All that must not be, by KINDS."""
    found = [
        *_sent_once(books, accepted, people),
        *_stored_once(books, accepted),
        *_received_once(books),
        *_statuses(books, people),
        *_persons(books),
        *_receipts(books),
        *(Discrepancy("damage", words) for words in books.damage),
    ]
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def _differences(
    wanted: Counter[Sms], there: Counter[Sms], where: str, books: Books
) -> Iterator[Discrepancy]:
    for sms in wanted.keys() | there.keys():
        if there[sms] != wanted[sms]:
            kind = "lost" if there[sms] < wanted[sms] else "doubled"
            what = f"{sms}: accepted {wanted[sms]} times, {there[sms]} times in {where}"
            yield Discrepancy(kind, what, books.history(sms))


def _sent_once(books: Books, accepted: Counter[Sms], people: People) -> Iterator[Discrepancy]:
    """OVH has each, but for those to numbers that it refuses."""
    wanted = Counter(
        {sms: n for sms, n in accepted.items() if people.ends[sms.receiver] != REFUSED}
    )
    jobs = books.simulator.ledger.jobs
    there = Counter(map(sms_of_job, jobs))
    yield from _differences(wanted, there, "OVH's ledger", books)


def _stored_once(books: Books, accepted: Counter[Sms]) -> Iterator[Discrepancy]:
    yield from _differences(accepted, Counter(map(sms_of, books.out)), "the database", books)


def _received_once(books: Books) -> Iterator[Discrepancy]:
    stored = Counter(_inbound(row) for row in books.came_in)
    came = Counter(
        (str(one.id), one.number, one.sender, one.text) for one in books.simulator.ledger.incoming
    )
    for one in stored.keys() | came.keys():
        if stored[one] != came[one]:
            kind = "lost" if stored[one] < came[one] else "doubled"
            yield Discrepancy(kind, f"received {one}: {stored[one]} times in the database")


def _inbound(row: Row) -> tuple[str, str, str, str]:
    return row["provider_uid"], row["number"], row["peer"], row["body"]


def _statuses(books: Books, people: People) -> Iterator[Discrepancy]:
    for row in books.out:
        end = people.ends[row["peer"]]
        is_right = (row["status"], row["reason"]) == (end.status, end.reason)
        if not is_right or (row["final_at"] is None) != (end == SILENT):
            what = f"message {row['id']} is {row['status']} ({row['reason']}), must be {end}"
            yield Discrepancy("wrong status", what, books.history(sms_of(row)))


def _persons(books: Books) -> Iterator[Discrepancy]:
    """An id of OVH belongs to the message that it was given for, and to no other."""
    jobs = {str(job.id): job for job in books.simulator.ledger.jobs}
    used = Counter(row["provider_uid"] for row in books.out if row["provider_uid"])
    for row in books.out:
        uid = row["provider_uid"]
        if uid is None:
            continue
        job = jobs.get(uid)
        owner = sms_of_job(job) if job else None
        if owner != sms_of(row) or used[uid] > 1:
            what = f"message {row['id']} has the id {uid} of {owner}"
            yield Discrepancy("wrong person", what, books.history(sms_of(row)))


def _receipts(books: Books) -> Iterator[Discrepancy]:
    """What OVH told of a message of ours is known to be about it.

    Or about one of its call, where all that was told of the call is the same and nobody need know
    which is whose.
    """
    jobs = {str(job.id): job for job in books.simulator.ledger.jobs}
    owners = {row["provider_uid"]: row["id"] for row in books.out if row["provider_uid"]}
    for receipt in books.receipts:
        uid = receipt["provider_uid"]
        unmapped = books.unmapped.get(uid)
        in_its_call = unmapped is not None and unmapped["state"] == receipt["state"]
        if uid in jobs and not in_its_call and receipt["message_id"] != owners.get(uid, ""):
            job = jobs[uid]
            history = books.history(sms_of_job(job))
            yield Discrepancy("unapplied receipt", f"receipt {receipt['id']} about {job}", history)
