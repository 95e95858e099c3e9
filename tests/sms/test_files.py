"""Files of contacts as programs write them, read as one entry after the other."""

import io
from pathlib import Path

import pytest

from raspisms.errors import Invalid
from raspisms.sms.files import csv_reader, csv_records, json_reader, source, vcard_reader
from raspisms.sms.files.columns import Layout, layout
from raspisms.sms.files.entry import Entry

FILES = Path(__file__).parent.parent / "files"


def read(content: bytes, has_header: bool | None = None) -> list[Entry]:
    """All entries of a file, read as it looks."""
    stream = io.BytesIO(content)
    source.refuse_binary(content[: 1 << 16])
    encoding = source.encoding_of(stream)
    kind = source.format_of(source.opened(io.BytesIO(content), encoding).read(100))
    text = source.opened(io.BytesIO(content), encoding)
    if kind == "json":
        return list(json_reader.entries(text))
    if kind == "vcard":
        return list(vcard_reader.entries(text))
    delimiter, columns = table(content, encoding, has_header)
    return list(csv_reader.entries(text, delimiter, columns))


def table(content: bytes, encoding: str, has_header: bool | None = None) -> tuple[str, Layout]:
    delimiter = csv_reader.delimiter(source.opened(io.BytesIO(content), encoding))
    rows = csv_reader.sample(source.opened(io.BytesIO(content), encoding), delimiter)
    return delimiter, layout(rows, has_header)


def of_file(name: str) -> list[Entry]:
    return read((FILES / name).read_bytes())


def told(entries: list[Entry]) -> list[tuple[str, list[str], dict[str, str], str]]:
    return [
        (one.name, [f"{n.number} {n.kind}".strip() for n in one.numbers], dict(one.data), one.notes)
        for one in entries
    ]


def test_libreoffice_in_french() -> None:
    parts = {"firstname": "Éloïse", "lastname": "Müller"}
    assert told(of_file("libreoffice.csv")) == [
        (
            "Éloïse Müller",
            ["06 39 98 00 11"],
            parts | {"Équipe": "U13", "birthdate": "12/05/2012"},
            "Allergique : noix; le dire\nau goûter",
        ),
        (
            'Jean "Jojo" Dupont',
            ["0639980012"],
            {
                **{"firstname": 'Jean "Jojo"', "lastname": "Dupont"},
                **{"Équipe": "U15", "birthdate": "03/11/2010"},
            },
            "",
        ),
        (
            "Zoë Œuvray",
            ["01 99 00 12 34"],
            {"firstname": "Zoë", "lastname": "Œuvray", "Équipe": "Bureau"},
            "Présidente",
        ),
    ]
    assert [one.line for one in of_file("libreoffice.csv")] == [2, 4, 5]


def test_excel_in_french_with_windows_1252() -> None:
    found = of_file("excel-1252.csv")
    assert told(found)[0] == (
        *("Éloïse Müller", ["639980021"]),
        *({"Équipe": "U13", "Cotisation": "45 €"}, ""),
    )
    assert [one.numbers[0].number for one in found] == [
        *("639980021", "3,36123E+10", "33639980022", "06.39.98.00.23", "+33 6 39 98 00 24")
    ]
    assert found[3].data["Équipe"] == "U15; remplaçant"
    assert found[4].name == 'Chloé "Clo" Roux'


@pytest.mark.parametrize(
    ("name", "names", "numbers"),
    [
        (
            "excel-utf8.csv",
            ["Éloïse Müller", "Jean Dupont", "Zoë Œuvray"],
            ["0639980021", "+33639980025", "0639980026"],
        ),
        ("excel-unicode.txt", ["Éloïse Müller", "Petit Noël"], ["0639980021", "0639980023"]),
        ("raspisms.csv", ["Éloïse Müller", "Dupont, Jean"], ["+33639980061", "+33639980062"]),
        ("raspisms.json", ["Éloïse Müller", "Dupont, Jean"], ["+33639980061", "+33639980062"]),
    ],
)
def test_names_and_numbers(name: str, names: list[str], numbers: list[str]) -> None:
    found = of_file(name)
    assert [one.name for one in found] == names
    assert [one.numbers[0].number for one in found] == numbers


def test_what_raspisms_exports_keeps_its_keys() -> None:
    data = {"firstname": "Éloïse", "birthdate": "2012-05-12", "equipe": "U13"}
    assert of_file("raspisms.csv")[0].data == data == of_file("raspisms.json")[0].data
    assert of_file("raspisms.csv")[1].data == {"firstname": "Jean", "equipe": 'U15, "remplaçant"'}
    assert of_file("raspisms.json")[1].data == {}


def test_google_as_csv() -> None:
    eloise, jean, garage, nobody = of_file("google.csv")
    assert (eloise.name, eloise.notes) == ("Éloïse Müller", "Allergique aux noix\n(le dire)")
    assert [tuple(one) for one in eloise.numbers] == [
        ("+33 6 39 98 00 31", "mobile"),
        ("01 99 00 12 34", "home"),
    ]
    assert eloise.data == {
        **{"firstname": "Éloïse", "lastname": "Müller", "Nickname": "Lolo"},
        **{"organization": "Club de hand", "Birthday": "2012-05-12"},
        **{"Labels": "* myContacts ::: U13", "email": "eloise@example.org"},
    }
    assert [one.number for one in jean.numbers] == ["06 39 98 00 32", "06 39 98 00 33"]
    assert (garage.name, garage.numbers[0].kind) == ("", "work")
    assert garage.data["organization"] == "Garage Martin"
    assert (nobody.name, nobody.numbers) == ("Sans Numéro", ())


def test_google_as_vcard() -> None:
    eloise, jean = told(of_file("google.vcf"))
    assert eloise == (
        "Éloïse Müller",
        ["+33 6 39 98 00 31 mobile", "01 99 00 12 34 home"],
        {
            **{"firstname": "Éloïse", "lastname": "Müller", "email": "eloise@example.org"},
            **{"organization": "Club de hand", "categories": "myContacts,U13"},
            **{"nickname": "Lolo", "birthdate": "2012-05-12"},
        },
        "Allergique aux noix\n(le dire)",
    )
    assert jean[1] == ["06 39 98 00 32 bateau"]
    assert jean[2]["address"].startswith("12 quai des Brumes, bât. B, Le Havre, 76600")


def test_apple_3_and_4() -> None:
    (eloise,) = told(of_file("apple-3.0.vcf"))
    assert eloise[1] == ["06 39 98 00 42 mobile", "+33 6 39 98 00 41 main"]
    assert eloise[2]["birthdate"] == "--05-12"
    assert eloise[2]["organization"] == "Club de hand, U13"
    assert eloise[3] == (
        "Un texte si long qu’Apple le plie, au milieu d’un mot; et la suite est ici."
    )
    (jean,) = of_file("apple-4.0.vcf")
    assert [tuple(one) for one in jean.numbers] == [
        ("tel:+33639980043", "mobile"),
        ("tel:+33-1-99-00-55-66", "work"),
    ]
    assert jean.data["birthdate"] == "1990-10-22"
    assert "PHOTO" not in jean.original


def test_android_2_1() -> None:
    eloise, chlo, empty = of_file("android-2.1.vcf")
    assert (eloise.name, eloise.data["lastname"]) == ("Éloïse Müller", "Müller")
    assert [tuple(one) for one in eloise.numbers] == [
        ("+33639980051", "mobile"),
        ("01-99-00-12-34", "home"),
    ]
    assert eloise.notes == ("Première ligne\nDeuxième, très longue, que le téléphone coupe")
    assert chlo.numbers[0].number == "06 39 98 00 52"
    assert (empty.name, empty.numbers, empty.fault) == ("Vide", (), "")


def test_a_card_that_cannot_be_read_costs_no_other() -> None:
    good = "BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nTEL:0639980001\nEND:VCARD\n"
    bad = "BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=klingon:=C9\nEND:VCARD\n"
    cut = "BEGIN:VCARD\nFN:Bob\n"
    found = read((good + bad + cut + good + cut).encode())
    assert [(one.line, one.fault) for one in found] == [
        *((1, ""), (6, "card"), (10, "cut_off"), (12, ""), (17, "cut_off"))
    ]
    assert "klingon" in found[1].original


@pytest.mark.parametrize(
    "head",
    [
        *("TEL;X=" + "a," * 40 + '"', "TEL;X" + ",a" * 40 + '"b"c', "TEL;X" + "=a,b" * 40 + ";"),
        *("TEL" + ";A=b,c" * 5000, "TEL;" + "a-b." * 9000, "a." * 9000 + "TEL;"),
    ],
)
def test_a_line_made_to_take_for_ever_takes_no_time(head: str) -> None:
    bad = f"BEGIN:VCARD\nTEL:0639980002\n{head}\nEND:VCARD\n"
    good = 'BEGIN:VCARD\na.TEL;X="a:b;c",d;CELL,HOME;Y=:0639980001\nEND:VCARD\n'
    found = read((bad + good).encode())
    assert found[0].fault == ("" if head.startswith("a.") else "card")  # no property: passed over
    assert [number.number for number in found[1].numbers] == ["0639980001"]


def test_a_photo_without_folds_or_of_any_size_is_passed_over() -> None:
    photo = "PHOTO;ENCODING=BASE64:AAAA\n" + "QUJD" * 18 + "\n" + "A" * 3_000_000 + "\n\n"
    card = f"BEGIN:VCARD\nFN:Ana\n{photo}TEL:0639980001\nEND:VCARD\n"
    (found,) = read(card.encode())
    assert (found.fault, found.numbers[0].number) == ("", "0639980001")
    assert len(found.original) < 100


HEAD = "name,number,team\n"


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ("name;number;team\nAna;0639980001;a,b\n", [("Ana", {"team": "a,b"})]),
        ("name\tnumber\tteam\nAna\t0639980001\tx\n", [("Ana", {"team": "x"})]),
        ("name|number|team\nAna|0639980001|x\n", [("Ana", {"team": "x"})]),
        ("sep=;\nname;number;team\nAna;0639980001;x\n", [("Ana", {"team": "x"})]),
        (
            f"{HEAD}A,0639980001,x\rB,0639980002,y\r\nC,0639980003,z",
            [*zip("ABC", [{"team": t} for t in "xyz"], strict=True)],
        ),
        (f"{HEAD}\n\n,,\nAna,0639980001,\n", [("Ana", {})]),
        (f"{HEAD}Ana,0639980001,'=1+1\n", [("Ana", {"team": "=1+1"})]),
        (f'{HEAD}Ana,0639980001,"=""007"""\n', [("Ana", {"team": "007"})]),
        (f"{HEAD}Ana,0639980001,a\0b\n", [("Ana", {"team": "ab"})]),
        ("name,number,team,team\nAna,0639980001,a,b\n", [("Ana", {"team": "a", "team_2": "b"})]),
        ("Contact,Portable\nAna,0639980001\n", [("Ana", {})]),
        ("Truc,Machin\nAna,Bob\n", [("Ana", {})]),
        ("0639980001,Ana\n0639980002,Bob\n", [("Ana", {}), ("Bob", {})]),
        ("0639980001\n0639980002\n", [("", {}), ("", {})]),
        (
            "Nom;Prénom;Tél\nRose Martin;Rose;0639980001\nBLANC Zoé;Zoe;0639980002\n;;0639980003\n",
            [("Rose Martin", {"firstname": "Rose"}), ("BLANC Zoé", {"firstname": "Zoe"}), ("", {})],
        ),
        (
            "Nom;Prénom;Tél\nRose;Rose;0639980001\nMartin;Ana;0639980002\n",
            [
                ("Rose Rose", {"firstname": "Rose", "lastname": "Rose"}),
                ("Ana Martin", {"firstname": "Ana", "lastname": "Martin"}),
            ],
        ),
        ("N° de téléphone;Nom\n0639980001;Ana\n", [("Ana", {})]),
        (
            "Adhérent;Né le;Tél. portable\nAna;12/05/1990;0639980001\n",
            [("Ana", {"birthdate": "12/05/1990"})],
        ),
    ],
)
def test_tables_as_people_have_them(content: str, cells: list[tuple[str, dict[str, str]]]) -> None:
    if "\0" in content:  # which no text has at its beginning
        content = content.replace("Ana,", "Ana,", 1)
    stream = io.BytesIO(content.encode())
    delimiter, columns = table(content.encode(), "utf-8")
    found = list(csv_reader.entries(source.opened(stream, "utf-8"), delimiter, columns))
    assert [(one.name, dict(one.data)) for one in found] == cells
    assert all(len(one.numbers) == 1 for one in found)


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ('Bob,"0639980002,x', "quote"),
        ('Bob,"0639980002,x\nEve,0639980003,"y', "quote"),
        ("Bob,0639980002,x,too,much", "more_cells"),
        (f"Bob,0639980002,{'x' * 70_000}", "too_long"),
    ],
)
def test_a_line_that_cannot_be_read_costs_no_other(bad: str, fault: str) -> None:
    found = read(f"{HEAD}Ana,0639980001,x\n{bad}\nZoé,0639980009,x\n".encode())
    assert [one.name for one in found if not one.fault] == ["Ana", "Zoé"]
    assert found[1].fault == fault
    assert found[1].original.startswith("Bob")


def test_a_quote_that_is_never_closed_in_a_long_file_is_one_line() -> None:
    rows = [f'N{n},"063998{n:04d}' if n % 2 else f"N{n},063998{n:04d}" for n in range(2000)]
    found = read(f"name,number\n{chr(10).join(rows)}\n".encode())
    assert sum(not one.fault for one in found) == 1000
    assert sum(one.fault == "quote" for one in found) == 1000


def test_300_columns_are_read_and_no_more() -> None:
    for count, is_read in ((300, True), (301, False)):
        heads = ["name", "number", *(f"k{n}" for n in range(count - 2))]
        content = f"{','.join(heads)}\nAna,0639980001{',x' * (count - 2)}\n".encode()
        if is_read:
            assert len(read(content)[0].data) == 298
        else:
            with pytest.raises(Invalid, match="301 columns; at most 300"):
                read(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "spreadsheet"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet"),
        (b"PK\x03\x04" + b"\0" * 26 + b"photos/a", "packed"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"%PDF-1.7", "document"),
        (b"<html><table>", "web page"),
        (b"ab\0\1\2" * 30, "not text"),
    ],
)
def test_what_is_no_text_is_told_by_its_kind(content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_letters_come_out_of_any_encoding(encoding: str) -> None:
    (found,) = read("Nom;Téléphone;Équipe\nÉloïse;0639980001;Été\n".encode(encoding))
    assert (found.name, dict(found.data)) == ("Éloïse", {"Équipe": "Été"})


def test_json_that_is_no_list_and_elements_that_are_no_contacts() -> None:
    with pytest.raises(Invalid, match="not a list"):
        read(b'{"name": "Ana"}')
    found = read(
        b'[1, "a, [b", null, {"name": "Ana", "number": 33639980001, "data": {"a b": 1, "c": null}}'
        b",\n"
        b'{"name": "Bob", "number": [1]}, {"name": "Eve", bad}, }, {"data": "{\\"x\\": true}"},'
        b'{"name": "\\ud800", "number": "1"}]'
    )
    assert [one.fault for one in found] == [
        *("not_an_object", "not_an_object", "not_an_object", ""),
        *("no_text", "syntax", "syntax", "", ""),
    ]
    assert (found[3].numbers[0].number, dict(found[3].data)) == ("33639980001", {"a_b": "1"})
    assert [one.line for one in found] == [*range(1, 10)]  # all may stand on one line
    assert (dict(found[7].data), found[8].name) == ({"x": "1"}, "")


def test_a_nested_bomb_and_an_endless_object_are_an_element_each() -> None:
    bomb = b"[" * 1_000_000 + b"]" * 1_000_000
    long = b'{"name": "' + b"x" * 2_000_000 + b'"}'
    good = b'{"name": "Ana", "number": "0639980001"}'
    found = read(b"[" + bomb + b"," + long + b"," + good + b"]")
    assert [one.fault for one in found] == ["not_an_object", "too_long", ""]
    assert len(found[0].original) < 5000
    assert [one.fault for one in read(b"[" + good + b"," + b'{"a": [' * 100_000)] == ["", "cut_off"]


def test_a_bomb_within_a_text_is_an_element_too() -> None:
    good = '{"name": "Ana", "number": "0639980001"}'
    bombs = [f'{{"number": "0639980002", "data": "{bomb}"}}' for bomb in ("[" * 50_000, "[" * 9000)]
    found = read(f"[{','.join([*bombs, good])}]".encode())
    assert [one.fault for one in found] == ["no_text", "no_text", ""]


def test_quotes_and_separators_within_long_lines_part_cells_as_in_short_ones() -> None:
    line = 'A "b" c;"x;""y"""' + ";" * 9000 + '"z'
    (record,) = csv_records.records([source.Line(1, line)], ";")
    assert record.fault == "quote"
    (record,) = csv_records.records([source.Line(1, line[:-2])], ";")
    assert record.cells == ['A "b" c', 'x;"y"', *[""] * 9000]
    assert csv_records.delimiter_of([line, *["Ana;06;U13" + " " * 60_000] * 99]) == ";"
