"""The wheel alone, with no checkout near, is the complete product."""

import json
import os
import sqlite3
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from raspisms import sqlite
from raspisms.simulator import account
from tests.household import KEYS, PEER, eventually
from tests.process import Served, clean_environment, free_port

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git tracks, so that nothing left lying about gets in."""
    source = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the wheel; the libraries are those of the tests'."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (site,) = (folder / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (libraries,) = {Path(p) for p in sys.path if p.endswith("site-packages")}
    (site / "libraries.pth").write_text(f"{libraries}\n")
    return folder / "bin" / "python"


def test_it_carries_pages_styles_texts_and_steps(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for wanted in (
        "raspisms/templates/base.html",
        "raspisms/static/css/tokens.css",
        "raspisms/translations/fr/LC_MESSAGES/messages.mo",
        "raspisms/migrations/versions/step_0001.py",
        "raspisms/simulator/schema.json",
    ):
        assert wanted in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "templates/"))]


class Installed:
    """Commands of the installed product, run from a folder that has nothing of it."""

    def __init__(self, python: Path, folder: Path, environment: dict[str, str]) -> None:
        self._python, self._folder, self._environment = python, folder, environment

    def __call__(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [str(self._python), "-m", "raspisms.cli", *arguments],
            cwd=self._folder,
            env=self._environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def simulator_url(python: Path, tmp_path: Path) -> Iterator[str]:
    """The simulator of the wheel, in a process of its own."""
    port = free_port()
    process = subprocess.Popen(
        [str(python), "-m", "raspisms.cli", "simulator", f"--port={port}", "--delivery-delay=0.3"],
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(f"{url}/1.0/auth/time"), 20)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False


def test_installed_alone_it_sends_and_knows_the_delivery(
    python: Path, simulator_url: str, tmp_path: Path
) -> None:
    """By asking, where OVH calls nobody, and then by callback."""
    served = Served(
        tmp_path / "instance",
        RASPISMS_OVH_API_URL=f"{simulator_url}/1.0",
        RASPISMS_OVH_CALLS_PER_MINUTE=600,
        RASPISMS_INBOX_POLL_SECONDS=1,
    )
    served.command = (str(python), "-m", "raspisms.cli")
    (tmp_path / "elsewhere").mkdir()
    raspisms = Installed(python, tmp_path / "elsewhere", served.environment)
    control, database = f"{simulator_url}/control", tmp_path / "instance" / sqlite.DATABASE
    with served:
        _add_phone(raspisms)
        shown = json.loads(raspisms("phone", "show", "Maison", "--json"))
        assert account.APPLICATION_SECRET not in json.dumps(shown)
        _post(f"{control}/settings", callbacks=False)
        raspisms("send", "--phone", "Maison", PEER, "Depuis la roue")
        eventually(lambda: _statuses(database) == ["delivered"], 55)
        _post(f"{control}/settings", callbacks=True)
        _post(f"{control}/callback", service=account.SERVICE, url=shown["callback_url"])
        raspisms("send", "--phone", "Maison", PEER, "Et encore")
        eventually(lambda: _statuses(database) == ["delivered"] * 2, 8)
        _post(f"{control}/answer", **{"from": PEER, "to": account.NUMBER, "text": "Bien reçu"})
        eventually(lambda: _statuses(database) == ["delivered", "delivered", "received"], 45)
        page = requests.get(f"{served.url}/login", headers={"Accept-Language": "fr"}, timeout=5)
        assert page.ok
        assert "Se connecter" in page.text
    told = [(one["direction"], one["status"], one["text"]) for one in _messages(raspisms)]
    assert told == [
        ("out", "delivered", "Depuis la roue"),
        ("out", "delivered", "Et encore"),
        ("in", "received", "Bien reçu"),
    ]


def _add_phone(raspisms: Installed) -> None:
    options = ["phone", "add", "Maison", "--adapter", "ovh_sms_virtual_number_adapter"]
    for name, value in KEYS.items():
        if name != "consumer_key":
            options += ["--set", f"{name}={value}"]
    raspisms(*options, "--set-stdin", "consumer_key", given=KEYS["consumer_key"] + os.linesep)


def _post(url: str, /, **body: object) -> None:
    requests.post(url, json=body, timeout=5).raise_for_status()


def _statuses(database: Path) -> list[str]:
    """Those of the messages, read without starting a command at each look."""
    with closing(sqlite3.connect(database)) as connection:
        return [
            status for (status,) in connection.execute("SELECT status FROM message ORDER BY id")
        ]


def _messages(raspisms: Installed) -> list[dict[str, object]]:
    return [json.loads(line) for line in raspisms("messages", "--json").splitlines()]
