"""What OVH says when it calls with an answer to a message."""

from collections.abc import Mapping

from raspisms.adapters.answers import Inbound, Reply
from raspisms.adapters.ovh.receipts import read_id


def read_reply(values: Mapping[str, str]) -> Reply | None:
    """The answer in the fields of OVH's form; None where it does not name itself or its sender.

    The fields ``id``, ``senderid``, ``message``, ``keyword``, ``shortcode`` and ``tag`` are known
    from users of OVH, not from its guides: ``id`` is that of the same message in ``incoming``,
    ``shortcode`` the number that was written to. No field tells when it came.
    """
    uid, sender = read_id(values.get("id", "")), values.get("senderid", "").strip()
    if uid is None or not sender or "message" not in values:
        return None
    inbound = Inbound(uid, sender, values["message"], sent_at=None)
    return Reply(inbound, to=values.get("shortcode", "").strip())
