"""The files that the test adapter's phone is made of, as its provider."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from raspisms.adapters.base import Adapter
from raspisms.adapters.test import TestAdapter
from tests.faults.matrix.ends import DELIVERED, Fate
from tests.faults.matrix.file_faults import FAULTS
from tests.faults.matrix.operations import Operation
from tests.faults.matrix.provider import CameIn, Place, Provider, Taken

NUMBERS = ("+33639987777", "+33639987778")


class Files(Provider):
    """Whatever is written to them is delivered."""

    faults = tuple(FAULTS)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._sent = self._received = folder
        self._read_before = 0
        self._came_in: list[CameIn] = []

    @classmethod
    def plays_for(cls, kind: type[Adapter]) -> bool:
        return kind is TestAdapter

    @classmethod
    def concerns(cls, fault: str) -> Collection[Operation]:
        return FAULTS[fault][1]

    @classmethod
    def told(cls, fault: str) -> str:
        return (FAULTS[fault][0].__doc__ or "").partition("\n")[0]

    def values(self, kind: type[Adapter], which: int) -> dict[str, str]:
        return {"number": NUMBERS[which]}

    def fates(self, fault: str) -> Sequence[Fate]:
        return (Fate(DELIVERED),) * 5

    def begin(self, settings: Mapping[str, Any]) -> None:
        folder = self.folder / "test_adapter" / settings["number"].removeprefix("+")
        self._sent, self._received = folder / "sent.jsonl", folder / "received.jsonl"
        self._sent.touch()
        self._read_before = self._received.stat().st_size
        self._came_in = []

    def promise(self, receiver: str, fate: Fate) -> None:
        """There is nobody who would not get what is written."""

    def come_in(self, sender: str, text: str) -> None:
        with self._received.open("ab") as file:
            file.write(json.dumps({"from": sender, "text": text}).encode() + b"\n")
        self.came_in()

    @contextmanager
    def lay(self, fault: str, place: Place) -> Iterator[None]:
        comes_in = place.operation in (Operation.LIST, Operation.CHECK)
        with FAULTS[fault][0](self._received if comes_in else self._sent):
            yield

    def was_met(self) -> bool:
        return True

    def settle(self) -> None:
        """Whatever was written is there."""

    def taken(self, text: str) -> list[Taken]:
        return [
            Taken("", line["to"], DELIVERED)
            for _, line in _messages(self._sent)
            if line.get("text") == text
        ]

    def came_in(self) -> list[CameIn]:
        with suppress(OSError):  # it cannot be read now: nothing has come in meanwhile
            self._came_in = [
                CameIn("", line["from"], line["text"])
                for place, line in _messages(self._received)
                if place >= self._read_before
            ]
        return self._came_in


def _messages(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each whole line that is a message, with its place in bytes."""
    place = 0
    for raw in file.read_bytes().splitlines(keepends=True):
        with suppress(ValueError):
            line = json.loads(raw) if raw.endswith(b"\n") else None
            if isinstance(line, dict):
                yield place, line
        place += len(raw)
