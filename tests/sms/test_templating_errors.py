"""Texts that cannot be read or worked out: each is told by line and cause, quickly."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from raspisms.sms import templating
from raspisms.sms.person import Person
from raspisms.sms.templating import TextError, is_template, limits

NOW = datetime(2026, 10, 22, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
ANNE = Person("+33639980011", "Anne Roux", {"firstname": "Anne", "long": "a" * 2000})

UNREADABLE = [
    ("a {{ b", 1, "{{ has no end }}."),
    ("a\n{% if b", 2, "{% has no end %}."),
    ("\n\n{# a", 3, "The comment {# has no end #}."),
    ("{% verbatim %}\n{{ a }}", 1, "{% verbatim %} has no {% endverbatim %}."),
    ("\n{% if a %}\n\nb", 2, "{% if %} has no {% endif %}."),
    ("{% for a in b %}\n{% if c %}\n", 2, "{% if %} has no {% endif %}."),
    ("{% apply upper %}", 1, "{% apply %} has no {% endapply %}."),
    ("{% set a %}", 1, "{% set %} has no {% endset %}."),
    ("{{ 'abc }}", 1, "The quote ' is never closed."),
    ("{{\n(1 }}", 2, "The bracket ( is never closed."),
    ("{{ [1) }}", 1, "The bracket [ is never closed."),
    ("{{ 1) }}", 1, "The bracket ) was never opened."),
    ("{{ a @ b }}", 1, "The character “@” has no meaning here."),
    ("{{ }}", 1, "Something is missing before }}."),
    ("{{ a| }}", 1, "Something is missing before }}."),
    ("{% %}", 1, "Something is missing before %}."),
    ("{{ a b }}", 1, "“b” was not expected here."),
    ("{{ {1 2} }}", 1, "“2” was not expected here."),
    ("{% endif %}", 1, "{% endif %} belongs to no tag."),
    ("{% if 1 %}\n{% endfor %}", 2, "{% endfor %} does not belong to {% if %} of line 1."),
    ("a\nb\n{{ a|uper }}", 3, "There is no filter “uper”."),
    ("{{ uper('a') }}", 1, "There is no function “uper”."),
    ("{{ a is evn }}", 1, "There is no test “is evn”."),
    ("{% fro a in b %}{% endfor %}", 1, "There is no tag {% fro %}."),
    ("{{ a|upper(1) }}", 1, "“upper” has too many arguments."),
    ("{{ a|slice }}", 1, "“slice” needs the argument “start”."),
    ("{{ a|date(zone='x') }}", 1, "“date” has no argument “zone”."),
    ("{{ a|date(format='x', 1) }}", 1, "An argument without a name stands after one with a name."),
    ("{% for a in b if c %}{% endfor %}", 1, "A loop has no condition of its own."),
    ("{{ (1 + 1) is defined }}", 1, "“is defined” only asks whether a name is there."),
    ("{% set loop = 1 %}", 1, "“loop” cannot be given another value."),
    ("{% set a, b = 1 %}", 1, "There are not as many values as names."),
    ("{{ a|sort(x => y) }}", 1, "Arrow functions (=>) are not available in texts."),
    ('{{ "a#{b}" }}', 1, "#{ } within a text in double quotes is not available."),
    ("{{ " + "9" * 400 + " }}", 1, "This number is too great."),
    ("{{ contact.get('a') }}", 1, "Only the functions that texts have can be called."),
    ("{{ (1)(2) }}", 1, "Only the functions that texts have can be called."),
    *(
        (f"{{% {tag} a %}}", 1, f"The tag {{% {tag} %}} is not available in texts.")
        for tag in ("include", "import", "from", "extends", "block", "macro", "call", "embed")
    ),
    *(
        (f"{{{{ {name}() }}}}", 1, f"There is no function “{name}”.")
        for name in ("cycler", "lipsum", "namespace", "joiner", "dict", "constant", "source")
    ),
    *(
        (f"{{{{ contact|{name} }}}}", 1, f"There is no filter “{name}”.")
        for name in ("attr", "map", "xmlattr", "pprint", "selectattr", "filter", "raw")
    ),
]

HINTS = [
    ("{{ a|uper }}", "Did you mean “upper”?"),
    ("{{ a is evn }}", "Did you mean “even”?"),
    ("{% fro a in b %}", "Did you mean “for”?"),
    ("{% if a %}{% elif b %}{% endif %}", "Write elseif."),
    ("{% if a %}{% else if b %}{% endif %}", "Write elseif."),
    ("{{ a && b }}", "Write and."),
    ("{{ a|date(‘d/m/Y’) }}", "Quotes in a tag are straight: '."),
    ("{{ a || b }}", "Write or."),
    ("{{ !a }}", "Write not."),
    ("{{ a = b }}", "Write ==."),
    ("{{ a|date(zone='x') }}", "It takes: format, timezone."),
    ("{{ a|upper(1) }}", "It takes none."),
    ("{{ nothing() }}", "There are: date, max, min, random, range."),
    ("{{ [1, 2] ~ 'a' }}", "Take one entry of it, or join them: |join(', ')."),
    ("{{ date('now') }}", "Say how it is written, for example |date('d/m/Y')."),
]

FAILING = [
    ("a\nb {{ 1 / 0 }}", 2, "Nothing can be divided by zero."),
    ("{{ 1 // 0 }}", 1, "Nothing can be divided by zero."),
    ("{{ 1 % 0 }}", 1, "Nothing can be divided by zero."),
    ("{{ 1 is divisible by(0) }}", 1, "Nothing can be divided by zero."),
    ("{% if 1 %}\n{{ 'abc' + 1 }}\n{% endif %}", 2, "“abc” is not a number."),
    ("{{ [1] * 2 }}", 1, "Lists and dates are no numbers."),
    ("{% for a in 1..3 %}\n\n{{ [a]|upper }}{% endfor %}", 3, "A list cannot be used as a text."),
    ("{{ date() }}", 1, "A date cannot be used as a text."),
    ("{% apply date('Y') %}\nrubbish{% endapply %}", 1, "“rubbish” is not a date."),
    ("{{ 'now'|date('H', 'Mars/Base') }}", 1, "There is no time zone “Mars/Base”."),
    ("{{ 'FR'|country_name('xx_YY') }}", 1, "There is no language “xx_YY”."),
    ("{{ 1|format_currency('€') }}", 1, "“€” is not a currency."),
    ("{{ 'now'|format_datetime('huge') }}", 1, "“huge” is not a way to write a date."),
    (
        "{{ 'now'|format_datetime(pattern='QQQQQQQ') }}",
        1,
        "“QQQQQQQ” is not a way to write a date.",
    ),
    ("{{ 1|format_number(style='duration') }}", 1, "“duration” is not a way to write a number."),
    ("{{ 1|format_number({colour: 1}) }}", 1, "“colour” cannot be set for a number."),
    ("{{ 1|format_number({rounding_mode: 'x'}) }}", 1, "“rounding_mode” cannot be set"),
    (
        "{{ 1|format_number(style='spellout', locale='de') }}",
        1,
        "A number is spelled out in French and English only",
    ),
    ("{{ '%d %d'|format(1) }}", 1, "“format” has fewer values than places."),
    ("{{ '%q'|format(1) }}", 1, "“%q” is no place for a value."),
    ("{{ 'a'|replace('b') }}", 1, "“replace” takes a map."),
    ("{{ 1|round(0, []) }}", 1, "“round” knows the methods common, ceil and floor."),
    ("{{ 1|round(0, 'up') }}", 1, "“round” knows the methods common, ceil and floor."),
    ("{{ 'a'|trim('a', 'top') }}", 1, "“trim” knows the sides both, left and right."),
    ("{{ 'a'|escape('js') }}", 1, "“escape” knows html and url."),
    ("{{ 'a'|sort }}", 1, "Only a list can be sorted."),
    ("{{ random([]) }}", 1, "Nothing can be chosen from an empty list."),
    ("{{ max([]) }}", 1, "“max” and “min” need something to choose from."),
    ("{{ range(1, 2, 0) }}", 1, "The step of a range cannot be 0."),
    ("{{ {([]): 1} }}", 1, "A list or a date cannot be a key."),
    ("{{ (10 ** 400)|json_encode }}", 1, "Such a number has no JSON."),
    ("{{ (10 ** 400)|format_number }}", 1, "This number is too great."),
    ("{{ 'a' matches 'a' }}", 1, "A regular expression stands between slashes."),
]

LOOP = "{% for i in 1..2000 %}{% for j in 1..2000 %}"
BEYOND = {
    "a long text": ("{# " + "a\n" * 6000 + "#}", "The text is longer than 10000 characters"),
    "many fields": ("{{a}}" * 2000, "too many fields and tags"),
    "many branches": (
        "{% if 0 %}" + "{% elseif 0 %}" * 200 + "{% endif %}",
        "too many branches: {% elseif",
    ),
    "range(1e9)": ("{{ range(1, 1e9)|join }}", "more than 2000 entries"),
    "a range of letters": ("{{ '\U0010ffff'..'a' }}", "more than 2000 entries"),
    "small steps": ("{{ range(0, 1, 1e-300) }}", "more than 2000 entries"),
    "an endless range": ("{{ range(0, 10 ** 400) }}", "needs an end"),
    "endless loops": (f"{LOOP}{{% endfor %}}{{% endfor %}}", "more than 5000 times"),
    "much to write": ("{% for i in 1..99 %}{{ contact.long }}{% endfor %}", "becomes longer than"),
    "plain text": (f"{{% for i in 1..99 %}}{'x' * 999}{{% endfor %}}", "becomes longer than"),
    "text in a block": (
        f"{{% for i in 1..99 %}}{{% apply upper %}}{'x' * 999}{{% endapply %}}{{% endfor %}}",
        "becomes longer than",
    ),
    "a text doubled": (
        "{% set a = 'a' %}{% for i in 1..99 %}{% set a = a ~ a %}{% endfor %}",
        "A value becomes longer than",
    ),
    "a block doubled": (
        "{% set a = 'a' %}{% for i in 1..99 %}{% set a %}{{ a }}{{ a }}{% endset %}{% endfor %}",
        "becomes longer than",
    ),
    "a list doubled": (
        "{% set a = [1] %}{% for i in 1..99 %}{% set a = [a, a] %}{% endfor %}",
        "more than 2000 entries",
    ),
    "lists within lists": (
        "{% set a = 1 %}{% for i in 1..99 %}{% set a = [a] %}{% endfor %}",
        "nested too deeply",
    ),
    "loops kept": (
        "{% set a = 0 %}{% for i in 1..99 %}{% for j in 1..1 %}{% set a = loop %}"
        "{% endfor %}{% endfor %}",
        "A value becomes longer than",
    ),
    "replace": ("{{ contact.long|replace({'a': contact.long}) }}", "A value becomes longer"),
    "format": ("{{ '%99999s'|format(1) }}", "A value becomes longer"),
    "a filter that writes more": (
        "{{ (contact.long ~ contact.long)|replace({'a': 'é'})|url_encode|length }}",
        "A value becomes longer",
    ),
    "format, many": ("{{ ('%9000s' ~ '%9000s')|format(1, 2) }}", "A value becomes longer"),
    "join": ("{{ range(1, 99)|join(contact.long) }}", "A value becomes longer"),
    "json": (
        "{{ [contact.long ~ contact.long ~ contact.long ~ contact.long ~ 'é'|replace({'é':"
        " contact.long})]|json_encode(128) }}",
        "A value becomes longer",
    ),
    "split": ("{% set a = contact.long ~ 'a' %}{{ a|split('') }}", "more than 2000 entries"),
    "comparisons": (
        "{% set r = 1..2000 %}{% for i in 1..999 %}{{ r == r }}{% endfor %}",
        "too much to work out",
    ),
    "sorting": (
        "{% for i in 1..999 %}{{ (1..2000)|reverse|sort|length }}{% endfor %}",
        "too much to work out",
    ),
    "searching": (
        "{% set r = 1..2000 %}{% for i in 1..999 %}{{ 'x' in r }}{% endfor %}",
        "too much to work out",
    ),
    "an expensive pattern": ("{{ (contact.long ~ '!') matches '/^(a|aa)+$/' }}", "too long"),
    "a huge pattern": ("{{ 'a' matches '/(((a{99}){99}){99}){99}/' }}", "repeats something"),
    "parentheses": ("{{ " + "(" * 4000 + "1" + ")" * 4000 + " }}", "nested or chained"),
    "lists": ("{{ " + "[" * 4000 + "1" + "]" * 4000 + " }}", "nested or chained"),
    "maps": ("{{ " + "{a:" * 2000 + "1" + "}" * 2000 + " }}", "nested or chained"),
    "negations": ("{{ " + "not " * 2000 + "1 }}", "nested or chained"),
    "signs": ("{{ " + "- " * 4000 + "1 }}", "nested or chained"),
    "sums": ("{{ 1" + " + 1" * 2000 + " }}", "nested or chained"),
    "powers": ("{{ 1" + " ** 1" * 1900 + " }}", "nested or chained"),
    "choices": ("{{ " + "a ? b : " * 1200 + "c }}", "nested or chained"),
    "attributes": ("{{ a" + ".a" * 4000 + " }}", "nested or chained"),
    "filters": ("{{ a" + "|upper" * 1500 + " }}", "nested or chained"),
    "filters of a block": ("{% apply " + "upper|" * 1500 + "upper %}{% endapply %}", "chained"),
    "arguments": ("{{ " + "max(" * 1900 + "1" + ")" * 1900 + " }}", "nested or chained"),
    "tags": ("{% if 1 %}" * 400 + "{% endif %}" * 400, "within each other"),
    "loops in loops": ("{% for i in 1..2 %}" * 300 + "{% endfor %}" * 300, "within each other"),
}

OUT_OF_REACH = [
    "{{ self }}",
    "{{ self.x }}{{ super }}{{ caller }}{{ varargs }}{{ kwargs }}{{ _self }}{{ _context }}",
    "{{ environment }}{{ context }}{{ resolve }}{{ undefined }}{{ missing }}{{ concat }}",
    "{{ ''.__class__ }}{{ ''.__class__.__mro__[1].__subclasses__ }}{{ ''['__class__'] }}",
    "{{ contact.__class__ }}{{ contact.items }}{{ contact.keys }}{{ contact['__init__'] }}",
    "{{ contact_metas.number.format }}{{ contact_metas.__getitem__ }}",
    "{% for x in [1] %}{{ loop.__init__ }}{{ loop.cycle }}{{ loop.changed }}{% endfor %}",
    "{{ [].append }}{{ [1].__len__ }}{{ date().tzinfo }}{{ date().year }}{{ (1).real }}",
    "{{ true.__class__ }}{{ null.__class__ }}{{ max(1, 2).__class__ }}{{ ('a'|upper).join }}",
]


def render(text: str) -> str:
    return templating.compile(text).render(ANNE, NOW)


@pytest.mark.parametrize(("text", "line", "cause"), UNREADABLE)
def test_what_cannot_be_read_is_told_before_anybody_is_chosen(
    text: str, line: int, cause: str
) -> None:
    with pytest.raises(TextError) as error:
        templating.compile(text)
    assert str(error.value.cause) == cause
    assert error.value.line == line
    assert error.value.field == "text"
    assert str(error.value).startswith(f"Line {line} of the text: {cause}")


@pytest.mark.parametrize(("text", "hint"), HINTS)
def test_a_hint_tells_what_may_have_been_meant(text: str, hint: str) -> None:
    with pytest.raises(TextError) as error:
        render(text)
    assert str(error.value.hint) == hint


@pytest.mark.parametrize(("text", "line", "cause"), FAILING)
def test_what_cannot_be_worked_out_is_told_with_its_line(text: str, line: int, cause: str) -> None:
    template = templating.compile(text)
    with pytest.raises(TextError) as error:
        template.render(ANNE, NOW)
    assert str(error.value.cause).startswith(cause)
    assert error.value.line == line


@pytest.mark.parametrize("name", BEYOND)
def test_nothing_goes_beyond_its_bound(name: str) -> None:
    text, cause = BEYOND[name]
    with pytest.raises(TextError) as error:
        render(text)
    assert cause in str(error.value.cause)


@pytest.mark.parametrize("text", OUT_OF_REACH)
def test_nothing_of_python_can_be_reached(text: str) -> None:
    assert render(text) == ""


def test_time_is_the_last_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.0)
    with pytest.raises(TextError) as error:
        render("\n{% for i in 1..99 %}{{ contact.firstname }}{% endfor %}")
    assert str(error.value.cause) == "This text takes too long to work out."
    assert error.value.line == 2


def test_one_rendering_leaves_nothing_to_the_next() -> None:
    template = templating.compile("{{ a }}{% set a = contact.firstname %}{{ a }}")
    assert template.render(ANNE, NOW) == "Anne"
    other = Person("+33639980012", None, {"firstname": "Luc"})
    assert template.render(other, NOW) == "Luc"


def test_a_bare_number_has_nothing_but_its_number_and_the_data_beside_it() -> None:
    template = templating.compile(
        "{{ contact_metas.name is defined ? 'named' : 'bare' }} {{ contact_metas.number }}"
        " {{ contact.firstname }}{{ contact_metas.created_at is defined }}"
    )
    bare = Person("+33639980011", data={"firstname": "Anne"})
    assert template.render(bare, NOW) == "bare +33639980011 Anne"


def test_the_names_of_months_are_in_the_language_of_the_text() -> None:
    text = "{{ '2026-08-01'|format_datetime('long', 'short') }} {{ 'DE'|country_name }}"
    assert templating.compile(text, "fr").render(ANNE, NOW) == "1 août 2026 à 00:00 Allemagne"
    assert templating.compile(text, "en").render(ANNE, NOW).startswith("August 1, 2026 at 12:00")


def test_fields_are_the_keys_of_contacts_that_a_text_names() -> None:
    template = templating.compile(
        "{{ contact.a }}{% if contact['b c'] is defined and contact.d.e %}{{ x.f|default("
        "contact.g) }}{% endif %}{% for i in contact.h %}{{ contact[i] }}{% endfor %}"
        "{{ contact_metas.name }}{# contact.i #}{% apply trim %}{{ contact.1 }}{% endapply %}"
    )
    assert template.fields == {"a", "b c", "d", "g", "h", "1"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Bonjour !", False),
        ("{ a } }} %}", False),
        ("{{ a }}", True),
        ("{% if", True),
        ("a {# b", True),
    ],
)
def test_a_text_without_fields_is_no_template(text: str, answer: bool) -> None:
    assert is_template(text) is answer


def test_random_values_vary_within_their_bounds() -> None:
    template = templating.compile("{{ random(1, 3) }}{{ random('ab') }}{{ random(['c', 'd']) }}")
    results = {template.render(ANNE, NOW) for _ in range(200)}
    assert len(results) > 6
    assert {first for first, *_ in results} == {"1", "2", "3"}
    assert int(render("{{ random() }}")) < 2**31
