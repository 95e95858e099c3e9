"""Rules that cannot be read: where the fault is, and what is said about it."""

import time

import pytest

from raspisms.sms.rules import RuleError, parse


@pytest.mark.parametrize(
    ("rule", "position", "sentence", "hint"),
    [
        ("", 0, "is empty", "contact.team"),
        ("   ", 0, "is empty", "contact.team"),
        ("(contact.a == 1", 0, "“(” is opened here and not closed", "missing “)”"),
        ("contact.a in [1, 2", 13, "“[” is opened here", "missing “]”"),
        ("exists(contact.a]", 6, "“(” is opened here", "missing “)”"),
        ("contact.a == 1)", 14, "“)” too many", "Remove it"),
        ("(" * 5000 + ")" * 5000, 50, "more than 50 parts", "Remove parentheses"),
        ("(" * 10_000, 9_999, "“(” is opened here", "missing “)”"),
        ("x" * 10_001, 10_000, "too long", "10000"),
        ("!" * 9_000 + "1", 50, "more than 50 parts", "two groups"),
        ("1" + "+1" * 200, 101, "more than 50 parts", "two groups"),
        ("contact" + ".a" * 200, 107, "more than 50 parts", "two groups"),
        ("1" + " ? 1" * 200, 200, "more than 50 parts", "two groups"),
        ("[" * 200 + "]" * 200, 50, "more than 50 parts", "two groups"),
        ('contact.a = "x"', 10, "“=” has no meaning", "=="),
        ("contact.a <> 1", 10, "“<” has no meaning", "!="),
        ("contact.a & contact.b", 10, "“&” has no meaning", "&&"),
        ("contact.a | contact.b", 10, "“|” has no meaning", "||"),
        ("contact.a == “x”", 13, "has no meaning", "straight quotes"),
        ("contact.a == 1 # one", 15, "“#” has no meaning", "in quotes"),
        ('contact.a == "x', 13, 'begins with " here', 'missing "'),
        ("contact.a == 'it's'", 18, "begins with ' here", "\\'"),
        ("contact.a ==", 12, "ends too early", "missing"),
        ("contact.a == == 1", 13, "“==” cannot stand here", "missing before or after"),
        ("contact.a contact.b", 10, "“contact” cannot stand here", "operator"),
        ("contact.a == 18ans", 15, "“ans” cannot stand here", "operator"),
        ("contact.", 8, "ends too early", "name of a key"),
        ("contact.1", 8, "“1” cannot stand here", "name of a key"),
        ("contact.a ? 1 : ", 16, "ends too early", "missing"),
        ("{1 + 1: 2}", 3, "“+” cannot stand here", "“:” is expected"),
        ("{[1]: 2}", 1, "“[” cannot stand here", "key of a map"),
        ("[1 2]", 3, "“2” cannot stand here", "“,” is expected"),
        ("lower(contact.a contact.b)", 16, "“contact” cannot stand here", "“,”"),
        ("uper(contact.a)", 0, "no function uper", "Did you mean upper?"),
        ("is_birthdate(contact.a)", 0, "no function", "Did you mean is_birthday?"),
        ("system('ls')", 0, "no function system", "The functions are: abs"),
        ("exists()", 0, "not written like this", "exists(contact.key)"),
        ("lower(1, 2)", 0, "not written like this", "lower(text)"),
        ("contact.lower()", 8, "cannot be called", "by themselves"),
        ("contact.__class__()", 8, "“__class__” cannot be called", "by themselves"),
        ("contcat.a == 1", 0, "knows no “contcat”", "Did you mean contact?"),
        ("True", 0, "knows no “True”", "Did you mean true?"),
        ("team == 1", 0, "knows no “team”", "contact.team"),
        ("__class__", 0, "knows no “__class__”", "nothing else"),
        ("contact.first-name == 1", 14, "knows no “name”", 'contact["first-name"]'),
        ('contact.a in "text"', 13, "wants a list", "matches"),
        ("1 in 2", 5, "wants a list", "list like"),
        ("5 / 0", 0, "divides by zero", "is 0"),
        ("contact.a > 5 % 0", 12, "divides by zero", "is 0"),
        ("'a' + 1", 0, "no number", "intval"),
        (" or ".join(["1 in 1..9000"] * 500), 32, "too many steps", "shorter"),
        ("contact.a in 0..1000000000", 13, "too many values", "10000"),
        ('contact.a matches "U11"', 18, "stands between slashes", "/^U1"),
        ('contact.a matches "/U11"', 18, "has no end", "slashes"),
        ('contact.a matches "/(/"', 18, "“(” cannot be read", "missing )"),
        ('contact.a matches "/[a/"', 18, "cannot be read", "character set"),
        ('contact.a matches "/a/q"', 18, "no flag “q”", "i, m, s, x and u"),
        ('contact.a matches "/(?R)/"', 18, "uses “(?R)”", "without"),
        ('contact.a matches "/(?1)/"', 18, "uses “(?1)”", "without"),
        ('contact.a matches "/(*FAIL)/"', 18, "not available", "without"),
        ('contact.a matches "/a{2000}/"', 18, "too often", "1000"),
        ('contact.a matches "/(((a{100}){100}){100}){100}/"', 18, "too often", "1000"),
        ('contact.a matches "/(?:(?P<x>a{1,99}b|c)+){2,100}/"', 18, "too often", "1000"),
        ('contact.a matches "/' + "a" * 501 + '/"', 18, "too long", "500"),
        ('contact.a matches "/' + "(" * 100 + ")" * 100 + '/"', 18, "cannot be read", "brackets"),
        ('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" matches "/^(a|aa)+$/"', 0, "too long", "Avoid"),
    ],
)
def test_faults(rule: str, position: int, sentence: str, hint: str) -> None:
    with pytest.raises(RuleError) as error:
        parse(rule)
    assert sentence in str(error.value.message)
    assert hint in str(error.value.hint)
    assert error.value.position == position
    assert error.value.field == "rule"


def test_the_constant_parts_of_a_rule_are_bounded_together() -> None:
    """Each alone would be quick enough to be worked out, all of them are not."""
    slow = " or ".join(f"'{'a' * 24}b' matches '/^(a|aa)+$|{n}/'" for n in range(100))
    assert parse(slow[: slow.index(" or ")])
    with pytest.raises(RuleError, match="takes too long"):
        parse(slow)


def test_a_long_chain_is_not_deep() -> None:
    begun = time.process_time()
    rule = parse(" or ".join(["contact.a"] * 500) + " and true" * 300)
    assert rule.text
    assert time.process_time() - begun < 5
