"""The language of rules: each construct that RaspiSMS's users have, with what it comes to."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from raspisms.sms.person import Person
from raspisms.sms.rules import Part, RuleFailure, TooSlow, parse

NOW = datetime(2026, 10, 22, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
ANA = Person(
    number="+33612345678",
    name="Ana Élise",
    data={
        "vip": "1",
        "team": "U11",
        "age": "17",
        "size": "1.62",
        "city": "Orléans",
        "birthdate": "2009-10-22",
        "french_date": "22/10/2009",
        "empty": "",
        "zero": "0",
        "first-name": "Ana",
        "in": "inside",
        "quote": 'l\'"été"\\',
        "not_a_date": "quelque part",
    },
    created_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
    updated_at=datetime(2026, 10, 21, 10, 0, tzinfo=UTC),
)
SOMEBODY = Person("+33698765432")

TRUE = [
    # literals
    'contact.team == "U11"',
    "contact.team == 'U11'",
    'contact.quote == "l\'\\"été\\"\\\\"',
    "contact.quote == 'l\\'\"été\"\\\\'",
    '"a\\nb" matches "/^a\\nb$/"',
    '"\\d" == "\\\\d"',
    "17 == 17.0",
    "1.5e+3 == 1500",
    "9223372036854775807 + 1 == 9223372036854775808",
    "true",
    "TRUE == !FALSE",
    "null == NULL",
    "!null",
    "[1, 2] == [1, 2,]",
    "[] == false",
    '{a: 1, "b": 2, 3: 4, ("x" ~ "y"): 5} == {xy: 5, 3: 4, b: 2, a: 1}',
    '{a: 1}["a"] == 1',
    "{a: {b: 2}}.a.b == 2",
    "[10, 20][1] == 20",
    "[10, 20][2] === null",
    # data
    "exists(contact.team)",
    "!exists(contact.absent)",
    "contact.absent == null",
    "contact.absent === null",
    'contact["first-name"] == "Ana"',
    'contact.in == "inside"',
    'contact["te" ~ "am"] == "U11"',
    "count(contact) == 13",
    "contact.__class__ === null",
    'contact["__class__"] === null',
    'contact_metas.name == "Ana Élise"',
    'contact_metas.number == "+33612345678"',
    'contact_metas.created_at == "2026-02-01 00:30:00"',
    'contact_metas.updated_at > "2026-10-21"',
    "exists(contact) and exists(contact_metas)",
    # comparison
    "contact.vip == 1",
    'contact.vip != "2"',
    "contact.vip !== 1",
    'contact.vip === "1"',
    "contact.vip == true",
    "contact.zero == false",
    "contact.empty == null",
    "contact.empty !== null",
    "contact.age < 18",
    'contact.age > "9"',
    "contact.age >= 17",
    "contact.age <= 17.0",
    'contact.city < "Paris"',
    "contact.size > 1.6",
    'contact.team != "u11"',
    "1 < 2 == true",
    # calculation
    "contact.age + 1 == 18",
    "contact.age - 20 == -3",
    "contact.age * 2 == 34",
    "contact.age / 2 == 8.5",
    "34 / 2 === 17",
    "contact.age % 5 == 2",
    "-7 % 3 == -1",
    "contact.age ** 2 == 289",
    "2 ** 3 ** 2 == 512",
    "-2 ** 2 == 4",
    "2 ** -1 == 0.5",
    "1 + 2 * 3 == 7",
    "(1 + 2) * 3 == 9",
    "10 - 2 - 3 == 5",
    "+contact.age == 17",
    "-contact.age == -17",
    'contact.team ~ "-" ~ contact.age == "U11-17"',
    "1 + 2 ~ 3 == 24",
    'null ~ true ~ 0.5 == "10.5"',
    # and, or, not
    "contact.vip == 1 && contact.age < 18",
    "contact.vip == 1 and contact.age < 18",
    "contact.vip == 2 || contact.age < 18",
    "contact.vip == 2 or contact.age < 18",
    "true or false and false",
    "!(contact.vip == 2)",
    "not (contact.vip == 2)",
    "not contact.vip == false",
    "not not contact.vip",
    "(contact.vip && contact.age) === true",
    "true || 1 / contact.zero",
    "!(false && 1 / contact.zero)",
    "exists(contact.absent) && contact.absent > 3 || contact.vip == 1",
    # in, matches, ranges
    'contact.team in ["U11", "U13"]',
    'contact.team not in ["U13"]',
    'contact.team not  in ["U13"]',
    'not(contact.team in ["U13"])',
    "contact.vip in [1, 2]",
    "contact.age in 15..17",
    "contact.age not in 18..99",
    '"c" in "a".."e"',
    "3..1 == [3, 2, 1]",
    "0.5..2.5 == [0.5, 1.5, 2.5]",
    "2..3.5 === [2.0, 3.0]",
    "3.5..2 == [3.5, 2.5]",
    '"1".."3" === [1, 2, 3]',
    '"a"..2 === [0, 1, 2]',
    '"2 apples".."3" === [2, 3]',
    "null..1 === [0, 1]",
    '"c".."a" == ["c", "b", "a"]',
    "1 in {a: 1, b: 2}",
    'contact.team matches "/^U1[0-9]$/"',
    "contact.team matches '/^u\\d+$/i'",
    'contact.team matches "/^U\\\\d{2}$/"',
    '!(contact.team matches "/^V/")',
    'contact.team matches "#^U#"',
    'contact.team matches "{11}"',
    'contact.city matches "/^.{7}$/u"',
    'contact.city matches "/^.{8}$/"',
    'contact.city matches "/ORLÉANS/iu"',
    'contact.absent matches "/^$/"',
    'contact.age matches "/^" ~ 17 ~ "$/"',
    # conditions
    "contact.vip == 1 ? true : false",
    '(contact.vip == 2 ? "a" : "b") == "b"',
    '(contact.absent ?: "none") == "none"',
    '(contact.team ?: "none") == "U11"',
    "(contact.vip ? 5) == 5",
    "(false ? 5) === null",
    "(false ? 1 : false ? 2 : 3) == 3",
    # functions
    'lower("ÉTÉ") == "été"',
    'upper(contact.city) == "ORLÉANS"',
    "lower(null) === ''",
    'substr(contact.city, 0, 2) == "Or"',
    'substr(contact.city, -3) == "ans"',
    'substr(contact.city, 3, 1) == "é"',
    'substr(contact.city, 1, -1) == "rléan"',
    'substr(contact.city, 99) == ""',
    'substr(contact.city, 2, null) == "léans"',
    'substr(contact.city, 5, -6) == ""',
    "strlen(contact.city) == 7",
    "strlen(null) == 0",
    "abs(-3) === 3",
    'abs("-3.5") == 3.5',
    'intval("12 apples") === 12',
    "intval(contact.size) === 1",
    "intval(contact.absent) === 0",
    'decimal("120,50") === 120.5',
    'decimal("-1 200") === -1200',
    'decimal("1\u202f200.5") > 1200',
    "decimal(7) === 7",
    'decimal("12 apples") === null',
    'decimal("1,2,3") === null',
    "decimal(contact.absent) === null",
    "boolval(contact.vip) === true",
    "boolval(contact.zero) === false",
    "count([1, 2, 3]) == 3",
    'constant("PHP_VERSION") === null',
    'exists(constant("DB_PASSWORD")) == false',
    # dates
    "is_birthday(date(contact.birthdate))",
    "exists(contact.birthdate) && is_birthday(date(contact.birthdate))",
    'is_birthday(date_from_format("d/m/Y", contact.french_date))',
    'is_birthday(date("now")) && is_birthday(date())',
    '!is_birthday(date("2009-10-23"))',
    "!is_birthday(null)",
    'date(contact.birthdate) > date("-18 years")',
    'date(contact.birthdate) < date("2010-01-01")',
    'date("1990-10-22") < date("now")',
    'date("2009-10-22") == date(contact.birthdate)',
    "date(date(contact.birthdate)) == date(contact.birthdate)",
    'date("tomorrow") > date("now")',
    'date(contact_metas.created_at) > date("-1 year")',
    'date_from_format("d/m/Y", "01/02/2020") < date("2020-02-02")',
    # writing
    "  \t\n contact.vip\n==\r\n1 ",
    "contact.vip\xa0==\xa01",
    "contact . vip == 1",
]


@pytest.mark.parametrize("rule", TRUE)
def test_what_is_true_of_ana(rule: str) -> None:
    assert parse(rule).holds(ANA, NOW) is True
    assert parse(f"not ({rule})").holds(ANA, NOW) is False


@pytest.mark.parametrize(
    "rule",
    [
        "contact_metas.number == '+33698765432'",
        "!exists(contact_metas.name)",
        "contact_metas.created_at == null",
        "contact.team === null",
        "!exists(contact.a) || contact.a > 3",
        "count(contact) == 0",
        "contact_metas.anything === null",
    ],
)
def test_what_is_true_of_a_bare_number(rule: str) -> None:
    assert parse(rule).holds(SOMEBODY, NOW)


def test_who_is_born_on_29_february_has_a_birthday_in_leap_years() -> None:
    born = Person("+33612345678", data={"birthdate": "2004-02-29"})
    rule = parse("is_birthday(date(contact.birthdate))")
    days = [datetime(2027, 2, 28, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)]
    assert [rule.holds(born, day) for day in days] == [False, True]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("1 / contact.zero", "divides by zero"),
        ("1 % contact.zero", "divides by zero"),
        ("1 / contact.absent > 2", "divides by zero"),
        ("contact.team + 1", "no number"),
        ("-contact.team", "no number"),
        ("contact + 1", "no number"),
        ('contact ~ ""', "of a kind"),
        ("contact.team in contact.city", "of a kind"),
        ('date("now") ~ ""', "of a kind"),
        ("contact.absent.key", "has none"),
        ("lower([contact.team])", "a list where a text"),
        ("count(contact.team)", "is none"),
        ("is_birthday(contact.birthdate)", "wants a date"),
        ("date(contact.absent)", "no date to read"),
        ("date(contact.empty)", "no date to read"),
        ("date(contact.not_a_date) < date()", "“quelque part” cannot be read"),
        ('date_from_format("d/m/Y", contact.birthdate)', "“2009-10-22” cannot be read"),
        ("contact.team matches contact.team", "stands between slashes"),
        ('contact.team matches "/(" ~ contact.team ~ "/"', "cannot be read"),
        ("[contact][contact]", "of a kind"),
        ("{(date()): 1}", "of a kind"),
        ("date()..3", "of a kind"),
    ],
)
def test_what_comes_to_nothing(rule: str, sentence: str) -> None:
    with pytest.raises(RuleFailure, match=sentence) as failure:
        parse(rule).holds(ANA, NOW)
    assert failure.value.hint is not None
    assert not isinstance(failure.value, TooSlow)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("0..contact.much == []", "too many values"),
        ("0.5..contact.much == []", "too many values"),
        (" || ".join(["-1 in contact.age..9999"] * 6), "too many steps"),
        ("contact.long matches '/^(a|aa)+$/'", "takes too long"),
        ("contact.long matches '/^(a|aa)+' ~ '$/u'", "takes too long"),
        (" ~ ".join(["contact.huge"] * 11), "too long"),
    ],
)
def test_what_takes_more_than_a_rule_may(rule: str, sentence: str) -> None:
    person = Person(
        "+33612345678",
        data={"much": "1e9", "age": "1", "long": "a" * 60 + "b", "huge": "x" * 10_000},
    )
    with pytest.raises(TooSlow, match=sentence):
        parse(rule).holds(person, NOW)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 ** 64", 2.0**64),
        ("contact.vip * 9223372036854775807 * 2", 2.0**64),
        ("9223372036854775807 ** 9223372036854775807", "INF"),
        ("(-9223372036854775807) ** 9223372036854775807", "-INF"),
        ("(-1) ** 9223372036854775807", -1),
        ("0 ** 9223372036854775807", 0),
        ("5 ** 0", 1),
        ("0 ** 0", 1),
        ("1 ** 9223372036854775807", 1),
        ("(-1) ** 9223372036854775806", 1),
        ("2 ** 62", 2**62),
        ("2 ** -1", 0.5),
        ("2 ** 0.5 * 2 ** 0.5 - 2 < 0.000001", 1),
        ("0 ** -1", "INF"),
        ("(-2) ** 9223372036854775806", "INF"),
        ("3 ** 40", 3**40),
        ("(-8) ** 0.5", "NAN"),
    ],
)
def test_numbers_stay_small(expression: str, value: object) -> None:
    wanted = f'"{value}"' if isinstance(value, str) else f"({value!r})".replace("e+", "E+")
    ask = (
        f"({expression}) ~ '' == {wanted}"
        if isinstance(value, str)
        else f"{expression} == {wanted}"
    )
    assert parse(ask).holds(ANA, NOW)


def test_a_person_s_data_cannot_be_changed_or_reached_otherwise() -> None:
    """What looks like Python is but a key that is absent."""
    for rule in (
        "contact.__init__",
        "contact.data",
        "contact.get",
        'contact["__globals__"]',
        "contact_metas.__dict__",
        "[1].append",
        "{a: 1}.keys",
    ):
        with_failure = rule.startswith("[")
        if with_failure:
            assert not parse(rule).holds(ANA, NOW)
        else:
            assert parse(f"({rule}) === null").holds(ANA, NOW)


def test_why_somebody_is_in() -> None:
    rule = parse(
        "exists(contact.age) and (contact.age > 18 or not (contact.team == 'U13'))"
        " && (contact.vip ? date(contact.birthdate) < date('2000-01-01') : true) && contact.city"
    )
    parts = rule.why(ANA, NOW)
    assert [(part.depth, part.text, part.holds) for part in parts] == [
        (0, rule.text, False),
        (1, "exists(contact.age)", True),
        (1, "contact.age > 18 or not (contact.team == 'U13')", True),
        (2, "contact.age > 18", False),
        (2, "not (contact.team == 'U13')", True),
        (3, "contact.team == 'U13'", False),
        (1, "contact.vip ? date(contact.birthdate) < date('2000-01-01') : true", False),
        (2, "contact.vip", True),
        (2, "date(contact.birthdate) < date('2000-01-01')", False),
        (1, "contact.city", None),
    ]
    assert parts[3].values == (("contact.age", '"17"'),)
    assert parts[8].values == (
        ("date(contact.birthdate)", "2009-10-22 00:00:00"),
        ("date('2000-01-01')", "2000-01-01 00:00:00"),
    )


def test_why_something_comes_to_nothing() -> None:
    parts = parse("contact.vip && date(contact.empty) > date() && contact.team").why(ANA, NOW)
    assert [part.holds for part in parts] == [None, True, None, None]
    assert "no date to read" in str(parts[2].problem)
    assert parts[3].problem is None


def test_why_agrees_with_the_rule() -> None:
    for rule in TRUE:
        (first, *_) = parse(rule).why(ANA, NOW)
        assert first.holds is True, rule
        assert first.depth == 0


def test_values_that_are_shown() -> None:
    rule = parse("[contact.absent, true, 1.5, contact.quote, {a: contact.vip}] == 1..20")
    (part,) = rule.why(ANA, NOW)
    assert isinstance(part, Part)
    assert part.values[0][1] == '[null, true, 1.5, "l\'\\"été\\"\\\\", {"a": "1"}]'
    (part,) = parse("contact.absent").why(ANA, NOW)
    assert part.values == (("contact.absent", "null"),)
