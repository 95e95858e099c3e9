"""The pages of STOP: by hand and by list, finding, taking back; what a conversation says of it."""

import io

from flask import Flask

from raspisms.extensions import db
from raspisms.messaging import opt_outs
from raspisms.models import Member
from tests.web import making
from tests.web.browser import Browser, form_fields, words

LEA = "+33612345678"
XSS = '"><script>alert(1)</script>'


def numbers(app: Flask) -> list[str]:
    with app.app_context():
        return [line.opt_out.number for line in opt_outs.listing().lines]


def left_out(app: Flask, number: str = LEA, reason: str = "a dit non") -> None:
    with app.app_context():
        opt_outs.add(app.extensions["raspisms"], db.session.get_one(Member, 1), number, reason)


def test_a_number_is_left_out_by_a_contact_s_name_listed_and_taken_back(
    app: Flask, member: Browser
) -> None:
    making.add_contact(app, "Léa", LEA)
    assert "Nobody has said STOP" in words(member.get("/opt-outs").text)
    member.submit("/opt-outs/new", {"number": "lea", "reason": "a dit non"})
    told = words(member.follow().text)
    assert "06 12 34 56 78 gets no campaigns any more." in told
    assert "Léa 06 12 34 56 78" in told
    assert "By hand" in told
    assert "a dit non" in told
    assert "Let campaigns go to Léa again?" in words(member.get(f"/opt-outs/{LEA}/remove").text)
    member.send_again(f"/opt-outs/{LEA}/remove")
    assert "Campaigns go to 06 12 34 56 78 again." in words(member.follow().text)
    assert numbers(app) == []
    assert member.get(f"/opt-outs/{LEA}/remove").status_code == 404


def test_what_was_typed_is_kept_beside_what_is_wrong(app: Flask, member: Browser) -> None:
    left_out(app)
    member.submit("/opt-outs/new", {"number": "06 12 34 56 78", "reason": XSS})
    assert member.page.status_code == 409
    assert "This number gets no campaigns already." in words(member.page.text)
    assert XSS not in member.page.text
    shown = form_fields(member.page.text, "/opt-outs/new")
    assert (shown["number"], shown["reason"]) == ("06 12 34 56 78", XSS)
    member.send_again("/opt-outs/new", {"number": "Personne", "reason": ""})
    assert "There is no contact named “Personne”." in words(member.page.text)


def test_a_list_is_taken_and_its_bad_lines_come_back(app: Flask, member: Browser) -> None:
    left_out(app)
    typed = "06 12 34 56 78;Léa\n06 12 34 56 79\n12\npas de numéro"
    member.submit("/opt-outs/list", {"numbers": typed, "reason": "salon"})
    told = words(member.page.text)
    assert "1 number gets no campaigns any more. 1 was known already." in told
    assert "Line 3:" in told
    assert "Line 4:" in told
    shown = form_fields(member.page.text, "/opt-outs/list")
    assert (shown["numbers"], shown["reason"]) == ("12\npas de numéro", "salon")
    assert sorted(numbers(app)) == [LEA, "+33612345679"]
    member.send_again("/opt-outs/list", {"numbers": "06 12 34 56 77"})
    assert "1 number gets no campaigns any more." in words(member.follow().text)


def test_a_file_is_taken_as_a_spreadsheet_writes_it(app: Flask, member: Browser) -> None:
    content = "Numéro;Prénom\r\n06 12 34 56 78;Léa\r\n".encode("cp1252")
    member.submit("/opt-outs/list", {"numbers": "", "file": (io.BytesIO(content), "stop.csv")})
    assert member.page.status_code == 303
    assert numbers(app) == [LEA]


def test_a_file_that_is_no_text_and_an_empty_list_are_refused(app: Flask, member: Browser) -> None:
    picture = (io.BytesIO(b"\x89PNG\r\n\0\0"), "stop.png")
    member.submit("/opt-outs/list", {"numbers": "06 12 34 56 78", "file": picture})
    assert "This file is a picture." in words(member.page.text)
    assert form_fields(member.page.text, "/opt-outs/list")["numbers"] == "06 12 34 56 78"
    member.submit("/opt-outs/list", {"numbers": " "})
    assert "There is no number in the list." in words(member.page.text)
    assert numbers(app) == []


def test_the_list_is_searched(app: Flask, member: Browser) -> None:
    making.add_contact(app, "Léa", LEA)
    left_out(app)
    left_out(app, "+33612345679", "")
    assert "06 12 34 56 79" not in words(member.get("/opt-outs?search=lea").text)
    told = words(member.get("/opt-outs", query_string={"search": XSS}).text)
    assert "No number, name or reason has" in told
    assert XSS not in member.page.text
    assert "There are no more numbers." in words(member.get("/opt-outs?page=9").text)


def test_a_conversation_warns_and_lets_a_person_write_all_the_same(
    app: Flask, member: Browser
) -> None:
    phone = making.add_phone(app, members=[1])
    talk = making.came_in(app, phone, "Non merci")
    left_out(app)
    path = f"/conversations/{talk}"
    assert "Gets nothing that goes to several people" in words(member.get(path).text)
    member.submit(path, {"text": "Juste pour toi"})
    assert member.page.status_code == 400
    assert "This person wants no messages" in words(member.page.text)
    assert form_fields(member.page.text, path)["text"] == "Juste pour toi"
    member.send_again(path, {"despite_opt_out": "1"})
    assert member.page.status_code == 303
    assert "Juste pour toi" in words(member.follow().text)
    member.get(f"/opt-outs/{LEA}/remove?next={path}")
    member.send_again(f"/opt-outs/{LEA}/remove")
    member.follow()
    assert "several people" not in words(member.page.text)


def test_a_conversation_and_a_contact_lead_to_leaving_out_and_back(
    app: Flask, member: Browser
) -> None:
    phone = making.add_phone(app, members=[1])
    talk = making.came_in(app, phone, "Ne m'écrivez plus")
    contact = making.add_contact(app, "Léa", LEA)
    for path in (f"/conversations/{talk}", f"/contacts/{contact}"):
        member.get(path)
        assert "Leave out of campaigns…" in words(member.page.text)
        member.get(f"/opt-outs/new?number=%2B33612345678&next={path}")
        assert form_fields(member.page.text, "/opt-outs/new")["number"] == "06 12 34 56 78"
        member.send_again("/opt-outs/new", {"reason": "l'a écrit"})
        assert member.page.headers["Location"] == path
        member.follow()
        assert "Leave out of campaigns…" not in words(member.page.text)
        member.get(f"/opt-outs/{LEA}/remove?next={path}")
        member.send_again(f"/opt-outs/{LEA}/remove")
        assert member.page.headers["Location"] == path
