"""Conversion and comparison, against what the PHP manual publishes for PHP 8.

The big tables are those of "PHP type comparison tables"; the other pairs are the examples of
"Comparison operators", "Numeric strings" and of the RFCs "Saner string to number comparisons"
and "Saner numeric strings".
"""

import math
from datetime import UTC, datetime, timedelta

import pytest

from raspisms.sms.php.comparison import (
    TooLong,
    identical,
    less,
    less_or_equal,
    loose_compare,
    loose_equal,
    text,
    truth,
)
from raspisms.sms.php.conversion import (
    GREATEST_INT,
    LEAST_INT,
    Unconvertible,
    array_key,
    bounded,
    integer,
    leading_number,
    number,
    numeric,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)

KINDS: list[object] = [True, False, 1, 0, -1, "1", "0", "-1", None, [], "php", ""]
#: The table "Loose comparisons with ==", PHP 8: one row for each of KINDS, one column likewise.
LOOSE = """
    T F T F T T F T F F T F
    F T F T F F T F T T F T
    T F T F F T F F F F F F
    F T F T F F T F T F F F
    T F F F T F F T F F F F
    T F T F F T F F F F F F
    F T F T F F T F F F F F
    T F F F T F F T F F F F
    F T F T F F F F T T F T
    F T F F F F F F T T F F
    T F F F F F F F F F T F
    F T F F F F F F T F F T
"""
TABLE = [
    (a, b, mark == "T")
    for a, row in zip(KINDS, LOOSE.strip().splitlines(), strict=True)
    for b, mark in zip(KINDS, row.split(), strict=True)
]


@pytest.mark.parametrize(("a", "b", "same"), TABLE)
def test_the_table_of_loose_comparison(a: object, b: object, same: bool) -> None:
    assert loose_equal(a, b) is same


def test_the_table_of_strict_comparison() -> None:
    """In the table "Strict comparisons with ===" each value is the same as itself alone."""
    for i, a in enumerate(KINDS):
        assert [identical(a, b) for b in KINDS] == [i == j for j in range(len(KINDS))]


@pytest.mark.parametrize(
    ("a", "b", "order"),
    [
        # numbers and texts
        (0, "foo", -1),
        (0, "", 1),
        (42, "42", 0),
        (42, " 42", 0),
        (42, "42 ", 0),
        (42, "42foo", -1),
        (42, "43foo", -1),
        (100, "1e2", 0),
        (1, "01", 0),
        (1.5, "1.50", 0),
        (0, "-0", 0),
        (12, "1.2e1", 0),
        (5, "abc", -1),
        (18, "9", 1),
        (0.3, "0.3", 0),
        (0.1 + 0.2, "0.3", 1),
        (math.inf, "INF", 0),
        (-math.inf, "-INF", 0),
        (10, "0x0A", 1),
        (1000, "1_000", -1),
        # two texts
        ("10", "1e1", 0),
        ("1", "01", 0),
        ("100", "1e2", 0),
        ("10", "9", 1),
        ("10", "9a", -1),
        ("abc", "abd", -1),
        ("abc", "ABC", 1),
        ("abc", "abc ", -1),
        ("123", " 123 ", 0),
        ("", " ", -1),
        ("a", "aa", -1),
        ("é", "z", 1),
        (".5", "0.5", 0),
        ("1.", "1", 0),
        ("+1", "1", 0),
        ("1e1000", "1e1001", -1),
        ("9223372036854775807", "9223372036854775808", -1),
        ("9223372036854775808", "9223372036854775809", -1),
        ("99999999999999999999", "1e20", 0),
        ("0x1", "1", -1),
        ("-1", "-1.0", 0),
        ("0612345678", "612345678", 0),
        # null, true and false
        (None, "a", -1),
        (None, "0", -1),
        ("a", None, 1),
        (None, -1, -1),
        (None, 0, 0),
        (None, False, 0),
        (None, [0], -1),
        (True, "0", 1),
        (False, "0", 0),
        (False, "false", -1),
        (True, [0], 0),
        (True, math.nan, 0),
        (True, 10, 0),
        (False, -0.0, 0),
        # numbers
        (1, 1.0, 0),
        (1, 2, -1),
        (1.5, 1.5, 0),
        (2.5, 1.5, 1),
        (2**53 + 1, 2.0**53, 0),
        (math.nan, math.nan, 1),
        (1, math.nan, 1),
        # arrays
        ([], [], 0),
        ([1, 2, 3], [1, 2, 3], 0),
        ([1, 2, 3], [1, 2], 1),
        ([1, 2, 3], [9, 9], 1),
        ([1, 2, 3], [1, 2, 4], -1),
        (["1"], [1], 0),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, 0),
        ({"a": 1}, {"b": 1}, 1),
        ({"0": "x"}, ["x"], 0),
        ([[1]], [["1"]], 0),
        ([], "", 1),
        ([1], 5, 1),
        ("Array", [1], -1),
        # dates
        (NOW, NOW + timedelta(0), 0),
        (NOW, LATER, -1),
        (LATER, NOW, 1),
        (NOW, None, 1),
        (None, NOW, -1),
        (NOW, True, 0),
        (NOW, False, 1),
        (NOW, "2030-01-01", 1),
        ("zzz", NOW, -1),
        (NOW, 1, 0),
        (0, NOW, -1),
        (NOW, [], 1),
    ],
)
def test_other_published_pairs(a: object, b: object, order: int) -> None:
    assert loose_compare(a, b) == order
    assert loose_equal(a, b) is (order == 0)
    assert less(a, b) is (order < 0)
    assert less_or_equal(a, b) is (order <= 0)
    is_special = any(isinstance(one, dict) or one != one for one in (a, b))
    if not is_special:  # of these PHP says that neither is the greater one
        assert loose_compare(b, a) == -order


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (1, True),
        ("1", 1),
        (None, False),
        ([1], ["1"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (NOW, NOW + timedelta(0)),
        (math.nan, math.nan),
    ],
)
def test_what_is_not_identical(a: object, b: object) -> None:
    assert not identical(a, b)


def test_what_is_identical() -> None:
    assert identical([1, {"a": "é"}], [1, {"a": "é"}])
    assert identical({"0": 1}, [1])
    assert identical(NOW, NOW)


@pytest.mark.parametrize("value", [None, False, 0, 0.0, -0.0, "", "0", [], {}])
def test_false(value: object) -> None:
    assert truth(value) is False


@pytest.mark.parametrize("value", [True, 1, -1, 0.1, math.nan, " ", "0.0", "00", "false", [0], NOW])
def test_true(value: object) -> None:
    assert truth(value) is True


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (False, ""),
        (True, "1"),
        (-7, "-7"),
        (1.0, "1"),
        (-0.0, "-0"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.33333333333333"),
        (100000.0, "100000"),
        (123456.789, "123456.789"),
        (1e13, "10000000000000"),
        (1e14, "1.0E+14"),
        (1.5e25, "1.5E+25"),
        (0.0001, "0.0001"),
        (0.00001, "1.0E-5"),
        (1.25e-7, "1.25E-7"),
        (math.inf, "INF"),
        (-math.inf, "-INF"),
        (math.nan, "NAN"),
        ([1, 2], "Array"),
        ("é", "é"),
        (10**400, "INF"),
    ],
)
def test_text(value: object, written: str) -> None:
    assert text(value) == written


def test_a_date_has_no_text_and_is_no_number() -> None:
    with pytest.raises(Unconvertible):
        text(NOW)
    with pytest.raises(Unconvertible):
        number(NOW)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("42", 42),
        (" \t42\n", 42),
        ("-1.5", -1.5),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("9223372036854775807", GREATEST_INT),
        ("-9223372036854775808", LEAST_INT),
        ("9223372036854775808", 9223372036854775808.0),
        ("-9223372036854775809", -9223372036854775809.0),
        ("9" * 5000, math.inf),
        ("0" * 5000 + "1", 1),
        ("", None),
        (" ", None),
        (".", None),
        ("1e", None),
        ("0x1A", None),
        ("12 apples", None),
        ("１", None),
        ("1\xa0", None),
    ],
)
def test_numeric_texts(written: str, value: float | None) -> None:
    assert numeric(written) == value
    assert type(numeric(written)) is type(value)


def test_a_number_at_the_beginning_of_a_text() -> None:
    assert leading_number("12 apples") == 12
    assert leading_number("1e") == 1
    assert leading_number("apples 12") is None


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (42, 42),
        (4.9, 4),
        (-4.9, -4),
        ("42", 42),
        ("+42", 42),
        ("042", 42),
        (" 42 apples", 42),
        ("1e3", 1000),
        ("apples", 0),
        ("", 0),
        (None, 0),
        (True, 1),
        ([], 0),
        ([0], 1),
        (NOW, 1),
        (math.inf, 0),
        (math.nan, 0),
        # both are examples of the manual
        ("420000000000000000000", GREATEST_INT),
        (420000000000000000000.0, -4275113695319687168),
        ("-1e1000", LEAST_INT),
    ],
)
def test_intval(value: object, whole: int) -> None:
    assert integer(value) == whole


def test_numbers_to_calculate_with() -> None:
    assert [number(value) for value in (None, True, 2, 2.5, "3", "4 apples")] == [
        0,
        1,
        2,
        2.5,
        3,
        4,
    ]
    for value in ("apples", "", [1], {}):
        with pytest.raises(Unconvertible):
            number(value)


def test_an_integer_too_great_becomes_a_float() -> None:
    assert bounded(GREATEST_INT) == GREATEST_INT
    assert type(bounded(GREATEST_INT + 1)) is float
    assert bounded(-(10**400)) == -math.inf


def test_keys_of_arrays() -> None:
    keys = ["7", "-7", "07", "-0", "1.5", "9" * 19, 1.9, True, None, "a"]
    assert [array_key(key) for key in keys] == [7, -7, "07", "-0", "1.5", "9" * 19, 1, 1, "", "a"]


def test_what_is_too_much_to_compare() -> None:
    doubled: list[object] = [1]
    for _ in range(40):
        doubled = [doubled, doubled]
    nested: list[object] = []
    for _ in range(2000):
        nested = [nested]
    for value in (doubled, nested):
        with pytest.raises(TooLong):
            loose_equal(value, [*value])
        with pytest.raises(TooLong):
            identical(value, [*value])
