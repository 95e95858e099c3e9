"""``raspisms phone``: the checks of the web form, without a browser."""

from pathlib import Path

import pytest

from raspisms.simulator import Simulator, account
from tests.cli.program import Program
from tests.household import settings_for

OVH = "ovh_sms_virtual_number_adapter"
SECRETS = (account.APPLICATION_SECRET, account.CONSUMER_KEY)
FIELDS = ("--set", f"number={account.NUMBER}", "--set", f"service_name={account.SERVICE}")
KEY = ("--set", f"app_key={account.APPLICATION_KEY}")


@pytest.fixture
def online(program: Program, simulator: Simulator) -> Program:
    """The command line of a household whose OVH is the simulator."""
    return Program(program.instance, settings_for(simulator))


def test_a_phone_is_added_with_its_secrets_off_the_command_line(
    online: Program, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(f"{account.APPLICATION_SECRET}\n")
    secrets = ("--set-file", f"app_secret={tmp_path / 'key'}", "--set-stdin", "consumer_key")
    added = online.done(
        "phone", "add", "Maison", "--adapter", OVH, *FIELDS, *KEY, *secrets, "--member", "ana",
        given=f"{account.CONSUMER_KEY}\n",
    )  # fmt: skip
    listed = online.done("phone", "list", "--json")
    public = {"RASPISMS_PUBLIC_URL": "https://a.fr/sms"}
    shown = online.done_here("phone", "show", "maison", "--json", **public)
    (values,) = shown.lines
    assert values["id"] == 2
    assert values["settings"]["service_name"] == account.SERVICE
    assert (values["name"], values["adapter"], values["number"]) == ("Maison", OVH, account.NUMBER)
    assert (values["state"], values["verified"], values["paused"]) == ("Ready", True, False)
    token = values["callback_url"].removeprefix("https://a.fr/sms/callback/")
    assert token.endswith("/status")
    assert f"http://localhost:8000/callback/{token}" in added.out
    everything = added.out + added.err + listed.out + shown.out + online.here("phone", "list").out
    assert not any(secret in everything for secret in SECRETS)
    assert [one["name"] for one in listed.lines] == ["Essai", "Maison"]


def test_a_phone_without_a_number_has_a_dash_in_its_place(online: Program) -> None:
    keys = ("--set-stdin", "app_secret", "--set-stdin", "consumer_key")
    online.done(
        "phone", "add", "Court", "--adapter", "ovh_sms_shortcode_adapter", *FIELDS[2:], *KEY, *keys,
        "--set", "no_stop_clause=1", given="\n".join((*SECRETS, "")),
    )  # fmt: skip
    assert "Court  –  ovh_sms_shortcode_adapter  Ready\n" in online.done_here("phone", "list").out
    (shown,) = online.done_here("phone", "show", "Court", "--json").lines
    assert (shown["number"], shown["settings"]["no_stop_clause"]) == (None, "1")


def test_wrong_keys_are_told_field_by_field_and_nothing_is_stored(online: Program) -> None:
    said = online.refused(
        "phone", "add", "Maison", "--adapter", OVH, *FIELDS, "--set", "app_key=AKnobody",
        "--set-stdin", "app_secret", "--set-stdin", "consumer_key",
        given="ASwrong\nCKwrong\n",
    )  # fmt: skip
    assert "\napp_key: " in said
    assert "ASwrong" not in said
    empty = online.refused("phone", "add", " ", "--adapter", OVH, *FIELDS)
    fields = [line.partition(":")[0] for line in empty.splitlines()]
    assert fields == ["raspisms", "name", "app_key", "app_secret", "consumer_key"]
    assert len(online.here("phone", "list").out.splitlines()) == 1


def test_a_phone_whose_provider_is_out_of_reach_is_kept_as_not_verified(program: Program) -> None:
    given = "".join(f"{secret}\n" for secret in SECRETS)
    answer = program.done_here(
        "phone", "add", "Maison", "--adapter", OVH, *FIELDS, *KEY,
        "--set-stdin", "app_secret", "--set-stdin", "consumer_key",
        given=given, RASPISMS_OVH_API_URL="http://127.0.0.1:9/1.0",
    )  # fmt: skip
    assert answer.err.startswith("raspisms: The phone is not verified yet. ")
    (shown,) = program.here("phone", "show", "Maison", "--json").lines
    assert (shown["verified"], shown["state"]) == (False, "Not verified")


def test_what_cannot_be_a_phone_is_told(program: Program) -> None:
    add = ("phone", "add", "Autre", "--adapter")
    assert "no adapter “nope”" in program.refused(*add, "nope", "--set", "number=1")
    assert "Its fields: number." in program.refused(*add, "test_adapter", "--set", "nubmer=1")
    twice = ("--set", "number=0639981111", "--set", "number=0639981111")
    assert "given twice" in program.refused(*add, "test_adapter", *twice)
    nobody = ("--set", "number=0639981111", "--member", "Zoé")
    assert "no account named “Zoé”" in program.refused(*add, "test_adapter", *nobody)
    answer = program.here(*add, "test_adapter", "--set", "number:s3cret")
    assert (answer.code, "s3cret" in answer.err) == (2, False)
    assert "no phone named “Autre”" in program.refused("phone", "show", "Autre")


def test_a_phone_without_callbacks_has_no_address_for_them(program: Program) -> None:
    (shown,) = program.here("phone", "show", "Essai", "--json").lines
    assert shown["callback_url"] is None
    assert shown["number"] == "+33639987777"
