"""Whose receipt is it: whatever the order of ids and receipts, nobody gets another's status."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from raspisms.sms.elimination import Said, of_receipts, shared, to_look_up
from raspisms.sms.lifecycle import ReceiptState, event_of_receipts

D, F, U = ReceiptState.DELIVERED, ReceiptState.FAILED, ReceiptState.UNDER_WAY
ENDS = st.sampled_from([Said(D), Said(D), Said(F, "absent"), Said(F, "bad_number"), Said()])


class _Call:
    """A call to some people, the provider's ids of which are in an order that we do not know.

    ``conclude`` does what the engine does with what was said so far.
    """

    def __init__(self, truth: list[Said], ids: list[int]) -> None:
        self.truth = truth
        self.person_of = {str(uid): person for person, uid in enumerate(ids)}
        self.said = {uid: Said() for uid in self.person_of}
        self.known: dict[int, Said] = {}
        self.looked_up = 0

    def hear(self, uid: str) -> None:
        if uid in self.said:
            self.said[uid] = self.truth[self.person_of[uid]]
        else:
            self.known[self.person_of[uid]] = self.truth[self.person_of[uid]]

    def look_up(self, uid: str) -> None:
        self.known[self.person_of[uid]] = self.said.pop(uid)
        self.looked_up += 1

    def conclude(self) -> None:
        common = shared(self.said.values())
        for person in set(range(len(self.truth))) - set(self.known):
            if common is not None:
                self.known[person] = common


def _states(call: _Call) -> list[Said | None]:
    return [call.known.get(person) for person in range(len(call.truth))]


@given(st.lists(ENDS, min_size=1, max_size=9), st.data())
def test_no_status_is_ever_another_person_s(truth: list[Said], data: st.DataObject) -> None:
    """Receipts in any order, look-ups at any time in between."""
    call = _Call(truth, data.draw(st.permutations(range(len(truth)))))
    for uid in data.draw(st.permutations(list(call.said))):
        call.hear(uid)
        if data.draw(st.booleans()):
            for one in to_look_up(call.said):
                call.look_up(one)
        call.conclude()
        for person, state in enumerate(_states(call)):
            if state is not None and state.state is not None:
                assert state == truth[person]


@given(st.lists(ENDS, min_size=1, max_size=9), st.data())
def test_in_the_end_everything_is_known_and_only_the_smaller_groups_were_looked_up(
    truth: list[Said], data: st.DataObject
) -> None:
    call = _Call(truth, data.draw(st.permutations(range(len(truth)))))
    for uid in data.draw(st.permutations(list(call.said))):
        call.hear(uid)
    for one in to_look_up(call.said):
        call.look_up(one)
    call.conclude()
    largest = max(truth.count(kind) for kind in truth)
    assert call.looked_up == len(truth) - largest
    for person, state in enumerate(_states(call)):
        assert state == truth[person] or (state is None and truth[person].state is None)


def test_under_every_permutation_of_a_small_call() -> None:
    truth = [Said(D), Said(D), Said(F, "absent"), Said(D)]
    for ids in itertools.permutations(range(4)):
        for order in itertools.permutations("0123"):
            call = _Call(truth, list(ids))
            for uid in order:
                call.hear(uid)
                call.conclude() if len({*call.said.values()}) == 1 else None
            for one in to_look_up(call.said):
                call.look_up(one)
            call.conclude()
            assert _states(call) == list(truth)
            assert call.looked_up == 1


@given(st.dictionaries(st.text(max_size=4), ENDS))
def test_what_is_left_after_the_look_ups_says_one_thing(said: dict[str, Said]) -> None:
    looked_up = to_look_up(said)
    left = {kind for uid, kind in said.items() if uid not in looked_up}
    assert len(left) <= 1
    assert len(looked_up) <= len(said) // 2 or len(set(said.values())) > 2


@given(st.lists(st.tuples(st.sampled_from(ReceiptState), st.sampled_from(["", "absent"]))))
def test_receipts_together_say_what_the_life_of_a_message_says(
    receipts: list[tuple[ReceiptState, str]],
) -> None:
    said = of_receipts(receipts)
    event = event_of_receipts(state for state, _ in receipts)
    assert (said.state is None) == (event is None)
    if said.state is not None:
        assert event == f"receipt_{said.state}"
    assert of_receipts(receipts * 2) == said
    assert of_receipts(reversed(receipts)).state == said.state


def test_nothing_is_shared_where_something_is_open() -> None:
    assert shared([]) is None
    assert shared([Said()]) is None
    assert shared([Said(D), Said()]) is None
    assert shared([Said(D), Said(D)]) == Said(D)
