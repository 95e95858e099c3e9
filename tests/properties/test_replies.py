"""Answers to two phones of one account, called and polled in any order, as often as one likes."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raspisms.extensions import db
from raspisms.messaging import inbox
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator, account
from tests.household import PEER, Household

#: Each of the two numbers as it may be written.
WRITTEN = (
    (account.NUMBER, account.NUMBER.replace("+", "00")),
    (account.SECOND_NUMBER, account.SECOND_NUMBER.removeprefix("+")),
)
#: A call about an answer with the token of one of the phones, in one spelling; or a poll of one.
CALLS = st.tuples(st.just("call"), st.integers(0, 3), st.integers(0, 1), st.integers(0, 1))
POLLS = st.tuples(st.just("poll"), st.integers(0, 1), st.just(0), st.just(0))
_texts = itertools.count()


@pytest.fixture
def both(household: Household) -> Iterator[tuple[Phone, Phone]]:
    with household.app.app_context():
        second = household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
        yield household.add_ovh_phone(), second


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    to=st.lists(st.integers(0, 1), min_size=4, max_size=4),
    steps=st.lists(CALLS | POLLS, max_size=12),
)
def test_each_is_on_its_phone_once(
    household: Household,
    simulator: Simulator,
    both: tuple[Phone, Phone],
    to: list[int],
    steps: list[tuple[str, int, int, int]],
) -> None:
    texts = [f"n° {next(_texts)}" for _ in to]
    uids = [
        simulator.answer(PEER, WRITTEN[number][0], text).id
        for number, text in zip(to, texts, strict=True)
    ]
    wanted = {(both[number].id, text) for number, text in zip(to, texts, strict=True)}
    client = household.client()
    for kind, which, token, spelling in [*steps, *(("poll", n, 0, 0) for n in (0, 1))]:
        if kind == "poll":
            inbox.poll(household.engine, both[which].id)
        else:
            form = {
                "id": str(uids[which]),
                "senderid": PEER,
                "message": texts[which],
                "shortcode": WRITTEN[to[which]][spelling],
            }
            url = f"/callback/{both[token].callback_token}/reply"
            assert client.post(url, data=form).status_code == 200
        assert len(_stored(texts)) == len(set(_stored(texts)))
        assert set(_stored(texts)) <= wanted
    assert set(_stored(texts)) == wanted


def _stored(texts: list[str]) -> list[tuple[int, str]]:
    """Of which phone the answers with these texts are."""
    db.session.rollback()
    query = db.select(Message.phone_id, Message.body).where(Message.body.in_(texts))
    return [(phone_id, body) for phone_id, body in db.session.execute(query)]
