"""Whatever is typed, what is written in its place is in GSM-7, and there is nothing more to do."""

from hypothesis import given
from hypothesis import strategies as st

from raspisms.sms.segments import measure
from raspisms.sms.spelling import instead_of, plainer


@given(
    st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("’«»–…œêÀ\u202f")), max_size=80)
)
def test_what_is_left_is_what_has_nothing_alike(text: str) -> None:
    plain = plainer(text)
    assert plainer(plain) == plain
    assert set(measure(plain).ucs2_because) == {
        one for one in measure(text).ucs2_because if instead_of(one) is None
    }
