"""What OVH shows of messages that it has sent: one by one, or by date and delivery receipt."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from raspisms.adapters.answers import Polled, ReceiptNews
from raspisms.adapters.base import Purpose
from raspisms.adapters.errors import Throttled
from raspisms.adapters.ovh import codes
from raspisms.adapters.ovh.client import Answered, AnswerLost, OvhClient
from raspisms.adapters.ovh.search import OVERLAP
from raspisms.sms.lifecycle import ReceiptState

#: Up to so many messages are cheaper to look up one by one than by listing.
_FEW = 2


class Outgoing:
    """The messages of one virtual number, asked about for their receipts.

    ``same`` brings a number as OVH writes it to our form. Everything may raise CallError, and
    Throttled when the budget is used up.
    """

    def __init__(self, client: OvhClient, root: str, same: Callable[[str], str]) -> None:
        self._client = client
        self._root = root
        self._same = same

    def look_up(self, uid: str) -> ReceiptNews | None:
        """One message with its receiver; None where OVH shows it neither as sent nor as waiting."""
        # Once more at the end: it may have gone from the jobs to the outgoing ones in between.
        for place in ("outgoing", "jobs", "outgoing"):
            try:
                entry = self._client.get(Purpose.RECEIPTS, f"{self._root}/{place}/{uid}")
            except Answered as error:
                if error.status != 404:
                    raise
                continue
            if not isinstance(entry, dict) or "receiver" not in entry:
                raise AnswerLost("not a message")
            return self._news(uid, entry)
        return None

    def ids(self, since: datetime, until: datetime, **filters: int) -> list[str]:
        """Ids of the messages made from ``since`` to ``until``, and a little before and after."""
        answer = self._client.get(
            Purpose.RECEIPTS,
            f"{self._root}/outgoing",
            **{
                "creationDatetime.from": _iso(since - OVERLAP),
                "creationDatetime.to": _iso(until + OVERLAP),
                **filters,
            },
        )
        if not isinstance(answer, list):
            raise AnswerLost("not a list of ids")
        return [str(one) for one in answer]

    def _news(self, uid: str, entry: dict[str, Any]) -> ReceiptNews:
        dlr, ptt = entry.get("deliveryReceipt"), entry.get("ptt")
        state = codes.state_of_dlr(dlr) if isinstance(dlr, int) else None
        state = state or ReceiptState.UNDER_WAY
        reason = codes.reason_of_ptt(ptt if isinstance(ptt, int) else None, state)
        raw = f"deliveryReceipt={dlr}&ptt={ptt}"
        receiver = self._same(str(entry.get("receiver") or ""))
        return ReceiptNews(uid, state, reason, raw, receiver)


def poll(outgoing: Outgoing, since: datetime, until: datetime, wanted: Collection[str]) -> Polled:
    """What became of the messages ``wanted``: what was found by then where the budget ends it."""
    asking = _Asking(outgoing, since, until, set(wanted))
    try:
        if len(wanted) <= _FEW:
            asking.one_by_one(sorted(wanted))
        else:
            asking.by_state()
    except Throttled:
        if not asking.news:
            raise
        return Polled(tuple(asking.news), complete=False)
    return Polled(tuple(asking.news))


class _Asking:
    def __init__(
        self, outgoing: Outgoing, since: datetime, until: datetime, wanted: set[str]
    ) -> None:
        self._outgoing = outgoing
        self._window = since, until
        self._wanted = wanted
        self.news: list[ReceiptNews] = []

    def one_by_one(self, uids: list[str]) -> None:
        for uid in uids:
            news = self._outgoing.look_up(uid)
            if news is not None:
                self._take(news)

    def by_state(self) -> None:
        """One list for each final state: delivered first, then what failed, with its causes."""
        raw = f"deliveryReceipt={codes.DELIVERED_DLR}"
        for uid in self._listed(deliveryReceipt=codes.DELIVERED_DLR):
            self._take(ReceiptNews(uid, ReceiptState.DELIVERED, raw=raw))
        for dlr in codes.FAILED_DLRS:
            if self._wanted:
                self._failed(dlr, self._listed(deliveryReceipt=dlr))

    def _failed(self, dlr: int, uids: list[str]) -> None:
        """The list does not give the cause. Few are looked up, which also tells whose they are."""
        while len(uids) > len(self._wanted) // 2 and len(uids) > _FEW:
            first = self._outgoing.look_up(uids[0])
            # Gone, or changed, meanwhile: it is asked about again next time.
            self._wanted.discard(uids[0])
            if first is not None:
                self._take(first)
                self._alike(dlr, first)
            uids = [uid for uid in uids if uid in self._wanted]
        self.one_by_one(uids)

    def _alike(self, dlr: int, first: ReceiptNews) -> None:
        """When most failed, those of the same cause are listed at once."""
        ptt = first.raw.rpartition("=")[2]
        if ptt.isdecimal():
            for uid in self._listed(deliveryReceipt=dlr, ptt=int(ptt)):
                self._take(ReceiptNews(uid, first.state, first.reason, first.raw))

    def _listed(self, **filters: int) -> list[str]:
        since, until = self._window
        uids = self._outgoing.ids(since, until, **filters)
        return [uid for uid in uids if uid in self._wanted]

    def _take(self, news: ReceiptNews) -> None:
        self.news.append(news)
        if news.state is not ReceiptState.UNDER_WAY:
            self._wanted.discard(news.provider_uid)


def _iso(instant: datetime) -> str:
    return instant.replace(microsecond=0).isoformat()
