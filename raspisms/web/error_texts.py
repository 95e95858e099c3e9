"""For each kind of refusal: its title, what happened, and what to do."""

from raspisms.errors import Text, say

Words = tuple[Text, Text, Text]

BY_CODE: dict[int, Words] = {
    400: (
        say("This request cannot be understood"),
        say("Something in the address or in the form is missing or damaged."),
        say("Nothing was changed. Go back, load the page again, and try once more."),
    ),
    403: (
        say("This is for administrators"),
        say("Your account may not open this page."),
        say("Ask an administrator of the household to do it, or to give you the right."),
    ),
    404: (
        say("There is nothing here"),
        say("There is no page at this address."),
        say("Check the address, or start from the home page."),
    ),
    405: (
        say("This address cannot be used this way"),
        say("It only works from the button or the form that leads to it."),
        say("Start from the home page and use the buttons there."),
    ),
    409: (
        say("Something changed meanwhile"),
        say("What you were changing is no longer as you saw it."),
        say("Load the page again, then make your change."),
    ),
    413: (
        say("This is too large"),
        say("What was sent is larger than RaspiSMS accepts."),
        say("Nothing was saved. Go back, shorten it, and send it again."),
    ),
    429: (
        say("Too many tries"),
        say("There were too many tries in a short time."),
        say("Wait a few minutes, then try again."),
    ),
    503: (
        say("This does not work right now"),
        say("RaspiSMS cannot do this for the moment."),
        say("Nothing was saved. Try again in a few minutes."),
    ),
}
ANY_CODE: Words = (
    say("This did not work"),
    say("RaspiSMS cannot answer this request."),
    say("Start from the home page."),
)
