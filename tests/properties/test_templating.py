"""Whatever is written as a text with fields: it ends in time, in the sandbox, in words."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import nodes

from raspisms.sms import templating
from raspisms.sms.person import Person
from raspisms.sms.templating import TextError, is_template, limits, parser
from raspisms.sms.templating.environment import FILTERS, FUNCTIONS, TESTS

NOW = datetime(2026, 10, 22, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
ANNE = Person(
    "+33639980011", "Anne", {"firstname": "Anne", "birthdate": "1990-10-22", "long": "é" * 999}
)

#: The only nodes that a text's tree may have: see ``raspisms/sms/templating/tree.py``.
ALLOWED = (
    nodes.And,
    nodes.CondExpr,
    nodes.Const,
    nodes.ExprStmt,
    nodes.Filter,
    nodes.FilterBlock,
    nodes.For,
    nodes.If,
    nodes.List,
    nodes.Name,
    nodes.Not,
    nodes.Or,
    nodes.Output,
    nodes.Template,
)

_WORDS = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-}}", "{%~", "~%}"),
        *("if", "elseif", "else", "endif", "for", "in", "endfor", "set", "endset", "apply"),
        *("endapply", "verbatim", "endverbatim", "is", "not", "defined", "and", "or", "xor"),
        *("+", "-", "*", "/", "//", "%", "**", "~", "..", "??", "?", ":", "?:", "==", "<=>"),
        *("(", ")", "[", "]", "{", "}", ",", ".", "|", "=", "!", "'", '"', "\\", "\n", " "),
        *("contact", "contact.firstname", "contact_metas", "loop", "self", "__class__", "x"),
        *("0", "1", "2.5", "1e308", "'a'", "'%d'", "null", "true", "matches '/a+/'", "é"),
    ]
)
RUBBISH = st.lists(_WORDS, max_size=40).map(" ".join) | st.text(max_size=60).map("{{".__add__)

_NAMES = st.sampled_from(
    [
        *("contact", "contact.firstname", "contact.birthdate", "contact.long", "contact.x"),
        *("contact_metas.number", "loop", "loop.index", "x", "y", "self", "x.__class__"),
    ]
)
_VALUES = st.sampled_from(
    [
        *("0", "1", "-1", "2.5", "1e300", "99999999999999999999", "null", "true", "false"),
        *("''", "'a'", "'0'", "'1e3'", "'%5d'", "'now'", "'+1 day'", "'d/m/Y'", "'Europe/Paris'"),
        *("'EUR'", "'fr'", "'/a+/'", "'short'", "'{'", "'\\\\n'", "'é😀'", "[]", "{}"),
    ]
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    filters = st.sampled_from(sorted(FILTERS))
    arguments = st.lists(inner, max_size=3).map(", ".join)
    operators = st.sampled_from(
        [
            *("+", "-", "*", "/", "//", "%", "**", "~", "..", "??", "?:", "==", "!=", "<", ">="),
            *("<=>", "===", "in", "not in", "and", "or", "matches", "starts with", "ends with"),
        ]
    )
    tests = st.sampled_from(
        ["is defined", "is empty", "is even", "is null", "is iterable", "is not odd"]
    )
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("{}|{}".format, inner, filters),
        st.builds("{}|{}({})".format, inner, filters, arguments),
        st.builds("{}({})".format, st.sampled_from(sorted(FUNCTIONS)), arguments),
        st.builds("({} {})".format, inner, tests),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("[{}]".format, arguments),
        st.builds("{{a: {}, ({}): {}}}".format, inner, inner, inner),
        st.builds("(not {})".format, inner),
    )


EXPRESSIONS = st.recursive(_NAMES | _VALUES, _larger, max_leaves=8)


def _longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(["x", "y"])
    filters = st.sampled_from(sorted(FILTERS))
    return st.one_of(
        st.builds(str.__add__, inner, inner),
        st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, EXPRESSIONS, inner, inner),
        st.builds("{{% for {} in {} %}}{}{{% endfor %}}".format, names, EXPRESSIONS, inner),
        st.builds("{{% for x in 1..{} %}}{}{{% endfor %}}".format, st.integers(1, 9999), inner),
        st.builds("{{% set {} %}}{}{{% endset %}}".format, names, inner),
        st.builds("{{% apply {} %}}{}{{% endapply %}}".format, filters, inner),
    )


TEXTS = st.recursive(
    st.sampled_from(["", "a", "\n"])
    | EXPRESSIONS.map("{{{{ {} }}}}".format)
    | st.builds("{{% set {} = {} %}}".format, st.sampled_from(["x", "y"]), EXPRESSIONS),
    _longer,
    max_leaves=8,
)


def outcome(text: str) -> str | None:
    """What becomes of a text for Anne; None if it is refused."""
    begun = time.thread_time()
    try:
        written = templating.compile(text).render(ANNE, NOW)
    except TextError as error:
        refused: TextError | None = error
    else:
        refused = None
    # One piece of work may go on when the time is up: a date, a search, a list.
    assert time.thread_time() - begun < limits.SECONDS + 0.5
    if refused is None:
        return written
    assert refused.field == "text"
    assert 1 <= refused.line <= 1 + text.count("\n") + text.count("\r")
    # What nobody foresaw is caught, but there should be nothing of the kind.
    assert str(refused.cause) != "This cannot be worked out."
    return None


@given(RUBBISH)
@example("{{ 'a' matches '/(?R)/' }}")
def test_whatever_is_written_gives_a_text_or_a_sentence(text: str) -> None:
    written = outcome(text)
    if not is_template(text):
        assert written == lexer_text(text)


def lexer_text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(TEXTS)
def test_whatever_can_be_read_ends_within_its_bounds(text: str) -> None:
    written = outcome(text)
    if written is not None:
        assert len(written) <= limits.LONGEST_OUTPUT
        assert "<class" not in written
        assert " object at 0x" not in written


@given(TEXTS | RUBBISH)
def test_the_tree_of_a_text_has_only_what_stays_in_the_sandbox(text: str) -> None:
    try:
        parsed = parser.parse(text, FILTERS, FUNCTIONS, TESTS)
    except TextError:
        return
    for node in parsed.tree.find_all(nodes.Node):
        assert isinstance(node, ALLOWED)
        if isinstance(node, nodes.Name):
            assert (node.name, node.ctx) == ("_", "store")
        if isinstance(node, nodes.Const):
            assert isinstance(node.value, str | int | float | None)


@given(st.text(max_size=80))
def test_what_is_given_in_quotes_comes_out_as_it_was(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    assert outcome(f"{{{{ '{quoted}' }}}}") == lexer_text(text)


@given(st.text(max_size=80))
def test_what_a_person_is_called_is_never_read_as_a_text(name: str) -> None:
    template = templating.compile(
        "{{ contact.name }}{% set a %}{{ contact.name }}{% endset %}{{ a }}"
    )
    assert template.render(Person("+33639980011", data={"name": name}), NOW) == name + name
