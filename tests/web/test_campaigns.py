"""The list of campaigns: how each stands, found by its words, and only of phones that one sees."""

import re
from collections import Counter

from flask import Flask

from raspisms import clock
from raspisms.messaging import campaign_list
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, CampaignPhone
from tests.web import making
from tests.web.browser import Browser, words
from tests.web.conftest import account, logged_in

NAMED = re.compile(r'<bdi class="name cut">([^<]+)</bdi><span class="badge \w+">.*?</svg>([^<]+)')
TO = ("06 39 98 00 01", "06 39 98 00 02", "06 39 98 00 03")


def shown(page: str) -> dict[str, str]:
    """The campaigns of a page by name, each with its state."""
    return dict(NAMED.findall(page))


def change(app: Flask, campaign_id: int, **changes: object) -> None:
    with app.app_context(), writing() as session:
        for name, value in changes.items():
            setattr(session.get_one(Campaign, campaign_id), name, value)


def end(app: Flask, campaign_id: int, *statuses: str) -> None:
    """Let the messages of a campaign be in some states, one after the other."""
    mine = [one.id for one in making.messages(app) if one.campaign_id == campaign_id]
    for message_id, status in zip(mine, statuses, strict=True):
        making.change_message(app, message_id, status=status)


def test_each_campaign_tells_its_state_and_what_became_of_its_messages(
    app: Flask, admin: Browser
) -> None:
    phone = making.add_phone(app)
    for name in ("Vœux", "Buvette", "Tournoi", "Fermeture", "Loto"):
        making.add_campaign(app, phone, f"Texte {name}", *TO, name=name)
    change(app, 2, paused_at=clock.now())
    change(app, 3, due_at=making.in_days(-1))
    end(app, 3, "delivered", "failed", "pending")
    change(app, 4, cancelled_at=clock.now())
    end(app, 5, "sent", "delivered", "skipped")
    page = admin.get("/campaigns").text
    assert shown(page) == {
        "Vœux": "To come",
        "Buvette": "Paused",
        "Tournoi": "Running",
        "Fermeture": "Called off",
        "Loto": "Finished",
    }
    told = words(page)
    assert "3 people · 1 waits · 1 delivered · 1 failed" in told
    assert "3 people · 1 sent · 1 delivered · 1 not sent" in told
    assert "Maison" in told


def test_a_word_to_one_person_is_no_campaign(app: Flask, admin: Browser) -> None:
    making.went_out(app, making.add_phone(app), "Bonjour")
    assert "No campaign yet" in admin.get("/campaigns").text


def test_it_is_found_by_all_words_in_its_name_tag_or_text(app: Flask, admin: Browser) -> None:
    phone = making.add_phone(app)
    making.add_campaign(app, phone, "Samedi 100 % repas", *TO, name="Repas", tag="club")
    making.add_campaign(app, phone, "Samedi match", *TO, name="Match", tag="club")
    making.add_campaign(app, phone, "L’École ferme", *TO, name="Fête", tag="ete")
    for search, found in {
        "samedi": {"Repas", "Match"},
        "club MATCH": {"Match"},
        "100 %": {"Repas"},
        "%": {"Repas"},
        "ECOLE": {"Fête"},
        "fete": {"Fête"},
        "FÊTE été": {"Fête"},
        "_": set(),
    }.items():
        page = admin.get("/campaigns", query_string={"search": search}).text
        assert set(shown(page)) == found, search
    assert "No campaign has “_” in its name" in words(page)


def test_only_campaigns_of_which_one_sees_all_phones_are_there(app: Flask) -> None:
    camille = account(app, "Camille", is_admin=True)
    lea = account(app, "Léa")
    mine = making.add_phone(app, members=[lea])
    other = making.add_phone(app, "Bureau", "+33600000002")
    making.add_campaign(app, mine, "A", *TO, name="Mine")
    making.add_campaign(app, other, "B", *TO, name="Another's")
    shared = making.add_campaign(app, mine, "C", *TO, name="By both")
    with app.app_context(), writing() as session:
        session.add(CampaignPhone(campaign_id=shared, phone_id=other, priority=1))
    assert set(shown(logged_in(app, lea).get("/campaigns").text)) == {"Mine"}
    assert len(shown(logged_in(app, camille).get("/campaigns").text)) == 3


def test_pages_hold_each_campaign_once_the_newest_first(app: Flask, admin: Browser) -> None:
    phone = making.add_phone(app)
    count = campaign_list.PAGE + 3
    for number in range(count):
        made = making.add_campaign(app, phone, "Texte", TO[0], TO[1], name=f"N° {number}")
        change(app, made, due_at=making.in_days(number))
    first, second = (shown(admin.get(f"/campaigns?page={page}").text) for page in (1, 2))
    seen = Counter([*first, *second])
    assert next(iter(first)) == f"N° {count - 1}"
    assert len(seen) == count
    assert set(seen.values()) == {1}
    assert admin.get("/campaigns?page=99999999999999999999").status_code == 200
    assert "There are no more campaigns." in admin.get("/campaigns?page=999").text


def test_the_tabs_lead_through_the_section_and_tell_where_one_is(admin: Browser) -> None:
    tabs = re.compile(r'<nav class="views tabs" aria-label="Campaigns">(.*?)</nav>', re.DOTALL)
    for path in ("/campaigns", "/campaigns/drafts", "/campaigns/planned", "/messages"):
        found = tabs.search(admin.get(path).text)
        assert found, path
        assert re.findall(r'href="([^"]+)" aria-current="page"', found[1]) == [path]
