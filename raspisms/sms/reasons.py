"""Why a message is where it is: for each code the cause in words, and what to do.

The codes are stored and are part of the interface of ``raspisms messages --json``; the sentences
are translated where they are read.
"""

from dataclasses import dataclass

from raspisms.errors import Text, say


@dataclass(frozen=True)
class Reason:
    cause: Text
    advice: Text | None = None


_WAIT = say("Nothing to do: RaspiSMS tries again by itself.")
_BY_ITSELF = say("Nothing to do: it leaves by itself at its time.")
_WRITE_LATER = say("Send it again later.")
_CHECK_NUMBER = say("Check the number with its owner.")
_CHECK_PHONE = say("Open the phone's page and check its settings.")

REASONS: dict[str, Reason] = {
    # Before the provider has it
    "unreachable": Reason(say("The provider could not be reached."), _WAIT),
    "throttled": Reason(say("The provider allows only so many calls a minute."), _WAIT),
    "provider_down": Reason(say("The provider has a fault of its own."), _WAIT),
    "clock": Reason(say("The clocks of this machine and of the provider differ."), _WAIT),
    "overdue": Reason(
        say("Its time passed long ago while it could not be sent."),
        say("Say whether it should still go."),
    ),
    "never_shown": Reason(
        say("The provider took none of several tries, and never said why."),
        say("Say whether it should be tried once more."),
    ),
    "unreadable": Reason(
        say("It cannot be read any more: the database file is damaged there."),
        say("Cancel it, and write it again."),
    ),
    "restored": Reason(
        say("It was waiting when the backup was made, and may have been sent since."),
        say("Say whether it should still go."),
    ),
    "campaign_paused": Reason(
        say("Its campaign is paused."), say("Let the campaign go on, and it leaves.")
    ),
    "quiet_hours": Reason(say("These are quiet hours."), _BY_ITSELF),
    "phone_limit": Reason(
        say("The phone has sent as much as it may for now."),
        say("It leaves by itself when the phone's limits allow it."),
    ),
    "pace": Reason(say("One message of its campaign leaves after the other."), _BY_ITSELF),
    "phone_removed": Reason(say("Its phone was removed before it left.")),
    "cancelled": Reason(say("It was cancelled before it left.")),
    "opted_out": Reason(
        say("This number wants no messages to several people (STOP)."),
        say("A message to this person alone can still be written."),
    ),
    "known_invalid": Reason(say("Messages to this number did not arrive before."), _CHECK_NUMBER),
    "emergency": Reason(say("It is an emergency number: nothing is sent to it.")),
    "empty_text": Reason(say("Nothing is left of the text for this person.")),
    "text_error": Reason(
        say("The text cannot be made for this person."),
        say("Write it anew, and look at it with “Preview” for this person: it says why."),
    ),
    # Not known whether the provider has it
    "no_answer": Reason(
        say("The provider did not answer; it may have taken the message."),
        say("RaspiSMS asks the provider before anything is sent again."),
    ),
    "stopped_while_sending": Reason(
        say("RaspiSMS stopped while it was being sent; the provider may have taken it."),
        say("RaspiSMS asks the provider before anything is sent again."),
    ),
    "cannot_tell": Reason(
        say("The provider's list does not show for certain whether it was taken."),
        say("Ask the recipient, then choose: send it again, or leave it."),
    ),
    "given_up": Reason(say("Nobody could tell whether it was sent, and it was left so.")),
    # Refused by the provider
    "refused": Reason(
        say("The provider refused it."), say("Read what the provider said, then correct it.")
    ),
    "invalid_number": Reason(say("The provider does not accept this number."), _CHECK_NUMBER),
    "keys_refused": Reason(say("The provider refuses the phone's keys."), _CHECK_PHONE),
    "not_granted": Reason(
        say("The phone's keys do not have the right to send."),
        say("Make new keys with all the rights on /sms, and enter them on the phone's page."),
    ),
    "service_missing": Reason(say("The provider does not know the phone's service."), _CHECK_PHONE),
    "service_disabled": Reason(
        say("The phone's service is disabled at the provider."),
        say("Enable it in the provider's control panel; what waits then goes by itself."),
    ),
    "no_credit": Reason(
        say("There is no credit left at the provider."),
        say("Buy credit there; what waits then goes by itself."),
    ),
    "wrong_settings": Reason(
        say("The provider does not accept the phone's settings."), _CHECK_PHONE
    ),
    "no_capability": Reason(say("The phone's adapter cannot do this.")),
    # Said by the network (OVH guide "SMS users", table of PTT codes)
    "retrying": Reason(say("Not delivered yet; the network is trying."), _WAIT),
    "undelivered": Reason(say("The network did not deliver it and gave no detail."), _WRITE_LATER),
    "no_final_state": Reason(
        say("The recipient's operator does not say what became of it."),
        say("Ask the recipient."),
    ),
    "expired_at_operator": Reason(
        say("The recipient's phone stayed off or out of reach for too long."), _WRITE_LATER
    ),
    "undeliverable": Reason(
        say("The network cannot deliver it in this form."), say("Write a plainer, shorter text.")
    ),
    "recipient_credit": Reason(
        say("The recipient's subscription does not allow it (credit used up)."),
        say("Reach the recipient in another way."),
    ),
    "bad_number": Reason(
        say("The number does not exist, or is barred."),
        say("Check the number with its owner before you write to it again."),
    ),
    "absent": Reason(say("The recipient's phone is off or out of reach."), _WRITE_LATER),
    "network_fault": Reason(say("The network had a passing fault."), _WRITE_LATER),
    "handset_fault": Reason(say("The recipient's phone had a passing fault."), _WRITE_LATER),
    "handset_incompatible": Reason(
        say("The recipient's phone cannot show it."), say("Write a plainer, shorter text.")
    ),
    "spam": Reason(
        say("The network took it for spam."),
        say("Write it in other words, without links, and not to many at once."),
    ),
    "forbidden_content": Reason(
        say("The network does not allow this content."), say("Write it in other words.")
    ),
    "parental_lock": Reason(
        say("A parental lock keeps the recipient from getting it."),
        say("Reach the recipient in another way."),
    ),
    "operator_fault": Reason(say("The recipient's operator could not take it."), _WRITE_LATER),
    "ported": Reason(
        say("The recipient changed operator, and the number cannot be reached yet."), _WRITE_LATER
    ),
    "roaming": Reason(say("The recipient is abroad and cannot be reached there."), _WRITE_LATER),
    "ported_blocked": Reason(
        say("The recipient changed operator, and the number is blocked."),
        say("Ask the provider's support."),
    ),
    "no_receipt": Reason(
        say("The network did not say in time whether it was delivered."),
        say("Ask the recipient."),
    ),
}

#: Failures after which nothing can arrive at a number as long as it is as it is.
FOR_GOOD = frozenset({"invalid_number", "bad_number", "ported_blocked"})
#: Failures that say something of the recipient, and not of the text, the phone or the provider.
OF_RECIPIENT = FOR_GOOD | {
    "undelivered",
    "expired_at_operator",
    "recipient_credit",
    "absent",
    "handset_fault",
    "handset_incompatible",
    "parental_lock",
    "operator_fault",
    "ported",
    "roaming",
}

UNKNOWN = Reason(say("The provider gave a reason that RaspiSMS does not know."))


def explain(code: str) -> Reason:
    """The words for a code; a code of another version gets honest words too."""
    return REASONS.get(code, UNKNOWN)
