"""Every setting: its name, default, meaning, and how it is read. One table, no second place."""

from collections.abc import Callable
from dataclasses import dataclass

from raspisms import settings_values as values
from raspisms.errors import Invalid, say
from raspisms.settings_sources import PREFIX
from raspisms.sms import opt_out

#: The most of a value that cannot be used which is said again.
LONGEST_QUOTED = 100


@dataclass(frozen=True)
class Setting:
    """One setting: its default as text, or None.

    ``unset`` says what no value comes to; ``help`` names the unit. The value of a secret is never
    shown. ``on_page``: an administrator may choose it on the settings page.
    """

    name: str
    default: str | None
    parse: Callable[[str], object]
    help: str
    unset: str = ""
    secret: bool = False
    on_page: bool = False

    @property
    def attribute(self) -> str:
        """The name of the value in Config: RASPISMS_COUNTRY is ``config.country``."""
        return self.name.removeprefix(PREFIX).lower()

    def read(self, text: str) -> object:
        """The value of what a person typed; nothing typed is the default.

        Raises Invalid, which names the attribute as the field.
        """
        text = text.strip() or self.default or ""
        try:
            return self.parse(text) if text else None
        except values.UnfitError as unfit:
            raise Invalid(
                say("“%(given)s” cannot be used.", given=text[:LONGEST_QUOTED]),
                say("Expected: %(expected)s.", expected=unfit.expected),
                field=self.attribute,
            ) from None

    def write(self, value: object) -> str:
        """A value as a person types it: ``read`` makes the same of it again."""
        if value is None:
            return self.unset if self.default else ""
        return self.show(value)

    def show(self, value: object) -> str:
        """A value in words; of a secret only whether there is one."""
        if self.secret:
            return "(set)" if value else "(made)"
        if value is None:
            return self.unset
        if isinstance(value, tuple):
            return ", ".join(value)
        return f"{value:g}" if isinstance(value, float) else str(value)


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
        "RASPISMS_HOUSEHOLD_NAME",
        None,
        values.title,
        "What the pages call themselves for those who are logged in, at most 60 characters, such "
        "as the family's name.",
        unset="RaspiSMS",
        on_page=True,
    ),
    Setting(
        "RASPISMS_COUNTRY",
        "FR",
        values.country,
        "Country of the household, in two letters (ISO 3166): how numbers without a country "
        "code are read. RE, GP, MQ, GF and YT are understood.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_TIMEZONE",
        "Europe/Paris",
        values.timezone,
        "Time zone in which times are shown and entered, by its IANA name.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_LANGUAGE",
        None,
        values.language,
        "Language of all pages, en or fr.",
        unset="that of each browser",
        on_page=True,
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
        on_page=True,
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
        on_page=True,
    ),
    Setting(
        "RASPISMS_QUIET_START_MINUTES",
        "0",
        values.whole(0, 1440),
        "Minutes after a start of RaspiSMS in which nothing is sent, so that what waits can be "
        "looked at first, as after a power cut, 0 to 1440. Receiving goes on.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_BACKUP_HOUR",
        "3",
        values.hour,
        "Hour of the day, 0 to 23 in the household's time zone, at which a backup is made by "
        "itself, or never. One that was missed is made at the next start.",
        unset="never",
        on_page=True,
    ),
    Setting(
        "RASPISMS_BACKUPS_KEPT",
        "7",
        values.whole(1, 100),
        "Automatic backups that are kept, 1 to 100; the oldest are deleted.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_INVALID_AFTER_FAILURES",
        "3",
        values.whole(1, 1000),
        "Failed messages after which a number counts as invalid, 1 to 1000, where they are also "
        "enough of all that was sent to it. Failures before the number last wrote do not count.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_INVALID_FAILED_PERCENT",
        "75",
        values.whole(1, 100),
        "The least share of failed messages, in percent of those sent to a number, for which it "
        "counts as invalid, 1 to 100.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_KEEP_TEXTS_MONTHS",
        None,
        values.whole(1, 600),
        "Months after which the texts of messages are emptied for good, 1 to 600. It is told on "
        "each page for a week before it begins.",
        unset="kept",
        on_page=True,
    ),
    Setting(
        "RASPISMS_LOW_CREDIT",
        "20",
        values.whole(0, 100_000),
        "Administrators are told when a provider's account has less credit than this, 0 to "
        "100000. 0 tells never.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_CAMPAIGN_FAILURES",
        "20",
        values.whole(0, 100_000),
        "Failed messages at which a campaign pauses itself, 0 to 100000, where they are also "
        "enough of all that left of it. 0 for never.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_CAMPAIGN_FAILED_PERCENT",
        "30",
        values.whole(1, 100),
        "The least share of failed messages, in percent of those that left of a campaign, at which "
        "it pauses itself, 1 to 100.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_QUIET_HOURS",
        "always",
        values.quiet,
        "Hours in which campaigns may leave, by the household's clock, as “mon-sat 08:00-20:00; "
        "sun none; holidays none”. All others are quiet: what is due then waits. A day that is not "
        "named is not quiet.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_QUIET_HOURS_FOR",
        "campaigns",
        values.quiet_for,
        "Which messages wait in quiet hours: campaigns, or all, those to one person too.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_STOP_WORDS",
        opt_out.STOP_WORDS,
        values.words,
        "Words that say, alone in a message, that its sender wants no campaigns any more, parted "
        "by commas. Case, accents and signs do not count.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_START_WORDS",
        opt_out.START_WORDS,
        values.words,
        "Words that say, alone in a message, that its sender wants campaigns again, parted by "
        "commas.",
        on_page=True,
    ),
    Setting(
        "RASPISMS_STOP_CONFIRMATION",
        None,
        values.short_text,
        "SMS that answers a STOP, once, at most 300 characters.",
        unset="none",
        on_page=True,
    ),
    Setting(
        "RASPISMS_START_CONFIRMATION",
        None,
        values.short_text,
        "SMS that answers a START after a STOP, once, at most 300 characters.",
        unset="none",
        on_page=True,
    ),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def by_name(name: str) -> Setting:
    """The setting of that full name. Raises KeyError where there is none."""
    return _BY_NAME[name]
