"""The test adapter: a phone made of two files. It needs no account and reaches nobody.

In ``test_adapter/NUMBER/`` of the instance folder, ``sent.jsonl`` gets a line for each message
sent, and each line added to ``received.jsonl`` comes in:
``{"from": "+33612345678", "text": "Hello"}``.
"""

import json
import os
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from raspisms import clock
from raspisms.adapters.answers import (
    Absent,
    Accepted,
    Batch,
    CheckReport,
    Finding,
    Found,
    Inbound,
    NotSent,
    Outcome,
    Polled,
    ReceiptNews,
    SearchReport,
    SendReport,
    Sought,
    Uncertain,
)
from raspisms.adapters.base import Adapter, Capability, Field
from raspisms.adapters.errors import Unreachable, UnreadableMessage
from raspisms.errors import Invalid, InvalidForm, Text, say
from raspisms.sms.lifecycle import ReceiptState
from raspisms.sms.numbers import parse_recipient


class TestAdapter(Adapter):
    """A message's id is the place of its line in the file, in bytes, and a mark of what it says.

    A file that was deleted and begun anew has other messages at the same places.
    """

    __test__ = False  # not a test case, whatever pytest makes of the name

    uid: ClassVar[str] = "test_adapter"
    name: ClassVar[Text] = say("Test")
    description: ClassVar[Text] = say(
        "To try RaspiSMS without an account: it writes to a file what it would send."
    )
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "number",
            say("Phone number"),
            kind="tel",
            help=say("Any number: it stands for the phone on the pages and names its folder."),
        ),
    )
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.SEND,
            Capability.RECEIVE,
            Capability.POLL_RECEIPTS,
            Capability.FIND_SENT,
            Capability.FLASH,
        }
    )
    max_segments: ClassVar[int] = 10
    max_batch: ClassVar[int] = 500

    @classmethod
    def clean(cls, values: Mapping[str, str], country: str) -> dict[str, Any]:
        try:
            return {"number": parse_recipient(values.get("number", ""), country)}
        except Invalid as error:
            raise InvalidForm([Invalid(error.message, error.hint, field="number")]) from error

    @classmethod
    def number(cls, settings: Mapping[str, Any]) -> str | None:
        return str(settings["number"])

    @classmethod
    def service_key(cls, settings: Mapping[str, Any]) -> str:
        return f"test:{settings['number']}"

    account_key = service_key

    def check(self) -> CheckReport:
        try:
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._received.touch(mode=0o600)
        except OSError as error:
            raise _disk_fault(error) from error
        return CheckReport()

    def send(self, batch: Batch) -> SendReport:
        return SendReport({receiver: self._write(batch, receiver) for receiver in batch.receivers})

    def find_sent(self, sought: Sought) -> SearchReport:
        findings: dict[str, Finding] = dict.fromkeys(sought.receivers, Absent())
        for uid, line in self._lines(self._sent):
            if line.get("tag") == sought.tag and line.get("to") in findings:
                findings[line["to"]] = Found(uid)
        return SearchReport(findings)

    def list_inbox(self, since: datetime | None) -> Sequence[str]:
        return [uid for uid, _ in self._raw_lines(self._received)]

    def fetch(self, provider_uid: str) -> Inbound | None:
        raw = dict(self._raw_lines(self._received)).get(provider_uid)
        if raw is None:
            return None
        try:
            line = json.loads(raw)
            return Inbound(provider_uid, str(line["from"]), str(line["text"]), _time(line))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableMessage(
                say(
                    "What stands at byte %(place)s of received.jsonl cannot be read.",
                    place=provider_uid.partition("-")[0],
                ),
                say('Write it as {"from": "+33612345678", "text": "Hello"}.'),
            ) from error

    def acknowledge(self, provider_uid: str) -> None:
        """The lines stay: the file belongs to whoever writes it."""

    def poll_receipts(self, since: datetime, until: datetime, wanted: Collection[str]) -> Polled:
        return Polled(
            tuple(
                ReceiptNews(uid, ReceiptState.DELIVERED)
                for uid, _ in self._lines(self._sent)
                if uid in wanted
            )
        )

    def look_up(self, provider_uid: str) -> ReceiptNews | None:
        line = dict(self._lines(self._sent)).get(provider_uid)
        if line is None:
            return None
        return ReceiptNews(provider_uid, ReceiptState.DELIVERED, receiver=str(line.get("to")))

    @classmethod
    def parse_callback(cls, values: Mapping[str, str]) -> Sequence[ReceiptNews]:
        return ()

    @property
    def _folder(self) -> Path:
        name = "".join(sign for sign in self.settings["number"] if sign.isalnum())
        return self.surroundings.data_folder / "test_adapter" / name

    @property
    def _sent(self) -> Path:
        return self._folder / "sent.jsonl"

    @property
    def _received(self) -> Path:
        return self._folder / "received.jsonl"

    def _write(self, batch: Batch, receiver: str) -> Outcome:
        line = {
            "to": receiver,
            "text": batch.text,
            "tag": batch.tag,
            "at": clock.now().isoformat(),
            **({"flash": True} if batch.flash else {}),
        }
        try:
            self._sent.touch(mode=0o600)
            file = self._sent.open("rb+")
        except OSError as error:
            return NotSent("provider_down", str(error))
        try:
            with file:
                self._end_last_line(file)
                place = file.tell()
                raw = json.dumps(line, ensure_ascii=False).encode() + b"\n"
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            return Uncertain(str(error))
        return Accepted(_uid(place, raw))

    def _end_last_line(self, file: BinaryIO) -> None:
        """Go to the end, on a line of its own even where a power cut left half a line."""
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")

    def _lines(self, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
        for uid, raw in self._raw_lines(path):
            try:
                line = json.loads(raw)
            except ValueError:
                continue  # cut short by a power cut: never accepted, so nobody waits for it
            if isinstance(line, dict):  # whatever else somebody wrote there, it is no message
                yield uid, line

    def _raw_lines(self, path: Path) -> Iterator[tuple[str, bytes]]:
        """Whole lines with their ids; one still being written is left for the next time."""
        try:
            content = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise _disk_fault(error) from error
        place = 0
        for raw in content.splitlines(keepends=True):
            if raw.endswith(b"\n") and raw.strip():
                yield _uid(place, raw), raw
            place += len(raw)


def _uid(place: int, raw: bytes) -> str:
    return f"{place}-{zlib.crc32(raw.strip()):08x}"


def _time(line: dict[str, Any]) -> datetime | None:
    if "at" not in line:
        return None
    at = datetime.fromisoformat(str(line["at"]))
    return at if at.tzinfo else None


def _disk_fault(error: OSError) -> Unreachable:
    return Unreachable(
        say("The test phone's folder cannot be used: %(fault)s.", fault=error.strerror),
        say("Check the disk and the rights on the instance folder."),
    )
