"""How a phone is doing, part by part, in words: from what is stored and remembered, without a call.

``diagnosis_checks`` asks the provider.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.answers import Inspection, Right
from raspisms.adapters.base import Capability
from raspisms.errors import Text, say
from raspisms.messaging import accounts, callback_evidence, phone_faults
from raspisms.messaging.checked import Checked
from raspisms.messaging.engine import Engine
from raspisms.messaging.phone_faults import Fault
from raspisms.messaging.phone_states import PhoneState, state_of
from raspisms.messaging.transactions import reading
from raspisms.models import Phone
from raspisms.models import message as messages
from raspisms.sms.lifecycle import CLOCK_TOLERANCE

#: Keys that end so soon are told before.
WARNED_BEFORE = timedelta(days=14)

_NEVER = say("Never")
_NOT_SINCE_START = say("Not since the start")
_MAKE_NEW_KEYS = say("Make new keys, and enter them in the phone's settings.")
#: What a phone's keys are to blame for.
_OF_KEYS = frozenset({"keys_refused", "not_granted"})
_WRONG = "wrong_settings"


@dataclass(frozen=True)
class Fact:
    """When something last happened, under a name for programs; ``otherwise`` where it did not."""

    name: str
    label: Text
    at: datetime | None
    otherwise: Text = _NEVER


@dataclass(frozen=True)
class Part:
    """One thing that a phone does. ``level``: "ok", "waiting", "error" or "off".

    ``fault`` is the last one, which may be over. ``settable``: whether the callback address is
    what to set.
    """

    name: str
    title: Text
    level: str
    words: Text
    advice: tuple[Text, ...] = ()
    facts: tuple[Fact, ...] = ()
    fault: Fault | None = None
    settable: bool = False

    @property
    def needs_a_person(self) -> bool:
        return self.level in ("waiting", "error")


@dataclass(frozen=True)
class _Look:
    """What the parts are judged by."""

    engine: Engine
    phone: Phone
    root: str
    able: frozenset[Capability]
    state: PhoneState
    faults: dict[str, Fault]
    checked: Checked | None

    @property
    def is_off(self) -> bool:
        return self.state.level == "off"

    @property
    def words(self) -> Text:
        """How the phone is doing; where its settings are wrong, what the provider said of them."""
        fault = self.faults.get(phone_faults.CHECK)
        return fault.words if fault and self.phone.problem == _WRONG else self.state.words

    def worked_at(self, part: str) -> datetime | None:
        return self.engine.last_worked.at(self.phone.id, part)

    def is_stopped(self, part: str) -> bool:
        """Whether a fault of the phone stops ``part``: it did not work since the fault is known."""
        if self.state.level != "error":
            return False
        known = [at for at in (self.phone.problem_at, self.phone.aside_at) if at is not None]
        worked_at = self.worked_at(part)
        return worked_at is None or not known or worked_at <= max(known)

    def fails(self, part: str) -> bool:
        """Whether the last asking for ``part`` did not work.

        Where another process asks, nothing here tells that it works again: a fault that was not met
        anew is then over.
        """
        fault, worked_at = self.faults.get(part), self.worked_at(part)
        if fault is None or clock.now() - fault.at > phone_faults.STALE_AFTER:
            return False
        return worked_at is None or fault.at > worked_at


def of(engine: Engine, phone: Phone, root: str) -> list[Part]:
    """How each part of ``phone`` is doing; RaspiSMS itself is under the address ``root``."""
    look = _Look(
        engine,
        phone,
        root,
        registry.abilities(phone.adapter, phone.settings),
        state_of(phone),
        phone_faults.of(phone.id),
        checked_now(engine, phone),
    )
    return [part for judge in _JUDGES if (part := judge(look)) is not None]


def checked_now(engine: Engine, phone: Phone) -> Checked | None:
    """What the last check found, where it was of the settings that the phone has now."""
    checked = engine.checks.get(phone.id)
    return checked if checked is not None and checked.version == phone.version else None


def rights(engine: Engine, phone: Phone) -> tuple[Right, ...]:
    """What the keys of ``phone`` allow, as far as it was asked."""
    checked = checked_now(engine, phone)
    return checked.inspection.rights if checked and checked.inspection else ()


def _sending(look: _Look) -> Part | None:
    if Capability.SEND not in look.able:
        return None
    last = reading().scalar(messages.latest(look.phone.id, messages.OUT))
    level, words, advice = look.state.level, look.words, _some(look.state.hint)
    rest = look.engine.rest_left(look.phone)
    if level == "ok" and rest:
        level, words = "waiting", say("After a call that failed, it waits a moment.")
        advice = (say("RaspiSMS goes on by itself in %(seconds)d s.", seconds=_seconds(rest)),)
    elif level == "ok":
        words = say("Messages can leave.")
    return Part(
        "sending",
        say("Sending"),
        level,
        words,
        advice,
        (Fact("last_sent", say("Last sent"), last),),
        look.faults.get(phone_faults.SEND),
    )


def _receiving(look: _Look) -> Part | None:
    title = say("Receiving")
    if Capability.RECEIVE not in look.able:
        words = say("This phone only sends: there is no number to answer to.")
        return Part("receiving", title, "off", words)
    last = reading().scalar(messages.latest(look.phone.id, messages.IN))
    read_at = look.worked_at(phone_faults.RECEIVE)
    facts = [
        Fact("last_received", say("Last received"), last),
        Fact("inbox_read", say("Inbox last read"), read_at, _NOT_SINCE_START),
    ]
    if Capability.REPLY_CALLBACK in look.able:
        account = accounts.of(look.phone.service)
        called_at = account.reply_called_at if account else None
        facts.append(Fact("last_reply_call", say("Last call with an answer"), called_at))
    level, words, advice = _of_asking(
        look,
        phone_faults.RECEIVE,
        say("The inbox is read again and again; what comes in is kept."),
        say("The inbox could not be read the last time."),
    )
    fault = look.faults.get(phone_faults.RECEIVE)
    return Part("receiving", title, level, words, advice, tuple(facts), fault)


def _callback(look: _Look) -> Part | None:
    own_call = look.checked.own_call if look.checked else None
    evidence = callback_evidence.of(look.phone, look.root, own_call)
    facts: tuple[Fact, ...] = ()
    if Capability.CALLBACK in look.able:
        account = accounts.of(look.phone.service)
        facts = (Fact("last_call", say("Last call"), account.called_at if account else None),)
    return Part(
        "callback",
        say("Callback"),
        evidence.level,
        evidence.words,
        evidence.advice,
        facts,
        look.faults.get(phone_faults.CALLBACKS),
        settable=evidence.settable and Capability.SET_CALLBACKS in look.able,
    )


def _polling(look: _Look) -> Part | None:
    title = say("Polling")
    if Capability.POLL_RECEIPTS not in look.able:
        words = say("This phone's provider cannot be asked for delivery states.")
        return Part("polling", title, "off", words)
    asked_at = look.worked_at(phone_faults.RECEIPTS)
    level, words, advice = _of_asking(
        look,
        phone_faults.RECEIPTS,
        say("RaspiSMS asks for the delivery states that no call has brought."),
        say("Delivery states could not be asked for the last time."),
    )
    facts = (Fact("receipts_asked", say("Last asked"), asked_at, _NOT_SINCE_START),)
    fault = look.faults.get(phone_faults.RECEIPTS)
    return Part("polling", title, level, words, advice, facts, fault)


def _of_asking(
    look: _Look, part: str, works: Text, fails: Text
) -> tuple[str, Text, tuple[Text, ...]]:
    if look.is_off:
        return "off", look.state.words, ()
    is_fault = look.is_stopped(part)
    if is_fault or look.fails(part):
        words = look.words if is_fault and not look.fails(part) else fails
        advice = look.state.hint if is_fault else say("RaspiSMS tries again by itself.")
        return look.state.level if is_fault else "waiting", words, _some(advice)
    return "ok", works, ()


def _keys(look: _Look) -> Part | None:
    if not look.able & {Capability.CREDIT, Capability.SET_CALLBACKS}:
        return None
    inspection = look.checked.inspection if look.checked else None
    level, words, advice = _of_keys(look, inspection)
    fact = Fact("last_confirmed", say("Last confirmed"), look.phone.verified_at)
    fault = look.faults.get(phone_faults.CHECK)
    return Part("keys", say("Keys"), level, words, advice, (fact,), fault)


def _of_keys(look: _Look, inspection: Inspection | None) -> tuple[str, Text, tuple[Text, ...]]:
    phone = look.phone
    if phone.problem in _OF_KEYS:
        return "error", look.words, (_MAKE_NEW_KEYS,)
    if phone.problem == _WRONG:  # perhaps not the keys: the service may be disabled
        return "error", look.words, _some(look.state.hint)
    if phone.verified_at is None:
        words = say("The provider has not confirmed the settings yet.")
        return "waiting", words, _some(look.state.hint)
    if inspection is None:
        return "ok", _ACCEPTED, (_NOT_LOOKED_AT,)
    lacking = [right for right in inspection.rights if not right.granted]
    if any(right.needed for right in lacking):
        return "error", say("The keys lack a right that the phone needs."), (_MAKE_NEW_KEYS,)
    if (ends := inspection.expires_at) is not None:
        day = ends.astimezone(look.engine.config.timezone).date()
        if ends <= clock.now():
            return "error", say("The keys ended on %(day)s.", day=day), (_MAKE_NEW_KEYS,)
        if ends <= clock.now() + WARNED_BEFORE:
            return "waiting", say("The keys end on %(day)s.", day=day), (_MAKE_NEW_KEYS,)
        if not lacking:
            return "ok", say("The keys are accepted, and end on %(day)s.", day=day), ()
    if lacking:
        return "waiting", say("The keys do not have all rights that are of use."), (_MAKE_NEW_KEYS,)
    all_is_known = bool(inspection.rights)
    return "ok", say("The keys have all rights, and do not end.") if all_is_known else _ACCEPTED, ()


_ACCEPTED = say("The provider accepts the keys.")
_NOT_LOOKED_AT = say("“Check now” tells what they allow, and when they end.")


def _clock(look: _Look) -> Part | None:
    off = look.engine.time.difference()
    if off is None and look.phone.clock_off is not None:
        off = timedelta(seconds=look.phone.clock_off)
    if off is None or not look.able & {Capability.CREDIT, Capability.SET_CALLBACKS}:
        return None
    seconds, title = _seconds(abs(off)), say("Clock")
    if abs(off) < CLOCK_TOLERANCE:
        words = say("It is right: %(seconds)d s from the provider's.", seconds=seconds)
        return Part("clock", title, "ok", words)
    words = (
        say("It is %(seconds)d s behind the provider's.", seconds=seconds)
        if off > timedelta(0)
        else say("It is %(seconds)d s ahead of the provider's.", seconds=seconds)
    )
    advice = say("Set the clock of this machine right: scheduled messages wait until then.")
    return Part("clock", title, "error", words, (advice,))


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())


def _some(text: Text | None) -> tuple[Text, ...]:
    return () if text is None else (text,)


_JUDGES: tuple[Callable[[_Look], Part | None], ...] = (
    _sending,
    _receiving,
    _callback,
    _polling,
    _keys,
    _clock,
)
