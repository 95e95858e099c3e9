"""``raspisms demo``: everything works, and nothing is left."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.program import COMMAND, Program, environment
from tests.household import eventually

SECONDS = 60


class Demo:
    """A demonstration that is running; its temporary folder is in ``folder``."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.process, self.folder = process, folder
        self.link, self.handsets = re.findall(r"http://\S+", self._said(process))

    @staticmethod
    def _said(process: "subprocess.Popen[str]") -> str:
        """All up to the last of its first words, which says how to stop it."""
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], lines
        return "".join(lines)

    @property
    def port(self) -> int:
        port = urllib.parse.urlsplit(self.link).port
        assert port
        return port

    @property
    def instance(self) -> Path:
        (instance,) = self.folder.iterdir()
        return instance

    def servers(self) -> list[int]:
        """The processes that serve its pages, by id."""
        wanted = f"serve\0--host\x00127.0.0.1\0--port\0{self.port}\0"
        return [
            int(place.parent.name)
            for place in Path("/proc").glob("[0-9]*/cmdline")
            if wanted in _content(place)
        ]


def _content(place: Path) -> str:
    try:
        return place.read_text(errors="replace")
    except OSError:
        return ""  # it has ended meanwhile


@contextmanager
def running(folder: Path) -> Iterator[Demo]:
    folder.mkdir(exist_ok=True)
    first = 20_000 + os.getpid() % 20_000
    with subprocess.Popen(
        [*COMMAND, "demo", "--port", str(first), "--simulator-port", str(first)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(TMPDIR=folder, RASPISMS_COUNTRY="nowhere"),
    ) as process:
        try:
            yield Demo(process, folder)
        finally:
            process.terminate()
            process.wait(SECONDS)


def assert_nothing_left(demo: Demo, servers: list[int]) -> None:
    assert servers
    eventually(lambda: not demo.servers(), what="the end of the servers")
    assert list(demo.folder.iterdir()) == []
    with socket.socket() as trial:
        assert trial.connect_ex(("127.0.0.1", demo.port)) != 0


def browse(link: str) -> str:
    """The page behind a one-time link, after its button was pressed."""
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
    )
    with browser.open(link, timeout=SECONDS) as page:
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.read().decode())
    assert token
    form = urllib.parse.urlencode({"csrf_token": token[1]}).encode()
    with browser.open(link, form, timeout=SECONDS) as page:
        return str(page.read().decode())


def answer(handsets: str, number: str, text: str) -> None:
    form = urllib.parse.urlencode({"from": number, "to": "+33639980001", "text": text}).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{handsets}answer", form, timeout=SECONDS) as page:
        assert page.status == 200


def test_a_message_goes_out_and_an_answer_comes_in_and_ctrl_c_ends_it_all(tmp_path: Path) -> None:
    with running(tmp_path / "tmp") as demo:
        assert "Mamie Jeanne" in browse(demo.link)
        program = Program(demo.instance)
        past = program.here("messages", "--json").lines
        assert {message["status"] for message in past} == {
            "received",
            "delivered",
            "failed",
            "pending",
        }
        assert [message["created_at"] for message in past] == sorted(
            message["created_at"] for message in past
        )
        groups = {line["name"]: line["people"] for line in program.here("groups", "--json").lines}
        assert groups["Anniversaires du jour"] == 1
        sent = int(program.here("send", "--phone", "Maison", "Léa", "J'arrive").out)
        eventually(
            lambda: _status(program, sent) == "delivered",
            within=SECONDS,
            what="a delivered message",
        )
        answer(demo.handsets, "+33639982013", "Super !")
        eventually(lambda: "Super !" in program.here("messages", "--direction", "in").out, SECONDS)
        assert len(program.here("messages", "--json").lines) == len(past) + 2

        servers = demo.servers()
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(SECONDS) == 0
        assert demo.process.stderr is not None
        assert "Traceback" not in demo.process.stderr.read()
        assert_nothing_left(demo, servers)


def _status(program: Program, message_id: int) -> str:
    lines = program.here("messages", "--json").lines
    return next(str(line["status"]) for line in lines if line["id"] == message_id)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_it_ends_when_it_is_told_to(tmp_path: Path, number: int) -> None:
    with running(tmp_path / "tmp") as demo:
        servers = demo.servers()
        demo.process.send_signal(number)
        assert demo.process.wait(SECONDS) == 0
        assert_nothing_left(demo, servers)


def test_it_says_so_when_its_pages_end_by_themselves(tmp_path: Path) -> None:
    with running(tmp_path / "tmp") as demo:
        servers = demo.servers()
        os.kill(min(servers), signal.SIGKILL)
        assert demo.process.wait(SECONDS) == 1
        assert demo.process.stderr is not None
        assert "ended by themselves" in demo.process.stderr.read()
        assert_nothing_left(demo, servers)
