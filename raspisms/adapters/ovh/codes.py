"""What OVH's delivery codes mean.

Source: OVH guide "Everything you need to know about SMS users", tables "DLR" and "PTT"; the table
of PTT codes calls itself not exhaustive, and another OVH page (SMPP) gives other meanings to the
same numbers. So the DLR decides, and the PTT is only the reason.
"""

from raspisms.sms.lifecycle import ReceiptState

_DLR = {
    0: ReceiptState.UNDER_WAY,
    1: ReceiptState.DELIVERED,
    2: ReceiptState.FAILED,
    4: ReceiptState.UNDER_WAY,
    8: ReceiptState.UNDER_WAY,
    16: ReceiptState.FAILED,
}

#: DLR ids after which OVH says nothing more, to be asked for in bulk: delivered first.
DELIVERED_DLR = 1
FAILED_DLRS = (2, 16)

_PTT_REASONS = {
    1: "retrying",
    2: "retrying",
    3: "retrying",
    5: "undelivered",
    6: "no_final_state",
    8: "expired_at_operator",
    20: "undeliverable",
    21: "recipient_credit",
    23: "bad_number",
    24: "absent",
    25: "network_fault",
    26: "handset_fault",
    27: "handset_incompatible",
    28: "spam",
    29: "forbidden_content",
    33: "parental_lock",
    39: "operator_fault",
    73: "ported",
    74: "roaming",
    76: "ported_blocked",
    202: "ported_blocked",
}

_PTT_DELIVERED = 4
_PTT_UNDER_WAY = frozenset({1, 2, 3})


def state_of_dlr(dlr: int) -> ReceiptState | None:
    """What a DLR id says; None for one that OVH does not list."""
    return _DLR.get(dlr)


def state_of_ptt(ptt: int) -> ReceiptState | None:
    """What a PTT code says where there is no DLR id; None for one that OVH does not list."""
    if ptt == _PTT_DELIVERED:
        return ReceiptState.DELIVERED
    if ptt in _PTT_UNDER_WAY:
        return ReceiptState.UNDER_WAY
    return ReceiptState.FAILED if ptt in _PTT_REASONS else None


def reason_of_ptt(ptt: int | None, state: ReceiptState) -> str:
    """Why, as a code of ``sms.reasons``; empty where the PTT does not go with the state."""
    if ptt is None or state is ReceiptState.DELIVERED:
        return ""
    reason = _PTT_REASONS.get(ptt, "")
    if state is ReceiptState.FAILED:
        return reason if reason not in ("", "retrying") else "undelivered"
    return reason if reason == "retrying" else ""
