"""Numbers in words and as ordinals, in French and English, as Unicode's rules spell them."""

from collections.abc import Callable
from decimal import Decimal

_TOO_GREAT = 10**15
_MOST_DECIMALS = 20

_ENGLISH = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_FRENCH = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_FRENCH_TENS = ["vingt", "trente", "quarante", "cinquante", "soixante"]
_GREAT = (
    (10**12, "trillion", "billion"),
    (10**9, "billion", "milliard"),
    (10**6, "million", "million"),
)


def spelled(number: Decimal, language: str, *, is_ordinal: bool) -> str | None:
    """``twenty-one``, or ``21st`` as an ordinal; None for other languages and greater numbers."""
    if language not in ("en", "fr") or abs(number) >= _TOO_GREAT:
        return None
    whole = int(abs(number))
    if is_ordinal:
        suffix = _english_suffix(whole) if language == "en" else _french_suffix(whole)
        return f"{'-' if number < 0 else ''}{whole}{suffix}"
    in_words = _in_english if language == "en" else _in_french
    words = in_words(whole)
    decimals = f"{abs(number):f}".partition(".")[2].rstrip("0")[:_MOST_DECIMALS]
    if decimals:
        point = "point" if language == "en" else "virgule"
        words = " ".join((words, point, *(in_words(int(digit)) for digit in decimals)))
    minus = "minus" if language == "en" else "moins"
    return f"{minus} {words}" if number < 0 else words


def _english_suffix(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _french_suffix(number: int) -> str:
    return "er" if number == 1 else "e"


def _in_english(number: int) -> str:
    if number < 20:
        return _ENGLISH[number]
    if number < 100:
        tens, rest = _ENGLISH_TENS[number // 10 - 2], number % 10
        return f"{tens}-{_ENGLISH[rest]}" if rest else tens
    for size, name, _ in _GREAT:
        if number >= size:
            return _with_rest(f"{_in_english(number // size)} {name}", number % size, _in_english)
    if number >= 1000:
        return _with_rest(f"{_in_english(number // 1000)} thousand", number % 1000, _in_english)
    return _with_rest(f"{_in_english(number // 100)} hundred", number % 100, _in_english)


def _in_french(number: int) -> str:
    if number < 100:
        return _french_below_hundred(number)
    for size, _, name in _GREAT:
        if number >= size:
            great = f"{_in_french(number // size)} {name}{'s' if number >= 2 * size else ''}"
            return _with_rest(great, number % size, _in_french)
    if number >= 1000:
        count = number // 1000
        return _with_rest(_french_thousands(count), number % 1000, _in_french)
    count, rest = divmod(number, 100)
    hundreds = "cent" if count == 1 else f"{_FRENCH[count]} cent{'' if rest else 's'}"
    return _with_rest(hundreds, rest, _in_french)


def _french_thousands(count: int) -> str:
    """Neither a one nor a plural stands before mille: mille, deux cent mille."""
    if count == 1:
        return "mille"
    words = _in_french(count)
    return f"{words.removesuffix('s') if count % 100 in (0, 80) else words} mille"


def _french_below_hundred(number: int) -> str:
    if number < 20:
        return _FRENCH[number]
    if number == 80:
        return "quatre-vingts"
    # Seventy and ninety go on counting from sixty and eighty.
    tens = "quatre-vingt" if number >= 80 else _FRENCH_TENS[min(number // 10, 6) - 2]
    rest = number - (80 if number >= 80 else 60 if number >= 60 else number // 10 * 10)
    if rest == 0:
        return tens
    return f"{tens}{'-et' if rest in (1, 11) and number < 80 else ''}-{_FRENCH[rest]}"


def _with_rest(words: str, rest: int, in_words: Callable[[int], str]) -> str:
    return f"{words} {in_words(rest)}" if rest else words
