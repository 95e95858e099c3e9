"""The two books that must agree: the product's database and OVH's ledger, read from outside."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from raspisms.simulator import Simulator
from raspisms.simulator.ledger import JobEntry
from tests.faults.kills.traffic import Sms

Row = sqlite3.Row

#: A phone is called what people write to it at, also where it has no number of its own.
_OUT = """
    SELECT message.*, phone.name AS number FROM message JOIN phone ON phone.id = message.phone_id
    WHERE direction = 'out' ORDER BY message.id
"""
_IN = _OUT.replace("'out'", "'in'")
_RECEIPTS = "SELECT * FROM receipt ORDER BY id"
_UNMAPPED = "SELECT * FROM unmapped_id"
_STATUSES = "SELECT status, peer FROM message WHERE direction = 'out' AND final_at IS NULL"


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def unfinished(database: Path) -> list[tuple[str, str]]:
    """Status and receiver of each outgoing message that is not at its end."""
    with _reading(database) as connection:
        return [(row["status"], row["peer"]) for row in connection.execute(_STATUSES)]


def held(database: Path) -> list[int]:
    """The ids of messages that wait for a person."""
    with _reading(database) as connection:
        rows = connection.execute("SELECT id FROM message WHERE status = 'held'")
        return [row["id"] for row in rows]


def claimed(database: Path) -> int:
    """How many messages are claimed for a call."""
    return _count(database, "status = 'sending'")


def received(database: Path) -> int:
    """How many messages came in."""
    return _count(database, "direction = 'in'")


def _count(database: Path, which: str) -> int:
    with _reading(database) as connection:
        count: int = connection.execute(f"SELECT count(*) FROM message WHERE {which}").fetchone()[0]
        return count


@dataclass(frozen=True)
class Books:
    """What both hold at the end. ``damage`` is what SQLite says of its own file."""

    out: list[Row]
    came_in: list[Row]
    receipts: list[Row]
    #: By the provider's id.
    unmapped: dict[str, Row]
    damage: list[str]
    simulator: Simulator

    @classmethod
    def opened(cls, database: Path, simulator: Simulator) -> "Books":
        with _reading(database) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            found += [str(tuple(row)) for row in connection.execute("PRAGMA foreign_key_check")]
            return cls(
                list(connection.execute(_OUT)),
                list(connection.execute(_IN)),
                list(connection.execute(_RECEIPTS)),
                {row["provider_uid"]: row for row in connection.execute(_UNMAPPED)},
                [words for words in found if words != "ok"],
                simulator,
            )

    def history(self, sms: Sms) -> str:
        """Everything that either knows of an SMS (or of several alike)."""
        rows = [row for row in self.out if sms_of(row) == sms]
        jobs = [job for job in self.simulator.ledger.jobs if sms_of_job(job) == sms]
        uids = {str(job.id) for job in jobs} | {row["provider_uid"] for row in rows}
        told = [row for row in self.receipts if row["provider_uid"] in uids]
        called = [call for call in self.simulator.ledger.callbacks if str(call.message) in uids]
        unmapped = [self.unmapped[uid] for uid in uids & self.unmapped.keys()]
        lines = [f"database: {dict(row)}" for row in rows] + [f"OVH: {job}" for job in jobs]
        lines += [f"not mapped: {dict(row)}" for row in unmapped]
        lines += [f"receipt: {dict(row)}" for row in told] + [f"callback: {one}" for one in called]
        return "\n".join(f"    {line}" for line in lines)


def sms_of(row: Row) -> Sms:
    return Sms(row["number"], row["peer"], row["body"])


def sms_of_job(job: JobEntry) -> Sms:
    """What OVH took; without a virtual number it is sent from a short one."""
    return Sms(job.number or job.sender, job.receiver, job.text)
