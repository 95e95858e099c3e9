"""Campaigns that are being written: kept as one types, and shared by all who may use the phones.

A draft whose phones a member may use is theirs to go on with; while none is chosen, or once the
phone is removed, it is its author's. Who saves says which version they saw: the later of two who
write at once is told, and loses nothing. A draft that was confirmed keeps nothing but what became
of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select

from raspisms import clock
from raspisms.errors import Conflict, NotFound, say
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.transactions import reading, writing
from raspisms.models import CampaignDraft, Member, Phone
from raspisms.models import phone as phones
from raspisms.models.plan import names_one_of

#: Of one member, so that nobody keeps others from writing: whoever has so many finds none again.
MOST = 200
#: On one page, the newest first.
MOST_LISTED = 200
#: Characters of a text that stand for a draft without a name.
_EXCERPT = 80

__all__ = ["CampaignContent", "Kept", "Listed", "copy", "find", "get", "listing", "remove", "save"]


@dataclass(frozen=True)
class Kept:
    """A draft as it is stored. ``campaign_id`` or ``plan_id`` is what became of it."""

    id: int
    version: int
    content: CampaignContent
    author: str | None
    updated_at: datetime
    campaign_id: int | None
    plan_id: int | None

    @property
    def is_confirmed(self) -> bool:
        return self.campaign_id is not None or self.plan_id is not None


@dataclass(frozen=True)
class Listed:
    """A line of the list: ``name`` is empty for one without; ``author`` None for one unknown."""

    id: int
    name: str
    text: str
    tag: str
    author: str | None
    updated_at: datetime


class ChangedMeanwhile(Conflict):
    """Somebody else saved the draft since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            say("Someone else saved this draft meanwhile; nothing of theirs or yours is lost."),
            say("Save yours as another draft, or look at theirs."),
        )


def save(
    member: Member, content: CampaignContent, draft_id: int | None = None, version: int = 0
) -> Kept:
    """Keep a new draft, or what was changed of one since its ``version``.

    A form that is sent twice is one draft. Nothing is written where nothing is changed. Raises
    ChangedMeanwhile, NotFound, and Conflict for a draft that was confirmed meanwhile or where there
    are too many.
    """
    content = _without_hidden(member, content)
    phone_id, kept = _phone_of(member, content), content.as_kept()
    if draft_id is None:
        added = _added(member, content, phone_id, kept)
        if added is not None:
            return _told(added)
        draft_id, version = reading().scalars(_of_request(member, content.request)).one(), 1
    stored = _found(member, draft_id)
    _refuse_confirmed(stored)
    if stored.content == kept and stored.phone_id == phone_id:
        return _told(stored)
    with writing() as session:
        draft = session.get(CampaignDraft, draft_id)
        if draft is None:
            raise _gone()
        _refuse_confirmed(draft)
        if draft.version != version:
            raise ChangedMeanwhile
        draft.content, draft.phone_id = kept, phone_id
        draft.version += 1
        draft.updated_at = clock.now()
    return _told(draft)


def find(member: Member, draft_id: int) -> Kept | None:
    """A draft that a member may see, also one that was confirmed."""
    draft = reading().get(CampaignDraft, draft_id)
    return _told(draft) if draft is not None and _may_see(member, draft) else None


def get(member: Member, draft_id: int) -> Kept:
    """The same. Raises NotFound for any other."""
    return _told(_found(member, draft_id))


def listing(member: Member) -> list[Listed]:
    """The drafts that a member may see and that wait for somebody, those changed last first."""
    text = CampaignDraft.content["text"].as_string()
    query = (
        select(
            CampaignDraft.id,
            CampaignDraft.content["name"].as_string(),
            func.substr(text, 1, _EXCERPT),
            CampaignDraft.content["tag"].as_string(),
            Member.name,
            CampaignDraft.updated_at,
        )
        .outerjoin(Member, Member.id == CampaignDraft.member_id)
        .where(_OPEN, _visible_to(member))
        .order_by(CampaignDraft.updated_at.desc(), CampaignDraft.id.desc())
        .limit(MOST_LISTED)
    )
    rows = reading().execute(query).all()
    return [
        Listed(draft_id, (name or "").strip(), text or "", tag or "", author, at)
        for draft_id, name, text, tag, author, at in rows
    ]


def count(member: Member) -> int:
    """How many drafts a member may go on with."""
    query = select(func.count()).select_from(CampaignDraft).where(_OPEN, _visible_to(member))
    return reading().scalars(query).one()


def copy(member: Member, draft_id: int) -> Kept:
    """The same content as a new draft. Raises as ``get`` and ``save`` do."""
    draft = _found(member, draft_id)
    _refuse_confirmed(draft)
    return save(member, replace(CampaignContent.of(draft.content), request=""))


def remove(member: Member, draft_id: int) -> None:
    """Raises NotFound, and Conflict for a draft that was confirmed."""
    _refuse_confirmed(_found(member, draft_id))
    with writing() as session:
        session.execute(delete(CampaignDraft).where(CampaignDraft.id == draft_id, _OPEN))


def of_request(member: Member, request: str) -> Kept | None:
    """The draft that a form of this member has already become."""
    if not request:
        return None
    draft_id = reading().scalar(_of_request(member, request))
    return find(member, draft_id) if draft_id is not None else None


_OPEN = and_(CampaignDraft.campaign_id.is_(None), CampaignDraft.plan_id.is_(None))


def _added(
    member: Member, content: CampaignContent, phone_id: int | None, kept: dict[str, Any]
) -> CampaignDraft | None:
    """A new draft; None where the same form became one meanwhile."""
    now = clock.now()
    with writing() as session:
        if content.request and session.scalar(_of_request(member, content.request)) is not None:
            return None
        mine = CampaignDraft.member_id == member.id
        open_ones = select(func.count()).select_from(CampaignDraft).where(_OPEN, mine)
        if session.scalars(open_ones).one() >= MOST:
            raise Conflict(
                say("There are %(most)d drafts, and no more are possible.", most=MOST),
                say("Delete a draft that nobody needs."),
            )
        draft = CampaignDraft(
            member_id=member.id,
            phone_id=phone_id,
            content=kept,
            version=1,
            created_at=now,
            updated_at=now,
        )
        session.add(draft)
    return draft


def _of_request(member: Member, request: str) -> Select[int]:
    return (
        select(CampaignDraft.id)
        .where(
            CampaignDraft.member_id == member.id,
            CampaignDraft.content["request"].as_string() == request,
        )
        .order_by(CampaignDraft.id)
        .limit(1)
    )


def _without_hidden(member: Member, content: CampaignContent) -> CampaignContent:
    """It without phones that the member may not use, which would hide it from them."""
    hidden = phones.hidden_from(member).where(Phone.id.in_(content.phones))
    others = set(reading().scalars(hidden)) if content.phones else set()
    return replace(content, phones=tuple(one for one in content.phones if one not in others))


def _phone_of(member: Member, content: CampaignContent) -> int | None:
    """The phone whose members see a draft: the first that is chosen, where it is the member's."""
    if not content.phones:
        return None
    query = phones.visible_to(member).where(Phone.id.in_(content.phones))
    usable = {phone.id for phone in reading().scalars(query)}
    return next((one for one in content.phones if one in usable), None)


def _found(member: Member, draft_id: int) -> CampaignDraft:
    draft = reading().get(CampaignDraft, draft_id)
    if draft is None or not _may_see(member, draft):
        raise _gone()
    return draft


def _may_see(member: Member, draft: CampaignDraft) -> bool:
    query = select(CampaignDraft.id).where(CampaignDraft.id == draft.id, _visible_to(member))
    return reading().scalar(query) is not None


def _visible_to(member: Member) -> ColumnElement[bool]:
    removed = select(Phone.id).where(Phone.removed_at.is_not(None))
    nobodys = or_(CampaignDraft.phone_id.is_(None), CampaignDraft.phone_id.in_(removed))
    own = and_(nobodys, CampaignDraft.member_id == member.id)
    seen = phones.visible_to(member).with_only_columns(Phone.id).order_by(None)
    names_hidden = names_one_of(CampaignDraft.content, phones.hidden_from(member))
    return and_(or_(CampaignDraft.phone_id.in_(seen), own), ~names_hidden)


def _refuse_confirmed(draft: CampaignDraft) -> None:
    if draft.campaign_id is not None or draft.plan_id is not None:
        raise Conflict(
            say("This draft was confirmed meanwhile: it is a campaign now."),
            say("Look at it in the list of campaigns."),
        )


def _gone() -> NotFound:
    return NotFound(say("There is no such draft any more."), say("Go back to the list of drafts."))


def _told(draft: CampaignDraft) -> Kept:
    author = reading().get(Member, draft.member_id) if draft.member_id is not None else None
    return Kept(
        draft.id,
        draft.version,
        CampaignContent.of(draft.content),
        author.name if author else None,
        draft.updated_at,
        draft.campaign_id,
        draft.plan_id,
    )
