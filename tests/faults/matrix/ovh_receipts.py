"""What OVH says of delivery, code by code, and what RaspiSMS must make of it."""

from raspisms.simulator.messages import BUFFERED, ERROR, FAILED, SUCCESS, WAITING, Message
from raspisms.sms.lifecycle import Status
from tests.faults.kills.people import REASONS
from tests.faults.matrix.ends import DELIVERED, UNTOLD, End, Fate

#: Nothing final is said with these.
_UNDER_WAY = {1: WAITING, 2: WAITING, 3: BUFFERED}
_DELIVERED = 4


def _fate(receipt: int, ptt: int, *, is_the_point: bool = False) -> Fate:
    return Fate(_end(receipt, ptt), (receipt, ptt), is_the_point)


def _end(receipt: int, ptt: int) -> End:
    if receipt == SUCCESS:
        return DELIVERED
    return End(Status.FAILED, REASONS[ptt]) if receipt in (FAILED, ERROR) else UNTOLD


#: What a message that arrives, one that fails, and one of which nothing is heard are told as.
ARRIVES, ABSENT, SILENT = _fate(SUCCESS, _DELIVERED), _fate(FAILED, 24), Fate(UNTOLD)
#: Each reason of the table of PTT codes (OVH guide on SMS users), by the name of its rows. Where it
#: failed, by turns with each of the DLR ids that say so.
RECEIPTS: dict[str, Fate] = {
    f"ptt_{ptt}": _fate(receipt, ptt, is_the_point=True)
    for ptt, receipt in sorted(
        {
            **_UNDER_WAY,
            _DELIVERED: SUCCESS,
            **{ptt: ERROR if ptt % 2 else FAILED for ptt in REASONS},
        }.items()
    )
}


def end_of(message: Message) -> End:
    """How a message must end, as the simulator has it."""
    return _end(message.receipt, message.ptt)
