"""Answers that OVH calls with: what is read of its form, and what is left to the inbox."""

import pytest

from raspisms.adapters.answers import Inbound, Reply
from raspisms.adapters.base import Capability
from raspisms.adapters.ovh.virtual_number import OvhVirtualNumber

# The form as users of OVH have seen it; parameters of the address that is called are copied in.
FORM = {
    "id": "5000001",
    "senderid": "+33639981111",
    "message": "Oui, à 8 h 😀",
    "keyword": "",
    "shortcode": "+33639980001",
    "tag": "",
    "of": "the address",
}


def test_the_form_tells_the_answer_and_what_it_was_sent_to() -> None:
    assert Capability.REPLY_CALLBACK in OvhVirtualNumber.capabilities
    reply = OvhVirtualNumber.parse_reply(FORM)
    inbound = Inbound("5000001", "+33639981111", "Oui, à 8 h 😀", sent_at=None)
    assert reply == Reply(inbound, to="+33639980001")


@pytest.mark.parametrize("shortcode", [{"shortcode": ""}, {"shortcode": "  "}, {}])
def test_an_empty_text_is_one_and_a_number_that_is_not_told_is_empty(
    shortcode: dict[str, str],
) -> None:
    form = {name: value for name, value in FORM.items() if name != "shortcode"} | shortcode
    reply = OvhVirtualNumber.parse_reply(form | {"message": ""})
    assert reply is not None
    assert (reply.inbound.text, reply.to) == ("", "")


def test_an_id_is_as_the_inbox_lists_it() -> None:
    reply = OvhVirtualNumber.parse_reply(FORM | {"id": " 0005000001"})
    assert reply is not None
    assert reply.inbound.provider_uid == "5000001"


@pytest.mark.parametrize(
    "wrong",
    [{"id": uid} for uid in ("", "x", "-1", "1.5", "0x10", "٣", "1e9", "9" * 21, "1\0")]
    + [{"senderid": ""}, {"senderid": " "}],
)
def test_what_does_not_name_itself_and_its_sender_is_no_answer(wrong: dict[str, str]) -> None:
    assert OvhVirtualNumber.parse_reply(FORM | wrong) is None


@pytest.mark.parametrize("missing", ["id", "senderid", "message"])
def test_half_a_form_is_no_answer(missing: str) -> None:
    form = {name: value for name, value in FORM.items() if name != missing}
    assert OvhVirtualNumber.parse_reply(form) is None
