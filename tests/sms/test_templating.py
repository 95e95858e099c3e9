"""Texts as RaspiSMS's users wrote them, and what becomes of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from raspisms.sms import templating
from raspisms.sms.person import Person

PARIS = ZoneInfo("Europe/Paris")
#: A Thursday.
NOW = datetime(2026, 10, 22, 14, 30, tzinfo=PARIS)
ANNE = Person(
    number="+33639980011",
    name="Anne Roux",
    data={
        "firstname": "Anne",
        "city": "besançon",
        "birthdate": "1990-10-22",
        "vip": "1",
        "amount": "1234.5",
        "team": "",
        "first-name": "Anne-Lise",
        "tags": "chant,danse,tennis",
        "1": "un",
        "items": "own",
    },
    created_at=datetime(2024, 3, 1, 8, 5, 9, tzinfo=ZoneInfo("UTC")),
    updated_at=datetime(2025, 7, 14, 22, 0, 0, tzinfo=ZoneInfo("UTC")),
)

FIELDS = [
    ("Bonjour !", "Bonjour !"),
    ("{{ contact.firstname }}", "Anne"),
    ("{{contact.firstname}}", "Anne"),
    ("{{ contact['firstname'] }}", "Anne"),
    ('{{ contact["first-name"] }}', "Anne-Lise"),
    ("{{ contact.1 }}{{ contact['1'] }}{{ contact[1] }}", "ununun"),
    ("{{ contact['first' ~ 'name'] }}", "Anne"),
    ("{{ contact.items }}", "own"),
    ("[{{ contact.nothing }}]", "[]"),
    ("[{{ contact.firstname.x.y }}{{ nobody }}{{ nobody.a.b['c'] }}]", "[]"),
    ("{{ contact_metas.name }} {{ contact_metas.number }}", "Anne Roux +33639980011"),
    ("{{ contact_metas.created_at }}", "2024-03-01 09:05:09"),
    ("{{ contact_metas.updated_at|date('d/m/Y') }}", "15/07/2025"),
    ("{{ contact }}", "Array"),
    ("{{ true }}{{ false }}{{ null }}{{ 1.0 }}{{ 0.5 }}{{ TRUE }}", "110.51"),
    ("{{ 'l\\'été' }} {{ \"a\\tb\\n\" }}", "l'été a\tb\n"),
    ("a{# {{ 1/0 }} #}b", "ab"),
    ("{# a #}\nb", "b"),
    ("{% verbatim %}{{ x }}{% if %}{% endverbatim %}", "{{ x }}{% if %}"),
    ("a\r\nb\rc", "a\nb\nc"),
]

CONTROL = [
    ("{% if contact.vip == 1 %}a{% else %}b{% endif %}", "a"),
    ("{% if contact.vip == 2 %}a{% elseif contact.vip == 1 %}b{% else %}c{% endif %}", "b"),
    ("{% if contact.vip == 2 %}a{% elseif contact.vip == 3 %}b{% else %}c{% endif %}", "c"),
    ("{% if contact.team %}a{% endif %}", ""),
    ("{% if '0' or 0 or 0.0 or [] or '' or null %}a{% else %}b{% endif %}", "b"),
    ("{% if 'a' and not contact.team %}a{% endif %}", "a"),
    ("{% if contact.x is defined %}a{% endif %}", ""),
    ("{% if contact.team is defined %}a{% endif %}", "a"),
    ("{% if contact.x is not defined and nobody is not defined %}a{% endif %}", "a"),
    ("{% for x in range(1, 8) %}{{ x }}{% endfor %}", "12345678"),
    ("{% for c in 'a'..'e' %}{{ c }}{% endfor %}", "abcde"),
    ("{% for x in 3..1 %}{{ x }}{% endfor %}", "321"),
    ("{% for x in [] %}a{% else %}none{% endfor %}", "none"),
    ("{% for x in nobody %}a{% else %}none{% endfor %}", "none"),
    ("{% for k, v in {'a': 1, b: 2} %}{{ k }}={{ v }};{% endfor %}", "a=1;b=2;"),
    ("{% for k, v in ['x', 'y'] %}{{ k }}={{ v }};{% endfor %}", "0=x;1=y;"),
    (
        "{% for x in 'abc'|split('') %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}"
        "{{ loop.revindex0 }}{{ loop.length }}{% if loop.first %}F{% endif %}"
        "{% if loop.last %}L{% endif %} {% endfor %}",
        "10323F 21213 32103L ",
    ),
    (
        "{% for a in 1..2 %}{% for b in 1..2 %}{{ loop.parent.loop.index }}{{ loop.index }} "
        "{% endfor %}{% endfor %}",
        "11 12 21 22 ",
    ),
    ("{% for k, v in contact %}{% if v == 'Anne' %}{{ k }}{% endif %}{% endfor %}", "firstname"),
    ("{% apply upper %}a{{ contact.firstname }}{% endapply %}", "AANNE"),
    ("{% apply upper|trim|replace({'É': 'E'}) %} été {% endapply %}", "ETE"),
    ("{% set a = 1 %}{% set a = a + 1 %}{{ a }}", "2"),
    ("{% set a, b = 1, 2 %}{{ b }}{{ a }}", "21"),
    ("{% set a %}<{{ contact.firstname }}>{% endset %}{{ a|upper }}", "<ANNE>"),
    ("{% set s = 0 %}{% for x in [1, 2, 3] %}{% set s = s + x %}{% endfor %}{{ s }}", "6"),
    ("{% for x in [1] %}{% set new = x %}{% endfor %}[{{ new }}{{ x }}{{ loop }}]", "[]"),
    ("{% set x = 'o' %}{% for x in [1] %}{{ x }}{% endfor %}{{ x }}", "1o"),
    ("{% if 1 %}\na\n{% endif %}\nb", "a\nb"),
    ("a\n {{- 'b' -}} \n c", "abc"),
    ("a \n  {%~ if 1 ~%}  \n b{% endif %}", "a \n\n b"),
]

OPERATORS = [
    ("{{ 1 + 2 * 3 - 4 / 2 }}", "5"),
    ("{{ 7 / 2 }} {{ 7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 2 ** 3 ** 2 }}", "3.5 3 1 -1 512"),
    ("{{ '5' + '1.5' }} {{ null + 1 }} {{ true + 1 }}", "6.5 1 2"),
    ("{{ 9223372036854775807 + 1 }} {{ 10 ** 10 ** 10 }}", "9.2233720368548E+18 INF"),
    (
        "{{ (-10) ** 309 }} {{ (-10) ** 310 }} {{ (-1) ** 999 is same as(-1) ? 'int' }}",
        "-INF INF int",
    ),
    ("{{ (2..3.5)|last is same as(3.0) ? 'float' }} {{ ('2 apples'..4)|join }}", "float 234"),
    ("{{ 0.1 + 0.2 }}", "0.3"),
    ("{{ -1|abs }} {{ (-1)|abs }} {{ +'3' }}", "-1 1 3"),
    ("{{ 'a' ~ 1 ~ null ~ true ~ contact.firstname }}", "a11Anne"),
    ("{{ contact.vip == 1 ? 'yes' : 'no' }}", "yes"),
    ("{{ contact.team ? 'yes' }}|", "|"),
    ("{{ contact.team ?: 'none' }} {{ contact.firstname ?: 1 / 0 }}", "none Anne"),
    ("{{ contact.x ?? 'none' }} {{ contact.team ?? 'none' }}|{{ 'a' ?? (1 / 0) }}", "none |a"),
    ("{{ nobody.a ?? contact.b ?? 'last' }}", "last"),
    ("{{ '1' == 1 }}{{ '1e1' == 10 }}{{ 'abc' == 0 }}{{ null == '' }}{{ '' == 0 }}", "111"),
    ("{{ '1' === 1 }}{{ 1 !== '1' }}{{ 1 != 2 }}{{ 2 <=> 1 }}{{ 1 <=> 2 }}", "111-1"),
    ("{{ 1 < 2 }}{{ 2 <= 2 }}{{ 3 > 2 }}{{ 2 >= 3 }}", "111"),
    ("{{ true in 'a1' }}{{ null in 'a' }}{{ 1 in 1 }}{{ 1 in 'a1' }}", "1"),
    ("{{ 'b' in 'abc' }}{{ 2 in [1, 2] }}{{ 'd' not in 'abc' }}{{ '1' in [1] }}", "1111"),
    ("{{ 'Anne' starts with 'A' }}{{ 'Anne' ends with 'ne' }}{{ 'a' starts with 'b' }}", "11"),
    ("{{ 'Anne' matches '/^a.+e$/i' }}{{ '06' matches '#^07#' }}", "1"),
    ("{{ '06' matches '/^\\\\d+$/' ? 'digits' : 'no' }}", "digits"),
    ("{{ 4 is even }}{{ 3 is odd }}{{ 9 is divisible by(3) }}{{ 9 is divisible by 2 }}", "111"),
    ("{{ '' is empty }}{{ [] is empty }}{{ null is empty }}{{ '0' is empty }}", "111"),
    ("{{ null is null }}{{ contact.x is none }}{{ '' is null }}{{ [] is iterable }}", "111"),
    ("{{ 1 is same as(1) }}{{ 1 is same as('1') }}{{ 1 is not same as('1') }}", "11"),
    ("{{ not true ? 'a' : 'b' }}{{ (true xor true) ? 'a' : 'b' }}", "bb"),
    ("{{ not contact.x is defined and true }}", "1"),
    ("{{ [1, [2, 3], ][1][0] }} {{ {'a': {b: 'c'}}.a.b }} {{ {(1 + 1): 'x'}[2] }}", "2 c x"),
    ("{% set k = 5 %}{{ {k}.k }}", "5"),
    ("{{ 'abcdef'[1:3] }} {{ 'abcdef'[:2] }} {{ 'abcdef'[-2:] }}", "bcd ab ef"),
    ("{{ [1, 2, 3, 4][1:2]|join(',') }}", "2,3"),
    ("{{ ({'a': 1} + {'a': 2, 'b': 3})|json_encode }}", '{"a":1,"b":3}'),
]

FILTERS = [
    ("{{ '-5.5'|abs }}", "5.5"),
    ("{{ 'éLÉONORE'|capitalize }}", "Éléonore"),
    ("{{ 'FR'|country_name }} {{ 'US'|country_name('en') }} {{ 'XX'|country_name }}", None),
    ("{{ 'EUR'|currency_name }} {{ 'JPY'|currency_name('en') }}", "euro Japanese Yen"),
    ("{{ 'EUR'|currency_symbol }}{{ 'GBP'|currency_symbol }}", "€£GB"),
    ("{{ 'now'|date('d/m/Y H:i') }}", "22/10/2026 14:30"),
    ("{{ 'now'|date }}", "October 22, 2026 14:30"),
    ("{{ contact.x|date('Y') }}", "2026"),
    ("{{ 'now'|date('%m') }}", "%10"),
    (
        "{% if 'now'|date('%m-%d') == contact.birthdate|date('%m-%d') %}Joyeux anniversaire"
        "{% endif %}",
        "Joyeux anniversaire",
    ),
    ("{{ contact.birthdate|date('d/m/Y') }}", "22/10/1990"),
    ("{{ 'now'|date('H:i', 'America/New_York') }}", "08:30"),
    ("{{ 'now'|date(format='H\\\\hi', timezone='Europe/London') }}", "13h30"),
    ("{{ 0|date('c') }} {{ '86400'|date('d') }}", "1970-01-01T01:00:00+01:00 02"),
    ("{{ 'tomorrow'|date('l j F') }}", "Friday 23 October"),
    ("{{ date('2026-12-31 10:00')|date('d/m H:i') }}", "31/12 10:00"),
    ("{{ contact.birthdate|date_modify('+1 day')|date('d') }}", "23"),
    ("{{ 'now'|date_modify('first day of next month')|date('d/m') }}", "01/11"),
    ("{{ contact.x|default('friend') }} {{ ''|default('b') }} {{ 'c'|default('b') }}", None),
    ("{{ 0|default('b') }}[{{ contact.x|default }}]", "0[]"),
    ("{{ '<a href=\"x\">l\\'&'|escape }}", "&lt;a href=&quot;x&quot;&gt;l&#039;&amp;"),
    ("{{ '<'|e }} {{ 'a b'|escape('url') }}", "&lt; a%20b"),
    ("{{ [1, 2]|first }}{{ 'été'|first }}{{ {a: 5}|first }}[{{ []|first }}]", "1é5[]"),
    ("{{ [1, 2]|last }}{{ 'été'|last }}{{ {a: 5}|last }}", "2é5"),
    ("{{ '%s a %d ans'|format(contact.firstname, '36') }}", "Anne a 36 ans"),
    ("{{ '%05.2f|%-5s|%5s|%\\'*6s|%+d|%2$s|%%'|format(3.14159, 'ab', 'c', 'd', 7) }}", None),
    ("{{ contact.amount|format_currency('EUR') }}", "1 234,50 €"),
    ("{{ 1234.5|format_currency('USD', locale='en') }}", "$1,234.50"),
    ("{{ 1234.5|format_currency('EUR', {fraction_digit: 0}, 'en') }}", "€1,234"),
    ("{{ 'now'|format_datetime }}", "22 oct. 2026, 14:30:00"),
    ("{{ 'now'|format_datetime('full', 'none') }}", "jeudi 22 octobre 2026"),
    ("{{ 'now'|format_datetime('long', 'short') }}", "22 octobre 2026 à 14:30"),
    ("{{ 'now'|format_datetime('none', 'short') }}", "14:30"),
    ("{{ 'now'|format_datetime(pattern='EEEE d MMMM', locale='en') }}", "Thursday 22 October"),
    ("{{ 'now'|format_datetime(timezone='Asia/Tokyo', pattern=\"HH'h'\") }}", "21h"),
    ("{{ 1234567.891|format_number }}", "1 234 567,891"),
    ("{{ '12.345'|format_number({rounding_mode: 'floor', fraction_digit: 2}) }}", "12,34"),
    ("{{ 1000000|format_number({grouping_used: false, min_fraction_digit: 1}) }}", "1000000,0"),
    ("{{ 0.256|format_number(style='percent') }}", "26 %"),
    ("{{ 91|format_number(style='spellout') }}", "quatre-vingt-onze"),
    ("{{ 1201.5|format_number(style='spellout', locale='en') }}", None),
    ("{{ 1|format_number(style='ordinal') }} {{ 22|format_number(style='ordinal') }}", "1er 22e"),
    ("{{ 12345|format_number(style='scientific') }}", "1,2345E4"),
    ("{{ [1, 2, 3]|join }} {{ [1, 2, 3]|join(', ', ' et ') }} {{ [1]|join(', ', ' et ') }}", None),
    ("{{ {a: 1, b: 'é/', c: [1.0, null, true]}|json_encode }}", None),
    ("{{ 'é/'|json_encode(320) }} {{ 1.0|json_encode(1024) }}", '"é/" 1.0'),
    ("{{ date('2026-01-02')|json_encode }}", None),
    ("{{ [1, {a: 'b'}, {}]|json_encode(128) }}", None),
    ("{{ 'abc'|join(',') }}{{ null|join(',') }}", "abc"),
    ("{{ 1234.5|number_format(1, null, ' ') }}", "1 234.5"),
    ("{{ {a: 1, b: 2}|keys|join(',') }} {{ ['x']|keys|join }}", "a,b 0"),
    ("{{ 'fr'|language_name }} {{ 'fr_CA'|language_name('en') }}", "français Canadian French"),
    ("{{ [1, 2]|length }} {{ 'été'|length }} {{ null|length }} {{ 1234|length }}", "2 3 0 4"),
    ("{{ 'fr_FR'|locale_name }} {{ 'de'|locale_name('en') }}", "français (France) German"),
    ("{{ 'ÉTÉ'|lower }} {{ 'straße'|upper }}", "été STRASSE"),
    ("{{ 1234567.891|number_format(2, ',', ' ') }}", "1 234 567,89"),
    ("{{ 1234.5|number_format }} {{ -0.4|number_format }} {{ 1.005|number_format(2) }}", None),
    ("{{ 9800.333|number_format(thousandSep='', decimal=1) }}", "9800.3"),
    ("{{ 'J\\'aime %ceci% et %cela%'|replace({'%ceci%': 'A', '%cela%': '%ceci%'}) }}", None),
    ("{{ 'abc'|reverse }} {{ [1, 2]|reverse|join }}", "cba 21"),
    ("{{ 42.55|round }} {{ 42.55|round(1, 'floor') }} {{ 2.1|round(0, 'ceil') }}", "43 42.5 3"),
    ("{{ -2.5|round }} {{ (-2.5)|round }} {{ 1250|round(-2) }}", "-3 -3 1300"),
    ("{{ 'abcdef'|slice(1, 2) }} {{ [1, 2, 3]|slice(-2)|join }} {{ 'abc'|slice(0, -1) }}", None),
    ("{{ [3, 1, 2]|sort|join }} {{ ['b', 'a']|sort|first }}", "123 a"),
    ("{{ '<b> </b> <i>a</i>\n'|spaceless }}", "<b></b><i>a</i>"),
    ("{{ contact.tags|split(',')|last }} {{ 'a,b,c'|split(',', 2)|join('|') }}", "tennis a|b,c"),
    ("{{ 'a,b,c'|split(',', -1)|join('|') }} {{ 'abcd'|split('', 2)|join('|') }}", "a|b ab|cd"),
    ("{{ 'Europe/Paris'|timezone_name }}", "heure d’Europe centrale (Paris)"),
    ("{{ 'l\\'été de jean-marie'|title }}", "L'été De Jean-Marie"),
    ("[{{ '  a ' | trim }}{{ 'xxaxx'|trim('x') }}{{ ' a '|trim(side='left') }}]", "[aaa ]"),
    ("{{ 'abcd'|trim('a..b') }}", "cd"),
    ("{{ 'un café & thé/é'|url_encode }}", "un%20caf%C3%A9%20%26%20th%C3%A9%2F%C3%A9"),
    ("{{ {a: 'b c', d: 1}|url_encode }}", "a=b%20c&d=1"),
    ("{{ contact.city | upper | slice(0, 3) }}", "BES"),
]

#: Results that do not fit beside their texts.
LONG_RESULTS = {
    "{{ date('2026-01-02')|json_encode }}": (
        '{"date":"2026-01-02 00:00:00.000000","timezone_type":3,"timezone":"Europe\\/Paris"}'
    ),
    "{{ [1, {a: 'b'}, {}]|json_encode(128) }}": (
        '[\n    1,\n    {\n        "a": "b"\n    },\n    []\n]'
    ),
    "{{ 'FR'|country_name }} {{ 'US'|country_name('en') }} {{ 'XX'|country_name }}": (
        "France United States XX"
    ),
    "{{ contact.x|default('friend') }} {{ ''|default('b') }} {{ 'c'|default('b') }}": "friend b c",
    "{{ '%05.2f|%-5s|%5s|%\\'*6s|%+d|%2$s|%%'|format(3.14159, 'ab', 'c', 'd', 7) }}": (
        "03.14|ab   |    c|*****d|+7|ab|%"
    ),
    "{{ 1201.5|format_number(style='spellout', locale='en') }}": (
        "one thousand two hundred one point five"
    ),
    "{{ [1, 2, 3]|join }} {{ [1, 2, 3]|join(', ', ' et ') }} {{ [1]|join(', ', ' et ') }}": (
        "123 1, 2 et 3 1"
    ),
    "{{ {a: 1, b: 'é/', c: [1.0, null, true]}|json_encode }}": (
        '{"a":1,"b":"\\u00e9\\/","c":[1,null,true]}'
    ),
    "{{ 1234.5|number_format }} {{ -0.4|number_format }} {{ 1.005|number_format(2) }}": (
        "1,235 0 1.01"
    ),
    "{{ 'J\\'aime %ceci% et %cela%'|replace({'%ceci%': 'A', '%cela%': '%ceci%'}) }}": (
        "J'aime A et %ceci%"
    ),
    "{{ 'abcdef'|slice(1, 2) }} {{ [1, 2, 3]|slice(-2)|join }} {{ 'abc'|slice(0, -1) }}": (
        "bc 23 ab"
    ),
}

FUNCTIONS = [
    ("{{ date(contact.birthdate) < date('-18 years') ? 'adult' : 'minor' }}", "adult"),
    ("{{ date()|date('Y') }} {{ date('2026-01-01', 'Asia/Tokyo')|date('H') }}", "2026 00"),
    ("{{ date('now') > date('-1 hour') }}", "1"),
    ("{{ max(1, 3, 2) }} {{ max([4, 9]) }} {{ max({a: 2, b: 1}) }}", "3 9 2"),
    ("{{ min(1, 3, 2) }} {{ min(['b', 'a']) }}", "1 a"),
    ("{{ range(0, 10, 5)|join(',') }} {{ range('c', 'a')|join }}", "0,5,10 cba"),
    ("{{ range(0, 1, 0.5)|join(' ') }} {{ range(low=1, high=2)|join }}", "0 0.5 1 12"),
    ("{{ random([7]) }} {{ random('x') }} {{ random(0) }} {{ random(4, 4) }}", "7 x 0 4"),
]


def render(text: str, person: Person = ANNE, language: str = "fr") -> str:
    return templating.compile(text, language).render(person, NOW)


@pytest.mark.parametrize(("text", "result"), [*FIELDS, *CONTROL, *OPERATORS, *FILTERS, *FUNCTIONS])
def test_a_text_becomes_what_twig_made_of_it(text: str, result: str | None) -> None:
    assert render(text) == (LONG_RESULTS[text] if result is None else result)
