"""The simulator as a program of its own."""

import os
import signal
import subprocess
import sys

import pytest
import requests
from click.testing import CliRunner

from raspisms.cli.running import simulator
from raspisms.simulator import Simulator
from raspisms.simulator.choice import Choice
from raspisms.simulator.faults import FAULTS, told

PROGRAM = """
from raspisms.simulator.choice import Choice
from raspisms.simulator.command import run
run(port=0, faults=Choice(("error_503",), match="GET /sms", count=3),
    callback_url="http://127.0.0.1:9/", echo=lambda line: print(line, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_when_asked(number: int) -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as program:
        assert program.stdout is not None
        said = [program.stdout.readline() for _ in range(8)]
        url = said[0].split()[-1]
        assert requests.get(url + "/auth/time", timeout=5).status_code == 200
        assert said[-1].split(":", 1)[1].strip() == "error_503: GET /sms ×3"
        program.send_signal(number)
        rest, complaints = program.communicate(timeout=10)
    assert (program.returncode, rest, complaints) == (0, "", "")


def test_several_faults_are_in_force_at_once_each_with_what_is_for_it(sim: Simulator) -> None:
    names = ("callbacks_doubled", "slow_after_acceptance", "inbox_flood")
    options = {"delay": 0.5, "entries": 3}
    Choice(names, match="POST /sms/*", count=4, after=1, options=options).arm(sim)
    assert sim.world.faults.described() == [
        "inbox_flood",
        "slow_after_acceptance: POST /sms/* after 1 ×4",
        "callbacks_doubled: POST /sms/* after 1 ×4",
    ]
    assert len(sim.ledger.incoming) == 3
    sim.world.faults.pick("POST", "/sms/one/jobs")
    behaviour = sim.world.faults.pick("POST", "/sms/one/jobs")
    assert behaviour.chosen == {"delay": 0.5}


def test_it_lists_what_can_go_wrong() -> None:
    answer = CliRunner().invoke(simulator, ["--list-faults", "--fault", "earthquake"])
    lines = [line.split(maxsplit=1) for line in answer.output.splitlines()]
    assert lines == [[name, told(name)] for name in sorted(FAULTS.keys() - {"happy"})]
    assert answer.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fault", "earthquake"], "There is no fault earthquake; --list-faults"),
        (["--fault", "error_400", "--fault-option", "delay=3"], "has an option delay"),
        (["--fault", "error_400", "--fault-option", "delay"], "NAME=VALUE is needed"),
        (["--fault", "slow_after_acceptance", "--fault-option", "delay=x"], "is a number"),
        (["--fault", "connection_refused", "--count", "2"], "a fault that is about calls"),
        (["--match", "GET /sms"], "a fault that is about calls"),
        (["--fault", "error_400", "--match", "a b c"], "not a method and a path"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(arguments: list[str], words: str) -> None:
    answer = CliRunner().invoke(simulator, arguments)
    assert answer.exit_code == 2
    assert words in answer.output
