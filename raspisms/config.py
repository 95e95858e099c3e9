"""Every setting: its name, default, meaning, and how it is read. One table, no second place.

A value is taken from the first of: the program's own arguments, ``RASPISMS_NAME`` in
the environment, the file that ``RASPISMS_NAME_FILE`` names, ``raspisms.cfg`` in the
instance folder, the default.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from raspisms import settings_values as values
from raspisms.errors import Text, Unusable, say
from raspisms.instance import default_folder, prepare_instance, secret_key
from raspisms.settings_sources import PREFIX, Given, from_cfg, from_environment, from_overrides

__all__ = [
    "SETTINGS",
    "Config",
    "Row",
    "Setting",
    "describe",
    "load",
    "prepare_instance",
    "reference_markdown",
    "secret_key",
]

CFG_NAME = "raspisms.cfg"


@dataclass(frozen=True)
class Setting:
    """One setting: its default as text, or None and in ``unset`` what that comes to.

    ``help`` names the unit. The value of a secret is never shown.
    """

    name: str
    default: str | None
    parse: Callable[[str], object]
    help: str
    unset: str = ""
    secret: bool = False

    @property
    def attribute(self) -> str:
        """The name of the value in Config: RASPISMS_COUNTRY is ``config.country``."""
        return self.name.removeprefix(PREFIX).lower()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "RASPISMS_INSTANCE_PATH",
        None,
        values.folder,
        "Folder of the database, the secret key, the backups and raspisms.cfg. It is made "
        "when it does not exist.",
        unset="instance/ of a checkout, else ~/.local/share/raspisms",
    ),
    Setting(
        "RASPISMS_PUBLIC_URL",
        None,
        values.public_url,
        "Address at which the provider and the household's browsers reach RaspiSMS, with the "
        "path prefix where there is one. Without it, delivery receipts and received messages "
        "are polled.",
        unset="none",
    ),
    Setting(
        "RASPISMS_COUNTRY",
        "FR",
        values.country,
        "Country of the household, in two letters (ISO 3166): how numbers without a country "
        "code are read. RE, GP, MQ, GF and YT are understood.",
    ),
    Setting(
        "RASPISMS_TIMEZONE",
        "Europe/Paris",
        values.timezone,
        "Time zone in which times are shown and entered, by its IANA name.",
    ),
    Setting(
        "RASPISMS_LANGUAGE",
        None,
        values.language,
        "Language of all pages, en or fr.",
        unset="that of each browser",
    ),
    Setting(
        "RASPISMS_SECRET_KEY",
        None,
        values.secret,
        "Key that signs sessions and links, at least 16 characters. Changing it signs "
        "everyone out.",
        unset="made at the first start and kept in secret_key in the instance folder",
        secret=True,
    ),
    Setting(
        "RASPISMS_TRUSTED_PROXIES",
        "0",
        values.whole(0, 10),
        "Number of reverse proxies in front of RaspiSMS whose X-Forwarded-… headers are "
        "believed, 0 to 10. 0 believes none.",
    ),
    Setting(
        "RASPISMS_OVH_API_URL",
        "https://eu.api.ovh.com/1.0",
        values.api_url,
        "Address of the OVH API; it ends in /1.0. It must be https, except for a simulator on "
        "this machine.",
    ),
    Setting(
        "RASPISMS_OVH_CALLS_PER_MINUTE",
        "60",
        values.whole(1, 6000),
        "Calls per minute that one set of OVH credentials may make, 1 to 6000. Sending goes "
        "before polling.",
    ),
    Setting(
        "RASPISMS_BATCH_SIZE",
        "100",
        values.whole(1, 500),
        "Messages with the same text that go to the provider in one call, at most, 1 to 500.",
    ),
    Setting(
        "RASPISMS_CALLS_IN_FLIGHT",
        "3",
        values.whole(1, 8),
        "Calls that send at the same time with one set of credentials, at most, 1 to 8. They "
        "become fewer by themselves while the provider is slow.",
    ),
    Setting(
        "RASPISMS_INBOX_POLL_SECONDS",
        "30",
        values.whole(1, 86400),
        "Seconds between two looks for received messages at the provider, 1 to 86400.",
    ),
    Setting(
        "RASPISMS_RECONCILE_SECONDS",
        "45",
        values.whole(1, 3600),
        "Seconds after which the provider is asked about a message whose sending had no clear "
        "end, and pause before it is asked once more, 1 to 3600. The message is sent again only "
        "when the provider did not have it either time.",
    ),
    Setting(
        "RASPISMS_HOLD_AFTER_HOURS",
        "6",
        values.positive(720),
        "Hours after which an overdue message waits for a person's confirmation instead of "
        "being sent late, above 0 and at most 720.",
    ),
)

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
    sources: Mapping[str, Text] = field(repr=False)
    warnings: tuple[Text, ...]


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
        sources={n: given[n].source if n in given else say("the default") for n in _NAMES},
        warnings=(*warnings, *cfg_warnings),
    )


def describe(config: Config) -> tuple[Row, ...]:
    """All settings as text, for reading; secrets as "(set)" or "(made)"."""
    return tuple(
        Row(s.name, _shown(s, config), config.sources[s.name], s.default or s.unset, s.help)
        for s in SETTINGS
    )


def reference_markdown() -> str:
    """The table of all settings that docs/settings.md holds."""
    lines = ["| Setting | Default | Meaning |", "| --- | --- | --- |"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else setting.unset
        lines.append(f"| `{setting.name}` | {default} | {setting.help} |")
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
            given=given.text,
        )
    return Unusable(message, hint, field=name)


def _shown(setting: Setting, config: Config) -> str:
    value = getattr(config, setting.attribute)
    if setting.secret:
        return "(set)" if value else "(made)"
    if value is None:
        return setting.unset
    return f"{value:g}" if isinstance(value, float) else str(value)
