"""What went wrong with a notice: as a code, which is kept, and in words."""

from raspisms.errors import Text, say

REFUSED_KEY = "refused_key"
REDIRECTED = "redirected"

_LATER = say("That mostly passes by itself. Try again in a few minutes.")
_ONCE_MORE = say("Turn notices off and on again on that device.")
_NOT_CALLED = say(
    "RaspiSMS calls only addresses on the Internet. Remove the device, and turn notices on again "
    "with another browser."
)

_WORDS: dict[str, tuple[Text, Text]] = {
    "no_https_address": (say("The address of its push service cannot be used."), _NOT_CALLED),
    "local_address": (
        say("The address of its push service leads into a home network."),
        _NOT_CALLED,
    ),
    "no_such_name": (
        say("Its push service cannot be found."),
        say("Look whether this machine is on the Internet, then try again."),
    ),
    "bad_certificate": (
        say("Its push service does not prove who it is."),
        say("Look whether the clock of this machine is right, then try again."),
    ),
    "no_time_left": (say("Its push service did not answer in time."), _LATER),
    "no_answer": (
        say("Its push service cannot be reached."),
        say("Look whether this machine is on the Internet, then try again."),
    ),
    REDIRECTED: (say("Its push service sends us elsewhere, where we do not go."), _ONCE_MORE),
    REFUSED_KEY: (
        say("Its push service does not accept the key of this RaspiSMS."),
        say(
            "Look whether the clock of this machine is right, then turn notices off and on again "
            "on that device."
        ),
    ),
    "http_429": (say("Its push service got too many notices."), _LATER),
}


def in_words(code: str) -> tuple[Text, Text]:
    """What happened, and what to do."""
    known = _WORDS.get(code)
    if known is not None:
        return known
    status = code.removeprefix("http_")
    message = say("Its push service answered with the error %(status)s.", status=status)
    return message, _LATER if is_passing(status) else _ONCE_MORE


def is_passing(status: str | int) -> bool:
    """Whether an error in HTTP is one that may not come again later."""
    return int(status) in (408, 429) or int(status) >= 500
