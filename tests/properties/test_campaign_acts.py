"""Whatever is done to a campaign while it runs: nobody gets it twice, and nobody is lost."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from raspisms import clock
from raspisms.adapters.answers import Accepted, NotSent, Outcome, Refused, SendReport
from raspisms.errors import RaspismsError
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_again,
    campaign_changes,
    campaign_control,
    campaign_report,
    campaigns,
    claims,
    members,
    outcomes,
    phones,
)
from raspisms.messaging.claims import Claim
from raspisms.messaging.drafting import Draft
from raspisms.messaging.engine import Engine
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Member, Message, Phone
from raspisms.sms.lifecycle import FINAL, Status
from tests.application import make_app

PEOPLE = [f"+3363998000{n}" for n in range(6)]
ACT = st.one_of(
    st.tuples(st.sampled_from(["pause", "resume", "cancel", "later", "now"]), st.none()),
    st.tuples(st.just("text"), st.sampled_from(["Salut", "Oh {{ contact_metas.number }}"])),
    st.tuples(st.just("again"), st.none()),
)
#: What is done while a call is under way, and what comes of the oldest call then.
ROUND = st.tuples(st.booleans(), ACT, st.sampled_from([None, "taken", "refused", "not sent"]))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("acts")
    app = make_app(folder, RASPISMS_SECRET_KEY="k" * 32, RASPISMS_BATCH_SIZE=2)
    with app.app_context():
        members.create("Ana", "trois mots simples", is_admin=True)
        draft = PhoneDraft("Essai", "test_adapter", {"number": "+33639987777"})
        phones.add(app.extensions["raspisms"], draft, phones.new_token())
    yield app
    with app.app_context():
        db.engine.dispose()


class Run:
    """A campaign that runs while people decide about it; ``got`` is what the provider took."""

    def __init__(self, engine: Engine) -> None:
        with writing() as session:
            for table in (Message, Campaign):
                session.execute(delete(table))
        self.engine = engine
        self.member = db.session.scalars(select(Member)).one()
        self.got: Counter[str] = Counter()
        self.calls: list[Claim] = []
        draft = Draft(1, "\n".join(PEOPLE), "Bonjour")
        self.id = campaigns.accept(engine, self.member, draft).campaign.id

    def do(self, act: str, what: str | None) -> None:
        with suppress(RaspismsError):  # what cannot be done now changes nothing
            self._do(act, what)
        db.session.rollback()

    def _do(self, act: str, what: str | None) -> None:
        match act:
            case "begin":
                self._begin()
            case "end" if self.calls:
                self._end(what or "taken")
            case "pause" | "resume" | "cancel":
                getattr(campaign_control, act)(self.member, self.id)
            case "text":
                version = campaign_changes.version_of(db.session.get_one(Campaign, self.id))
                campaign_changes.change_text(self.engine, self.member, self.id, what or "", version)
            case "later" | "now":
                days = timedelta(days=act == "later")
                at = (clock.now() + days).isoformat()
                campaign_changes.change_time(self.engine, self.member, self.id, at)
            case "again":
                seen = campaign_again.failed(self.member, self.id).times
                campaign_again.send_again_failed(
                    self.engine, self.member, self.id, ["refused"], seen
                )

    def _begin(self) -> None:
        phone = db.session.get_one(Phone, 1)
        stopped = {
            one.id
            for one in db.session.scalars(select(Campaign))
            if one.paused_at or one.cancelled_at
        }
        batch = claims.choose(self.engine, phone)
        claim = claims.claim(self.engine, db.session.get_one(Phone, 1), batch) if batch else None
        if claim is None:
            return
        self.calls.append(claim)
        for message in db.session.scalars(select(Message).where(Message.call_tag == claim.tag)):
            assert message.campaign_id not in stopped
            assert message.body == claim.text

    def _end(self, what: str) -> None:
        claim = self.calls.pop(0)
        made: dict[str, Outcome] = {
            "taken": Accepted(None),
            "refused": Refused("refused"),
            "not sent": NotSent("provider_down", "for a moment"),
        }
        if what == "taken":
            self.got.update(list(claim.ids))
            uids = {peer: Accepted(f"{claim.tag}-{peer}") for peer in claim.ids}
            report = SendReport(dict(uids))
        else:
            report = SendReport(dict.fromkeys(claim.ids, made[what]))
        outcomes.record(self.engine, claim, report)
        with writing() as session:  # its pause is over
            now = clock.now()
            waits = (Message.status == Status.PENDING, Message.due_at <= now)
            ended = {"attempt_at": now}
            session.execute(
                update(Message).where(*waits, Message.attempt_at.is_not(None)).values(ended)
            )

    def check(self) -> None:
        """True at any time."""
        counts = select(func.count()).where(Message.campaign_id == self.id)
        assert db.session.scalar(counts) == len(PEOPLE)
        taken = select(Message.peer).where(Message.status == Status.SENT)
        assert Counter(db.session.scalars(taken)) == self.got
        assert not self.got or max(self.got.values()) == 1
        under_way = select(func.count()).where(Message.status == Status.SENDING)
        assert db.session.scalar(under_way) == sum(len(claim.ids) for claim in self.calls)
        report = campaign_report.show(self.member, self.id)
        told = {(one.status, one.reason): one.count for one in report.causes}
        mine = select(Message.status, Message.reason).where(Message.campaign_id == self.id)
        assert told == Counter(map(tuple, db.session.execute(mine)))

    def come_to_an_end(self) -> None:
        """Let everything go on and be taken."""
        while self.calls:
            self.do("end", "taken")
        for act in ("resume", "now"):
            self.do(act, None)
        for _ in range(4 * len(PEOPLE)):
            self.do("begin", None)
            self.do("end", "taken")


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rounds=st.lists(ROUND, max_size=8))
def test_nobody_gets_it_twice_and_nobody_is_lost(
    app: Flask, rounds: list[tuple[bool, tuple[str, str | None], str | None]]
) -> None:
    with app.app_context():
        run = Run(app.extensions["raspisms"])
        for begins, (act, what), outcome in rounds:
            if begins:
                run.do("begin", None)
            run.do(act, what)
            run.check()
            if outcome:
                run.do("end", outcome)
        for _ in range(2):  # by two who do not know of each other
            run.do("again", None)
        run.come_to_an_end()
        run.check()
        ends = set(db.session.scalars(select(Message.status)))
        assert ends <= FINAL | {Status.SENT}
        cancelled = db.session.get_one(Campaign, run.id).cancelled_at is not None
        failed = {"refused"} & set(db.session.scalars(select(Message.reason)))
        if not cancelled and not failed:
            assert run.got == Counter(PEOPLE)
        db.session.rollback()
