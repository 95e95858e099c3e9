"""What the texts of a campaign may know of its people beside their contacts' data."""

from collections.abc import Mapping

from sqlalchemy import select

from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, PlanPerson


def beside_of(campaign: Campaign) -> Mapping[str, Mapping[str, str]]:
    """The data that was given with the numbers of a campaign, by number."""
    if campaign.plan_id is None:
        return {}
    rows = select(PlanPerson.number, PlanPerson.data).where(PlanPerson.plan_id == campaign.plan_id)
    return {number: data for number, data in reading().execute(rows) if data}
