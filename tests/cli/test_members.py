"""``raspisms user``."""

from pathlib import Path

from raspisms.messaging import authentication
from tests.cli.program import Program
from tests.household import Household

PASSWORD = "trois mots simples"


def test_an_account_is_made_with_a_password_from_standard_input(
    program: Program, household: Household
) -> None:
    answer = program.done("user", "add", "Léo", "--phone", "essai", given=f"{PASSWORD}\nmore\n")
    assert "“Léo”" in answer.out
    listed = {one["name"]: one for one in program.here("user", "list", "--json").lines}
    assert listed["Ana"] == {"name": "Ana", "is_admin": True, "phones": ["Essai"]}
    assert listed["Léo"] == {"name": "Léo", "is_admin": False, "phones": ["Essai"]}
    with household.app.app_context():
        assert authentication.authenticate("léo", PASSWORD)


def test_a_password_can_come_from_a_file(
    program: Program, household: Household, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes("\ufeffun autre secret\r\n".encode())
    program.done("user", "password", "ana", "--password-file", tmp_path / "secret")
    with household.app.app_context():
        assert authentication.authenticate("Ana", "un autre secret")


def test_accounts_that_cannot_be_made_are_told(program: Program, tmp_path: Path) -> None:
    assert "already an account" in program.refused("user", "add", "ANA", given=PASSWORD)
    assert "too short" in program.refused("user", "add", "Léo", given="court\n")
    assert "Nothing came" in program.refused("user", "add", "Léo")
    assert "not text in UTF-8" in program.refused("user", "add", "Léo", given=b"\xff\xff\n")
    assert "no phone named “Rien”" in program.refused("user", "add", "Léo", "--phone", "Rien")
    missing = program.refused("user", "add", "Léo", "--password-file", tmp_path / "none")
    assert "cannot be read: No such file" in missing
    assert "Léo" not in program.here("user", "list").out


def test_the_password_of_an_unknown_account_is_not_changed(program: Program) -> None:
    assert "no account named “Zoé”" in program.refused("user", "password", "Zoé", given=PASSWORD)
