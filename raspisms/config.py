"""The settings in force: where each value comes from.

A value is taken from the first of: the program's own arguments, ``RASPISMS_NAME`` in
the environment, the file that ``RASPISMS_NAME_FILE`` names, ``raspisms.cfg`` in the
instance folder, the settings page, the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from raspisms import settings_values as values
from raspisms.errors import Text, Unusable, say
from raspisms.instance import default_folder, prepare_instance, secret_key
from raspisms.settings_sources import Given, from_cfg, from_environment, from_overrides
from raspisms.settings_table import LONGEST_QUOTED, SETTINGS, Setting, by_name

__all__ = [
    "Config",
    "Row",
    "describe",
    "load",
    "prepare_instance",
    "reference_markdown",
    "secret_key",
    "with_chosen",
]

CFG_NAME = "raspisms.cfg"
_DEFAULT = say("the default")
_PAGE = say("the settings page")
_NAMES = tuple(setting.name for setting in SETTINGS)
_INSTANCE_PATH = SETTINGS[0]


@dataclass(frozen=True)
class Config:
    """The values in force. ``secret_key`` is None where none was given: see ``secret_key()``.

    ``sources`` says of each setting, by name, where its value came from; ``warnings``
    are for the console.
    """

    instance_path: Path
    public_url: str | None
    household_name: str | None
    country: str
    timezone: ZoneInfo
    language: str | None
    secret_key: str | None = field(repr=False)
    trusted_proxies: int
    ovh_api_url: str
    ovh_calls_per_minute: int
    batch_size: int
    calls_in_flight: int
    inbox_poll_seconds: int
    reconcile_seconds: int
    hold_after_hours: float
    quiet_start_minutes: int
    backup_hour: int | None
    backups_kept: int
    invalid_after_failures: int
    invalid_failed_percent: int
    keep_texts_months: int | None
    low_credit: int
    campaign_failures: int
    campaign_failed_percent: int
    quiet_hours: str
    quiet_hours_for: str
    stop_words: tuple[str, ...]
    start_words: tuple[str, ...]
    stop_confirmation: str | None
    start_confirmation: str | None
    sources: Mapping[str, Text] = field(repr=False)
    warnings: tuple[Text, ...]

    def is_fixed(self, setting: Setting) -> bool:
        """Whether its value was given where the settings page cannot change it."""
        return self.sources[setting.name] not in (_DEFAULT, _PAGE)


@dataclass(frozen=True)
class Row:
    """One line of ``raspisms settings``; a secret's ``value`` says only whether there is one."""

    name: str
    value: str
    source: Text
    default: str
    help: str


def load(environ: Mapping[str, str], overrides: Mapping[str, object] | None = None) -> Config:
    """Read all settings; nothing is written anywhere.

    ``overrides`` maps names (``RASPISMS_COUNTRY``, ``COUNTRY`` or ``country``) to
    values or their text; None counts as not given.
    Raises Unusable with a sentence that names the setting and where it was given.
    """
    given, warnings = from_environment(environ, _NAMES)
    given |= from_overrides(overrides or {}, _NAMES)
    instance = given.get(_INSTANCE_PATH.name)
    path = _value(_INSTANCE_PATH, instance) if instance else default_folder(environ)
    in_cfg, cfg_warnings = from_cfg(Path(str(path)) / CFG_NAME, _NAMES)
    if in_cfg.pop(_INSTANCE_PATH.name, None):
        cfg_warnings.append(
            say("%(name)s has no effect in %(file)s.", name=_INSTANCE_PATH.name, file=CFG_NAME)
        )
    given = in_cfg | given
    found: dict[str, Any] = {s.attribute: _value(s, given.get(s.name)) for s in SETTINGS}
    return Config(
        **found | {_INSTANCE_PATH.attribute: path},
        sources={n: given[n].source if n in given else _DEFAULT for n in _NAMES},
        warnings=(*warnings, *cfg_warnings),
    )


def with_chosen(config: Config, chosen: Mapping[str, str]) -> Config:
    """``config`` as ``load`` made it, with what was chosen on the settings page, by full name.

    What is fixed, or is no setting of the page, is left as it is. A text that cannot be used, such
    as one of a newer version, keeps nothing from starting: the default holds, with a warning.
    """
    found: dict[str, Any] = {}
    warnings = []
    for setting in SETTINGS:
        if not setting.on_page or setting.name not in chosen or config.is_fixed(setting):
            continue
        given = Given(chosen[setting.name], _PAGE)
        try:
            found[setting.name] = _value(setting, given)
        except Unusable as refused:
            warnings.append(say("%(problem)s The default holds.", problem=refused.message))
    return replace(
        config,
        **{by_name(name).attribute: value for name, value in found.items()},
        sources={**config.sources, **dict.fromkeys(found, _PAGE)},
        warnings=(*config.warnings, *warnings),
    )


def describe(config: Config) -> tuple[Row, ...]:
    """All settings as text, for reading; secrets as "(set)" or "(made)"."""
    return tuple(
        Row(
            s.name,
            s.show(getattr(config, s.attribute)),
            config.sources[s.name],
            s.default or s.unset,
            s.help,
        )
        for s in SETTINGS
    )


def reference_markdown() -> str:
    """The table of all settings that docs/settings.md holds."""
    lines = ["| Setting | Default | Meaning |", "| --- | --- | --- |"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else setting.unset
        page = " (page)" if setting.on_page else ""
        lines.append(f"| `{setting.name}`{page} | {default} | {setting.help} |")
    return "\n".join(lines) + "\n"


def _value(setting: Setting, given: Given | None) -> object:
    if given is None:
        return None if setting.default is None else setting.parse(setting.default)
    try:
        return setting.parse(given.text)
    except values.UnfitError as unfit:
        raise _refused(setting, given, unfit.expected) from None


def _refused(setting: Setting, given: Given, expected: Text) -> Unusable:
    hint = say("Expected: %(expected)s.", expected=expected)
    name, source = setting.name, given.source
    if setting.secret or "@" in given.text:
        message = say("%(name)s (%(source)s) cannot be used.", name=name, source=source)
    else:
        message = say(
            "%(name)s (%(source)s) is “%(given)s”, which cannot be used.",
            name=name,
            source=source,
            given=given.text[:LONGEST_QUOTED],
        )
    return Unusable(message, hint, field=name)
