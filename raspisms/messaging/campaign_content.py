"""What a campaign says, to whom, by what and when: as a person types it, and as it is kept.

What is typed may be wrong or half: it is kept all the same, and told when it is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from raspisms.errors import Invalid, InvalidForm, say
from raspisms.messaging.drafting import Draft
from raspisms.sms import quiet_hours
from raspisms.sms.names import clean_name

NOW, AT, SCHEDULE = "now", "at", "schedule"
#: When it is found out who gets it.
CONFIRMATION, RUN = "confirmation", "run"
#: What becomes of a run that was missed: it is sent late, or waits until a person says so.
LATE, HOLD = "late", "hold"
#: Quiet hours: those of the household, none, some of one's own; else a key of READY.
HOUSEHOLD, NONE, OWN = "", "none", "own"

LONGEST_NAME: Final = 200
LONGEST_TAG: Final = 60


@dataclass(frozen=True)
class Csv:
    """Recipients of a file: of each the number as written, then a value for each of ``keys``."""

    name: str = ""
    keys: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def data_of(self, row: Sequence[str]) -> dict[str, str]:
        return {key: value for key, value in zip(self.keys, row[1:], strict=False) if value}


@dataclass(frozen=True)
class CampaignContent:
    """The fields of the form.

    ``recipients`` and ``exclude`` are as ``messaging.recipients`` reads them, the groups are ids,
    ``phones`` ids with the first choice first. ``at`` is a wall-clock time; ``repeat`` the fields
    of the form of repetition. ``fixed`` is CONFIRMATION, RUN or empty for the usual of ``when``;
    ``quiet`` is HOUSEHOLD, NONE, OWN (then ``quiet_hours`` has them) or a key of
    ``quiet_hours.READY``. ``pace`` (seconds) and ``validity`` (minutes) are as typed, empty for
    none. ``request`` names the form that it comes from, so that a form sent twice is one draft.
    """

    name: str = ""
    tag: str = ""
    text: str = ""
    text_id: int | None = None
    as_written: bool = False
    flash: bool = False
    recipients: str = ""
    groups: tuple[int, ...] = ()
    csv: Csv = field(default_factory=Csv)
    exclude: str = ""
    exclude_groups: tuple[int, ...] = ()
    invalid_too: bool = False
    phones: tuple[int, ...] = ()
    when: str = NOW
    at: str = ""
    repeat: Mapping[str, Any] = field(default_factory=dict)
    fixed: str = ""
    missed: str = LATE
    quiet: str = HOUSEHOLD
    quiet_hours: str = ""
    pace: str = ""
    validity: str = ""
    request: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether those who get it are found out at confirmation, and not at each run."""
        usual = RUN if self.when == SCHEDULE else CONFIRMATION
        return (self.fixed or usual) == CONFIRMATION

    @property
    def is_planned(self) -> bool:
        """Whether it becomes a plan, whose runs are campaigns, and not a campaign at once.

        Messages of a campaign that are not very late leave; only a run of a plan is held.
        """
        is_found_or_held = not self.is_fixed or self.missed == HOLD
        return self.when == SCHEDULE or (self.when == AT and is_found_or_held)

    def as_kept(self) -> dict[str, Any]:
        """It as JSON can keep it; ``of`` reads it again."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        csv = {"name": self.csv.name, "keys": [*self.csv.keys], "rows": [*map(list, self.csv.rows)]}
        lists = {name: list(kept[name]) for name in ("groups", "exclude_groups", "phones")}
        return kept | lists | {"csv": csv if self.csv.rows else {}, "repeat": dict(self.repeat)}

    @staticmethod
    def of(kept: Mapping[str, Any]) -> "CampaignContent":
        """What was kept, also by a version that knew fewer fields."""
        known = {one.name for one in fields(CampaignContent)}
        values = {name: value for name, value in kept.items() if name in known}
        for name in ("groups", "exclude_groups", "phones"):
            values[name] = tuple(values.get(name) or ())
        csv = values.get("csv") or {}
        rows = tuple(map(tuple, csv.get("rows", ())))
        values["csv"] = Csv(csv.get("name", ""), tuple(csv.get("keys", ())), rows)
        return CampaignContent(**values)

    def as_draft(
        self,
        *,
        confirms: tuple[int, int] | None = None,
        expected: int | None = None,
        skip_unusable: bool = True,
    ) -> Draft:
        """What ``campaigns.accept`` and the review take; always a campaign.

        Raises InvalidForm for what cannot be read (fields name, tag, pace, validity, quiet_hours,
        at).
        """
        problems: list[Invalid] = []
        values: dict[str, Any] = {}
        for name, read in _READERS.items():
            try:
                values[name] = read(self)
            except Invalid as error:
                problems.append(error)
        if self.when == AT and not self.at.strip():
            problems.append(_no_time())
        if problems:
            raise InvalidForm(problems)
        typed, data = _with_csv(self.recipients, self.csv)
        return Draft(
            self.phones[0] if self.phones else 0,
            typed,
            self.text,
            self.at if self.when == AT else "",
            skip_unusable=skip_unusable,
            flash=self.flash,
            groups=self.groups,
            template=False if self.as_written else None,
            leave_out_invalid=not self.invalid_too,
            text_id=self.text_id,
            data=data,
            campaign=True,
            phones=self.phones,
            exclude=self.exclude,
            exclude_groups=self.exclude_groups,
            confirms=confirms,
            expected=expected,
            **values,
        )


def quiet_of(content: CampaignContent) -> dict[str, Any] | None:
    """The campaign's own quiet hours as it keeps them; None for those of the household.

    Raises Invalid (field "quiet_hours").
    """
    if content.quiet == HOUSEHOLD:
        return None
    if content.quiet == NONE:
        return quiet_hours.NEVER_QUIET.as_kept()
    if content.quiet in quiet_hours.READY:
        return quiet_hours.READY[content.quiet][0].as_kept()
    if not content.quiet_hours.strip():
        raise Invalid(
            say("The hours in which messages may leave are missing."),
            say("Write them, or choose other quiet hours."),
            "quiet_hours",
        )
    try:
        return quiet_hours.read(content.quiet_hours).as_kept()
    except Invalid as error:
        raise Invalid(error.message, error.hint, "quiet_hours") from error


def _no_time() -> Invalid:
    """What is wrong with a chosen time that is not there: it must not mean "at once"."""
    return Invalid(
        say("It is not said when it leaves."),
        say("Choose the day and the time, or let it leave at once."),
        "at",
    )


def _with_csv(typed: str, csv: Csv) -> tuple[str, dict[int, dict[str, str]]]:
    """Recipients of a file and those that were typed, with the data of each line that has some.

    The file stands first: whoever is typed as well keeps what it says of them.
    """
    if not csv.rows:
        return typed, {}
    numbers = [row[0] for row in csv.rows]
    data = {line: found for line, row in enumerate(csv.rows, 1) if (found := csv.data_of(row))}
    return "\n".join([*numbers, typed]), data


def _name(content: CampaignContent) -> str:
    return clean_name(content.name, LONGEST_NAME) if content.name.strip() else ""


def _tag(content: CampaignContent) -> str:
    return clean_name(content.tag, LONGEST_TAG, "tag") if content.tag.strip() else ""


def _pace(content: CampaignContent) -> float | None:
    typed = content.pace.strip().replace(",", ".")
    if not typed:
        return None
    try:
        return float(typed)
    except ValueError:
        raise Invalid(
            say("“%(typed)s” is not a number.", typed=content.pace.strip()[:40]),
            say("Type seconds, or leave it empty."),
            field="pace",
        ) from None


def _validity(content: CampaignContent) -> int | None:
    typed = content.validity.strip()
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 9:
        raise Invalid(
            say("“%(typed)s” is not a number.", typed=typed[:40]),
            say("Choose how long the network may try."),
            field="validity",
        )
    return int(typed)


_READERS = {"name": _name, "tag": _tag, "pace": _pace, "validity": _validity, "quiet": quiet_of}
