"""The real command as people run it: a process of its own, warnings being errors.

What it refuses, and what it does a second time, is looked at in the process of the test, where a
command takes a tenth of the time.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from raspisms.cli.program import program
from tests.process import clean_environment

COMMAND = (sys.executable, "-W", "error", "-m", "raspisms.cli")
LONGEST_SECONDS = 60


def environment(**settings: object) -> dict[str, str]:
    """This process's environment in English, with these settings and no others."""
    ours = {
        name: value
        for name, value in clean_environment().items()
        if not name.startswith(("LC_", "LANG"))
    }
    return ours | {"LC_ALL": "C.UTF-8"} | {name: str(value) for name, value in settings.items()}


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Each line of standard output, from JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Program:
    """``raspisms`` on one instance folder."""

    instance: Path
    settings: dict[str, object] = field(default_factory=dict)

    def environment(self, **more: object) -> dict[str, str]:
        return environment(RASPISMS_INSTANCE_PATH=self.instance, **self.settings | more)

    def run(self, *args: object, given: str | bytes = "", **more: object) -> Answer:
        """Run it to its end. ``given`` is its standard input, ``more`` its environment."""
        ended = subprocess.run(
            [*COMMAND, *map(str, args)],
            input=given if isinstance(given, bytes) else given.encode(),
            capture_output=True,
            env=self.environment(**more),
            timeout=LONGEST_SECONDS,
            check=False,
        )
        answer = Answer(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
        assert "Traceback" not in answer.err + answer.out
        return answer

    def done(self, *args: object, given: str = "", **more: object) -> Answer:
        """Run it, and expect it to have done what it was told."""
        answer = self.run(*args, given=given, **more)
        assert answer.code == 0, answer.err
        return answer

    def here(self, *args: object, given: str | bytes = "", **more: object) -> Answer:
        """Run it to its end in this process."""
        clean = {name: None for name in os.environ if name.startswith("RASPISMS_")}
        ended = CliRunner().invoke(
            program, [*map(str, args)], given, clean | self.environment(**more)
        )
        if not isinstance(ended.exception, SystemExit | None):
            raise ended.exception
        return Answer(ended.exit_code, ended.stdout, ended.stderr)

    def done_here(self, *args: object, given: str = "", **more: object) -> Answer:
        """Run it here, and expect it to have done what it was told: for what is not its first use.

        Each command is run as a process somewhere: only then it imports all that it needs.
        """
        answer = self.here(*args, given=given, **more)
        assert answer.code == 0, answer.err
        return answer

    def refused(self, *args: object, given: str | bytes = "", **more: object) -> str:
        """Run it here, and expect it to tell a fault; the sentences."""
        answer = self.here(*args, given=given, **more)
        assert (answer.code, answer.out) == (1, ""), answer
        assert answer.err.startswith("raspisms: ")
        return answer.err
