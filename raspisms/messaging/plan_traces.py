"""Where plans and drafts of campaigns name a person: told for a download, and taken out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from raspisms.errors import Invalid
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.person_traces import Person
from raspisms.messaging.recipients import lines_of
from raspisms.models import CampaignDraft, Plan, PlanPerson
from raspisms.sms.names import sort_key
from raspisms.sms.numbers import display, parse_recipient

#: In the place of a name where a sentence stays.
_NOBODY = "…"
#: Digits at the end by which most numbers are told apart.
_TELLING, _NO_DIGIT = 3, re.compile("[^0-9]")
#: As in ``messaging.recipients``.
_SEPARATOR = re.compile("([;；؛,，،、])")


@dataclass(frozen=True)
class _Who:
    """Somebody, and how to know them by what was typed."""

    person: Person
    country: str

    def is_meant(self, typed: str) -> bool:
        name, typed = self.person.name, typed.strip()
        if typed == self.person.number or (name and sort_key(typed) == sort_key(name)):
            return True
        if self._is_surely_another(typed):
            return False
        try:
            return parse_recipient(typed, self.country) == self.person.number
        except Invalid:
            return False

    def _is_surely_another(self, typed: str) -> bool:
        """Told by the end of a number: to read it whole takes long where there are many."""
        is_plain = typed.isascii() and not any(map(str.isalpha, typed))
        return is_plain and self.person.number[-_TELLING:] not in _NO_DIGIT.sub("", typed)

    @property
    def written(self) -> list[str]:
        """How sentences of ours may write them, the longest first."""
        number = self.person.number
        found = {number, display(number, self.country), self.person.name or ""} - {""}
        return sorted(found, key=len, reverse=True)


def told(session: Session, person: Person, country: str) -> Iterator[dict[str, Any]]:
    """Each plan and draft that names them, with the data that are kept with their number there."""
    who = _Who(person, country)
    fixed = select(Plan.name, PlanPerson.data).join(PlanPerson, PlanPerson.plan_id == Plan.id)
    for name, data in session.execute(fixed.where(PlanPerson.number == person.number)):
        yield {"plan": name, "data": data}
    for row in _each(session):
        content = CampaignContent.of(row.content)
        if _without(content, who) != content:
            mine = [content.csv.data_of(one) for one in content.csv.rows if who.is_meant(one[0])]
            kind = "plan" if isinstance(row, Plan) else "draft"
            yield {kind: content.name or content.text, "data": mine[0] if mine else {}}


def leave(session: Session, person: Person, country: str) -> None:
    """Take them out of all plans and drafts, in the transaction of ``writing`` that erases them."""
    who = _Who(person, country)
    gone = delete(PlanPerson).where(PlanPerson.number == person.number)
    session.execute(gone.execution_options(synchronize_session=False))
    for row in _each(session):
        content = CampaignContent.of(row.content)
        anew = _without(content, who)
        if anew != content:
            kept = anew.as_kept()
            row.content = {**row.content, **{name: kept[name] for name in _FIELDS}}
            row.version += 1
        if isinstance(row, Plan) and row.problem:
            row.problem = _unnamed(row.problem, who.written)
    session.flush()


_FIELDS = ("recipients", "exclude", "csv")


def _each(session: Session) -> Iterator[CampaignDraft | Plan]:
    yield from session.scalars(select(CampaignDraft))
    yield from session.scalars(select(Plan))


def _without(content: CampaignContent, who: _Who) -> CampaignContent:
    rows = tuple(row for row in content.csv.rows if not (row and who.is_meant(row[0])))
    return replace(
        content,
        recipients=_typed_without(content.recipients, who),
        exclude=_typed_without(content.exclude, who),
        csv=replace(content.csv, rows=rows),
    )


def _typed_without(typed: str, who: _Who) -> str:
    """What was typed, as it was where it does not name them."""
    lines = lines_of(typed)
    left = [_line_without(line, who) for line in lines]
    return typed if left == lines else "\n".join(line for line in left if line is not None)


def _line_without(line: str, who: _Who) -> str | None:
    """A line without them; None where nobody else is on it."""
    if who.is_meant(line):
        return None
    parts = _SEPARATOR.split(line)
    others = [part for part in parts[::2] if not who.is_meant(part)]
    if len(others) == len(parts[::2]):
        return line
    return parts[1].join(others) or None


def _unnamed(value: Any, names: list[str]) -> Any:
    """A kept sentence in which they are not named any more."""
    if isinstance(value, Mapping):
        return {key: _unnamed(one, names) for key, one in value.items()}
    if isinstance(value, str):
        for name in names:
            value = value.replace(name, _NOBODY)
    return value
