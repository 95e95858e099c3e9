"""The form of a campaign: what was typed, and what there is to choose from."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import request
from flask_babel import gettext, ngettext

from raspisms.errors import Invalid, Text, say
from raspisms.messaging import campaign_content as content
from raspisms.messaging import recipients, texts
from raspisms.messaging.campaign_content import CampaignContent, Csv
from raspisms.models import Phone
from raspisms.sms import quiet_hours
from raspisms.sms.files import recipients as files
from raspisms.web import addressees, addresses
from raspisms.web.drafts import new_request
from raspisms.web.i18n import phone_number, translate

#: One, and those by which it goes when that one cannot.
PHONE_FIELDS: Final = ("phone", "phone2", "phone3", "phone4", "phone5")
#: Minutes in which the network may deliver.
_VALIDITIES: Final = (15, 30, 60, 2 * 60, 4 * 60, 12 * 60, 24 * 60)

WHEN: Final[tuple[tuple[str, Text], ...]] = (
    (content.NOW, say("At once, when it is confirmed")),
    (content.AT, say("At a time")),
    (content.SCHEDULE, say("Again and again, or on birthdays")),
)
FIXED: Final[tuple[tuple[str, Text], ...]] = (
    ("", say("As is usual: at the confirmation; for what is repeated, at each run")),
    (content.CONFIRMATION, say("At the confirmation: those who are in the groups then")),
    (content.RUN, say("At each run: those who are in the groups by then")),
)
MISSED: Final[tuple[tuple[str, Text], ...]] = (
    (content.LATE, say("It is sent late, once")),
    (content.HOLD, say("It waits until somebody says that it should still go")),
)


def asked_for(usable: Sequence[Phone]) -> CampaignContent:
    """A new form, with the phone, the recipients and the text that the address names."""
    number, more, groups = addressees.of_address()
    saved = texts.find(addresses.number("text_id"))
    phone = addresses.number("phone")
    if len(usable) == 1:
        phone = usable[0].id
    return CampaignContent(
        text=saved.body if saved else "",
        text_id=saved.id if saved else None,
        recipients="\n".join(filter(None, (number, more))),
        groups=_ids(groups),
        phones=tuple(one.id for one in usable if one.id == phone),
        request=new_request(),
    )


def typed(csv: Csv, repeat: Mapping[str, Any]) -> CampaignContent:
    """The form as it was sent; ``csv`` is the file that it has already."""
    form = request.form
    return CampaignContent(
        name=form.get("name", ""),
        tag=form.get("tag", ""),
        text=form.get("text", ""),
        text_id=addresses.whole(form.get("text_id", "")),
        as_written="as_written" in form,
        flash="flash" in form,
        recipients=form.get("recipients", ""),
        groups=_ids(form.getlist("groups")),
        csv=Csv() if "drop_csv" in form else csv,
        exclude=form.get("exclude", ""),
        exclude_groups=_ids(form.getlist("exclude_groups")),
        invalid_too="invalid_too" in form,
        phones=tuple(dict.fromkeys(_ids(form.get(name, "") for name in PHONE_FIELDS))),
        when=_one_of(WHEN, form.get("when", "")),
        at=form.get("at", ""),
        repeat=repeat,
        fixed=_one_of(FIXED, form.get("fixed", "")),
        missed=_one_of(MISSED, form.get("missed", "")),
        quiet=form.get("quiet", ""),
        quiet_hours=form.get("quiet_hours", ""),
        pace=form.get("pace", ""),
        validity=form.get("validity", ""),
        request=form.get("request", "") or new_request(),
    )


def uploaded() -> tuple[Csv | None, list[str]]:
    """The file of recipients that was chosen, and what a person should know of it.

    None where none was chosen. Raises Invalid (field "csv").
    """
    file = request.files.get("csv")
    if file is None or not file.filename:
        return None, []
    found = files.read(file.stream, recipients.MOST)
    name = "".join(sign for sign in file.filename if sign.isprintable())[-100:]
    return Csv(name, found.keys, found.rows), _told(found)


def phone_choices(usable: Sequence[Phone]) -> list[tuple[str, str]]:
    """Phones by which it may go where the one before cannot."""
    named = ((str(one.id), one.name, one.number) for one in usable)
    return [
        ("", gettext("No other")),
        *(
            (key, f"{name}, {phone_number(number)}" if number else name)
            for key, name, number in named
        ),
    ]


def validity_choices(chosen: str) -> list[tuple[str, str]]:
    choices = [("", gettext("As long as usual: two days")), *map(_validity, _VALIDITIES)]
    known = {key for key, _ in choices}
    if chosen.isdecimal() and len(chosen) < 6 and chosen not in known:
        choices.append(_validity(int(chosen)))
    return choices


def quiet_choices() -> list[tuple[str, str]]:
    ready = ((key, translate(words)) for key, (_, words) in quiet_hours.READY.items())
    return [
        (content.HOUSEHOLD, gettext("Those of the household")),
        *ready,
        (content.OWN, gettext("Hours of its own, written below")),
        (content.NONE, gettext("None: it may leave at any hour")),
    ]


def translated(choices: Sequence[tuple[str, Text]]) -> list[tuple[str, str]]:
    return [(key, translate(words)) for key, words in choices]


def _told(found: files.Recipients) -> list[str]:
    told = []
    if not found.has_header and found.keys:
        told.append(
            gettext(
                "The first line of the file is a recipient and names no columns, so that the data"
                " are called %(names)s.",
                names=", ".join(found.keys[:3]) + (" …" if len(found.keys) > 3 else ""),
            )
        )
    if found.faults:
        lines = ", ".join(map(str, found.faulty))
        told.append(
            ngettext(
                "%(num)d line of the file has no number in its first column or too many cells, and"
                " is left out: %(lines)s.",
                "%(num)d lines of the file have no number in their first column or too many cells,"
                " and are left out: %(lines)s.",
                found.faults,
                lines=f"{lines} …" if found.faults > len(found.faulty) else lines,
            )
        )
    return told


def _validity(minutes: int) -> tuple[str, str]:
    if minutes % 60:
        return str(minutes), ngettext("%(num)d minute", "%(num)d minutes", minutes)
    return str(minutes), ngettext("%(num)d hour", "%(num)d hours", minutes // 60)


def _ids(typed_ids: Any) -> tuple[int, ...]:
    return tuple(one for one in map(addresses.whole, typed_ids) if one)


def _one_of(choices: Sequence[tuple[str, Text]], key: str) -> str:
    """``key``, or the first choice for what is none."""
    return key if key in dict(choices) else choices[0][0]


def with_saved_text(form: CampaignContent, saved_id: str) -> tuple[str, int | None]:
    """The text with the chosen saved one at its end, and the id of the last that was put in."""
    saved = texts.find(addresses.whole(saved_id))
    if saved is None:
        return form.text, form.text_id
    text = f"{form.text.rstrip()}\n{saved.body}" if form.text.strip() else saved.body
    return text, saved.id


def beside_fields(problems: Sequence[Any]) -> list[Any]:
    """``problems`` as the form shows them: recipients have one field, phones several."""
    return [_placed(one) for one in problems]


def _placed(problem: Any) -> Any:
    field = {"number": "recipients", "more": "recipients", "phones": "phone2"}.get(problem.field)
    return Invalid(problem.message, problem.hint, field) if field else problem
