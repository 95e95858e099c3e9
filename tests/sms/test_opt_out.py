import pytest

from raspisms.sms.opt_out import START_WORDS, STOP_WORDS, understand

STOP, START = STOP_WORDS.split(","), START_WORDS.split(",")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "STOP",
            "stop",
            "Stop.",
            "stop!!!",
            " s t o p ",
            "S.T.O.P.",
            "«\u00a0STOP\u00a0»",
            '"stop"',
        ),
        *(
            "STOP 😡",
            "🛑 stop 🛑",
            "stop stop STOP",
            "STOP\n",
            "STOP\u200b",
            "ＳＴＯＰ",
            "st\u006f\u0308p",
        ),
        *(
            "Stop sms",
            "STOP SMS",
            "stopsms",
            "STOP-SMS",
            "STOP au 36180",
            "stop 36180",
            "Stop to 38080",
        ),
        *("STOP au 36111 merci", "Stop svp", "stop s'il vous plaît"),
        *("STOP SVP.", "stop please", "Stop, thanks", "merci de stop", "Bonjour, STOP", "oui stop"),
        *("arrêt", "ARRET", "Arrêt sms", "unsubscribe", "Unsubscribe please", "désabonner"),
        *("Désabonnement", "désabonnez-moi", "Désinscription svp", "opt-out", "STOP PUB", "Stop ?"),
    ],
)
def test_whoever_writes_it_alone_wants_no_more(text: str) -> None:
    assert understand(text, STOP, START) == "stop"


@pytest.mark.parametrize(
    "text",
    [
        *("START", "start", "Start!", "UNSTOP", "reprendre", "Oui, reprendre", "oui reprendre svp"),
        *("“start”", "Start SMS", "START au 36180", "réabonnement", "opt-in"),
    ],
)
def test_whoever_writes_that_wants_them_again(text: str) -> None:
    assert understand(text, STOP, START) == "start"


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "😀", "oui", "merci", "sms", "36180", "please"),
        *("arrête tes bêtises", "stop ou encore ?", "on s'arrête au stop", "non stop", "non-stop"),
        *("stoppe", "stopper", "stop it", "Stop, je suis arrivé", "ne reprends pas", "stop 2 min"),
        *("Je m'arrête au stop de la rue des Lilas", "auto-stop", "Don't stop", "stop 0612345678"),
        *("STOP START", "start stop", "restart", "on reprend demain", "starting", "Stop Jean"),
        "stop " * 500,
    ],
)
def test_a_sentence_that_contains_the_word_says_nothing(text: str) -> None:
    assert understand(text, STOP, START) is None


def test_the_words_are_those_that_were_chosen() -> None:
    assert understand("Basta!", [" básta "], []) == "stop"
    assert understand("stop", ["basta"], ["weiter"]) is None
    assert understand("Weiter bitte", ["basta"], ["weiter bitte"]) == "start"
    assert understand("", [""], [" "]) is None
    assert understand("...", ["!!!"], []) is None
