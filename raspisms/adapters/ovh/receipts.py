"""What OVH says when it calls about delivery."""

from collections.abc import Mapping
from urllib.parse import urlencode

from raspisms.adapters.answers import ReceiptNews
from raspisms.adapters.ovh import codes
from raspisms.sms.lifecycle import ReceiptState

#: The parameters that OVH documents (guide "SMS users", "Callback"), and ``dlr``, which clients in
#: the wild read.
PARAMETERS = ("id", "ptt", "date", "description", "descriptionDlr", "dlr")
_LONGEST_VALUE = 200


def read_callback(values: Mapping[str, str]) -> ReceiptNews | None:
    """The receipt in a callback's parameters; None where it names no message or no known state."""
    given = {name: values[name][:_LONGEST_VALUE] for name in PARAMETERS if name in values}
    uid, state = read_id(given.get("id", "")), _state(given)
    if uid is None or state is None:
        return None
    reason = codes.reason_of_ptt(_number(given.get("ptt")), state)
    return ReceiptNews(uid, state, reason, raw=urlencode(given))


def read_id(value: str) -> str | None:
    """A message's id as OVH's lists have it (``long`` in the schema); None where it is none."""
    uid = value.strip()
    return str(int(uid)) if uid.isdecimal() and uid.isascii() and len(uid) <= 20 else None


def _state(given: Mapping[str, str]) -> ReceiptState | None:
    """The DLR id decides: in ``dlr``, else in ``description``; without one, the PTT."""
    for name in ("dlr", "description"):
        dlr = _number(given.get(name))
        if dlr is not None:
            return codes.state_of_dlr(dlr)
    ptt = _number(given.get("ptt"))
    return None if ptt is None else codes.state_of_ptt(ptt)


def _number(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None
