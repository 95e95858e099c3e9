"""Regular expressions as PHP reads them: what its manual and PCRE's say of each construct."""

import sys

import pytest

from raspisms.sms.php.patterns import WrongPattern, literal, pattern, plain

SECONDS = 5.0


@pytest.mark.parametrize(
    ("written", "those_in", "those_out"),
    [
        # delimiters and flags
        ("/a/", ["a", "bab"], ["A", ""]),
        ("#a/b#", ["a/b"], ["ab"]),
        ("~a~i", ["A"], ["b"]),
        ("{a{2}}", ["aa"], ["a"]),
        ("(a(b))", ["ab"], ["a"]),
        ("[a]", ["a"], ["b"]),
        ("<a>", ["a"], ["b"]),
        (" /a/\n", ["a"], ["b"]),
        (r"/a\/b/", ["a/b"], ["ab"]),
        ("/^b/m", ["a\nb"], ["ab"]),
        ("/^b/", ["b"], ["a\nb"]),
        ("/a.b/s", ["a\nb"], ["ab"]),
        ("/a.b/", ["a-b"], ["a\nb"]),
        ("/a b # c\n d/x", ["abd"], ["a b d", "abcd"]),
        ("/a # (b/x", ["a"], ["b"]),
        (r"/a\ b/x", ["a b"], ["ab"]),
        ("/a#b/", ["a#b"], ["a"]),
        ("/b/A", ["ba"], ["ab"]),
        ("/a$/", ["a", "a\n"], ["ab", "a\nb"]),
        ("/a$/D", ["a"], ["a\n"]),
        ("/a$/Dm", ["a\nb"], ["ab"]),
        ("/a+/U", ["aa"], [""]),
        ("/(?i)a/", ["A"], ["b"]),
        ("/(?i:a)b/", ["Ab"], ["AB"]),
        # characters and bytes
        ("/^.$/u", ["é", "a"], ["ée"]),
        ("/^..$/", ["é", "ab"], ["a"]),
        ("/É/iu", ["é"], ["e"]),
        ("/É/i", ["É"], ["é"]),
        (r"/^\w+$/u", ["été"], ["a b"]),
        (r"/^\w+$/", ["ete"], ["été"]),
        (r"/^\d+$/", ["12"], ["１２", "a"]),
        (r"/^\d+$/u", ["12", "１２"], ["a"]),
        (r"/^\p{Lu}/u", ["É"], ["é", "1"]),
        (r"/^\P{L}/u", ["1"], ["é"]),
        (r"/\x{e9}/u", ["é"], ["e"]),
        (r"/\x{1F600}/u", ["😀"], ["é"]),
        (r"/\x41/", ["A"], ["x41"]),
        # escapes
        (r"/a\.b/", ["a.b"], ["axb"]),
        (r"/^\s\S$/", [" a"], ["a "]),
        (r"/\bab\b/", ["x ab y"], ["xab"]),
        (r"/a\Bb/", ["ab"], ["a b"]),
        (r"/\Aa/m", ["a"], ["b\na"]),
        (r"/a\z/", ["a"], ["a\n"]),
        (r"/a\Z/", ["a", "a\n"], ["a\n\n"]),
        (r"/a\hb/", ["a b", "a\tb"], ["a\nb"]),
        (r"/a\Rb/", ["a\r\nb", "a\nb"], ["a b"]),
        (r"/a\vb/", ["a\nb", "a\x0bb"], ["a b"]),
        (r"/a\Vb/", ["a b"], ["a\nb"]),
        (r"/a[\vx]b/", ["a\nb", "axb"], ["a b"]),
        (r"/a\Nb/s", ["a b"], ["a\nb"]),
        (r"/\e/", ["\x1b"], ["e"]),
        (r"/\Qa.b\E+/", ["a.bb"], ["axb"]),
        (r"/\Qa.b/", ["a.b"], ["axb"]),
        (r"/a\_b\"/", ['a_b"'], ["ab"]),
        (r"/\j/", ["j"], ["k"]),
        # sets
        ("/^[a-c]$/", ["b"], ["d", "-"]),
        ("/^[^a-c]$/", ["d"], ["b"]),
        ("/^[]a]$/", ["]", "a"], ["b"]),
        ("/^[^]a]$/", ["b"], ["]", "a"]),
        ("/^[[a]$/", ["[", "a"], ["b"]),
        ("/^[[:digit:]x]+$/", ["1x"], ["a"]),
        ("/^[[:^digit:]]+$/", ["a"], ["1"]),
        (r"/^[\d\-.]+$/", ["1-2.3"], ["a"]),
        (r"/^[\b]$/", ["\x08"], ["b"]),
        (r"/^[a\]]$/", ["]"], ["b"]),
        ("/^[a&&b]$/", ["&", "a"], ["c"]),
        # repetition
        ("/^a{2}$/", ["aa"], ["a", "aaa"]),
        ("/^a{2,}$/", ["aaa"], ["a"]),
        ("/^a{1,2}$/", ["a", "aa"], ["aaa"]),
        ("/^a{,2}$/", ["a{,2}"], ["aa"]),
        ("/^a{x}$/", ["a{x}"], ["a"]),
        ("/^{$/", ["{"], ["a"]),
        ("/^a*?b+?c??$/", ["b", "aabbc"], ["a"]),
        ("/^a++b$/", ["aab"], ["b"]),
        # groups
        ("/^(a|b)+$/", ["abba"], ["abc"]),
        ("/^(?:a|b)$/", ["a"], ["c"]),
        (r"/^(.)\1$/", ["aa"], ["ab"]),
        (r"/^(.)\g{1}$/", ["aa"], ["ab"]),
        (r"/^(.)\g1$/", ["aa"], ["ab"]),
        (r"/^(?<x>.)\k<x>$/", ["aa"], ["ab"]),
        (r"/^(?P<x>.)(?P=x)$/", ["aa"], ["ab"]),
        (r"/^(?'x'.)\k{x}$/", ["aa"], ["ab"]),
        (r"/^(?'x'.)\k'x'$/", ["aa"], ["ab"]),
        ("/^(?=a)./", ["a"], ["b"]),
        ("/^(?!a)./", ["b"], ["a"]),
        ("/(?<=a)b/", ["ab"], ["b"]),
        ("/(?<!a)b/", ["b"], ["ab"]),
        ("/^(?>a+)b/", ["aab"], ["b"]),
        ("/^(?|(a)|(b))$/", ["b"], ["c"]),
        ("/a(?# (b )c/", ["ac"], ["abc"]),
    ],
)
def test_what_matches(written: str, those_in: list[str], those_out: list[str]) -> None:
    known = pattern(written)
    assert [one for one in those_in if not known.matches(one, SECONDS)] == []
    assert [one for one in those_out if known.matches(one, SECONDS)] == []


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "between slashes"),
        ("abc", "between slashes"),
        ("1a1", "between slashes"),
        (r"\a\ ".strip(), "between slashes"),
        ("/", "no end"),
        ("/a", "no end"),
        ("{a", "no end"),
        ("/a/e", "no flag “e”"),
        ("/a/iZ", "no flag “Z”"),
        ("/(/", "cannot be read"),
        ("/)/", "cannot be read"),
        ("/*/", "cannot be read"),
        ("/a**/", "cannot be read"),
        ("/[b-a]/", "cannot be read"),
        ("/[a/", "cannot be read"),
        ("/[a\\/", "cannot be read"),
        ("/a\\/", "cannot be read"),
        (r"/\x{110000}/u", "cannot be read"),
        (r"/\x{100}/", "cannot be read"),
        (r"/\p{Nothing}/u", "cannot be read"),
        (r"/\k<x>/", "cannot be read"),
        (r"/(a)\g{2}/", "cannot be read"),
        ("/(?R)/", "is not available"),
        ("/(?1)/", "is not available"),
        ("/(?&x)/", "is not available"),
        ("/(?P>x)/", "is not available"),
        ("/(?(1)a|b)/", "is not available"),
        ("/a(?i)b/", "is not available"),
        ("/(*UTF8)a/", "is not available"),
        ("/a{1001}/", "too often"),
        ("/a{1,1001}/", "too often"),
        ("/(a{100}b){100}/", "too often"),
        ("/((a{20}){20}){20}a{2000}/", "too often"),
        ("/" + "a" * 501 + "/", "too long"),
    ],
)
def test_what_cannot_be_read(written: str, sentence: str) -> None:
    with pytest.raises(WrongPattern, match=sentence) as failure:
        pattern(written)
    assert failure.value.hint is not None


def test_what_is_just_short_enough() -> None:
    for written in (
        "/" + "a" * 500 + "/",
        "/a{1000}/",
        "/(a{90}b){100}/",
        r"/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.{1,100}.{1,100}.{1,100}$/",
        "/" + "(" * 19 + ")" * 19 + "/",
    ):
        assert pattern(written)


def test_a_rule_that_makes_another_pattern_for_each_person_does_not_fill_the_memory() -> None:
    greatest = "/((((a{10}){10}){10}){9})/"
    most = pattern.cache_info().maxsize
    assert most is not None
    assert most * sys.getsizeof(pattern(greatest).compiled) < 100_000_000
    first = pattern(greatest).compiled
    pattern.cache_clear()
    assert pattern(greatest).compiled is not first  # the library remembers none besides


@pytest.mark.parametrize("text", ["", "a.b", "(x)[y]{z}", "a\\b/c#d-e", "$1,5 ^ ?!", "été\n"])
def test_a_text_as_a_pattern(text: str) -> None:
    assert plain(literal(text)) == text
    assert pattern(f"/^{literal(text)}$/uD").matches(text, SECONDS)
    assert not pattern(f"/^{literal(text)}$/uD").matches(text + "x", SECONDS)


def test_a_pattern_that_is_no_text() -> None:
    assert [plain(one) for one in ("a.b", "a+", "(a)", r"\d", "a\\")] == [None] * 5
