"""The project's own checks: format, lint, types, import contracts, catalogue."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from raspisms.paths import TRANSLATIONS

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
FRENCH = TRANSLATIONS / "fr" / "LC_MESSAGES"
#: Without the pattern, folders whose names begin with "_" would be left out.
EXTRACT = ("-F", "pyproject.toml", "-k", "say", "--ignore-dirs", ".*")
ALL_CODE = ("raspisms", "tests", "benchmarks", "wsgi.py")


def _run(*command: str) -> None:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--check", *ALL_CODE),
        ("ruff", "check", *ALL_CODE),
        ("mypy",),
        ("lint-imports",),
    ],
    ids=["format", "lint", "types", "imports"],
)
def test_the_code_passes(command: tuple[str, ...]) -> None:
    _run(*command)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code says now."""
    template = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    _run("pybabel", "-q", "extract", *EXTRACT, "-o", str(template), ".")
    with template.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def french() -> Catalog:
    with (FRENCH / "messages.po").open("rb") as file:
        return read_po(file, locale="fr")


def test_every_sentence_is_in_french(wanted: Catalog, french: Catalog) -> None:
    missing = [
        entry.id
        for entry in wanted
        if entry.id and not _is_translated(french, entry.id, entry.context)
    ]
    assert missing == []


def _is_translated(catalog: Catalog, msgid: str | tuple[str, ...], context: str | None) -> bool:
    entry = catalog.get(msgid, context)
    if entry is None or entry.fuzzy:
        return False
    return all(_strings(entry.string))


def test_no_sentence_is_kept_that_nobody_says(wanted: Catalog, french: Catalog) -> None:
    unused = [
        entry.id for entry in french if entry.id and wanted.get(entry.id, entry.context) is None
    ]
    assert unused == []
    assert not french.obsolete


def test_translations_have_the_same_parameters(french: Catalog) -> None:
    faults = [(message.id, [str(error) for error in errors]) for message, errors in french.check()]
    assert faults == []


def test_the_compiled_catalogue_is_that_of_the_source(french: Catalog) -> None:
    with (FRENCH / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    for entry in french:
        if entry.id:
            found = compiled.get(entry.id, entry.context)
            assert found is not None, entry.id
            assert _strings(found.string) == _strings(entry.string)


def _strings(string: object) -> list[object]:
    return list(string) if isinstance(string, list | tuple) else [string]


def test_setup_cfg_names_every_package() -> None:
    from setuptools.config.setupcfg import read_configuration

    named = set(read_configuration(ROOT / "setup.cfg")["options"]["packages"])
    present = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "raspisms").rglob("__init__.py")
    }
    assert present | {"raspisms.templates", "raspisms.static", "raspisms.translations"} == named
