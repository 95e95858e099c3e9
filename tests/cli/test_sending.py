"""``raspisms send`` to several: numbers on the command line, and those of a file."""

from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.household import Household

SEND = ("send", "--phone", "Essai")
ONE, TWO, LEA = "+33639985551", "+33639985552", "+33639981234"


def sent(program: Program) -> list[tuple[int, str, str]]:
    lines = program.here("messages", "--json").lines
    return [(line["id"], line["number"], line["text"]) for line in lines]


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    return tmp_path / "numbers.csv"


def test_each_of_several_numbers_gets_it_and_each_message_is_told(program: Program) -> None:
    answer = program.done(*SEND, ONE, "léa", "06 39 98 55 51", "Bonjour")
    assert answer.out == "1\n2\n"
    assert answer.err == "raspisms: Given twice, gets it once: 1.\n"
    assert sent(program) == [(1, ONE, "Bonjour"), (2, LEA, "Bonjour")]
    told = program.here(*SEND, f"{ONE}, {TWO}", "Encore", "--json").lines
    assert [(line["number"], line["text"]) for line in told] == [(ONE, "Encore"), (TWO, "Encore")]


def test_a_flash_message_is_told_from_others(program: Program) -> None:
    program.here(*SEND, ONE, "Alerte", "--flash")
    program.here(*SEND, ONE, "Bonjour")
    assert [line["flash"] for line in program.here("messages", "--json").lines] == [True, False]


@pytest.mark.parametrize(
    "content",
    [
        f"{ONE}\n\n# la famille\nLéa\n",
        f"\ufeffnuméro;nom\r\n{ONE};Ana\r\nLéa;Léa\r\n",
        f'Number,Name\n"{ONE}","Ana, la voisine"\n"Léa"',
        f"Phone number\t\n{ONE}\tAna\nLéa\t\n",
        f" {ONE} , x\n  # note\n;Personne\nlea",
    ],
)
def test_a_file_is_read_as_people_and_spreadsheets_write_it(
    program: Program, numbers: Path, content: str
) -> None:
    numbers.write_bytes(content.encode())
    answer = program.here(*SEND, "--numbers-file", numbers, "Bonjour")
    assert (answer.code, answer.err) == (0, "")
    assert [number for _, number, _ in sent(program)] == [ONE, LEA]


def test_a_file_and_numbers_and_standard_input_go_together(program: Program, numbers: Path) -> None:
    numbers.write_text(f"{ONE}\n")
    program.here(*SEND, TWO, "-", "--numbers-file", numbers, given="Du clavier\n")
    program.here(*SEND, TWO, "Du fichier", "--numbers-file", "-", given=f"{ONE}\n")
    assert [(number, text) for _, number, text in sent(program)] == [
        (ONE, "Du clavier"),
        (TWO, "Du clavier"),
        (ONE, "Du fichier"),
        (TWO, "Du fichier"),
    ]


def test_what_cannot_be_used_is_named_and_nothing_is_sent(program: Program, numbers: Path) -> None:
    numbers.write_text(f"numéro\n\n06 12\n{ONE}\nPersonne\n")
    said = program.refused(*SEND, "0639a81234", TWO, "Bonjour", "--numbers-file", numbers)
    first, *lines = said.splitlines()
    assert first.endswith("With --skip-unusable it goes to the others, 2 in number.")
    assert [line.partition(".")[0] for line in lines] == [
        "number: Line 3: “06 12” has too few digits for a phone number",
        "number: Line 5: There is no contact named “Personne”",
        "number: “0639a81234” contains letters, which a phone number cannot",
    ]
    assert sent(program) == []


def test_what_cannot_be_used_can_be_left_out_and_is_named(program: Program, numbers: Path) -> None:
    numbers.write_text(f"06 12\n{ONE}\n")
    answer = program.here(*SEND, "Bonjour", "--numbers-file", numbers, "--skip-unusable")
    assert (answer.code, answer.out) == (0, "1\n")
    first, second = answer.err.splitlines()
    assert first == "raspisms: Left out, because they cannot be used: 1."
    assert second.startswith("number: Line 1: “06 12” has too few digits")
    assert "too few digits" in program.refused(*SEND, "06 12", "Bonjour", "--skip-unusable")


def test_a_contact_may_be_called_like_a_header(
    program: Program, household: Household, numbers: Path
) -> None:
    from raspisms.messaging import contacts

    with household.app.app_context():
        contacts.add(household.engine, "Portable", TWO)
    household.close()
    numbers.write_text(f"portable\n{ONE}\n")
    program.here(*SEND, "Bonjour", "--numbers-file", numbers)
    assert [number for _, number, _ in sent(program)] == [TWO, ONE]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "number: There is no recipient."),
        (b"# personne\n\n", "number: There is no recipient."),
        ("Léa".encode("latin-1"), "it is not text in UTF-8"),
        (f"{ONE}\n".encode("utf-16"), "it is not text in UTF-8"),
        (b"1\n" * 10_001, "10001 recipients; one sending takes at most 10000"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    program: Program, numbers: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        numbers.write_bytes(content)
    assert said in program.refused(*SEND, "Bonjour", "--numbers-file", numbers)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["Bonjour"], "Missing argument 'NUMBER' or option '--numbers-file' or '--to-group'."),
        ([], "Missing argument 'TEXT'."),
        (["-", "--numbers-file", "-"], "cannot be both"),
    ],
)
def test_a_command_without_a_number_or_a_text_is_written_wrongly(
    program: Program, args: list[str], said: str
) -> None:
    answer = program.here(*SEND, *args)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


@pytest.fixture
def club(household: Household) -> Program:
    """The same with a group "Club" of Léa, Zoé and Tom, of whom the last said STOP."""
    from raspisms.messaging import contacts, groups, opt_outs

    with household.app.app_context():
        contacts.add(household.engine, "Zoé", ONE, {"prenom": "Zoé"})
        contacts.add(household.engine, "Tom", TWO, {"prenom": "Tom"})
        groups.add_contacts(groups.add(None, "Club").id, [1, 2, 3])
        opt_outs.add(household.engine, household.admin, TWO, "STOP")
    household.close()
    return Program(household.folder)


def test_a_group_is_written_to_and_who_gets_nothing_is_told(club: Program) -> None:
    answer = club.here(*SEND, "--to-group", "club", "Bonjour {{ contact.prenom }}")
    assert (answer.code, answer.out) == (0, "1\n3\n")
    assert answer.err == (
        f"raspisms: {TWO} gets nothing: This number wants no messages to several people (STOP).\n"
    )
    assert sent(club) == [
        (1, LEA, "Bonjour "),
        (2, TWO, "Bonjour Tom"),
        (3, ONE, "Bonjour Zoé"),
    ]
    told = club.here(*SEND, "Club", "Bonjour", "--json").lines
    assert [(line["number"], line["status"], line["reason"]) for line in told] == [
        (LEA, "pending", None),
        (TWO, "skipped", "opted_out"),
        (ONE, "pending", None),
    ]


def test_a_text_can_go_as_it_is_written(club: Program) -> None:
    club.here(*SEND, ONE, "--as-written", "{{ contact.prenom }}")
    club.here(*SEND, ONE, "--template", "{{ contact.prenom }}")
    assert [text for _, _, text in sent(club)] == ["{{ contact.prenom }}", "Zoé"]
    assert "text: Line 1 of the text:" in club.refused(*SEND, ONE, "{{ contact.prenom")


def test_who_said_stop_is_written_to_alone_and_knowingly(club: Program) -> None:
    said = club.refused(*SEND, TWO, "Bonjour")
    assert "This person wants no messages to several people (STOP)." in said
    assert club.here(*SEND, TWO, "Bonjour", "--despite-opt-out").out == "1\n"


def test_a_group_that_is_not_there_is_told(club: Program) -> None:
    assert "There is no group named “Chorale”." in club.refused(
        *SEND, "--to-group", "Club", "--to-group", "Chorale", "Bonjour"
    )
    assert sent(club) == []


@pytest.mark.parametrize(
    "content",
    [
        f"numero,prenom,equipe\n{ONE},Ana,U13\nLéa,,U15\n",
        f'\ufeffNuméro;prenom;equipe\r\n# note;x;y\r\n{ONE};"Ana";U13\r\n"Léa";;U15\r\n',
        f"Portable\tprenom\tequipe\n\n{ONE}\tAna\tU13\nlea\t\tU15",
    ],
)
def test_further_columns_of_a_file_are_fields_of_the_text(
    program: Program, numbers: Path, content: str
) -> None:
    numbers.write_bytes(content.encode())
    text = "{{ contact.prenom|default('Salut') }} {{ contact.equipe }}"
    answer = program.here(*SEND, "--numbers-file", numbers, text)
    assert (answer.code, answer.err) == (0, "")
    assert [line[1:] for line in sent(program)] == [(ONE, "Ana U13"), (LEA, "Salut U15")]


def test_a_column_outweighs_what_the_address_book_has(club: Program, numbers: Path) -> None:
    numbers.write_text(f"number,prenom\n{ONE},Zozo\n06 12,Nix\n")
    text = "{{ contact.prenom }} {{ contact_metas.name }}"
    said = club.refused(*SEND, "--numbers-file", numbers, text)
    assert "number: Line 3: “06 12” has too few digits" in said
    club.here(*SEND, "--numbers-file", numbers, "--skip-unusable", text)
    assert sent(club) == [(1, ONE, "Zozo Zoé")]
