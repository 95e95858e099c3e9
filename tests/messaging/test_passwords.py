"""Which passwords may be chosen, and which rule one breaks."""

import pytest

from raspisms.errors import Invalid
from raspisms.messaging import passwords


@pytest.mark.parametrize(
    "password",
    [
        "trois mots simples",
        "un autre secret",
        "été, vélo & château",
        "пароль из слов",
        "x7 Kq-2mP9wLz",
        "password is not one word",
        "a" * 100 + "bcde" * 25,
    ],
)
def test_what_is_long_and_not_common_is_taken(password: str) -> None:
    kept = passwords.hash_new(password, "Camille", "Chez nous")
    assert passwords.is_right(kept, password)
    assert not passwords.is_right(kept, password.upper() + "!")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("onze lettre", "too short"),
        ("x" * 201, "too long"),
        ("ababababababab", "same few characters"),
        ("             ", "same few characters"),
        ("azertyuiopqsd", "follows the keys"),
        ("Azertyuiop2024!", "follows the keys"),
        ("123456789012", "follows the keys"),
        ("987654321098", "follows the keys"),
        ("abcdefghijkl", "follows the keys"),
        ("Motdepasse2024", "first that anybody would try"),
        ("mot de passe", "first that anybody would try"),
        ("  M0t-de-P@sse!  ", "first that anybody would try"),
        ("PasswordPassword", "first that anybody would try"),
        ("jetaimejetaime", "first that anybody would try"),
        ("correct horse battery staple", "first that anybody would try"),
        ("Camille-Camille", "the account's name"),
        ("camille 2009-2010", "the account's name"),
        ("Chez-nous 2024", "the household's name"),
    ],
)
def test_each_rule_says_in_words_which_one_it_is(password: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        passwords.check(password, "Camille", "Chez nous")
    assert caught.value.field == "password"
    assert caught.value.hint


def test_without_a_name_of_the_household_nothing_is_compared_with_it() -> None:
    passwords.check("trois mots simples", "42", None)
    passwords.check("trois mots simples", "42", "2024")


def test_the_list_of_common_ones_is_there_and_of_use() -> None:
    assert len(passwords._common()) > 1000
    assert "" not in passwords._common()
