"""A power cut again and again while a campaign is sent: each person gets it once, and the report
accounts for each.
"""

from collections import Counter

from raspisms.extensions import db
from raspisms.messaging import campaign_people, campaign_report, campaigns
from raspisms.messaging.campaign_people import Wanted
from raspisms.models import Message
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from tests.household import Household, eventually, opt_out
from tests.process import Served

SENDING = "POST */jobs"
PEOPLE = [f"+3363998{n:04}" for n in range(40)]
STOPPED = PEOPLE[7]
TAKEN = {Status.SENT, Status.DELIVERED}


def test_a_campaign_that_is_killed_while_it_is_sent_loses_and_doubles_nobody(
    household: Household, served: Served, simulator: Simulator
) -> None:
    household.add_ovh_phone()
    opt_out(STOPPED)
    typed = "\n".join(PEOPLE)
    draft = campaigns.Draft(1, typed, "Bonjour {{ contact_metas.number }}")
    campaign = campaigns.accept(household.engine, household.admin, draft).campaign.id
    # Before the provider has it, once it has it, and once it said so.
    for moment in ("request_read", "accepted", "answer_written"):
        hold = simulator.hold(moment, match=SENDING, count=2)
        served.launch()
        hold.wait(30)
        served.kill()
        hold.release("cut")
    served.start()
    ends = TAKEN | {Status.SKIPPED}
    eventually(lambda: set(db.session.scalars(db.select(Message.status))) <= ends)
    report = campaign_report.show(household.admin, campaign)
    assert (report.total, report.count(Status.SKIPPED)) == (len(PEOPLE), 1)
    going = [number for number in PEOPLE if number != STOPPED]
    assert Counter(job.receiver for job in simulator.ledger.jobs) == Counter(going)
    assert report.used.messages == len(going)
    listed = campaign_people.walk(household.admin, campaign, Wanted())
    assert [one.number for one in listed if one.status in TAKEN] == going
