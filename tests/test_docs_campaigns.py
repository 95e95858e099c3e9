"""The pages about campaigns use the names of the product's pages, and say what campaigns do."""

import io
import re
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from raspisms.messaging import alerts, drafting, phone_sets, plan_runs, recipients
from raspisms.paths import TRANSLATIONS
from raspisms.settings_table import by_name
from raspisms.sms import limits, quiet_hours, warnings
from raspisms.sms.files import recipients as files
from raspisms.sms.person import Person
from raspisms.sms.quiet_hours import MARKETING, NIGHTS
from raspisms.sms.recurrence import occurrences, rules
from raspisms.sms.recurrence.birthdays import born_on, celebrated
from raspisms.sms.templating import compile as compiled
from raspisms.web.phone_limits import PERIODS
from tests.test_docs import ROOT

NOW = datetime(2026, 10, 22, 14, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Paris")


@cache
def page(language: str) -> str:
    name = {"en": "campaigns.md", "fr": "campaigns.fr.md"}[language]
    return _plain((ROOT / "docs" / name).read_text(encoding="utf-8"))


def _plain(words: str) -> str:
    """With plain blanks, and an ellipsis for what differs each time."""
    return re.sub(r"%\(\w+\)[sd]", "…", re.sub(r"[\u00a0\u202f]", " ", words))


def labels(text: str) -> list[str]:
    return re.findall(r"\*\*(.+?)\*\*", text)


def sections(language: str) -> list[str]:
    return re.split(r"(?m)^#{1,3} .*$", page(language))


def blocks(language: str) -> list[str]:
    """The examples: a file, its text, rules, quiet hours."""
    return re.findall(r"(?ms)^```\w*\n(.*?)^```", page(language))


@pytest.fixture(scope="module")
def french() -> dict[str, str]:
    """What the pages say in French, by what they say in English."""
    with (TRANSLATIONS / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return dict(_pairs(read_po(file)))


def _pairs(catalog: Catalog) -> list[tuple[str, str]]:
    found = []
    for message in catalog:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        found += [(_plain(one), _plain(said)) for one, said in zip(ids, strings, strict=False)]
    return found


def test_both_have_the_same_headings() -> None:
    levels = [re.findall(r"(?m)^(#+) ", page(language)) for language in ("en", "fr")]
    assert levels[0] == levels[1]
    assert len(levels[0]) > 15


def test_every_label_is_one_of_the_pages_in_both_languages(french: dict[str, str]) -> None:
    assert len(labels(page("en"))) > 60
    assert [one for one in labels(page("en")) if one not in french] == []
    for english, said in zip(sections("en"), sections("fr"), strict=True):
        assert sorted(french[one] for one in labels(english)) == sorted(labels(said))


def test_each_file_says_what_its_text_is_filled_in_with() -> None:
    for language, filled_in in (("en", "Hello Ana, 12.50 €"), ("fr", "Bonjour Ana, 12,50 €")):
        file, text, *_ = blocks(language)
        found = files.read(io.BytesIO(file.encode()), recipients.MOST)
        number, *values = found.rows[0]
        person = Person(number, data=dict(zip(found.keys, values, strict=True)))
        assert compiled(text.strip()).render(person, NOW).startswith(filled_in)
    unnamed = files.read(io.BytesIO(b"0639980001;Ana;30\n"), recipients.MOST)
    assert unnamed.keys == ("column_2", "column_3")


def test_each_rule_can_be_used_and_each_part_is_told() -> None:
    for language in ("en", "fr"):
        _, _, examples, _ = blocks(language)
        read = [rules.parse(one) for one in examples.splitlines()]
        assert [str(one) for one in read] == [str(rules.parse(str(one))) for one in read]
        section = next(one for one in sections(language) if "`BYSETPOS`" in one)
        told = set(re.findall(r"`([A-Z]+)`", section))
        assert told == {"FREQ", *rules._READERS, *rules._FREQUENCIES}
        years = occurrences.FARTHEST_LOOK.days // 366
        assert re.search(rf"{years} (years|ans)", section)


def test_each_birthday_can_be_read_and_29_february_is_28() -> None:
    for language in ("en", "fr"):
        section = next(one for one in sections(language) if "`--10-22`" in one)
        assert {born_on(one) for one in re.findall(r"`([^`]+)`", section)} == {(10, 22)}
        assert "28 " in section
    assert (2, 29) in celebrated(datetime(2027, 2, 28, tzinfo=UTC).date())


def test_each_limit_is_told_as_the_form_offers_it(french: dict[str, str]) -> None:
    for language in ("en", "fr"):
        rows = dict(re.findall(r"(?m)^\| \*\*(.+?)\*\* \| `(.+?)`", page(language)))
        offered = {_plain(words.msgid): point for point, words in PERIODS.items()}
        if language == "fr":
            offered = {french[words]: point for words, point in offered.items()}
        assert offered.items() <= rows.items()
        moments = [*rows.values(), "this week midnight -1 week", "-1 month"]
        assert [one for one in moments if f"`{one}`" not in page(language)] == []
        for moment in moments:
            assert limits.read("10", moment, NOW, ZONE)


def test_the_hours_can_be_read_and_the_ready_ones_are_as_their_names_say() -> None:
    for language in ("en", "fr"):
        *_, hours = blocks(language)
        assert quiet_hours.read(f"{hours.strip()}; holidays none").holidays
    assert {str(*spans) for spans in NIGHTS.days} == {"08:00-21:00"}
    assert {str(*spans) for spans in MARKETING.days[:6]} == {"08:00-20:00"}
    assert MARKETING.holidays
    assert not MARKETING.days[6]


def test_the_numbers_are_those_of_the_program() -> None:
    minutes, days = plan_runs.MISSED.seconds // 60, plan_runs.LATEST_GREETING.days
    failures = by_name("RASPISMS_CAMPAIGN_FAILURES").default
    percent = by_name("RASPISMS_CAMPAIGN_FAILED_PERCENT").default
    silent = alerts.SILENT_AFTER.seconds // 60
    hours = by_name("RASPISMS_HOLD_AFTER_HOURS").default
    assert drafting.LONGEST_VALIDITY == 2 * 24 * 60
    for language, told in (
        (
            "en",
            (
                f"{recipients.MOST:,} at most",
                f"{minutes} minutes late",
                f"for {days} days",
                f"more than {hours} hours late",
                f"{phone_sets.ASIDE_AFTER} times in a row",
                f"{failures} messages failed and these are {percent} % or more",
                f"for {silent} minutes",
                f"before {warnings.MORNING}:00 or from {warnings.EVENING}:00 on",
                "within a week",
            ),
        ),
        (
            "fr",
            (
                f"{recipients.MOST:,} au plus".replace(",", " "),
                f"{minutes} minutes après",
                f"pendant {days} jours",
                f"plus de {hours} heures de retard",
                f"{phone_sets.ASIDE_AFTER} fois de suite",
                f"{failures} messages ont échoué et que c’est {percent} % ou plus",
                f"depuis {silent} minutes",
                f"avant {warnings.MORNING}:00 ou à partir de {warnings.EVENING}:00",
                "en une semaine",
            ),
        ),
    ):
        assert [one for one in told if one not in page(language)] == []
    assert alerts.PLANNED_WITHIN.days == 7
