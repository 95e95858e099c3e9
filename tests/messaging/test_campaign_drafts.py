"""Drafts of campaigns: kept with all that was typed, shared by phone, and never overwritten."""

import threading
from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select, update

from raspisms import clock
from raspisms.errors import Conflict, Invalid, InvalidForm, NotFound
from raspisms.extensions import db
from raspisms.messaging import campaign_drafts, campaigns, members, phones
from raspisms.messaging.campaign_content import CampaignContent, Csv
from raspisms.messaging.campaign_drafts import ChangedMeanwhile
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.transactions import writing
from raspisms.models import CampaignDraft, Member, Message, Phone, PhoneAccess
from raspisms.sms import quiet_hours
from raspisms.sms.files import recipients as files
from tests.household import Household

FULL = CampaignContent(
    name="Rentrée",
    tag="école",
    text="Bonjour {{ contact.prenom }}",
    as_written=True,
    recipients="06 39 98 11 11\npas un numéro",
    groups=(2, 1),
    csv=Csv("a.csv", ("prenom",), (("0639982222", "Bob"),)),
    exclude="Léa",
    exclude_groups=(3,),
    phones=(1,),
    when="at",
    at="hier",
    repeat={"each": "week", "days": ["0", "1"]},
    quiet="own",
    quiet_hours="mon 25:00",
    pace="vite",
    validity="90",
)


@pytest.fixture
def sacha(household: Household, phone: Phone) -> Member:
    """A member to whom the first phone is given, and not the second."""
    made = members.create("Sacha", "trois mots simples")
    draft = PhoneDraft("Autre", "test_adapter", {"number": "+33600000002"})
    phones.add(household.engine, draft, phones.new_token())
    with writing() as session:
        session.add(PhoneAccess(member_id=made.id, phone_id=1))
    return made


def seen(member: Member) -> list[int]:
    return [one.id for one in campaign_drafts.listing(member)]


def test_all_that_was_typed_is_kept_also_what_is_wrong(household: Household, phone: Phone) -> None:
    kept = campaign_drafts.save(household.admin, FULL)
    db.session.expire_all()
    assert campaign_drafts.get(household.admin, kept.id).content == FULL


def test_a_draft_is_shared_by_those_who_see_its_phones(household: Household, sacha: Member) -> None:
    first = campaign_drafts.save(household.admin, replace(FULL, phones=(1,))).id
    other = campaign_drafts.save(household.admin, replace(FULL, phones=(2,))).id
    both = campaign_drafts.save(household.admin, replace(FULL, phones=(1, 2))).id
    own = campaign_drafts.save(sacha, replace(FULL, phones=())).id
    assert seen(household.admin) == [both, other, first]
    assert seen(sacha) == [own, first]
    for hidden in (other, both):
        assert campaign_drafts.find(sacha, hidden) is None
        with pytest.raises(NotFound):
            campaign_drafts.save(sacha, FULL, hidden, 1)
        with pytest.raises(NotFound):
            campaign_drafts.remove(sacha, hidden)
    assert campaign_drafts.get(sacha, first).author == "Ana"


def test_a_phone_that_is_not_ones_own_shares_nothing_with_its_members(
    household: Household, sacha: Member
) -> None:
    forged = campaign_drafts.save(sacha, replace(FULL, phones=(2,))).id
    assert db.session.get_one(CampaignDraft, forged).phone_id is None


def test_a_draft_whose_phone_is_removed_stays_its_authors(
    household: Household, sacha: Member
) -> None:
    kept = campaign_drafts.save(sacha, FULL).id
    with writing() as session:
        session.execute(update(Phone).where(Phone.id == 1).values(removed_at=clock.now()))
    assert seen(sacha) == [kept]
    assert seen(household.admin) == []


def test_the_later_of_two_who_write_at_once_is_told_and_nothing_is_overwritten(
    household: Household, sacha: Member
) -> None:
    draft_id = campaign_drafts.save(household.admin, FULL).id
    theirs, mine = replace(FULL, text="A"), replace(FULL, text="B")
    assert campaign_drafts.save(sacha, theirs, draft_id, 1).version == 2
    with pytest.raises(ChangedMeanwhile):
        campaign_drafts.save(household.admin, mine, draft_id, 1)
    assert campaign_drafts.get(sacha, draft_id).content == theirs
    assert campaign_drafts.save(household.admin, mine, draft_id, 2).version == 3


def test_a_form_that_is_sent_twice_at_once_is_one_draft(household: Household, phone: Phone) -> None:
    """Being kept while one types, and by a button pressed at the same moment."""
    ready, found = threading.Barrier(2), []

    def send(text: str) -> None:
        with household.app.app_context():
            admin = household.admin
            db.session.rollback()
            ready.wait()
            found.append(campaign_drafts.save(admin, replace(FULL, text=text, request="form")).id)
            db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=send, args=(text,)) for text in ("Bonj", "Bonjour")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [seen(household.admin)[0]] * 2


def test_who_has_too_many_keeps_nobody_else_from_writing(
    household: Household, sacha: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_drafts, "MOST", 2)
    for text in ("Un", "Deux"):
        campaign_drafts.save(household.admin, replace(FULL, text=text))
    with pytest.raises(Conflict, match="There are 2 drafts"):
        campaign_drafts.save(household.admin, FULL)
    assert campaign_drafts.save(sacha, FULL).id in seen(sacha)


def test_nothing_is_written_where_nothing_changed(household: Household, phone: Phone) -> None:
    kept = campaign_drafts.save(household.admin, FULL)
    again = campaign_drafts.save(household.admin, FULL, kept.id, kept.version)
    assert (again.version, again.updated_at) == (1, kept.updated_at)


def test_a_confirmed_draft_is_no_draft_and_keeps_no_number(
    household: Household, phone: Phone
) -> None:
    content = CampaignContent(
        text="Bonjour", recipients="0639981111", phones=(1,), request="form-1"
    )
    kept = campaign_drafts.save(household.admin, content)
    draft = kept.content.as_draft(confirms=(kept.id, kept.version), expected=1)
    campaign = campaigns.accept(household.engine, household.admin, draft).campaign
    assert not campaign.direct
    assert seen(household.admin) == []
    confirmed = campaign_drafts.get(household.admin, kept.id)
    assert confirmed.campaign_id == campaign.id
    assert confirmed.content == CampaignContent(request="form-1")
    for act in (
        lambda: campaign_drafts.save(household.admin, FULL, kept.id, 1),
        lambda: campaign_drafts.remove(household.admin, kept.id),
        lambda: campaign_drafts.copy(household.admin, kept.id),
    ):
        with pytest.raises(Conflict):
            act()
    found = campaign_drafts.of_request(household.admin, "form-1")
    assert found is not None
    assert found.id == kept.id


def test_a_copy_is_another_draft(household: Household, phone: Phone) -> None:
    kept = campaign_drafts.save(household.admin, replace(FULL, request="a"))
    made = campaign_drafts.copy(household.admin, kept.id)
    assert made.id != kept.id
    assert made.content == replace(FULL, request="")
    campaign_drafts.remove(household.admin, kept.id)
    assert seen(household.admin) == [made.id]


def test_what_cannot_be_read_is_told_at_once(household: Household) -> None:
    with pytest.raises(InvalidForm) as refused:
        replace(FULL, name="n" * 201, validity="x").as_draft()
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["name", "pace", "validity", "quiet_hours"]
    with pytest.raises(InvalidForm) as refused:
        replace(FULL, pace="", quiet="own", quiet_hours=" ", when="at", at=" ").as_draft()
    assert [problem.field for problem in refused.value.problems] == ["quiet_hours", "at"]


def test_quiet_hours_of_its_own() -> None:
    kept = {
        choice: replace(FULL, quiet=choice, quiet_hours="mon-sun 09:00-18:00", pace="").as_draft()
        for choice in ("", "none", "marketing", "own")
    }
    assert kept[""].quiet is None
    assert kept["none"].quiet == {"hours": quiet_hours.ALWAYS}
    assert kept["marketing"].quiet == quiet_hours.MARKETING.as_kept()
    assert quiet_hours.QuietHours.of(kept["own"].quiet) == quiet_hours.read("mon-sun 09:00-18:00")


def test_people_of_a_file_get_what_it_says_of_them(household: Household, phone: Phone) -> None:
    csv = Csv("a.csv", ("prenom",), (("0639982222", "Bob"), ("0639983333", "")))
    content = CampaignContent(
        text="Salut {{ contact.prenom|default('toi') }}",
        recipients="\n0639981111, 0639982222",
        csv=csv,
        phones=(1,),
    )
    campaigns.accept(household.engine, household.admin, content.as_draft())
    texts = db.session.execute(select(Message.peer, Message.body).order_by(Message.peer)).all()
    assert [tuple(row) for row in texts] == [
        ("+33639981111", "Salut toi"),
        ("+33639982222", "Salut Bob"),  # also where somebody typed the number, too
        ("+33639983333", "Salut toi"),
    ]


@pytest.mark.parametrize(
    ("written", "keys", "rows", "has_header"),
    [
        ("numero;prenom;ville\n0639981111;Ana;Metz\n0639982222;Bob", ("prenom", "ville"),
         (("0639981111", "Ana", "Metz"), ("0639982222", "Bob", "")), True),
        ("+33639981111,Ana\n0639982222,Bob\n", ("column_2",),
         (("+33639981111", "Ana"), ("0639982222", "Bob")), False),
        ("0639981111\n", (), (("0639981111",),), False),
        ("tel,a b,a b,é\n0639981111,1,2,3", ("a_b", "a_b_3", "é"),
         (("0639981111", "1", "2", "3"),), True),
    ],
)  # fmt: skip
def test_a_file_of_recipients(
    written: str, keys: tuple[str, ...], rows: tuple[tuple[str, ...], ...], has_header: bool
) -> None:
    found = files.read(BytesIO(written.encode()), 10)
    assert (found.keys, found.rows, found.has_header) == (keys, rows, has_header)
    assert found.faults == 0


def test_lines_of_a_file_that_cannot_be_used_are_told() -> None:
    lines = (
        "tel;nom",
        ";Ana",
        "0639981111;Bob",
        "0639982222;Bob;trop",
        "3,363998E+10;Léa",
        '"ouvert',
    )
    found = files.read(BytesIO("\n".join(lines).encode()), 10)
    assert found.rows == (("0639981111", "Bob"),)
    assert (found.faulty, found.faults) == ((2, 4, 5, 6), 4)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"", "This file is empty."),
        (b"PK\x03\x04 xl/ ", "This file is a spreadsheet"),
        (b"tel,nom\n", "There is no number in the first column"),
        (b"tel\n" + b"0639981111\n" * 11, "This file has more than 10 recipients."),
    ],
)
def test_a_file_that_has_no_recipients_or_too_many(written: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        files.read(BytesIO(written), 10)
    assert str(refused.value.message).startswith(said)
    assert refused.value.field == "csv"
