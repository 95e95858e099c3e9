import dataclasses
import multiprocessing
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from raspisms.config import Config, describe, load, prepare_instance, reference_markdown, secret_key
from raspisms.errors import Unusable
from raspisms.settings_table import SETTINGS, by_name
from raspisms.sms.opt_out import START_WORDS, STOP_WORDS

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
SECRET = "correct horse battery staple"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


def loaded(place: Path, overrides: Mapping[str, object] | None = None, /, **environ: str) -> Config:
    """The configuration from short names: ``loaded(place, COUNTRY="BE")``."""
    named = {f"RASPISMS_{name}": text for name, text in environ.items()}
    return load({"RASPISMS_INSTANCE_PATH": str(place)} | named, overrides)


def with_cfg(place: Path, text: str) -> Path:
    path = place / "raspisms.cfg"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(
    place: Path, overrides: Mapping[str, object] | None = None, /, **environ: str
) -> Unusable:
    with pytest.raises(Unusable) as caught:
        loaded(place, overrides, **environ)
    return caught.value


def test_without_any_setting_the_defaults_hold(place: Path) -> None:
    assert loaded(place) == Config(
        instance_path=place,
        public_url=None,
        household_name=None,
        country="FR",
        timezone=ZoneInfo("Europe/Paris"),
        language=None,
        secret_key=None,
        trusted_proxies=0,
        ovh_api_url="https://eu.api.ovh.com/1.0",
        ovh_calls_per_minute=60,
        batch_size=100,
        calls_in_flight=3,
        inbox_poll_seconds=30,
        reconcile_seconds=45,
        hold_after_hours=6.0,
        quiet_start_minutes=0,
        backup_hour=3,
        backups_kept=7,
        invalid_after_failures=3,
        invalid_failed_percent=75,
        keep_texts_months=None,
        low_credit=20,
        campaign_failures=20,
        campaign_failed_percent=30,
        quiet_hours="always",
        quiet_hours_for="campaigns",
        stop_words=tuple(STOP_WORDS.split(", ")),
        start_words=tuple(START_WORDS.split(", ")),
        stop_confirmation=None,
        start_confirmation=None,
        sources=loaded(place).sources,
        warnings=(),
    )


def test_each_setting_has_its_place_in_the_configuration() -> None:
    fields = [field.name for field in dataclasses.fields(Config)]
    assert fields == [setting.attribute for setting in SETTINGS] + ["sources", "warnings"]


def test_loading_writes_nothing(tmp_path: Path) -> None:
    loaded(tmp_path / "not" / "there")
    assert list(tmp_path.iterdir()) == []


def test_the_environment_comes_before_the_file(place: Path) -> None:
    with_cfg(place, "COUNTRY = BE\nLANGUAGE = fr\n")
    config = loaded(place, COUNTRY="CH")
    assert (config.country, config.language) == ("CH", "fr")


def test_overrides_come_before_the_environment(place: Path) -> None:
    overrides: dict[str, object] = {"country": "BE", "RASPISMS_LANGUAGE": None}
    config = loaded(place, overrides, COUNTRY="CH", LANGUAGE="en")
    assert (config.country, config.language) == ("BE", "en")


def test_overrides_may_be_typed_already(place: Path, tmp_path: Path) -> None:
    config = loaded(
        place,
        {
            "instance_path": tmp_path,
            "TIMEZONE": ZoneInfo("Indian/Reunion"),
            "inbox_poll_seconds": 5,
            "hold_after_hours": 1.5,
        },
    )
    assert config.instance_path == tmp_path
    assert config.timezone.key == "Indian/Reunion"
    assert (config.inbox_poll_seconds, config.hold_after_hours) == (5, 1.5)


def test_an_unknown_override_is_refused(place: Path) -> None:
    assert "is RASPISMS_COUNTRY meant?" in str(refusal(place, {"contry": "FR"}))


def test_a_value_may_stand_in_a_file_that_the_environment_names(
    place: Path, tmp_path: Path
) -> None:
    with_cfg(place, "SECRET_KEY = in the settings file\n")
    (tmp_path / "key").write_text(f"{SECRET}\n")
    assert loaded(place, SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == SECRET


def test_a_value_and_its_file_together_are_refused(place: Path) -> None:
    error = refusal(place, COUNTRY="FR", COUNTRY_FILE="/country")
    assert str(error.message) == "RASPISMS_COUNTRY and RASPISMS_COUNTRY_FILE are both set."


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_named_file_that_is_missing_empty_or_no_text_is_refused(
    place: Path, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "value"
    if content is not None:
        path.write_bytes(content)
    error = refusal(place, COUNTRY_FILE=str(path))
    assert str(error.message).startswith(f"RASPISMS_COUNTRY_FILE names {path}, which ")
    assert error.field == "RASPISMS_COUNTRY"


def test_an_empty_variable_counts_as_not_given(place: Path) -> None:
    with_cfg(place, "COUNTRY = BE\n")
    config = loaded(place, COUNTRY=" ", COUNTRY_FILE="", PUBLIC_URL="")
    assert (config.country, config.public_url) == ("BE", None)


def test_the_settings_file_knows_comments_quotes_blanks_and_both_forms_of_a_name(
    place: Path,
) -> None:
    with_cfg(
        place,
        "\ufeff# our settings\r\n\r\n  COUNTRY=BE\r\nraspisms_language = 'fr'\r\n"
        '\tRASPISMS_PUBLIC_URL = "https://sms.example.org/a=b"\r\nTRUSTED_PROXIES =\r\n',
    )
    config = loaded(place)
    assert (config.country, config.language) == ("BE", "fr")
    assert config.public_url == "https://sms.example.org/a=b"
    assert config.trusted_proxies == 0
    assert config.warnings == ()


def test_the_settings_file_is_not_executed(place: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with_cfg(place, f"SECRET_KEY = __import__('pathlib').Path({str(trace)!r}).touch()\n")
    loaded(place)
    assert not trace.exists()


def test_a_line_that_is_no_setting_is_refused_by_number_and_not_shown(place: Path) -> None:
    path = with_cfg(place, f"COUNTRY = FR\n{SECRET}\n")
    error = refusal(place)
    assert str(error.message) == f"{path}, line 2 is not a setting."
    assert SECRET not in str(error)


def test_a_setting_given_twice_in_the_file_is_refused(place: Path) -> None:
    path = with_cfg(place, "COUNTRY = FR\nRASPISMS_COUNTRY = BE\n")
    message = str(refusal(place).message)
    assert message == f"{path}, line 2 sets RASPISMS_COUNTRY a second time."


def test_a_settings_file_that_is_no_text_is_refused(place: Path) -> None:
    (place / "raspisms.cfg").write_bytes(b"COUNTRY = \xff\n")
    assert "is not text in UTF-8" in str(refusal(place))


def test_a_folder_in_place_of_the_settings_file_is_refused(place: Path) -> None:
    (place / "raspisms.cfg").mkdir()
    assert "cannot be read" in str(refusal(place))


def test_unknown_names_give_a_warning_with_the_nearest_known_name(place: Path) -> None:
    path = with_cfg(place, "TIMEZON = Europe/Paris\n")
    config = loaded(place, CONTRY="FR", QQQ="1")
    assert [str(warning) for warning in config.warnings] == [
        "RASPISMS_CONTRY (the environment) is not a setting; is RASPISMS_COUNTRY meant?",
        "RASPISMS_QQQ (the environment) is not a setting.",
        f"RASPISMS_TIMEZON ({path}, line 1) is not a setting; is RASPISMS_TIMEZONE meant?",
    ]


def test_variables_of_other_programs_are_none_of_our_business(place: Path) -> None:
    environ = {"RASPISMS_INSTANCE_PATH": str(place), "PATH": "/bin", "COUNTRY": "BE"}
    assert load(environ).warnings == ()
    assert load(environ).country == "FR"


def test_the_instance_path_in_its_own_file_has_no_effect_and_says_so(place: Path) -> None:
    with_cfg(place, "INSTANCE_PATH = /elsewhere\n")
    config = loaded(place)
    assert config.instance_path == place
    assert "has no effect" in str(config.warnings[0])


def test_a_bad_value_is_told_with_its_name_place_content_and_what_is_expected(
    place: Path,
) -> None:
    path = with_cfg(place, "\nTRUSTED_PROXIES = 6O\n")
    error = refusal(place)
    assert str(error) == (
        f"RASPISMS_TRUSTED_PROXIES ({path}, line 2) is “6O”, which cannot be used. "
        "Expected: a whole number from 0 to 10."
    )
    assert error.field == "RASPISMS_TRUSTED_PROXIES"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("TRUSTED_PROXIES", text) for text in ("6O", "-1", "11", "1.0", "1_0", "0x1", "٣", "+1")),
        *(("OVH_CALLS_PER_MINUTE", text) for text in ("0", "6001", "sixty", "1e3")),
        *(("INBOX_POLL_SECONDS", text) for text in ("0", "86401", "30s", "0.5")),
        *(("HOLD_AFTER_HOURS", text) for text in ("0", "-1", "720.1", "nan", "inf", "1e1", "0,5")),
        *(("COUNTRY", text) for text in ("ZZ", "France", "F", "001")),
        *(("TIMEZONE", text) for text in ("Paris", "Europe", "../etc/passwd", "/etc/localtime")),
        *(("LANGUAGE", text) for text in ("de", "fr_FR", "français")),
        *(
            ("PUBLIC_URL", text)
            for text in (
                "sms.example.org",
                "ftp://sms.example.org",
                "https://",
                "https:///path",
                "https://a b",
                "https://sms.example.org?",
                "https://sms.example.org/#",
                "https://sms.example.org/?a=1",
                "https://sms.example.org:port",
                "https://sms.example.org:99999",
                "https://[::1",
                "https://sms.example\\.org",
            )
        ),
        *(
            ("OVH_API_URL", text)
            for text in (
                "http://eu.api.ovh.com/1.0",
                "http://10.0.0.1/1.0",
                "https://eu.api.ovh.com",
                "https://eu.api.ovh.com/v2",
                "https://eu.api.ovh.com/1.0?a=b",
                "ftp://localhost/1.0",
            )
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(place: Path, name: str, text: str) -> None:
    error = refusal(place, **{name: text})
    assert f"RASPISMS_{name} (the environment) is “{text}”" in str(error)
    assert str(error.hint).startswith("Expected: ")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TRUSTED_PROXIES", "10", 10),
        ("OVH_CALLS_PER_MINUTE", "6000", 6000),
        ("INBOX_POLL_SECONDS", " 86400 ", 86400),
        ("HOLD_AFTER_HOURS", "0.5", 0.5),
        ("HOLD_AFTER_HOURS", "720", 720.0),
        ("COUNTRY", "re", "RE"),
        ("LANGUAGE", "FR", "fr"),
        ("TIMEZONE", "America/Martinique", ZoneInfo("America/Martinique")),
        ("PUBLIC_URL", "https://SMS.example.org/", "https://sms.example.org"),
        ("PUBLIC_URL", "http://192.168.1.2:8080/SMS//", "http://192.168.1.2:8080/SMS"),
        ("PUBLIC_URL", "http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080"),
        ("OVH_API_URL", "https://ca.api.ovh.com/1.0/", "https://ca.api.ovh.com/1.0"),
        ("OVH_API_URL", "http://localhost:8081/1.0", "http://localhost:8081/1.0"),
        ("OVH_API_URL", "http://127.0.0.1:8081/1.0", "http://127.0.0.1:8081/1.0"),
        ("OVH_API_URL", "http://[::1]:8081/1.0", "http://[::1]:8081/1.0"),
    ],
)
def test_a_value_is_read(place: Path, name: str, text: str, value: object) -> None:
    assert getattr(loaded(place, **{name: text}), name.lower()) == value


def test_a_short_secret_is_refused_and_not_shown(place: Path) -> None:
    error = refusal(place, SECRET_KEY="hunter2")
    assert "hunter2" not in str(error)
    assert "at least 16 characters" in str(error)


@pytest.mark.parametrize("name", ["PUBLIC_URL", "OVH_API_URL"])
def test_a_password_in_an_address_is_refused_and_not_shown(place: Path, name: str) -> None:
    error = refusal(place, **{name: "https://me:hunter2@example.org/1.0"})
    assert "hunter2" not in str(error)


def test_a_configuration_never_shows_its_secret(place: Path) -> None:
    config = loaded(place, SECRET_KEY=SECRET)
    assert SECRET not in repr(config)
    assert all(SECRET not in str(dataclasses.astuple(row)) for row in describe(config))


def test_the_instance_path_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert load({"RASPISMS_INSTANCE_PATH": "data"}).instance_path == tmp_path / "data"
    assert load({"RASPISMS_INSTANCE_PATH": "~/sms"}).instance_path == tmp_path / "home" / "sms"


def test_a_checkout_keeps_its_instance_beside_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wsgi.py").touch()
    monkeypatch.setattr("raspisms.paths.PACKAGE", tmp_path / "raspisms")
    assert load({}).instance_path == tmp_path / "instance"


def test_an_installed_package_keeps_its_instance_with_the_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raspisms.paths.PACKAGE", tmp_path / "site-packages" / "raspisms")
    home = {"HOME": str(tmp_path)}
    expected = tmp_path / ".local" / "share" / "raspisms"
    assert load(home).instance_path == expected
    assert load(home | {"XDG_DATA_HOME": "relative"}).instance_path == expected
    data = home | {"XDG_DATA_HOME": str(tmp_path / "data")}
    assert load(data).instance_path == tmp_path / "data" / "raspisms"


def test_the_instance_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    config = loaded(tmp_path / "a" / "b")
    prepare_instance(config)
    prepare_instance(config)
    assert stat.S_IMODE(config.instance_path.stat().st_mode) == 0o700
    assert list(config.instance_path.iterdir()) == []


def test_a_file_in_place_of_the_instance_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Unusable, match="cannot be used") as caught:
            prepare_instance(loaded(tmp_path, {"instance_path": path}))
        assert caught.value.field == "RASPISMS_INSTANCE_PATH"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_an_instance_folder_that_cannot_be_written_to_is_told(place: Path) -> None:
    place.chmod(0o500)
    with pytest.raises(Unusable, match="cannot be used"):
        prepare_instance(loaded(place))


def test_a_given_key_is_used_and_not_kept(place: Path) -> None:
    assert secret_key(loaded(place, SECRET_KEY=SECRET)) == SECRET
    assert list(place.iterdir()) == []


def test_a_key_is_made_once_and_kept_for_its_owner_alone(place: Path) -> None:
    key = secret_key(loaded(place))
    assert len(key) >= 43
    assert secret_key(loaded(place)) == key
    assert [path.name for path in place.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((place / "secret_key").stat().st_mode) == 0o600


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        config = loaded(tmp_path / name)
        prepare_instance(config)
        keys.add(secret_key(config))
    assert len(keys) == 2


def test_what_a_power_cut_left_of_a_key_is_not_used(place: Path) -> None:
    (place / ".secret_key.new").write_text("half")
    assert secret_key(loaded(place)) != "half"
    assert [path.name for path in place.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
def test_a_kept_file_without_a_key_is_told_and_left_alone(place: Path, content: bytes) -> None:
    (place / "secret_key").write_bytes(content)
    with pytest.raises(Unusable, match="holds no key"):
        secret_key(loaded(place))
    assert (place / "secret_key").read_bytes() == content


def test_a_missing_instance_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be used"):
        secret_key(loaded(tmp_path / "nowhere"))


def key_after_start(place: Path) -> str:
    config = loaded(place)
    prepare_instance(config)
    return secret_key(config)


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        for attempt in range(10):
            place = tmp_path / str(attempt)
            assert len(set(pool.map(key_after_start, [place] * 8, chunksize=1))) == 1


def test_the_description_has_a_row_for_each_setting_with_value_and_source(place: Path) -> None:
    path = with_cfg(place, "COUNTRY = BE\n")
    rows = {row.name: row for row in describe(loaded(place, {"language": "fr"}, SECRET_KEY=SECRET))}
    assert list(rows) == [setting.name for setting in SETTINGS]
    shown = {name: (row.value, str(row.source), row.default) for name, row in rows.items()}
    assert shown["RASPISMS_COUNTRY"] == ("BE", f"{path}, line 1", "FR")
    assert shown["RASPISMS_LANGUAGE"][:2] == ("fr", "the program's own arguments")
    assert shown["RASPISMS_SECRET_KEY"][:2] == ("(set)", "the environment")
    assert shown["RASPISMS_HOLD_AFTER_HOURS"] == ("6", "the default", "6")
    assert shown["RASPISMS_PUBLIC_URL"] == ("none", "the default", "none")
    assert all(row.help for row in rows.values())


def test_a_key_that_is_not_given_shows_as_made(place: Path) -> None:
    rows = {row.name: row.value for row in describe(loaded(place))}
    assert rows["RASPISMS_SECRET_KEY"] == "(made)"


def test_the_document_holds_the_table_of_settings() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text.split("<!-- settings: begin -->\n")[1].split("<!-- settings: end -->")[0]
    assert table.strip() == reference_markdown().strip()


def test_the_example_in_the_document_can_be_used_as_it_stands(place: Path) -> None:
    examples = re.findall(r"```cfg\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 1
    with_cfg(place, examples[0])
    assert loaded(place).warnings == ()


def test_words_are_parted_by_commas(place: Path) -> None:
    assert loaded(place, STOP_WORDS=" Basta ,, plus  rien,").stop_words == ("Basta", "plus rien")
    assert by_name("RASPISMS_STOP_WORDS").write(("Basta", "plus rien")) == "Basta, plus rien"


@pytest.mark.parametrize("text", [",", "123", "x" * 31, "a\u0007b", ",".join("x" * 41)])
def test_what_are_no_words_is_refused(place: Path, text: str) -> None:
    assert refusal(place, STOP_WORDS=text).field == "RASPISMS_STOP_WORDS"


def test_an_answer_is_one_line(place: Path) -> None:
    assert loaded(place, STOP_CONFIRMATION=" Plus\n rien. ").stop_confirmation == "Plus rien."
    assert refusal(place, STOP_CONFIRMATION="x" * 301).field == "RASPISMS_STOP_CONFIRMATION"
