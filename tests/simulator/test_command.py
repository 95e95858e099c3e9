"""The simulator as a program of its own."""

import os
import signal
import subprocess
import sys

import pytest
import requests

PROGRAM = """
from raspisms.simulator.command import run
run(port=0, fault="error_503", match="GET /sms", count=3, callback_url="http://127.0.0.1:9/",
    echo=lambda line: print(line, flush=True))
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
