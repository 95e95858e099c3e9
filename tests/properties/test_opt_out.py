"""What says STOP says it however it is decorated, and no other word is overheard."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from raspisms.sms.opt_out import START_WORDS, STOP_WORDS, plain, understand

STOP, START = STOP_WORDS.split(", "), START_WORDS.split(", ")
WORDS = st.sampled_from([*((word, "stop") for word in STOP), *((word, "start") for word in START)])
DECORATION = st.text("  \t\n.,;:!?…'’\"«»“”()[]-–_*~😀🛑❤️\u200b\u00a0", max_size=12)
ACCENTS = st.sampled_from(["", "\u0301", "\u0300", "\u0302", "\u0308"])


@given(WORDS, DECORATION, DECORATION, st.randoms(use_true_random=False), ACCENTS)
def test_decoration_changes_nothing(
    word: tuple[str, str], before: str, after: str, random: Random, accent: str
) -> None:
    written, meant = word
    mixed = "".join(random.choice((sign.lower(), sign.upper())) + accent for sign in written)
    assert understand(f"{before}{mixed}{after}", STOP, START) == meant


@given(st.text(max_size=80))
def test_looking_twice_sees_the_same(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert understand(plain(text), STOP, START) == understand(text, STOP, START)


@given(WORDS, st.text("abcdefghij", min_size=4, max_size=9), st.booleans())
def test_another_word_makes_it_a_sentence(
    word: tuple[str, str], other: str, is_first: bool
) -> None:
    written, _ = word
    text = f"{other} {written}" if is_first else f"{written} {other}"
    assert understand(text, STOP, START) is None
