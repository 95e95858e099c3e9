"""The list of campaigns to several people: found by name, tag or text, and how each stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from sqlalchemy import Select, select

from raspisms.messaging import campaign_counts
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Member, Phone
from raspisms.models import campaign as campaigns
from raspisms.sms.lifecycle import Status
from raspisms.sms.names import folded

PAGE = 20
#: A search has no more characters than a name.
LONGEST_SEARCH = 200
#: Looking for words, so many are read at once.
_READ_AT_ONCE = 200
_OPEN = (Status.PENDING, Status.HELD, Status.SENDING, Status.UNCERTAIN)


class State(StrEnum):
    """How a campaign stands as a whole."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Line:
    """A campaign of the list; ``counts`` has its messages by status, without those that it has
    none of.
    """

    campaign: Campaign
    phone: str
    state: State
    counts: Mapping[Status, int]

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        """Those that have not ended."""
        return sum(self.counts.get(status, 0) for status in _OPEN)


@dataclass(frozen=True)
class CampaignPage:
    """A page of the list, the newest time first; pages are counted from 1."""

    lines: Sequence[Line]
    page: int
    has_next: bool


def listing(member: Member, now: datetime, search: str = "", page: int = 1) -> CampaignPage:
    """The campaigns of which ``member`` sees all phones, removed ones among them."""
    query = select(Campaign).where(campaigns.TO_SEVERAL, campaigns.of_seen_phones(member))
    query = query.order_by(Campaign.due_at.desc(), Campaign.id.desc())
    start = (page - 1) * PAGE
    if words := folded(search[:LONGEST_SEARCH]).split():
        query = query.where(Campaign.id.in_(_with_words(query, words, start)))
    else:
        query = query.offset(start)
    rows = list(reading().scalars(query.limit(PAGE + 1)))
    return CampaignPage(_lines(rows[:PAGE], now), page, has_next=len(rows) > PAGE)


def _with_words(query: Select[Campaign], words: Sequence[str], start: int) -> list[int]:
    """The ids of a page of those whose name, tag or text have all words, in any case and with any
    accents: they are read in their order, until the page is full.
    """
    columns = query.with_only_columns(Campaign.id, Campaign.name, Campaign.tag, Campaign.body)
    columns = columns.execution_options(yield_per=_READ_AT_ONCE)
    with reading().execute(columns) as rows:
        found = (row_id for row_id, *texts in rows if _has(texts, words))
        return list(islice(found, start, start + PAGE + 1))


def _has(texts: Sequence[str | None], words: Sequence[str]) -> bool:
    text = folded(" ".join(one for one in texts if one))
    return all(word in text for word in words)


def _lines(rows: Sequence[Campaign], now: datetime) -> list[Line]:
    counts = campaign_counts.by_status([one.id for one in rows])
    used = select(Phone.id, Phone.name).where(Phone.id.in_({one.phone_id for one in rows}))
    names = dict(reading().execute(used).all())
    return [
        Line(one, names[one.phone_id], _state(one, counts[one.id], now), counts[one.id])
        for one in rows
    ]


def _state(campaign: Campaign, counts: Mapping[Status, int], now: datetime) -> State:
    if campaign.cancelled_at is not None:
        return State.CANCELLED
    if campaign.paused_at is not None:
        return State.PAUSED
    if not any(counts.get(status) for status in _OPEN):
        return State.DONE
    return State.PLANNED if campaign.due_at > now else State.RUNNING
