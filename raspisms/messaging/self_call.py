"""Calling our own address from here, as a hint whether a provider could.

It is no proof: some routers let nobody of the house call the house from outside.
"""

from raspisms.errors import Text, say
from raspisms.outbound import Outbound, OutboundError

REACHED, SOMETHING_ELSE = "reached", "something_else"
_SIGN_OF_LIFE = b"ok"

_WORDS: dict[str, Text] = {
    "no_such_name": say("This machine does not find the name of the address (DNS)."),
    "local_address": say(
        "For this machine, the name of the address leads to an address of the home network."
    ),
    "bad_certificate": say("The certificate of the address is not valid."),
    "no_time_left": say("This machine got no answer from the address in time."),
    "no_answer": say("The address refuses the connection of this machine."),
    "no_https_address": say("The address is not one with https."),
    SOMETHING_ELSE: say("Something else than RaspiSMS answers at the address."),
    REACHED: say("This machine itself reaches the address."),
}
_NO_PROOF = say(
    "%(found)s (That is a hint only: some routers do not let a house call itself from outside.)"
)


def attempt(outbound: Outbound, root: str) -> str:
    """Ask RaspiSMS at ``root`` for its sign of life, once; what came of it, as a code."""
    try:
        answer = outbound.get(f"{root.rstrip('/')}/healthz")
    except OutboundError as error:
        return error.code
    alive = answer.status == 200 and answer.beginning.strip() == _SIGN_OF_LIFE
    return REACHED if alive else SOMETHING_ELSE


def in_words(code: str) -> Text:
    """What an attempt found, for a person."""
    found = _WORDS.get(code, _WORDS["no_answer"])
    return found if code == REACHED else Text(_NO_PROOF.msgid, {"found": found})
