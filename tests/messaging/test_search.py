"""Search: what is found, by whom, in which order, and that the index stays true."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from raspisms import sqlite
from raspisms.errors import Invalid
from raspisms.extensions import db
from raspisms.messaging import contacts, full_text, members, search, search_index
from raspisms.messaging.search import Found, Wanted
from raspisms.messaging.transactions import writing
from raspisms.models import Contact, Member, Message
from raspisms.models import message as messages
from raspisms.sms.lifecycle import Status
from tests.application import make_app
from tests.web import making

LEA, ZOE = "+33612345678", "+33698765432"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(tmp_path / "instance", RASPISMS_SECRET_KEY="k" * 32)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def ana(app: Flask) -> int:
    with app.app_context():
        return members.create("Ana", "trois mots simples", is_admin=True).id


@pytest.fixture
def phone(app: Flask, ana: int) -> int:
    return making.add_phone(app)


def find(
    app: Flask, member_id: int, typed: str = "", below: int | None = None, **more: Any
) -> Found:
    with app.app_context():
        member = db.session.get_one(Member, member_id)
        wanted = Wanted(typed, **more)
        return search.find(app.extensions["raspisms"], member, wanted, below)


def bodies(found: Found) -> list[str]:
    return [hit.message.body for hit in found.hits]


def marks(found: Found) -> list[str]:
    return [piece.text for hit in found.hits for piece in hit.pieces if piece.found]


def database(app: Flask) -> Path:
    return Path(app.instance_path) / sqlite.DATABASE


#: Texts, and what finds each of them and no other one.
FOUND = {
    "Rendez-vous à l’école": (
        "ecole", "l'école", "ÉCOLE VOUS", "rendez-vous", "rend éc", '"rendez vous a l ecole"',
    ),
    "Un cœur d'œuf": ("coeur", "cœur ŒUF", "d'oeuf"),
    "Die Straße": ("strasse", "STRAẞE"),
    "Ελληνικά": ("ΕΛΛΗΝΙΚΆ",),
    "De\u0301ja\u0300 vu": ("deja", "déjà vu"),
    'NEAR( OR "x" * - :': ("near(", 'x" OR'),
    "Le code est 482915.": ("4829", "est:482915"),
    "Bravo👍🏽": ("bravo 👍", "👍", "👍🏽"),
    "Ça coûte 20€": ("€", "20 €"),
    "שלום לך": ("שלום",),
    "صباح الخير": ("الخير",),
    "ДОБРЫЙ ДЕНЬ": ("добрый",),
    "🥳Félicitations🤣": ("felicitations", "🤣", "🥳 félicit"),
    "\u2068Azul\u2069 \u202bfellak\u202c": ("azul fellak", "\u2067azul"),
    "ⵜⴰⵎⴰⵣⵉⵖⵜ": ("ⵜⴰⵎ",),
}  # fmt: skip
NOT_FOUND = ("cole", "maison ecole", '"école à"', "rendez-moi", "👎", "straße die 👍", "eur")


def test_words_are_found_however_they_are_written(app: Flask, ana: int, phone: int) -> None:
    for text in FOUND:
        making.came_in(app, phone, text)
    for text, each in FOUND.items():
        for typed in each:
            assert bodies(find(app, ana, typed)) == [text], typed
    for typed in NOT_FOUND:
        assert find(app, ana, typed) == Found(count=0), typed


def test_quotes_hold_words_together_in_each_way_of_writing_them(
    app: Flask, ana: int, phone: int
) -> None:
    making.came_in(app, phone, "à la maison blanche")
    making.came_in(app, phone, "la blanche maison")
    for typed in ('"la maison"', "“la maison”", "« la maison »", "«la maison» blan", "„la maison“"):
        assert bodies(find(app, ana, typed)) == ["à la maison blanche"], typed
    assert find(app, ana, '"la mais"').count == 0


def test_the_words_looked_for_are_marked_in_the_text_as_it_is(
    app: Flask, ana: int, phone: int
) -> None:
    text = "Sœur, \x02le\x03 cœur <b>à</b> l’école 👍 !"
    making.came_in(app, phone, text)
    found = find(app, ana, "coeur ecole 👍")
    assert "".join(piece.text for piece in found.hits[0].pieces) == text
    assert marks(found) == ["cœur", "école", "👍"]


def test_nothing_to_look_for_finds_nothing(app: Flask, ana: int, phone: int) -> None:
    making.came_in(app, phone, "Bonjour")
    for typed in ("", " ", '"', "*", '"" ** --', "\x00", "\u202e", "«»"):
        assert find(app, ana, typed) == Found(), typed


def test_more_than_can_be_looked_for_is_refused_in_words(app: Flask, ana: int, phone: int) -> None:
    for typed in ("x" * 5000, " ".join(map(str, range(50)))):
        with pytest.raises(Invalid, match="too long") as refused:
            find(app, ana, typed)
        assert refused.value.field == "q"
    with pytest.raises(Invalid, match="too long") as refused:
        find(app, ana, person="x" * 5000)
    assert refused.value.field == "person"


def test_pages_lead_through_all_and_the_first_says_how_many(
    app: Flask, ana: int, phone: int
) -> None:
    _add_many(app, phone, [f"bonjour {number}" for number in range(search.MOST_COUNTED + 5)])
    found = find(app, ana, "bonj")
    assert found.count == search.MOST_COUNTED + 1
    seen = bodies(found)
    while found.older:
        found = find(app, ana, "bonj", found.older)
        assert found.count is None
        seen += bodies(found)
    assert seen == [f"bonjour {number}" for number in reversed(range(search.MOST_COUNTED + 5))]


def test_a_rare_word_among_many_that_begin_alike_is_found_once(
    app: Flask, ana: int, phone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "_PORTIONS", (4, 8))
    texts = ["bonsoir" if number % 7 else "bonjour" for number in range(60)]
    _add_many(app, phone, texts)
    assert len(bodies(find(app, ana, "bonjour"))) == texts.count("bonjour")
    assert find(app, ana, "bonsoir").count == texts.count("bonsoir")
    assert find(app, ana, "bonso bonjo").count == 0


class TestWhoSees:
    @pytest.fixture
    def sacha(self, app: Flask, phone: int) -> int:
        """A member who has another phone than ``phone``."""
        with app.app_context():
            member = members.create("Sacha", "trois mots simples", is_admin=False).id
        making.add_phone(app, "Portable", "+33600000002", members=[member])
        return member

    def test_only_messages_of_ones_own_phones(
        self, app: Flask, ana: int, phone: int, sacha: int
    ) -> None:
        making.came_in(app, phone, "bonjour Ana")
        making.came_in(app, phone + 1, "bonjour Sacha", ZOE)
        found = find(app, sacha, "bonjour")
        assert (bodies(found), found.count) == (["bonjour Sacha"], 1)
        assert find(app, ana, "bonjour").count == 2
        assert find(app, sacha, "Ana") == Found(count=0)
        assert find(app, sacha, person=LEA) == Found(count=0)
        assert find(app, sacha, status=Status.RECEIVED).count == 1
        with pytest.raises(Invalid, match="no such phone"):
            find(app, sacha, "bonjour", phone_id=phone)

    def test_a_text_cannot_say_that_it_is_another_phone_s(
        self, app: Flask, phone: int, sacha: int
    ) -> None:
        forged = f"bonjour {chr(63490)}{phone + 1} {chr(63489)}{phone + 1}"
        making.came_in(app, phone, forged)
        assert find(app, sacha, "bonjour") == Found(count=0)

    def test_people_without_the_conversations_of_others(
        self, app: Flask, ana: int, phone: int, sacha: int
    ) -> None:
        making.add_contact(app, "Léa", LEA)
        making.came_in(app, phone, "Salut")
        making.came_in(app, phone, "Salut", ZOE)
        (lea,) = find(app, sacha, "lea").people
        assert (lea.name, lea.conversations) == ("Léa", ())
        assert find(app, sacha, ZOE).people == ()
        (zoe,) = find(app, ana, "06 98 76").people
        assert (zoe.number, zoe.name, len(zoe.conversations)) == (ZOE, None, 1)

    def test_nobody_sees_anything_without_a_phone(self, app: Flask, phone: int) -> None:
        with app.app_context():
            nobody = members.create("Noé", "trois mots simples", is_admin=False).id
        making.came_in(app, phone, "bonjour")
        assert find(app, nobody, "bonjour") == Found(count=0)
        assert find(app, nobody, person="a") == Found(count=0)

    def test_a_removed_phone_s_messages_stay(self, app: Flask, ana: int, phone: int) -> None:
        making.came_in(app, phone, "bonjour")
        making.change_phone(app, phone, removed_at=datetime.now(UTC))
        assert find(app, ana, "bonjour").count == 1


class TestPeople:
    def test_contacts_are_found(self, app: Flask, ana: int, phone: int) -> None:
        making.add_contact(app, "Léa Martin-Dupré de Cœur", LEA)
        making.add_contact(app, "Zoé", ZOE)
        by_name = ("léa", "LEA", " mar ", "martin léa", "du", "coeur")
        by_number = ("06 12", "0612345678", "+33612", "0033 6 12", "5678", "+33 (0)6 12 34 56 78")
        for typed in (*by_name, *by_number):
            people = find(app, ana, typed).people
            assert [one.name for one in people] == ["Léa Martin-Dupré de Cœur"], typed

    def test_changed_and_removed_ones_are_found_as_they_are(
        self, app: Flask, ana: int, phone: int
    ) -> None:
        number = making.add_contact(app, "Léa", LEA)
        with app.app_context():
            contacts.edit(app.extensions["raspisms"], number, "Éloïse", LEA)
        assert find(app, ana, "lea").people == ()
        assert [one.name for one in find(app, ana, "elo").people] == ["Éloïse"]
        with app.app_context():
            contacts.remove(number)
        assert find(app, ana, "elo").people == ()

    def test_senders_are_found_by_their_names(self, app: Flask, ana: int, phone: int) -> None:
        making.came_in(app, phone, "Votre rendez-vous", "Doctolib")
        (one,) = find(app, ana, "docto").people
        assert one.number == "Doctolib"
        assert bodies(find(app, ana, person="doctolib")) == ["Votre rendez-vous"]

    def test_a_first_letter_is_quick_among_many(self, app: Flask, ana: int, phone: int) -> None:
        _add_contacts(app, 300)
        people = find(app, ana, "n").people
        assert len(people) == search.MOST_PEOPLE + 1
        assert [one.name for one in people] == sorted(one.name or "" for one in people)


class TestFilters:
    @pytest.fixture(autouse=True)
    def past(self, app: Flask, phone: int) -> None:
        making.add_contact(app, "Léa", LEA)
        times = [datetime(2025, 3, 31, 21, 59, tzinfo=UTC), datetime(2025, 3, 31, 22, tzinfo=UTC)]
        for at in times:
            making.came_in(app, phone, f"bonjour {at:%H}h")
            making.change_message(app, making.messages(app)[-1].id, sent_at=at)
        making.went_out(
            app, phone, "bonjour demain", ZOE, status="pending", due_at=making.in_days(3)
        )
        making.went_out(app, phone, "bonjour perdu", ZOE, status="failed")

    def test_each_narrows_the_search(self, app: Flask, ana: int) -> None:
        late, early, perdu, demain = "bonjour 22h", "bonjour 21h", "bonjour perdu", "bonjour demain"
        march, april = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)
        midnight = datetime(2025, 3, 31, 22, tzinfo=UTC)
        cases: list[tuple[dict[str, Any], list[str]]] = [
            ({"person": "léa"}, [late, early]),
            ({"person": "06 12 34 56 78"}, [late, early]),
            ({"person": "nobody"}, []),
            ({"direction": messages.IN}, [late, early]),
            ({"direction": messages.OUT}, [perdu, demain]),
            ({"status": Status.FAILED}, [perdu]),
            ({"status": Status.HELD}, []),
            ({"until": midnight}, [early]),
            ({"since": midnight, "person": "léa"}, [late]),
            ({"since": march, "until": april}, [late, early]),
            ({"typed": "21h", "direction": messages.IN}, [early]),
            ({"phone_id": 1, "status": Status.PENDING}, [demain]),
        ]
        for wanted, found in cases:
            assert bodies(find(app, ana, **wanted)) == found, wanted
            assert bodies(find(app, ana, **{"typed": "bonjour", **wanted})) == found, wanted

    def test_a_message_to_come_is_found_by_the_day_on_which_it_goes(
        self, app: Flask, ana: int
    ) -> None:
        assert bodies(find(app, ana, since=making.in_days(1))) == ["bonjour demain"]

    def test_one_that_went_in_another_month_than_it_was_to_is_found_there(
        self, app: Flask, ana: int
    ) -> None:
        waiting = next(one for one in making.messages(app) if one.status == "pending")
        at = making.in_days(90)
        making.change_message(app, waiting.id, status="sent", sent_at=at)
        near = {"since": at - timedelta(days=1), "until": at + timedelta(days=1)}
        assert bodies(find(app, ana, "demain", **near)) == ["bonjour demain"]

    def test_looking_stops_after_many_and_goes_on_when_told_to(
        self, app: Flask, ana: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search, "LOOKED_AT", 2)
        first = find(app, ana, "bonjour", status=Status.RECEIVED)
        assert (bodies(first), first.count, first.stopped) == ([], 0, True)
        second = find(app, ana, "bonjour", first.older, status=Status.RECEIVED)
        assert bodies(second) == ["bonjour 22h", "bonjour 21h"]
        assert not second.stopped

    def test_a_name_that_too_many_bear_is_told(
        self, app: Flask, ana: int, phone: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search, "MOST_CONVERSATIONS", 1)
        with pytest.raises(Invalid, match="too many people") as refused:
            find(app, ana, person="+336")
        assert refused.value.field == "person"


class TestTheIndex:
    """It holds what the messages hold, whatever becomes of them."""

    def test_it_parts_words_as_the_one_at_hand_does(self, app: Flask) -> None:
        query = "SELECT sql FROM sqlite_master WHERE name IN ('message_search', 'contact_search')"
        with closing(sqlite3.connect(database(app))) as connection:
            made = [sql for (sql,) in connection.execute(query)]
        assert [full_text.TOKENIZER in sql for sql in made] == [True, True]

    def test_a_deleted_message_is_gone_from_it(self, app: Flask, ana: int, phone: int) -> None:
        making.came_in(app, phone, "bonjour secret")
        making.came_in(app, phone, "bonjour")
        number = making.messages(app)[0].id
        making.change_message(app, number, body="", deleted_at=datetime.now(UTC))
        assert find(app, ana, "secret") == Found(count=0)
        assert _in_index(app, "secret") == []
        assert _in_index(app, "bonjour") == [number + 1]
        _check(app)

    def test_a_text_that_is_changed_is_found_as_it_is_now(
        self, app: Flask, ana: int, phone: int
    ) -> None:
        making.came_in(app, phone, "avant")
        number = making.messages(app)[0].id
        making.change_message(app, number, body="après")
        making.change_message(app, number, status="failed", reason="x")
        assert (_in_index(app, "avant"), _in_index(app, "apres")) == ([], [number])
        _check(app)

    def test_a_row_that_is_removed_leaves_nothing_in_it(self, app: Flask, phone: int) -> None:
        making.went_out(app, phone, "bonjour", status="failed")
        with closing(sqlite3.connect(database(app))) as connection, connection:
            connection.execute("DELETE FROM message")
        assert _in_index(app, "bonjour") == []
        _check(app)

    def test_a_copy_has_an_index_that_works(self, app: Flask, phone: int, tmp_path: Path) -> None:
        for text in ("un", "deux", "trois"):
            making.came_in(app, phone, text)
        making.change_message(app, 1, body="", deleted_at=datetime.now(UTC))
        sqlite.copy(database(app), tmp_path / "copy.sqlite3")
        with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
            found = copy.execute(
                "SELECT rowid FROM message_search WHERE message_search MATCH 'deux'"
            )
            assert found.fetchall() == [(2,)]
            copy.execute(
                "INSERT INTO message_search (message_search, rank) VALUES ('integrity-check', 1)"
            )

    def test_a_text_that_is_no_text_any_more_stops_nothing(
        self, app: Flask, ana: int, phone: int
    ) -> None:
        making.came_in(app, phone, "bonjour")
        making.came_in(app, phone, "bonjour encore")
        with closing(sqlite3.connect(database(app))) as connection, connection:
            connection.execute("UPDATE message SET body = x'ff626f6e' WHERE id = 1")
            connection.execute("UPDATE message SET body = '', deleted_at = 'x' WHERE id = 1")
        assert bodies(find(app, ana, "bonjour")) == ["bonjour encore"]
        _check(app)


def _check(app: Flask) -> None:
    """Raise where the indexes are not what the tables say (https://www.sqlite.org/fts5.html)."""
    with closing(sqlite3.connect(database(app))) as connection:
        for table in ("message_search", "contact_search"):
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")


def _in_index(app: Flask, word: str) -> list[int]:
    query = "SELECT rowid FROM message_search WHERE message_search MATCH ?"
    with closing(sqlite3.connect(database(app))) as connection:
        return [number for (number,) in connection.execute(query, (word,))]


def _add_many(app: Flask, phone: int, texts: list[str]) -> None:
    """Messages that came in, each in the one conversation of its phone."""
    making.came_in(app, phone, texts[0])
    with app.app_context(), writing() as session:
        first = session.get_one(Message, 1)
        columns = [column.name for column in Message.__table__.columns if column.name != "id"]
        kept = {name: getattr(first, name) for name in columns}
        session.add_all(Message(**kept | {"body": text}) for text in texts[1:])


def _add_contacts(app: Flask, count: int) -> None:
    now = datetime.now(UTC)
    with app.app_context(), writing() as session:
        session.add_all(
            Contact(
                name=f"Nom {number:03}",
                name_key=f"nom {number:03}",
                number=f"+336399{number:05}",
                created_at=now,
                updated_at=now,
            )
            for number in range(count)
        )
