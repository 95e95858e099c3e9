"""What a person enters for a phone, made into settings and checked at the provider."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from raspisms.adapters import registry
from raspisms.adapters.base import Adapter
from raspisms.errors import Invalid, InvalidForm, NotFound, say
from raspisms.messaging.engine import Engine
from raspisms.messaging.verification import Verdict, verify
from raspisms.models import Phone
from raspisms.models import phone as phones
from raspisms.models.member import name_key
from raspisms.sms.names import clean_name

LONGEST_NAME = 80


@dataclass(frozen=True)
class PhoneDraft:
    """What a person entered: the adapter's fields in ``values``, members by id."""

    name: str
    adapter: str
    values: Mapping[str, str]
    members: Collection[int] = ()


def examine(
    engine: Engine, draft: PhoneDraft, stored: Mapping[str, Any]
) -> tuple[dict[str, Any], Verdict]:
    """Settings made of a draft, and what the provider says of them.

    ``stored`` are the settings that secrets left empty are taken from. Raises InvalidForm with a
    problem for each field at fault.
    """
    problems: list[Invalid] = []
    settings: dict[str, Any] = {}
    try:
        _check_name(draft.name)
    except Invalid as problem:
        problems.append(problem)
    try:
        kind = registry.get(draft.adapter)
        settings = kind.clean(
            _with_stored_secrets(kind, draft.values, stored), engine.config.country
        )
    except NotFound as unknown:
        problems.append(Invalid(unknown.message, unknown.hint, field="adapter"))
    except InvalidForm as form:
        problems.extend(form.problems)
    if problems:
        raise InvalidForm(problems)
    verdict = verify(engine.make_adapter(draft.adapter, settings))
    if verdict.problems:
        raise InvalidForm(verdict.problems)
    return settings, verdict


def _check_name(name: str) -> None:
    if not name.strip():
        raise Invalid(
            say("The phone has no name."),
            say("Type a name that the household will recognise."),
            field="name",
        )
    clean_name(name, LONGEST_NAME)


def _with_stored_secrets(
    kind: type[Adapter], values: Mapping[str, str], stored: Mapping[str, Any]
) -> dict[str, str]:
    merged = {one.name: values.get(one.name, "") for one in kind.fields}
    for one in kind.fields:
        if one.secret and not merged[one.name].strip():
            merged[one.name] = str(stored.get(one.name, ""))
    return merged


def refuse_taken(
    session: Session, draft: PhoneDraft, settings: dict[str, Any], own_id: int | None
) -> None:
    """Raise InvalidForm where another phone has the draft's name or number already."""
    kind = registry.get(draft.adapter)
    others = list(session.scalars(phones.present().where(Phone.id.is_not(own_id))))
    problems = []
    if any(other.name_key == name_key(draft.name) for other in others):
        problems.append(
            Invalid(
                say("There is already a phone named “%(name)s”.", name=draft.name.strip()),
                say("Choose another name."),
                field="name",
            )
        )
    same = [
        other
        for other in others
        if (other.service, other.number) == (kind.service_key(settings), kind.number(settings))
    ]
    if same:
        problems.append(
            Invalid(
                say("This number is already the phone “%(name)s”.", name=same[0].name)
                if same[0].number
                else say(
                    "What this sends from is already the phone “%(name)s”.", name=same[0].name
                ),
                say("Change that phone instead of adding it again."),
                field=kind.number_field,
            )
        )
    if problems:
        raise InvalidForm(problems)
