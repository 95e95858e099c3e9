"""What the texts of a campaign may know of its people beside their contacts' data."""

from collections.abc import Mapping

from sqlalchemy import select

from raspisms.errors import Invalid, say
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, PlanPerson


def beside_of(campaign: Campaign) -> Mapping[str, Mapping[str, str]]:
    """The data that was given with the numbers of a campaign, by number, where it is kept."""
    if campaign.plan_id is None:
        return {}
    rows = select(PlanPerson.number, PlanPerson.data).where(PlanPerson.plan_id == campaign.plan_id)
    return {number: data for number, data in reading().execute(rows) if data}


def refuse_where_given(campaign: Campaign, field: str) -> None:
    """Raises Invalid (``field``) where data given with the numbers is not kept: no text with fields
    can be made with it once more.
    """
    if (campaign.audience or {}).get("given") and not beside_of(campaign):
        raise Invalid(
            say("Columns of a file are not kept, so a text with fields cannot be made once more."),
            say("Write a text without fields, or write a new campaign with the file."),
            field=field,
        )
