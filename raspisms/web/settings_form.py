"""Forms of settings: what is in force, what was typed, and what somebody else decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request

from raspisms.errors import Conflict, RaspismsError, Text
from raspisms.messaging import household
from raspisms.settings_table import Setting, by_name
from raspisms.web.context import get_engine, require_member


@dataclass(frozen=True)
class SettingsForm:
    """What the form shows, each by the name of its field.

    ``names`` are those of the settings; ``fixed`` says where a value is given that cannot be
    changed here; ``meanwhile`` what somebody else saved while something else was typed.
    """

    version: str
    values: Mapping[str, str]
    names: Mapping[str, str]
    fixed: Mapping[str, Text] = field(default_factory=dict)
    meanwhile: Mapping[str, str] = field(default_factory=dict)


def shown(names: Sequence[str], problems: Sequence[RaspismsError], *, sent: bool) -> SettingsForm:
    """The form of some settings: as it was ``sent``, else as they are in force."""
    config = get_engine().config
    settings = [by_name(name) for name in names]
    stored = {one.attribute: one.write(getattr(config, one.attribute)) for one in settings}
    fixed = {one.attribute: config.sources[one.name] for one in settings if config.is_fixed(one)}
    typed = {name: text for name, text in _typed(settings).items() if name not in fixed}
    overtaken = any(isinstance(problem, Conflict) for problem in problems)
    current = household.version(config, names)
    return SettingsForm(
        # Who has been told that somebody else saved may save over it; nobody else may.
        version=_seen() if sent and not overtaken else current,
        values=stored | typed if sent else stored,
        names={one.attribute: one.name for one in settings},
        fixed=fixed,
        meanwhile=_differing(stored, typed) if sent and overtaken else {},
    )


def save(names: Sequence[str]) -> bool:
    """Store what was typed; whether that changed anything. Raises as ``household.change``."""
    settings = [by_name(name) for name in names]
    typed = _typed(settings)
    chosen = {one.name: typed[one.attribute] for one in settings if one.attribute in typed}
    return household.change(get_engine(), require_member(), chosen, names, _seen())


def _typed(settings: Sequence[Setting]) -> dict[str, str]:
    form = request.form
    typed = {one.attribute: form[one.attribute] for one in settings if one.attribute in form}
    if "hold_after_hours" in typed:
        # Half of Europe writes 1,5.
        typed["hold_after_hours"] = typed["hold_after_hours"].replace(",", ".")
    return typed


def _differing(stored: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    return {name: stored[name] for name, text in typed.items() if text.strip() != stored[name]}


def _seen() -> str:
    return request.form.get("version", "")
