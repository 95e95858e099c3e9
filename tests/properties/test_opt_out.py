"""What says STOP says it however it is decorated, and no other word is overheard."""

import itertools
from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raspisms.adapters.answers import Inbound
from raspisms.extensions import db
from raspisms.messaging import inbox, opt_outs
from raspisms.models import Phone
from raspisms.sms.opt_out import START_WORDS, STOP_WORDS, plain, understand
from tests.household import Household

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


#: What was sent, each a minute after the one before, and in which order it comes in: some of it
#: several times, as where it is called and polled.
SAID = st.lists(st.sampled_from(["STOP", "Start", "Bonjour"]), min_size=1, max_size=5)
_numbers = itertools.count()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(SAID, st.data())
def test_the_newest_word_decides_in_whatever_order_and_however_often_they_come_in(
    household: Household, said: list[str], data: st.DataObject
) -> None:
    order = data.draw(st.permutations([*range(len(said)), *range(len(said))]))
    number = f"+3363998{next(_numbers):04}"
    with household.app.app_context():
        phone = db.session.scalars(db.select(Phone)).first() or household.add_test_phone()
        first = household.engine.time.now() - timedelta(hours=1)
        for place in order:
            sent_at = first + timedelta(minutes=place)
            told = Inbound(f"{number}-{place}", number, said[place], sent_at)
            inbox.store(household.engine, phone.id, phone.service, told)
        db.session.rollback()
        words = [word for word in said if word != "Bonjour"]
        assert (opt_outs.of(number) is not None) == (words[-1:] == ["STOP"])
