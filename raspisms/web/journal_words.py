"""An entry of the journal as sentences: who did what, and what changed by it."""

from collections.abc import Iterator, Mapping, Sequence

from raspisms.adapters import registry
from raspisms.errors import Text, say
from raspisms.messaging.journal import SENTENCES
from raspisms.models import JournalEntry
from raspisms.settings_table import SETTINGS

_COMMAND_LINE = say("The command line")
#: What a provider calls about.
_CALLS: Mapping[str, Text] = {"status": say("deliveries"), "reply": say("answers")}
#: What fields and settings are called on the pages where they are changed.
_SETTING_LABELS = {
    "household_name": say("Name of the household"),
    "country": say("Country"),
    "language": say("Language"),
    "timezone": say("Time zone"),
    "hold_after_hours": say("Hours after which a late message waits for you"),
    "quiet_start_minutes": say("Minutes of quiet after a start"),
    "ovh_calls_per_minute": say("Calls a minute to the provider"),
    "backup_hour": say("Hour of the daily backup"),
    "backups_kept": say("How many are kept"),
    "invalid_after_failures": say("Failures after which a number is invalid"),
    "invalid_failed_percent": say("Percent of failures for that, at least"),
    "keep_texts_months": say("Months after which texts are emptied"),
    "campaign_failures": say("Failures at which a campaign pauses itself"),
    "campaign_failed_percent": say("Percent of failures for that to happen, at least"),
    "quiet_hours": say("Hours in which campaigns leave"),
    "quiet_hours_for": say("Messages that wait in quiet hours"),
    "low_credit": say("Credit below which administrators are told"),
    "stop_words": say("Words that say STOP"),
    "start_words": say("Words that take it back"),
    "stop_confirmation": say("SMS that answers STOP"),
    "start_confirmation": say("SMS that answers START"),
}


def sentence(entry: JournalEntry) -> Text:
    """Who did what to whom."""
    actor: str | Text = entry.actor or _COMMAND_LINE
    subject = _setting(entry.subject) if entry.action == "setting.changed" else entry.subject
    words = SENTENCES.get(entry.action)
    if words is None:  # written by a later version, before this one was installed again
        return say(
            "%(actor)s: %(action)s, %(subject)s", actor=actor, action=entry.action, subject=subject
        )
    return Text(words.msgid, {"actor": actor, "subject": subject})


def changes(entry: JournalEntry) -> list[Text]:
    """What changed, a sentence for each kind of change."""
    return list(_changes(entry.action.partition(".")[0], entry.action, entry.details))


def _changes(kind: str, action: str, details: Mapping[str, object]) -> Iterator[Text]:
    if details.get("changed"):
        yield say("Changed: %(what)s.", what=_listed(_fields(_texts(details["changed"]))))
    if details.get("given"):
        names = _listed(_texts(details["given"]))
        yield (
            say("Given to: %(names)s.", names=names)
            if kind == "phone"
            else say("Phones given: %(names)s.", names=names)
        )
    if details.get("taken"):
        names = _listed(_texts(details["taken"]))
        yield (
            say("Taken from: %(names)s.", names=names)
            if kind == "phone"
            else say("Phones taken away: %(names)s.", names=names)
        )
    if action == "setting.changed":
        yield say(
            "Before: %(before)s. Now: %(after)s.",
            before=details.get("before", ""),
            after=details.get("after", ""),
        )
    elif action in ("phone.limited", "phone.unlimited"):
        yield say("Limit: %(limit)s.", limit=details.get("limit", ""))
    elif action == "phone.callbacks_set":
        calls = [_CALLS[name] for name in _texts(details.get("calls")) if name in _CALLS]
        yield say("What it calls about: %(what)s.", what=_listed(calls))
    elif action == "contacts.imported":
        yield say(
            "New: %(added)d, changed: %(updated)d, skipped: %(skipped)d.",
            added=details.get("added", 0),
            updated=details.get("updated", 0),
            skipped=details.get("skipped", 0),
        )
    elif action == "credit.counts_differ":
        yield say(
            "RaspiSMS counts %(own)s SMS, the provider %(provider)s.",
            own=details.get("own", ""),
            provider=details.get("provider", ""),
        )
    elif "after" in details:
        yield say("New name: “%(name)s”.", name=details["after"])
    yield from _role(action, details.get("administrator"))


def _role(action: str, is_admin: object) -> Iterator[Text]:
    if is_admin:
        yield say("As an administrator.")
    elif is_admin is False and action == "member.changed":
        yield say("No administrator any more.")


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _fields(names: Sequence[str]) -> list[Text | str]:
    """The fields of a phone or a group by their labels."""
    labels: dict[str, Text] = {
        "name": say("Name"),
        "adapter": say("Adapter"),
        "rule": say("Rule"),
        "groups": say("Groups within it"),
    }
    for kind in registry.all_kinds():
        labels |= {one.name: one.label for one in kind.fields}
    return [labels.get(name, name) for name in names]


def _setting(name: str) -> Text | str:
    """What a setting is called where it is changed."""
    attribute = next((one.attribute for one in SETTINGS if one.name == name), None)
    return _SETTING_LABELS.get(attribute or "", name)


def _listed(parts: Sequence[Text | str]) -> Text:
    """Words one after the other, each to be translated for itself."""
    names = [f"part{place}" for place in range(len(parts))]
    return Text(", ".join(f"%({name})s" for name in names), dict(zip(names, parts, strict=True)))
