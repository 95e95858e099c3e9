"""No rule leaves its bounds, and what the builder writes it reads again."""

import time
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from raspisms.errors import RaspismsError
from raspisms.sms.person import Person
from raspisms.sms.php.patterns import SlowPattern, WrongPattern, pattern
from raspisms.sms.rules import Part, RuleError, RuleFailure, parse
from raspisms.sms.rules.builder import read, write
from raspisms.sms.rules.conditions import FIELDS, Condition, Conditions

NOW = datetime(2026, 10, 22, 12, tzinfo=UTC)
#: Times by the clock tell of a busy machine, not of a rule.
unhurried = settings(deadline=None)
#: Far above what a rule may take, since the machine may be busy; processor time.
MOST_SECONDS = 3

WORDS = (
    "contact contact_metas .a .name .__class__ .__globals__ ['a'] [0] null true false and or"
    " not in matches exists lower upper substr strlen abs date date_from_format intval boolval"
    " decimal count is_birthday constant"
)
SIGNS = "( ) [ ] { } , : ? . .. + - * / % ** ~ && || ! == != === !== < > <= >= = & | # \\ ' \""
VALUES = (
    "0 1 2 64 1.5 9223372036854775807 1e+308 '' 'a' \"U11\" '1990-10-22' 'now' '/a/'"
    " '/^(a|aa)+$/' '/(?R)/' '/(a*)*b/i' 'd/m/Y' '__class__' é “ \0 \ud800"
)
OPERATORS = "+ - * / % ** ~ && || == != === < > <= >= in .. matches"
PIECES = [*WORDS.split(), *SIGNS.split(), *VALUES.split(" "), "not in", "'-18 years'", " "]
data = st.dictionaries(
    st.sampled_from(["a", "name", "first-name"]),
    st.one_of(
        st.sampled_from(["", "0", "1", "U11", "a" * 60 + "b", "1e9", "22/10/1990"]), st.text()
    ),
)


def person_with(data: dict[str, str]) -> Person:
    return Person("+33612345678", None, data, NOW, None)


def answer(rule: str, person: Person) -> bool | RaspismsError:
    try:
        return parse(rule).holds(person, NOW)
    except (RuleError, RuleFailure) as problem:
        return problem


def is_told(error: RaspismsError) -> bool:
    return bool(str(error)) and error.hint is not None


@unhurried
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join) | st.text(max_size=60), data)
def test_no_input_leaves_the_bounds(rule: str, data: dict[str, str]) -> None:
    person = person_with(data)
    begun = time.process_time()
    found = answer(rule, person)
    if isinstance(found, RuleError):
        assert is_told(found)
        assert 0 <= found.position <= len(rule)
        return
    parts = parse(rule).why(person, NOW)
    assert all(type(part) is Part for part in parts)
    if isinstance(found, RuleFailure):
        assert is_told(found)
        assert parts[0].holds is None
    else:
        assert type(found) is bool
        assert parts[0].holds is found
    assert time.process_time() - begun < MOST_SECONDS


values = st.recursive(
    st.sampled_from(
        [
            "1",
            "0",
            "2.5",
            "null",
            "true",
            "'a'",
            "'1'",
            "contact.a",
            "contact.name",
            "date()",
            "contact_metas.number",
            "contact",
            "9223372036854775807",
            "date('-1 year')",
        ]
    ),
    lambda inner: st.one_of(
        st.tuples(
            inner,
            st.sampled_from([*OPERATORS.split(), "not in"]),
            inner,
        ).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(st.sampled_from(["!", "-", "not "]), inner).map("".join),
        st.tuples(inner, inner, inner).map(lambda parts: "({} ? {} : {})".format(*parts)),
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.tuples(
            st.sampled_from(["exists", "lower", "strlen", "abs", "date", "intval", "count"]), inner
        ).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"[{parts[0]}][{parts[1]}]"),
    ),
    max_leaves=12,
)


@unhurried
@given(values, data)
def test_each_rule_that_can_be_read_is_true_or_false_or_says_why_not(
    rule: str, data: dict[str, str]
) -> None:
    found, opposite = answer(rule, person_with(data)), answer(f"!({rule})", person_with(data))
    if isinstance(found, RaspismsError):
        assert is_told(found)
        assert str(opposite) == str(found)
    else:
        assert opposite is not found


@unhurried
@given(
    st.text("ab(){}[]?*+|\\^$.:=!<>#-0123xpPQEdDkgR'\n é", max_size=20),
    st.text("ab\n", max_size=30),
)
def test_no_pattern_leaves_the_bounds(body: str, subject: str) -> None:
    for flags in ("", "iu", "x", "D"):
        try:
            found: bool | RaspismsError = pattern(f"/{body}/{flags}").matches(subject, 0.05)
        except (SlowPattern, WrongPattern) as problem:
            found = problem
        assert type(found) is bool or is_told(found)


@unhurried
@given(st.text(max_size=30), st.text(max_size=5), st.text(max_size=5))
def test_what_a_text_contains(text: str, before: str, after: str) -> None:
    """Looking for a text finds it, whatever signs it is made of."""
    whole = before + text + after
    for comparison, subject in (
        ("contains", whole),
        ("begins", text + after),
        ("ends", before + text),
    ):
        if text:
            rule = parse(write(Condition("contact.a", comparison, text)))
            assert rule.holds(person_with({"a": subject}), NOW)


texts = st.text(max_size=20)
fields = st.one_of(
    st.sampled_from(sorted(FIELDS)), st.text(min_size=1, max_size=10).map("contact.{}".format)
)
numbers = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.decimals(-999, 999, places=2).map(lambda value: f"{value.normalize():f}"),
).filter(lambda value: value != "-0")
days = st.one_of(
    st.dates().map(lambda day: day.isoformat()), st.sampled_from(["-18 years", "now", "today"])
)
conditions = st.one_of(
    st.builds(Condition, fields, st.sampled_from(["is", "is_not", "one_of"]), texts),
    st.builds(
        Condition,
        fields,
        st.sampled_from(["contains", "begins", "ends"]),
        st.text(min_size=1, max_size=20),
    ),
    st.builds(Condition, fields, st.sampled_from(["set", "not_set", "birthday"])),
    st.builds(Condition, fields, st.sampled_from(["less", "greater"]), numbers),
    st.builds(Condition, fields, st.sampled_from(["before", "from"]), days),
)
groups = st.builds(
    Conditions,
    st.booleans(),
    st.lists(
        conditions
        | st.builds(
            Conditions, st.booleans(), st.lists(conditions, min_size=1, max_size=3).map(tuple)
        ),
        min_size=1,
        max_size=4,
    ).map(tuple),
)


@unhurried
@given(groups)
def test_what_is_built_is_read_again(built: Conditions) -> None:
    rule = write(built)
    assert read(rule) == built
    parse(rule)


@unhurried
@given(groups, data)
def test_what_is_read_and_written_again_means_the_same(
    built: Conditions, data: dict[str, str]
) -> None:
    rule = write(built)
    found = read(rule)
    assert found is not None
    before, after = (answer(one, person_with(data)) for one in (rule, write(found)))
    assert str(before) == str(after)
