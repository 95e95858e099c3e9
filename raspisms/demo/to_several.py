"""What the invented household wrote to several people: sent, planned, and begun."""

from dataclasses import replace
from datetime import timedelta

from raspisms import clock
from raspisms.demo import past, story
from raspisms.messaging import campaign_drafts, groups, joining, plan_confirming
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import writing
from raspisms.models import Member, Phone
from raspisms.simulator import Simulator

# Below the ids of what was written to one person.
_FIRST_ID = 3_900_001


def plan(engine: Engine, phone: Phone, admin: Member) -> None:
    """What goes again and again, first the day after tomorrow, and what is not confirmed yet."""
    ids = {name: group_id for group_id, name, _ in groups.choices()}
    first = clock.now().astimezone(engine.config.timezone).date() + timedelta(days=2)
    for each in story.PLANS:
        repeat = each.repeat | {"starts": first.isoformat()}
        content = _content(phone, each.draft, ids)
        kept = campaign_drafts.save(admin, replace(content, when="schedule", repeat=repeat))
        plan_confirming.confirm(engine, admin, kept, 0)
    campaign_drafts.save(admin, _content(phone, story.BEGUN, ids))


def _content(phone: Phone, draft: story.Draft, ids: dict[str, int]) -> CampaignContent:
    return CampaignContent(
        name=draft.name,
        tag=draft.tag,
        text=draft.text,
        groups=tuple(ids[one] for one in draft.groups),
        phones=(phone.id,),
    )


def write_past(
    engine: Engine, simulator: Simulator, phone: Phone, admin: Member, numbers: dict[str, str]
) -> None:
    """What was sent, which is before all that was written to one person."""
    now, zone, uid = clock.now(), engine.config.timezone, _FIRST_ID
    with writing() as session:
        for mailing in story.MAILINGS:
            lines = list(mailing.lines())
            at = lines[0].at(now, zone)
            campaign = past.campaign(past.Event(lines[0], phone.name, at, "", 0), phone, admin.id)
            campaign.name, campaign.tag, campaign.direct = mailing.name, mailing.tag, False
            session.add(campaign)
            session.flush()
            for line in lines:
                event = past.Event(line, phone.name, at, numbers[line.who], uid)
                past.tell_provider(simulator, event)
                joining.put(session, past.sent(event, phone, campaign.id))
                uid += 1
