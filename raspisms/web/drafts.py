"""The form of a message: what was typed, how long it is, what it would wait for."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext, ngettext

from raspisms.errors import Text, say
from raspisms.messaging import decisions, lengths, texts
from raspisms.messaging.campaign_content import AT, NOW, CampaignContent
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.lengths import LengthOnTheAir
from raspisms.messaging.phone_states import state_of
from raspisms.models import Member, Phone
from raspisms.sms.accents import composed
from raspisms.sms.content import LONGEST_TEXT, printable
from raspisms.sms.segments import Length
from raspisms.sms.templating import is_template
from raspisms.web import addressees, addresses, recipients
from raspisms.web.i18n import phone_number, translate

_MOST_SHOWN = 8


@dataclass(frozen=True)
class DraftForm:
    """What the form shows. ``request`` names it, so that sending it twice sends once.

    ``number`` and ``more`` together are the recipients, with the ``groups``, which are ids.
    ``person`` is whose text the preview shows, ``saved`` the text to insert, ``save_as`` the name
    to keep the text under, and ``text_id`` the saved text that was inserted last.
    """

    request: str
    phone: str = ""
    number: str = ""
    more: str = ""
    text: str = ""
    at: str = ""
    flash: bool = False
    groups: tuple[str, ...] = ()
    as_written: bool = False
    invalid_too: bool = False
    despite_opt_out: bool = False
    person: str = ""
    saved: str = ""
    save_as: str = ""
    text_id: str = ""

    def draft(self, *, skip_unusable: bool = False) -> Draft:
        """What was written, for ``messaging.campaigns``."""
        phone_id = addresses.whole(self.phone) or 0
        to = recipients.together(self.number, self.more)
        return Draft(
            phone_id,
            to,
            self.text,
            self.at,
            self.request,
            skip_unusable,
            flash=self.flash,
            groups=tuple(filter(None, map(addresses.whole, self.groups))),
            template=False if self.as_written else None,
            despite_opt_out=self.despite_opt_out,
            leave_out_invalid=not self.invalid_too,
            text_id=addresses.whole(self.text_id),
        )

    def as_campaign(self) -> CampaignContent:
        """The same, for the draft of a campaign."""
        draft = self.draft()
        return CampaignContent(
            text=self.text,
            text_id=draft.text_id,
            as_written=self.as_written,
            flash=self.flash,
            recipients=draft.recipients.strip(),
            groups=draft.groups,
            invalid_too=self.invalid_too,
            phones=(draft.phone_id,) if draft.phone_id else (),
            when=AT if self.at.strip() else NOW,
            at=self.at,
            request=self.request,
        )


def new_request() -> str:
    """An unguessable name for a form about to be shown."""
    return secrets.token_urlsafe(16)


def asked_for(member: Member) -> DraftForm:
    """A new form, with the phone and the recipients of the address where it names them.

    ``again`` names a message to be written anew, ``text_id`` a saved text. Raises NotFound where
    the message is not the member's.
    """
    again = addresses.number("again")
    message = decisions.find(member, again) if again is not None else None
    saved = texts.find(addresses.number("text_id"))
    number, more, groups = addressees.of_address()
    return DraftForm(
        request=new_request(),
        phone=request.args.get("phone", ""),
        number=addressees.as_typed(message.peer) if message else number,
        more=more,
        groups=groups,
        text=message.body if message else saved.body if saved else "",
        flash=bool(message and message.flash),
        as_written=bool(message and is_template(message.body)),
        text_id=str(saved.id) if saved and not message else "",
    )


def typed() -> DraftForm:
    """The form as it was sent."""
    form = request.form
    return DraftForm(
        request=form.get("request", "") or new_request(),
        phone=form.get("phone", ""),
        number=form.get("number", ""),
        more=form.get("more", ""),
        text=form.get("text", ""),
        at=form.get("at", ""),
        flash="flash" in form,
        groups=tuple(form.getlist("groups")),
        as_written="as_written" in form,
        invalid_too="invalid_too" in form,
        despite_opt_out="despite_opt_out" in form,
        person=form.get("person", ""),
        saved=form.get("saved", ""),
        save_as=form.get("save_as", ""),
        text_id=form.get("text_id", ""),
    )


def asks_for_count() -> bool:
    """Whether the form was sent only to learn how long its text is."""
    return "count" in request.form


def asks_for_text() -> bool:
    """Whether the form was sent to insert a saved text."""
    return "insert" in request.form


def keeps_text() -> bool:
    """Whether the form was sent to keep its text under a name."""
    return "save_text" in request.form


def with_saved_text(form: DraftForm) -> DraftForm:
    """The form with the chosen text at the end of its own; as it is where none is chosen."""
    saved = texts.find(addresses.whole(form.saved))
    if saved is None:
        return form
    text = f"{form.text.rstrip()}\n{saved.body}" if form.text.strip() else saved.body
    return replace(form, text=text, text_id=str(saved.id))


def leaves_out_unusable() -> bool:
    """Whether the form was sent with the button that leaves out what cannot be used."""
    return "skip" in request.form


def length_of(text: str, phone: Phone | None) -> LengthOnTheAir:
    """How long a typed text will be on the air: line ends and accents as they will be sent."""
    return lengths.of(composed(printable(text[:LONGEST_TEXT])), phone)


def length_in_words(counted: LengthOnTheAir) -> str:
    """The number of SMS, what still fits, the encoding, and why so little; nothing for no text."""
    length = counted.length
    if not length.segments:
        return ""
    words = ngettext(
        "%(segments)d SMS, %(num)d character left (%(encoding)s)",
        "%(segments)d SMS, %(num)d characters left (%(encoding)s)",
        length.left,
        segments=length.segments,
        encoding=length.encoding,
    )
    sentences = [str(words)]
    if counted.with_clause:
        sentences.append(gettext("The STOP clause that the provider adds is counted in"))
    if length.ucs2_because:
        characters = " ".join(shown_characters(length))
        sentences.append(
            gettext("Fewer fit into one SMS because of: %(characters)s", characters=characters)
        )
    return ". ".join(sentences)


def fields_in_words() -> str:
    """What is said of the length of a text that is another for each person."""
    return gettext("The fields are filled in for each person: the preview shows how long it is.")


def shown_characters(length: Length) -> list[str]:
    """The first of the characters that GSM-7 lacks; invisible ones by their code."""
    more = ["…"] if len(length.ucs2_because) > _MOST_SHOWN else []
    return [_visible(sign) for sign in length.ucs2_because[:_MOST_SHOWN]] + more


def phone_choices(usable: list[Phone]) -> list[tuple[str, str]]:
    """The phones to choose from; one is chosen already where there is only one."""
    choices = [(str(phone.id), _phone_in_words(phone)) for phone in usable]
    return choices if len(choices) == 1 else [("", gettext("Choose a phone")), *choices]


def chosen_phone(usable: Sequence[Phone], key: str) -> Phone | None:
    """The phone that a form names; where there is only one, it is that one."""
    return next((one for one in usable if len(usable) == 1 or str(one.id) == key), None)


def waits_for(phone: Phone) -> Text | None:
    """Why a message of this phone would not leave at once, and what has to happen first."""
    state = state_of(phone)
    if phone.paused:
        return say(
            "The phone “%(name)s” is paused: what you send with it waits until it is resumed.",
            name=phone.name,
        )
    if state.level == "waiting":
        return say(
            "The phone “%(name)s” is not verified yet: what you send with it may wait until the"
            " provider can be reached.",
            name=phone.name,
        )
    if state.level == "error":
        return say(
            "The phone “%(name)s” has a problem: what you send with it may wait. %(problem)s",
            name=phone.name,
            problem=(state.hint or state.words) if phone.aside_at else state.words,
        )
    return None


def _phone_in_words(phone: Phone) -> str:
    words = f"{phone.name}, {phone_number(phone.number)}" if phone.number else phone.name
    state = state_of(phone)
    return words if state.level == "ok" else f"{words} ({translate(state.words).rstrip('.')})"


def _visible(sign: str) -> str:
    seen = sign.isprintable() and not sign.isspace() and not unicodedata.combining(sign)
    return sign if seen else f"U+{ord(sign):04X}"
