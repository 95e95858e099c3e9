"""Files of contacts as they are written: what other programs make of them."""

import csv
import json

import pytest
import vobject

from raspisms.sms.files.formulas import defused, plain
from raspisms.sms.files.writers import (
    Row,
    as_object,
    csv_lines,
    json_lines,
    table_lines,
    vcard_lines,
)

LEA = Row(
    "Léa", "+33639981111", {"team": "U15", "birthday": "2011-03-30"}, "Sœur d’Ana;\nvégétarienne"
)
SHORT = Row("Météo", "36111", {})


def cells(lines: list[str], delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader("".join(lines).splitlines(keepends=True), delimiter=delimiter))


def test_a_csv_names_its_columns_and_begins_with_name_and_number() -> None:
    lines = list(csv_lines([LEA, SHORT], ["team", "birthday"]))
    assert cells(lines) == [
        ["name", "number", "team", "birthday", "notes"],
        ["Léa", "+33639981111", "U15", "2011-03-30", "Sœur d’Ana;\nvégétarienne"],
        ["Météo", "36111", "", "", ""],
    ]
    assert all(line.endswith("\r\n") for line in lines)


def test_a_data_key_called_notes_is_not_taken_for_the_notes() -> None:
    header, row = cells(list(csv_lines([Row("A", "36111", {"notes": "data"}, "real")], ["notes"])))
    assert header == ["name", "number", "notes", "(notes)"]
    assert row[2:] == ["data", "real"]


@pytest.mark.parametrize(
    "value", ["=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\r", "'=1", "''-", "＝1"]
)
def test_no_value_begins_as_a_formula(value: str) -> None:
    row = Row(value, "+33639981111", {"a": value}, value)
    _, written = cells(list(csv_lines([row], ["a"])))
    assert [written[0], *written[2:]] == [f"'{value}"] * 3
    assert plain(defused(value)) == value


@pytest.mark.parametrize("value", ["x;=1+1", "x\t=1+1", "x,=1+1"])
def test_no_formula_is_found_by_who_parts_cells_by_other_signs(value: str) -> None:
    """Whatever the spreadsheet takes for a separator, as LibreOffice does for all of these."""
    row = Row("Léa", "+33639981111", {"a": value})
    for delimiter in ",;":
        written = list(csv_lines([row, SHORT], ["a"], delimiter=delimiter))
        assert f'"{value}"' in written[1]
        assert [one[2] for one in cells(written, delimiter)] == ["a", value, ""]
        assert written[2] == delimiter.join(["Météo", "36111", "", ""]) + "\r\n"


@pytest.mark.parametrize("value", ["", "Léa", "'", "'bonjour'", "a=b", "1-2"])
def test_what_is_no_formula_is_left_alone(value: str) -> None:
    assert defused(value) == plain(value) == value


def test_a_spreadsheet_takes_no_number_for_a_sum() -> None:
    lines = list(csv_lines([LEA], [], for_spreadsheet=True, delimiter=";"))
    assert lines[0] == "\ufeffname;number;notes\r\n"
    assert cells(lines, ";")[1][1] == "'+33639981111"
    (_, line) = table_lines(["Number", "Reason"], [["+336", "=x"]], for_spreadsheet=True)
    assert line == "'+336,'=x\r\n"


def test_json_is_a_list_of_raspisms_s_form() -> None:
    written = json.loads("".join(json_lines(map(as_object, [LEA, SHORT]))))
    assert written == [
        {
            "name": "Léa",
            "number": "+33639981111",
            "data": {"team": "U15", "birthday": "2011-03-30"},
            "notes": "Sœur d’Ana;\nvégétarienne",
        },
        {"name": "Météo", "number": "36111", "data": {}},
    ]
    assert json.loads("".join(json_lines([]))) == []


def test_a_card_is_read_by_another_library() -> None:
    lea, short = vobject.readComponents("".join(vcard_lines([LEA, SHORT])))
    assert (lea.version.value, lea.fn.value, lea.bday.value) == ("4.0", "Léa", "20110330")
    assert (lea.tel.value, lea.tel.params) == ("tel:+33639981111", {"VALUE": ["uri"]})
    assert lea.note.value == "Sœur d’Ana;\nvégétarienne"
    assert short.tel.value == "36111"


def test_long_lines_are_folded_between_letters() -> None:
    text = "é😀" * 80
    written = "".join(vcard_lines([Row("A", "36111", {"a": text})]))
    assert max(len(line.encode()) for line in written.split("\r\n")) <= 75
    assert f"X-RASPISMS-DATA:a={text}\r\n" in written.replace("\r\n ", "")


@pytest.mark.parametrize("value", ["1990-02-30", "19900228", "demain", ""])
def test_what_is_no_date_is_no_birthday(value: str) -> None:
    assert "BDAY" not in "".join(vcard_lines([Row("A", "36111", {"birthday": value})]))
