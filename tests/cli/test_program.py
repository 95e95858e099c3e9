"""What holds for every command: help, exit codes, sentences instead of tracebacks."""

import os
import signal
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError, OperationalError

from raspisms import sqlite
from raspisms.cli import console
from raspisms.cli.program import COMMANDS
from raspisms.cli.program import Program as Group
from raspisms.messaging import household as settings
from tests.cli.program import COMMAND, Program
from tests.household import Household, eventually


def test_the_help_page_names_every_command(new: Program) -> None:
    page = new.done("--help").out
    assert all(f"\n  {command.name} " in page for command in COMMANDS)
    assert not new.instance.exists()


def test_the_version_is_that_of_the_package(new: Program) -> None:
    assert new.done("--version").out == "RaspiSMS 0.1.0\n"


@pytest.mark.parametrize(
    "args", [["sned"], ["send", "--phone", "Essai"], ["serve", "--port", "http"]]
)
def test_a_command_written_wrongly_ends_with_2(args: list[str]) -> None:
    assert CliRunner().invoke(_program(), args).exit_code == 2


def test_arguments_that_are_no_text_are_refused(program: Program) -> None:
    answer = program.run("send", "--phone", "Essai", "0639981234", os.fsdecode(b"\xff"))
    assert answer.code == 2
    assert "not text in UTF-8" in answer.err


def test_a_setting_that_cannot_be_used_stops_every_command(new: Program) -> None:
    answer = new.run("messages", RASPISMS_TIMEZONE="Mars")
    said = new.refused("settings", RASPISMS_TIMEZONE="Mars")
    assert (answer.code, answer.out, answer.err) == (1, "", said)
    assert said.startswith("raspisms: RASPISMS_TIMEZONE (the environment) is “Mars”")
    assert new.refused("serve", RASPISMS_TIMEZONE="Mars") == said
    assert not new.instance.exists()


def test_an_unknown_setting_is_warned_of_and_nothing_else(new: Program) -> None:
    answer = new.here("settings", RASPISMS_TIMEZON="Mars")
    assert answer.code == 0
    assert answer.err == (
        "raspisms: RASPISMS_TIMEZON (the environment) is not a setting;"
        " is RASPISMS_TIMEZONE meant?\n"
    )


def test_the_settings_are_shown_with_their_source_and_no_secret(new: Program) -> None:
    answer = new.here("settings", "--json", RASPISMS_COUNTRY="BE", RASPISMS_SECRET_KEY="s3" * 20)
    rows = {row["name"]: row for row in answer.lines}
    country = rows["RASPISMS_COUNTRY"]
    assert (country["value"], country["source"], country["default"]) == (
        "BE",
        "the environment",
        "FR",
    )
    assert "s3s3" not in answer.out
    assert "RASPISMS_COUNTRY = FR  [the default]" in new.here("settings").out


def test_what_was_chosen_on_the_settings_page_is_shown_as_such(
    program: Program, household: Household
) -> None:
    name = "RASPISMS_HOUSEHOLD_NAME"
    with household.app.app_context():
        engine = household.engine
        seen = settings.version(engine.config, [name])
        settings.change(engine, household.admin, {name: "Chez nous"}, [name], seen)
    assert f"{name} = Chez nous  [the settings page]" in program.here("settings").out
    (household.folder / sqlite.DATABASE).write_bytes(b"no database" * 1000)
    assert "The database file is damaged." in program.refused("settings")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = Program(tmp_path / "file" / "instance").refused("messages")
    assert str(tmp_path) in said


@pytest.mark.parametrize("args", [["messages"], ["user", "list"]])
def test_a_file_that_is_no_database_is_told(new: Program, args: list[str]) -> None:
    new.instance.mkdir()
    (new.instance / "raspisms.sqlite3").write_text("no database at all, " * 20)
    assert "raspisms restore FILE" in new.refused(*args)


def test_ctrl_c_ends_a_command_without_a_word(new: Program, tmp_path: Path) -> None:
    password = tmp_path / "password"
    os.mkfifo(password)
    with subprocess.Popen(
        [*COMMAND, "user", "add", "Ana", "--password-file", password],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=new.environment(),
        text=True,
    ) as process:
        pipe = eventually(lambda: _open_for_reader(password), within=60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
        os.close(pipe)
    assert (process.returncode, out, err.strip()) == (130, "", "")


def _open_for_reader(pipe: Path) -> int | None:
    """A named pipe's end for writing, once somebody waits at the other end."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def test_a_reader_that_leaves_early_is_no_fault(program: Program, household: Household) -> None:
    with household.app.app_context():
        for _ in range(30):
            household.write(1, "Une phrase assez longue. " * 30)
    with subprocess.Popen(
        [*COMMAND, "messages", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.environment(),
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(10) == 141


def _program(*commands: click.Command) -> Group:
    group = Group("raspisms", params=[click.Option(["--debug"], is_flag=True)])
    for command in commands or COMMANDS:
        group.add_command(command)
    return group


def _failing(error: Exception) -> click.Command:
    def fail() -> None:
        raise error

    return click.Command("fail", callback=fail)


def test_a_fault_of_the_program_is_one_line_and_a_traceback_when_asked_for() -> None:
    program = _program(_failing(KeyError("tête")))
    said = CliRunner().invoke(program, ["fail"])
    assert said.exit_code == 1
    assert said.stderr.count("\n") == 1
    assert "a fault of RaspiSMS itself: KeyError: 'tête'" in said.stderr
    assert "Traceback" in CliRunner().invoke(program, ["--debug", "fail"]).stderr


def test_what_a_database_refuses_is_told_without_the_values() -> None:
    error = IntegrityError("INSERT …", {"secret": "s3cret"}, ValueError("UNIQUE failed"))
    said = CliRunner().invoke(_program(_failing(error)), ["fail"])
    assert "IntegrityError: UNIQUE failed" in said.stderr
    assert "s3cret" not in said.stderr


def test_a_full_disk_is_told_in_words() -> None:
    error = OSError(28, "No space left on device", "/var/lib/x")
    said = CliRunner().invoke(_program(_failing(error)), ["fail"])
    assert said.stderr.startswith("raspisms: /var/lib/x: No space left on device.")


def test_a_disk_that_fails_while_reading_is_told_in_words() -> None:
    import sqlite3

    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = sqlite3.SQLITE_IOERR
    error = OperationalError("SELECT …", {}, fault)
    said = CliRunner().invoke(_program(_failing(error)), ["fail"])
    assert said.stderr.startswith("raspisms: The disk did not answer.")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_CH"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, "fr"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_terminals(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    console.speak(None)
    assert console.language() == language


def test_the_households_language_comes_before_the_terminals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    console.speak("en")
    assert console.language() == "en"
    console.speak(None)


def test_sentences_come_in_french_to_a_french_terminal(program: Program, tmp_path: Path) -> None:
    said = program.refused("backup", tmp_path, LC_ALL="fr_FR.UTF-8")
    assert "est un dossier" in said
    assert "Expected" not in program.refused("messages", LC_ALL="fr_FR", RASPISMS_COUNTRY="Mars")
