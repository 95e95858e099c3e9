"""Texts as a household's are: a few words that are everywhere, and thousands that are rare."""

import random
from collections.abc import Iterator
from itertools import accumulate

#: Words to look for: in a third of the messages, in a fifth, and in ten of however many.
FREQUENT, ALSO_FREQUENT, RARE = "bonjour", "maison", "xylophone"
RARE_ONES = 10
_FREQUENT_EVERY, _ALSO_FREQUENT_EVERY = 3, 5
_SYLLABLES = [
    *("ba", "be", "bon", "ca", "che", "co", "de", "di", "do", "é", "fa", "fe", "ga", "jour", "la"),
    *("le", "li", "lu", "ma", "me", "mi", "mo", "na", "ne", "ni", "pa", "par", "pi", "quoi", "ra"),
    *("re", "ri", "sa", "soir", "so", "ta", "te", "ti", "tour", "va", "ven", "vi", "vrai"),
]
_WORDS, _FEWEST, _MOST = 20_000, 3, 14
#: The n-th word of a language is about so much rarer than the first: n to the power of this.
_ZIPF = 0.95


def texts(count: int) -> Iterator[str]:
    """``count`` texts, the same ones each time; the rare word is in RARE_ONES of them."""
    chance = random.Random(1)
    words = _words(chance)
    weights = list(accumulate((place + 1) ** -_ZIPF for place in range(len(words))))
    for number in range(count):
        size = chance.randint(_FEWEST, _MOST)
        text = chance.choices(words, cum_weights=weights, k=size)
        text[:0] = [FREQUENT] * (number % _FREQUENT_EVERY == 0)
        text += [ALSO_FREQUENT] * (number % _ALSO_FREQUENT_EVERY == 0)
        text += [RARE] * (number % (count // RARE_ONES) == 0)
        yield f"{' '.join(text).capitalize()}."


def _words(chance: random.Random) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < _WORDS:
        made["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4)))] = None
    return list(made)
