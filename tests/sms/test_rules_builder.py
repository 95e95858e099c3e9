"""Rules made of fields, comparisons and values, and read back."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from raspisms.errors import Invalid
from raspisms.sms.person import Person
from raspisms.sms.rules import parse
from raspisms.sms.rules.builder import read, write
from raspisms.sms.rules.comparisons import COMPARISONS
from raspisms.sms.rules.conditions import Condition, Conditions

NOW = datetime(2026, 10, 22, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


def person(**data: str) -> Person:
    return Person("+33612345678", "Ana", data, NOW, NOW)


@pytest.mark.parametrize(
    ("comparison", "value", "those_in", "those_out"),
    [
        ("is", "U11", ["U11"], ["u11", "U1", "", None]),
        ("is", "7", ["7", "7.0"], ["8", "", None]),
        ("is", "", [""], ["0", " ", None]),
        ("is_not", "U11", ["u11", "", None], ["U11"]),
        ("is_not", "", ["0", " ", None], [""]),
        ("contains", "éco", ["école", "ÉCOLE", "l'école"], ["ecole", "", None]),
        ("contains", "a.b", ["xa.bx"], ["axb"]),
        ("begins", "U1", ["U11", "u1"], ["XU1", "", None]),
        ("ends", "ans", ["Orléans", "ANS"], ["ansa", "ans\n", None]),
        ("one_of", "U11\nU13", ["U11", "U13"], ["U1", "U11\nU13", "", None]),
        ("set", "", ["a", "0", " "], ["", None]),
        ("not_set", "", ["", None], ["a", "0"]),
        (
            "less",
            "18",
            ["17", "-3", "17.9", "17,9", "1 2"],
            ["18", "18,5", "1 200", "", None, "n/a"],
        ),
        (
            "greater",
            "1,5",
            ["2", "1.51", "+3", "120,50", "1\u202f200,50", " 2 "],
            ["1.5", "1,5", "1,", "", None, "n/a", "9 lives"],
        ),
        ("less", "-1.5", ["-2"], ["-1.5", "0"]),
        (
            "before",
            "1990-10-22",
            ["1990-10-21", "21/10/1990", "1/2/1980", "10 May 1980"],
            ["1990-10-22", "22/10/1990", "", None],
        ),
        (
            "from",
            "-18 years",
            ["2008-10-23", "23/10/2008", "2020-01-01"],
            ["2008-10-22", "22/10/2008", "", None],
        ),
        ("before", "22/10/1990", ["21/10/1990"], ["22/10/1990"]),
        ("birthday", "", ["1990-10-22", "22/10/1990"], ["1990-10-21", "21/10/1990", "", None]),
    ],
)
def test_who_is_meant(
    comparison: str, value: str, those_in: list[str | None], those_out: list[str | None]
) -> None:
    rule = parse(write(Condition("contact.a", comparison, value)))

    def holds(one: str | None) -> bool:
        return rule.holds(person() if one is None else person(a=one), NOW)

    assert [one for one in those_in if not holds(one)] == []
    assert [one for one in those_out if holds(one)] == []


def test_each_comparison_is_tested() -> None:
    marks = test_who_is_meant.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == set(COMPARISONS)


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        (Condition("contact.team", "is", "U11"), 'exists(contact.team) && contact.team == "U11"'),
        (
            Condition("contact.first-name", "is", 'a"b\\'),
            'exists(contact["first-name"]) && contact["first-name"] == "a\\"b\\\\"',
        ),
        (
            Condition("contact_metas.name", "begins", "A."),
            'exists(contact_metas.name) && contact_metas.name matches "/^A\\\\./iu"',
        ),
        (
            Condition("contact_metas.created_at", "from", "-7 days"),
            'exists(contact_metas.created_at) && contact_metas.created_at != ""'
            ' && date(contact_metas.created_at) >= date("-7 days")',
        ),
        (Condition("contact.team", "is_not", "U11"), 'contact.team != "U11"'),
    ],
)
def test_rules_that_are_written(condition: Condition, rule: str) -> None:
    assert write(condition) == rule
    assert read(rule) == Conditions(True, (condition,))


def test_all_and_any_nested_once() -> None:
    a, b, c, d = (Condition(f"contact.{key}", "is", "1") for key in "abcd")
    conditions = Conditions(True, (a, Conditions(False, (b, c)), d))
    written = write(conditions)
    assert written == (
        '(exists(contact.a) && contact.a == "1")'
        ' && ((exists(contact.b) && contact.b == "1") || (exists(contact.c) && contact.c == "1"))'
        ' && (exists(contact.d) && contact.d == "1")'
    )
    assert read(written) == conditions
    assert [
        parse(written).holds(person(**dict.fromkeys(keys, "1")), NOW)
        for keys in ("abd", "acd", "ad", "bcd", "abcd")
    ] == [True, True, False, False, True]


def test_one_condition_is_itself() -> None:
    a, b = Condition("contact.a", "set"), Condition("contact.b", "set")
    assert Conditions(False, (a,)) == Conditions(True, (a,))
    assert Conditions(True, (Conditions(False, (a,)),)) == Conditions(True, (a,))
    assert Conditions(True, (Conditions(False, (a, b)),)) == Conditions(False, (a, b))
    assert Conditions(True, (a, Conditions(False, ()))) == Conditions(True, (a,))


@pytest.mark.parametrize(
    ("rule", "condition"),
    [
        ("contact.vip == 1", Condition("contact.vip", "is", "1")),
        ("exists(contact.vip) and contact.vip == 1", Condition("contact.vip", "is", "1")),
        ("contact.team == 'U11'", Condition("contact.team", "is", "U11")),
        ("contact['team'] != 'U11'", Condition("contact.team", "is_not", "U11")),
        ("exists(contact.a) && contact.a in ['x']", Condition("contact.a", "one_of", "x")),
    ],
)
def test_shorter_rules_that_mean_the_same(rule: str, condition: Condition) -> None:
    assert read(rule) == Conditions(True, (condition,))
    again = parse(write(condition))
    for value in ("", "0", "1", "1.0", "U11", "x", "2"):
        for one in (person(vip=value, team=value, a=value), person()):
            assert parse(rule).holds(one, NOW) is again.holds(one, NOW)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "(",
        "true",
        "exists(contact.a)",
        'contact.a == ""',
        "contact.a == 0",
        "contact.a == null",
        "contact.a > 3",
        "exists(contact.a) && contact.b == 1",
        "exists(contact.a) && contact.a != 1",
        "contact.a === '1'",
        "contact.a == contact.b",
        "contact == 'a'",
        "contact[1] == 'a'",
        "contact_metas.other == 'a'",
        "!(contact.a == 1)",
        'exists(contact.a) && contact.a matches "/a.b/iu"',
        'exists(contact.a) && contact.a matches "/ab/"',
        "exists(contact.a) && contact.a in ['x', 1]",
        "(contact.a == 1 && (contact.b == 1 || (contact.c == 1 && contact.d == 1)))",
        "is_birthday(date(contact.birthdate))",
        "lower(contact.a) == 'x'",
    ],
)
def test_rules_that_stay_text(rule: str) -> None:
    assert read(rule) is None


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        (Condition("contact.a", "less", "abc"), "value"),
        (Condition("contact.a", "less", ""), "value"),
        (Condition("contact.a", "greater", "1e5"), "value"),
        (Condition("contact.a", "greater", "1" * 30), "value"),
        (Condition("contact.a", "before", ""), "value"),
        (Condition("contact.a", "before", "quelque part"), "value"),
        (Condition("contact.a", "from", "31/02/2000"), "value"),
        (Condition("contact.a", "contains", ""), "value"),
        (Condition("contact.a", "contains", "a" * 1001), "value"),
        (Condition("contact.a", "resembles", "a"), "comparison"),
        (Condition("contact.", "set"), "field"),
        (Condition("contact_metas.secret", "set"), "field"),
        (Condition("__class__", "set"), "field"),
    ],
)
def test_conditions_that_cannot_be(condition: Condition, field: str) -> None:
    with pytest.raises(Invalid) as error:
        write(condition)
    assert error.value.field == field
    assert error.value.hint is not None


def test_no_condition_and_too_many_levels() -> None:
    with pytest.raises(Invalid, match="no condition"):
        write(Conditions(True, ()))
    a, b = Condition("contact.a", "set"), Condition("contact.b", "set")
    deeper = Conditions(True, (a, Conditions(False, (b, Conditions(True, (a, b))))))
    with pytest.raises(Invalid, match="within conditions within conditions"):
        write(deeper)
