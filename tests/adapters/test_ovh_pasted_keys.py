"""Keys as they are pasted: labels in two languages, any order, any blanks."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raspisms.adapters.ovh.assistant import keys_url, read_keys
from raspisms.adapters.ovh.settings import CREATE_TOKEN_URL
from raspisms.errors import InvalidForm

KEYS = {
    "app_key": "0a1b2c3d4e5f6071",
    "app_secret": "d41d8cd98f00b204e9800998ecf8427e",
    "consumer_key": "900150983cd24fb0d6963f7d28e17f72",
}
SWAPPED = KEYS | {"app_secret": KEYS["consumer_key"], "consumer_key": KEYS["app_secret"]}
LABELS = {
    "app_key": (
        "Application Key",
        "application key",
        "APPLICATION_KEY",
        "app_key",
        "AppKey",
        "applicationKey",
        "RASPISMS_OVH_APP_KEY",
        "Clé d'application",
        "Clé d’application",
        "clé de l’application",
        "cle application",
        "AK",
    ),
    "app_secret": (
        "Application Secret",
        "application_secret",
        "app-secret",
        "appSecret",
        "Secret d'application",
        "Secret de l’application",
        "Clé secrète",
        "AS",
    ),
    "consumer_key": (
        "Consumer Key",
        "consumer_key",
        "consumerKey",
        "Clé de consommateur",
        "Clé consommateur",
        "Clé consumer",
        "Clé client",
        "CK",
    ),
}
SEPARATORS = (": ", " : ", ":", " = ", "=", "\t", "\n", ":\n", "\r\n  ", "\u00a0: ", " → ", " | ")
QUOTES = (("", ""), ('"', '"'), ("'", "'"), ("« ", " »"), ("`", "`"))
BLANKS = ("\n", "\r\n\r\n", "\t\n", "\n   \n", " \u00a0\n", "\n\u200b\n", ",\n")
NOISE = ("", "Script name\nMaison\nScript description\nPour nos SMS, la famille\n", "Voici : ")


def _hexadecimal(length: int) -> st.SearchStrategy[str]:
    """As OVH makes them, with at least one digit: all others are words."""
    text = st.text("0123456789abcdef", min_size=length - 1, max_size=length - 1)
    return st.builds(lambda digit, rest: f"{digit}{rest}", st.sampled_from("0123456789"), text)


@st.composite
def keys(draw: st.DrawFn) -> dict[str, str]:
    long = draw(st.lists(_hexadecimal(32), min_size=2, max_size=2, unique=True))
    return {"app_key": draw(_hexadecimal(16)), "app_secret": long[0], "consumer_key": long[1]}


@st.composite
def boxes(draw: st.DrawFn, parts: list[str]) -> list[str]:
    """The parts in one box or each in its own, in any order, with blanks around them."""
    shuffled = draw(st.permutations(parts))
    blanks = [draw(st.sampled_from(BLANKS)) for _ in shuffled]
    spaced = [f"{blank}{part}{blank}" for part, blank in zip(shuffled, blanks, strict=True)]
    noise = draw(st.sampled_from(NOISE))
    return [noise, *spaced] if draw(st.booleans()) else [noise + "".join(spaced)]


@given(st.data())
def test_labelled_keys_are_read_whatever_the_order_the_labels_and_the_blanks(
    data: st.DataObject,
) -> None:
    wanted = data.draw(keys())
    parts = []
    for kind, key in wanted.items():
        label = data.draw(st.sampled_from(LABELS[kind]))
        opening, closing = data.draw(st.sampled_from(QUOTES))
        separator = data.draw(st.sampled_from(SEPARATORS))
        parts.append(f"{label}{separator}{opening}{key}{closing}")
    assert read_keys(data.draw(boxes(parts))) == (wanted,)


@given(st.data())
def test_keys_without_labels_are_among_the_candidates_whatever_the_order(
    data: st.DataObject,
) -> None:
    wanted = data.draw(keys())
    candidates = read_keys(data.draw(boxes([*wanted.values()])))
    assert wanted in candidates
    assert len(candidates) == 2


@given(st.text(max_size=300))
def test_what_is_no_key_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidForm) as caught:
        read_keys([text])
    assert {problem.field for problem in caught.value.problems} == {"keys"}


@pytest.mark.parametrize(
    "text",
    [
        "Application Key\tApplication Secret\tConsumer Key\n"
        "{app_key}\t{app_secret}\t{consumer_key}",
        "Consumer Key | Application Key | Application Secret\n"
        "{consumer_key} | {app_key} | {app_secret}",
        "Voici l'application key, l'application secret et la consumer key :\n"
        "AK: {app_key}\nAS: {app_secret}\nCK: {consumer_key}",
        '{{"app_key": "{app_key}", "app_secret": "{app_secret}", '
        '"consumer_key": "{consumer_key}"}}',
        "Application Key {app_key} Application Secret {app_secret} Consumer Key {consumer_key}",
        "Application Key: {app_key}\nApplication Secret: {app_secret}\n{consumer_key}",
        "{consumer_key}\n{app_key}\nApplication Secret: {app_secret}",
        "Application Key: {app_key}\nApplication Secret: {app_secret}\n"
        "Consumer Key: {consumer_key}\nApplication Key: {app_key}",
        "Script name: responsabilities\nApplication Key: {app_key}\n"
        "Application Secret: {app_secret}\nConsumer Key: {consumer_key}\nid 0123456789abcdef",
    ],
)
def test_forms_in_which_keys_are_copied(text: str) -> None:
    assert read_keys([text.format(**KEYS)])[0] == KEYS


def test_without_labels_ovh_s_own_order_comes_first() -> None:
    assert read_keys([*KEYS.values()]) == (KEYS, SWAPPED)
    assert read_keys([KEYS["consumer_key"], KEYS["app_secret"], KEYS["app_key"]])[1] == KEYS


def test_labels_that_do_not_go_with_the_length_are_not_believed() -> None:
    text = f"Consumer Key: {KEYS['app_key']}\n{KEYS['app_secret']}\n{KEYS['consumer_key']}"
    assert read_keys([text]) == (KEYS, SWAPPED)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("“Application Key” is missing", "“Application Secret” is missing", "“Consumer Key”")),
        ("{app_secret} {consumer_key}", ("“Application Key” is missing",)),
        ("{app_key} {app_secret}", ("one key of 32 characters",)),
        ("AK: {app_key} AS: {app_secret}", ("“Consumer Key” is missing",)),
        ("AK: {app_key} CK: {consumer_key}", ("“Application Secret” is missing",)),
        ("{app_key} {app_secret} {app_secret}", ("same key is there twice",)),
        ("AK: {app_key} AS: {app_secret} CK: {app_secret}", ("same key is there twice",)),
        ("{app_key} {app_secret} {consumer_key} 00000000000000000000000000000000", ("more than",)),
        ("{app_key} 0000000000000000 {app_secret} {consumer_key}", ("more than three keys",)),
        ("AK: {app_key} AK: 0000000000000000 AS: {app_secret} CK: {consumer_key}", ("more than",)),
    ],
)
def test_what_is_missing_or_too_much_is_told_without_a_key(
    text: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidForm) as caught:
        read_keys([text.format(**KEYS)])
    told = str(caught.value)
    assert all(word in told for word in words)
    assert not any(key in told for key in KEYS.values())
    assert len(caught.value.problems) == len(words)


@pytest.mark.parametrize("label", ["secret", "clé"])
def test_blanks_without_end_behind_a_label_take_no_time(label: str) -> None:
    begun = time.thread_time()
    with pytest.raises(InvalidForm):
        read_keys([label + " " * 19_000])
    assert time.thread_time() - begun < 0.5


def test_the_page_on_which_keys_are_made_is_beside_the_api() -> None:
    assert keys_url("https://eu.api.ovh.com/1.0") == CREATE_TOKEN_URL
    local = keys_url("http://127.0.0.1:8017/1.0")
    assert local.startswith("http://127.0.0.1:8017/createToken/?GET=/sms&")
    assert "PUT=/sms/*" in local
