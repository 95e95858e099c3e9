"""``raspisms user``."""

from pathlib import Path

import pytest

from raspisms.errors import Invalid, NotFound
from raspisms.messaging import authentication, journal, logins
from tests.cli.program import Program
from tests.household import Household

PASSWORD = "trois mots simples"


def test_an_account_is_made_with_a_password_from_standard_input(
    program: Program, household: Household
) -> None:
    answer = program.done("user", "add", "Léo", "--phone", "essai", given=f"{PASSWORD}\nmore\n")
    assert "“Léo”" in answer.out
    listed = {one["name"]: one for one in program.here("user", "list", "--json").lines}
    assert listed["Ana"] == _listed("Ana", is_admin=True)
    assert listed["Léo"] == _listed("Léo")
    with household.app.app_context():
        assert authentication.authenticate("léo", PASSWORD)


def _listed(name: str, *, is_admin: bool = False, is_disabled: bool = False) -> dict[str, object]:
    return {
        "name": name,
        "is_admin": is_admin,
        "is_disabled": is_disabled,
        "phones": ["Essai"],
    }


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
    common = program.refused("user", "add", "Léo", given="motdepasse2024\n")
    assert "one of the first that anybody would try" in common
    assert "Nothing came" in program.refused("user", "add", "Léo")
    assert "not text in UTF-8" in program.refused("user", "add", "Léo", given=b"\xff\xff\n")
    assert "no phone named “Rien”" in program.refused("user", "add", "Léo", "--phone", "Rien")
    missing = program.refused("user", "add", "Léo", "--password-file", tmp_path / "none")
    assert "cannot be read: No such file" in missing
    assert "Léo" not in program.here("user", "list").out


def test_the_password_of_an_unknown_account_is_not_changed(program: Program) -> None:
    assert "no account named “Zoé”" in program.refused("user", "password", "Zoé", given=PASSWORD)


def test_an_account_is_disabled_and_enabled_again(program: Program, household: Household) -> None:
    program.done_here("user", "add", "Léo", given=PASSWORD)
    program.done("user", "disable", "léo")
    assert "Léo (disabled)" in program.here("user", "list").out
    with household.app.app_context(), pytest.raises(Invalid, match="disabled"):
        authentication.authenticate("Léo", PASSWORD)
    program.done("user", "enable", "léo")
    with household.app.app_context():
        assert authentication.authenticate("Léo", PASSWORD)
    assert "only administrator" in program.refused("user", "disable", "Ana")
    assert "no account named “Zoé”" in program.refused("user", "enable", "Zoé")


def test_what_is_done_on_the_command_line_has_nobody_s_name_in_the_journal(
    program: Program, household: Household
) -> None:
    program.done_here("user", "add", "Léo", "--phone", "essai", given=PASSWORD)
    program.done_here("user", "password", "Léo", given="un autre secret\n")
    with household.app.app_context():
        newest, added = journal.page().entries[:2]
        assert (newest.actor, newest.action, newest.subject) == ("", "member.password_reset", "Léo")
        assert (added.actor, added.action) == ("", "member.added")
        assert added.details == {"administrator": False, "given": ["Essai"]}


def test_a_login_that_was_ended_is_not_brought_back_by_a_backup(
    program: Program, household: Household, tmp_path: Path
) -> None:
    with household.app.app_context():
        secret, link = logins.begin(1, "Firefox"), logins.make_login_link(1)
    household.close()
    program.done_here("backup", tmp_path / "copy")
    with household.app.app_context():
        found = logins.find(secret)
        assert found
        logins.end(1, found.login.id)
        assert logins.begin_by_link(link, "Firefox")
    household.close()
    program.done_here("restore", tmp_path / "copy")
    with household.app.app_context():
        assert logins.find(secret) is None
        with pytest.raises(NotFound):
            logins.begin_by_link(link, "Firefox")
