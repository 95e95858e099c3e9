"""The documents name only what exists, and say what the code says."""

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from raspisms.adapters import registry
from raspisms.adapters.base import Adapter, Capability
from raspisms.adapters.ovh import check, senders, virtual_number
from raspisms.cli.program import program
from raspisms.paths import TRANSLATIONS
from raspisms.settings_table import SETTINGS
from raspisms.simulator.faults import FAULTS
from raspisms.simulator.moments import MOMENTS
from raspisms.sms.lifecycle import TRANSITIONS
from tests.test_checks import EXTRACT

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
FRENCH = TRANSLATIONS / "fr" / "LC_MESSAGES" / "messages.mo"
LARGEST_PICTURE_BYTES = 150_000

#: What the guides lead through, in the order of the form, with the names that the pages must have.
LABELS = {
    "Phones": "Téléphones",
    "Add a phone": "Ajouter un téléphone",
    "Name of the phone": "Nom du téléphone",
    "Phone adapter software": "Adaptateur logiciel du téléphone",
    "Phone number": "Numéro de téléphone",
    "Service Name": "Service Name",
    "Application Key": "Application Key",
    "Application Secret": "Application Secret",
    "Consumer Key": "Consumer Key",
    "Callback URL for status changes": "Adresse URL de callback de changement d'état",
    "Save the phone": "Enregistrer le téléphone",
    "Write": "Écrire",
    "Send": "Envoyer",
    "Conversations": "Conversations",
    "Campaigns": "Campagnes",
}


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(document: str) -> list[str]:
    """The shell examples of a document."""
    return [
        re.sub(r"(?m)^ +", "", block)
        for block in re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", text(ROOT / document))
    ]


def codes(path: Path) -> list[str]:
    """What stands between backquotes, outside of examples."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^ *```.*?^ *```", "", text(path)))


def test_the_readme_s_two_commands_are_those_of_ci() -> None:
    demo, test, *_ = blocks("README.md")
    install = "python3 -m venv .venv && .venv/bin/pip install -e {} && .venv/bin/{}\n"
    assert demo == install.format(".", "raspisms demo")
    assert test == install.format("'.[test]'", "pytest")
    assert test in text(ROOT / ".ci" / "run").replace("pip install -q ", "pip install ")
    assert test in blocks("docs/development.md")


def test_sentences_are_gathered_as_the_checks_gather_them() -> None:
    gathering = f"pybabel extract {shlex.join(EXTRACT)} -o messages.pot ."
    assert any(gathering in block for block in blocks("docs/development.md"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    markdown = re.findall(r"\]\(([^)\s]+)\)", text(document))
    for target in markdown + re.findall(r'(?:src|href)="([^"]+)"', text(document)):
        path, _, anchor = target.partition("#")
        if path.startswith("https://"):
            continue
        file = (document.parent / path).resolve() if path else document
        assert file.is_file(), f"{document.name}: {target}"
        assert file.is_relative_to(ROOT)
        if anchor:
            assert anchor in _anchors(file), f"{document.name}: {target}"


def _anchors(path: Path) -> list[str]:
    titles = re.findall(r"(?m)^#+ (.*)$", text(path))
    return [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_test_named_exists(document: Path) -> None:
    folders = {one.name for one in ROOT.iterdir() if one.is_dir()} - {"instance"}
    for code in codes(document):
        path, _, test = code.partition("::")
        if path.partition("/")[0] not in folders or " " in path:
            continue
        assert (ROOT / path).exists(), f"{document.name}: {code}"
        if test:
            assert f"def {test}(" in text(ROOT / path), f"{document.name}: {code}"


def test_each_promise_is_shown_by_tests() -> None:
    _, _, table = text(ROOT / "docs" / "architecture.md").partition("<!-- promises: begin -->")
    rows = table.partition("<!-- promises: end -->")[0].strip().splitlines()[2:]
    assert [row[4] for row in rows] == list("12345")
    for row in rows:
        _, _, kept_by, shown_by, _ = row.split("|")
        assert "`raspisms/" in kept_by
        assert "`tests/" in shown_by
        assert "::test_" in shown_by


def test_the_life_of_a_message_is_that_of_the_table() -> None:
    section = text(ROOT / "docs" / "architecture.md").partition("## The life of a message")[2]
    section = section.partition("\n## ")[0]
    rows = re.findall(r"(?m)^\| ([a-z, ]+) \| [^|]+ \| ([a-z]+) \|$", section)
    told = sorted((before, after) for befores, after in rows for before in befores.split(", "))
    assert told == sorted((str(before), str(after)) for (before, _), after in TRANSITIONS.items())


def test_every_command_named_exists_with_its_options() -> None:
    context = click.Context(program)
    for line in _command_lines():
        command: click.Command = program
        words = line.split()
        while isinstance(command, click.Group) and words:
            found = command.get_command(context, words.pop(0))
            assert found is not None, line
            command = found
        known = {option for parameter in command.params for option in parameter.opts}
        used = {word.partition("=")[0] for word in words if re.match(r"--\w", word)}
        assert used <= known | {"--help"}, line


def _command_lines() -> Iterator[str]:
    """What follows ``raspisms`` wherever the documents have it run."""
    for document in DOCUMENTS:
        shell = re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", text(document))
        lines = [line for block in shell for line in block.splitlines()] + codes(document)
        for line in lines:
            run = re.search(r"(?:^|bin/)raspisms ([a-z][^#&|;]*)", line.strip())
            if run:
                yield run.group(1)


def test_the_readme_lists_every_command() -> None:
    table = [code for code in codes(ROOT / "README.md") if code.startswith("raspisms ")]
    listed = {code.split()[1] for code in table} | {"restore"}
    assert listed == set(program.commands)


def test_every_setting_named_exists() -> None:
    known = {setting.name for setting in SETTINGS}
    for document in DOCUMENTS:
        named = re.findall(r"\bRASPISMS_[A-Z_]*[A-Z]\b", text(document))
        assert {name.removesuffix("_FILE") for name in named} <= known, document.name


def test_all_faults_and_moments_of_the_simulator_are_told() -> None:
    told = set(codes(ROOT / "docs" / "development.md"))
    assert FAULTS.keys() - {"happy"} <= told
    assert set(MOMENTS) <= told


def test_all_that_is_asked_of_an_adapter_is_told() -> None:
    asked = {name for name in vars(Adapter) | Adapter.__annotations__ if not name.startswith("_")}
    told = set(codes(ROOT / "docs" / "adapters.md"))
    assert asked <= told
    assert {capability.name for capability in Capability} - {"SEND", "FLASH"} <= told


def test_pictures_are_light_and_all_are_shown() -> None:
    pictures = set((ROOT / "docs" / "pictures").iterdir())
    shown = {
        (document.parent / name).resolve()
        for document in DOCUMENTS
        for name in re.findall(r'src="([^"]+)"', text(document))
    }
    assert pictures == shown
    for picture in pictures:
        assert picture.stat().st_size < LARGEST_PICTURE_BYTES, picture.name


@pytest.fixture(scope="module")
def french() -> Catalog:
    if not FRENCH.is_file():
        pytest.skip("there is no French catalogue")
    with FRENCH.open("rb") as file:
        return read_mo(file)


def guide(language: str) -> str:
    return _plain(text(ROOT / "docs" / f"guide-ovh.{language}.md"))


def _plain(words: str) -> str:
    """With plain blanks and apostrophes, and an ellipsis for what differs each time."""
    words = re.sub(r"[\u00a0\u202f]", " ", words).replace("\u2019", "'")
    return re.sub(r"%\(\w+\)[sd]", "…", words)


def test_the_guides_have_the_labels_of_the_form() -> None:
    kind = registry.get("ovh_sms_virtual_number_adapter")
    assert {field.label.msgid for field in kind.fields} <= LABELS.keys()
    for language, labels in (("en", LABELS.keys()), ("fr", LABELS.values())):
        for label in labels:
            assert f"**{label}**" in guide(language), label


def test_the_guides_go_through_the_fields_in_the_order_of_the_form() -> None:
    kind = registry.get("ovh_sms_virtual_number_adapter")
    for language in ("en", "fr"):
        shown = [LABELS[f.label.msgid] if language == "fr" else f.label.msgid for f in kind.fields]
        assert re.findall(r"(?m)^\| \*\*(.+?)\*\* \|", guide(language)) == shown


def test_the_pages_have_the_names_that_the_french_guide_uses(french: Catalog) -> None:
    pages = {english: _plain(str(french[english].string)) for english in LABELS}
    assert pages == LABELS


def sentences() -> list[str]:
    """What the checks of OVH's adapters may say, by the code that says it."""
    places = {"Wrong": 1, "Invalid": 0, "Unreachable": 0}
    found = []
    modules = [ast.parse(text(Path(one.__file__))) for one in (check, virtual_number, senders)]
    for node in chain.from_iterable(map(ast.walk, modules)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in places:
                found += _said(arguments[places[name] :][:1])
            case ast.FunctionDef(name="_clock_notice" | "_what_is_wrong"):
                found += _said(list(ast.walk(node)))
    return found


def _said(nodes: list[ast.AST] | list[ast.expr]) -> list[str]:
    return [
        str(node.args[0].value)
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "say"
        and isinstance(node.args[0], ast.Constant)
    ]


def test_the_english_guide_explains_what_the_checks_say() -> None:
    assert len(sentences()) > 10
    assert [one for one in sentences() if f"| {_plain(one)} |" not in guide("en")] == []


def test_the_french_guide_explains_what_the_checks_say(french: Catalog) -> None:
    said = [_plain(str(french[one].string)) for one in sentences()]
    assert [one for one in said if f"| {one} |" not in guide("fr")] == []
