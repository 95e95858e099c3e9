"""Saved texts: a library that the household shares, each text with a name of its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, InvalidForm, NotFound, say
from raspisms.messaging import overtaken
from raspisms.messaging.transactions import reading, writing
from raspisms.models import SavedText
from raspisms.sms.content import LONGEST_TEXT, printable
from raspisms.sms.names import LONGEST_NAME, clean_name, sort_key

PAGE = 50
#: So many are offered where one is chosen.
_MOST_OFFERED = 500


@dataclass(frozen=True)
class TextPage:
    texts: list[SavedText]
    page: int
    has_next: bool


def listing(search: str = "", page: int = 1) -> TextPage:
    """Texts by name whose name, without case and accents, or whose words contain ``search``."""
    query = select(SavedText).order_by(SavedText.name_key)
    search = search.strip()[:LONGEST_NAME]
    if search:
        query = query.where(
            or_(
                SavedText.name_key.contains(sort_key(search), autoescape=True),
                SavedText.body.contains(search, autoescape=True),
            )
        )
    rows = list(reading().scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return TextPage(rows[:PAGE], page, has_next=len(rows) > PAGE)


def choices() -> list[tuple[int, str]]:
    """The ids and names of texts to choose from while writing, by name."""
    query = select(SavedText.id, SavedText.name).order_by(SavedText.name_key).limit(_MOST_OFFERED)
    return [(text_id, name) for text_id, name in reading().execute(query)]


def get(text_id: int) -> SavedText:
    """Raises NotFound where there is none (any more)."""
    return _one(reading().get(SavedText, text_id))


def find(text_id: int | None) -> SavedText | None:
    return reading().get(SavedText, text_id) if text_id is not None else None


def add(name: str, body: str) -> SavedText:
    """Raises InvalidForm (name, text), or Conflict where another text is called so."""
    name, body = _clean(name, body)
    now = clock.now()
    with writing() as session:
        _refuse_taken(session, name, None)
        text = SavedText(
            name=name, name_key=sort_key(name), body=body, created_at=now, updated_at=now
        )
        session.add(text)
    return text


def edit(text_id: int, name: str, body: str, *, seen: datetime | None = None) -> SavedText:
    """``seen`` is the ``updated_at`` of what the change was made from.

    Raises as ``add`` does, NotFound, and Conflict without a field where it was changed since.
    """
    name, body = _clean(name, body)
    with writing() as session:
        text = _one(session.get(SavedText, text_id))
        _refuse_taken(session, name, text_id)
        if (text.name, text.body) != (name, body):
            message = say("Somebody else changed this text meanwhile.")
            overtaken.refuse(text.updated_at, seen, message)
            text.name, text.name_key, text.body = name, sort_key(name), body
            text.updated_at = clock.now()
    return text


def remove(text_id: int) -> None:
    """What was sent with it stays. Raises NotFound."""
    with writing() as session:
        session.delete(_one(session.get(SavedText, text_id)))


def note_used(session: Session, text_id: int, now: datetime) -> None:
    """Something was written with it; nothing where it was removed meanwhile."""
    session.execute(
        update(SavedText)
        .where(SavedText.id == text_id)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def _one(text: SavedText | None) -> SavedText:
    if text is None:
        raise NotFound(say("There is no such text any more."), say("Go back to the list of texts."))
    return text


def _clean(name: str, body: str) -> tuple[str, str]:
    problems: list[Invalid] = []
    try:
        name = clean_name(name)
    except Invalid as error:
        problems.append(error)
    if len(body) > LONGEST_TEXT:
        problems.append(
            Invalid(
                say("The text has more than %(most)d characters.", most=LONGEST_TEXT),
                say("Shorten it."),
                field="text",
            )
        )
    body = printable(body[: LONGEST_TEXT + 1])
    if not body.strip():
        problems.append(
            Invalid(say("The text is empty."), say("Write the text to keep."), field="text")
        )
    if problems:
        raise InvalidForm(problems)
    return name, body


def _refuse_taken(session: Session, name: str, own_id: int | None) -> None:
    query = select(SavedText.id).where(SavedText.name_key == sort_key(name))
    other = session.scalar(query)
    if other is not None and other != own_id:
        raise Conflict(
            say("There is another text named “%(name)s”.", name=name),
            say("Choose another name."),
            field="name",
        )
